"""The marks in the inspector are drawn in the ink of the theme that is on."""

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QToolButton

from imgvar_desktop.core.library import Flag, Marks
from imgvar_desktop.ui.mark_bar import MarkBar


def test_another_theme_draws_them_anew(qtbot):
    bar = MarkBar()
    qtbot.addWidget(bar)
    bar.show_marks((Marks(flag=Flag.PICK),))
    pick = bar.findChildren(QToolButton)[0]
    palette = QPalette(bar.palette())
    palette.setColor(QPalette.ColorRole.WindowText, QColor("magenta"))

    bar.setPalette(palette)

    image = pick.icon().pixmap(16, 16).toImage()
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert QColor("magenta").name() in colours
    assert pick.isChecked()
