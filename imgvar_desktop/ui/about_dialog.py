"""What this program is, which one, and whose work is in it."""

import platform
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot, qVersion
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop import __version__
from imgvar_desktop.bridge import licences, resources
from imgvar_desktop.bridge.licences import Part
from imgvar_desktop.ui.controls import CONTROL_HEIGHT

ICON_PX: Final = 64
LIST_PX: Final = 220


class AboutDialog(QDialog):
    logs_asked = Signal()

    def __init__(self, parts: Sequence[Part], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About Imgvar"))
        self.resize(840, 560)
        self._parts = tuple(parts)
        self.list = self._make_list()
        self.terms = QLabel()
        self.terms.setOpenExternalLinks(True)
        self.terms.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Text of the licence"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.logs = buttons.addButton(self.tr("Show &logs"), QDialogButtonBox.ButtonRole.ActionRole)
        self.logs.setToolTip(
            self.tr("What the program has done, for finding out why something went wrong. No keys are in it.")
        )
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        for button in (self.logs, close):
            button.setIcon(QIcon())
            button.setMinimumHeight(CONTROL_HEIGHT)
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        self.logs.clicked.connect(self.logs_asked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(self._make_head())
        layout.addLayout(self._make_licences(), stretch=1)
        layout.addWidget(buttons)
        self.list.currentRowChanged.connect(self._on_chosen)
        self.list.setCurrentRow(0)
        close.setFocus()

    def _make_head(self) -> QHBoxLayout:
        icon = QLabel()
        icon.setPixmap(resources.application_icon().pixmap(ICON_PX, ICON_PX))
        name = QLabel("Imgvar")
        name.setProperty("role", "heading")
        font = name.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        name.setFont(font)
        line = QLabel(self.tr("Variations of a picture, for designers who explore."))
        self.version = QLabel(self.tr("Version {0}").format(version_line()))
        self.version.setProperty("role", "quiet")
        self.version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        for label in (name, line, self.version):
            texts.addWidget(label)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(icon, alignment=Qt.AlignmentFlag.AlignTop)
        head.addLayout(texts, stretch=1)
        return head

    def _make_licences(self) -> QHBoxLayout:
        heading = QLabel(self.tr("Whose &work is in it"))
        heading.setBuddy(self.list)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(8)
        left.addWidget(heading)
        left.addWidget(self.list)
        right.addWidget(self.terms)
        right.addWidget(self.text)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addLayout(left)
        both.addLayout(right, stretch=1)
        return both

    def _make_list(self) -> QListWidget:
        made = QListWidget()
        made.setFixedWidth(LIST_PX)
        made.setSpacing(1)
        made.addItem(f"Imgvar {__version__}")
        for part in self._parts:
            item = QListWidgetItem(f"{part.name} {part.version}")
            item.setToolTip(part.licence)
            made.addItem(item)
        return made

    @Slot(int)
    def _on_chosen(self, row: int) -> None:
        part = self._parts[row - 1] if row > 0 else None
        licence, homepage = (part.licence, part.homepage) if part else ("MIT", "")
        link = f' · <a href="{homepage}">{homepage}</a>' if homepage.startswith("https://") else ""
        self.terms.setText(f"{licence}{link}")
        self.text.setPlainText(_text_of(part))


def version_line() -> str:
    """For a person who asks for help: the program, and what it runs on."""
    return f"{__version__} · Qt {qVersion()} · Python {platform.python_version()} · {platform.platform(terse=True)}"


def _text_of(part: Part | None) -> str:
    try:
        text = part.read() if part else licences.our_text()
    except OSError as error:
        text = str(error)
    return text or QCoreApplication.translate("AboutDialog", "Its text did not come along. See its home page.")
