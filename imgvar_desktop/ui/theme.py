"""Light and dark: neutral greys and one accent, through the palette first and a small style sheet second."""

from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from imgvar_desktop.bridge import resources
from imgvar_desktop.core.appearance import Theme

STYLE: Final = ("-style", "Fusion")
"""For the arguments of the application: ``setStyle`` answers with a QStyle, whose enumerations take 6 ms to make."""

ACCENT: Final = QColor(0x2F, 0x6F, 0xE0)
"""White text on it has a contrast of 4.7 : 1, and it has 3 : 1 against both window greys."""
AMBER_ON_DARK: Final = QColor(0xF0, 0xB0, 0x40)
AMBER_ON_LIGHT: Final = QColor(0x9A, 0x5B, 0x00)

_SCHEMES: Final = {
    Theme.SYSTEM: Qt.ColorScheme.Unknown,
    Theme.LIGHT: Qt.ColorScheme.Light,
    Theme.DARK: Qt.ColorScheme.Dark,
}

_Role = QPalette.ColorRole
# Every grey has equal red, green and blue, so that the surround never tints the judgement of a colour.
_DARK: Final = {
    _Role.Window: 0x2B,
    _Role.WindowText: 0xE4,
    _Role.Base: 0x20,
    _Role.AlternateBase: 0x26,
    _Role.Text: 0xE4,
    _Role.PlaceholderText: 0x9A,
    _Role.Button: 0x3A,
    _Role.ButtonText: 0xE4,
    _Role.BrightText: 0xFF,
    _Role.ToolTipBase: 0x3A,
    _Role.ToolTipText: 0xE4,
    _Role.Light: 0x4A,
    _Role.Midlight: 0x42,
    _Role.Mid: 0x3E,
    _Role.Dark: 0x1A,
    _Role.Shadow: 0x0C,
    _Role.HighlightedText: 0xFF,
}
_LIGHT: Final = {
    _Role.Window: 0xF0,
    _Role.WindowText: 0x1C,
    _Role.Base: 0xFF,
    _Role.AlternateBase: 0xF7,
    _Role.Text: 0x1C,
    _Role.PlaceholderText: 0x6A,
    _Role.Button: 0xFA,
    _Role.ButtonText: 0x1C,
    _Role.BrightText: 0x00,
    _Role.ToolTipBase: 0xFF,
    _Role.ToolTipText: 0x1C,
    _Role.Light: 0xFF,
    _Role.Midlight: 0xE8,
    _Role.Mid: 0xCC,
    _Role.Dark: 0xA8,
    _Role.Shadow: 0x80,
    _Role.HighlightedText: 0xFF,
}
_SURROUND_DARK: Final = 0x1C
_SURROUND_LIGHT: Final = 0xD6


class ThemeKeeper(QObject):
    """Keeps the application in the person's theme, or in the system's, live. GUI thread."""

    changed = Signal()
    """Palette and style sheet are the new ones; what was painted from them is painted again."""

    def __init__(self, app: QApplication, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._theme = theme
        hints = app.styleHints()
        hints.setColorScheme(_SCHEMES[theme])
        hints.colorSchemeChanged.connect(self._on_scheme_changed)
        self._colour()

    def dress(self) -> None:
        """Sets the style sheet. Once the window is made: styled from the start, its widgets cost thrice as much."""
        self._app.setStyleSheet(resources.stylesheet())

    def choose(self, theme: Theme) -> None:
        self._theme = theme
        self._app.styleHints().setColorScheme(_SCHEMES[theme])
        self._apply()

    @Slot(Qt.ColorScheme)
    def _on_scheme_changed(self, _: Qt.ColorScheme) -> None:
        self._apply()

    def _apply(self) -> None:
        self._colour()
        # Set again after the palette: palette(…) in a style sheet is read when the sheet is set.
        self.dress()
        self.changed.emit()

    def _colour(self) -> None:
        # A bare X session has no scheme to set and goes on saying Unknown: the person's choice counts all the same.
        system = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        dark = self._theme is Theme.DARK or (self._theme is Theme.SYSTEM and system)
        self._app.setPalette(palette(dark=dark))


def palette(*, dark: bool) -> QPalette:
    made = QPalette()
    for role, grey in (_DARK if dark else _LIGHT).items():
        made.setColor(role, QColor(grey, grey, grey))
    disabled = QColor(0x74, 0x74, 0x74) if dark else QColor(0x9C, 0x9C, 0x9C)
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, disabled)
    made.setColor(_Role.Highlight, ACCENT)
    made.setColor(_Role.Accent, ACCENT)
    made.setColor(_Role.Link, QColor(0x7A, 0xA8, 0xF5) if dark else ACCENT)
    return made


def is_dark(palette_now: QPalette) -> bool:
    return palette_now.color(_Role.Window).lightness() < 128


def surround(palette_now: QPalette, chosen: int | None) -> QColor:
    """The grey behind pictures: the person's, else the theme's."""
    grey = chosen if chosen is not None else (_SURROUND_DARK if is_dark(palette_now) else _SURROUND_LIGHT)
    return QColor(grey, grey, grey)


def ink_on(background: QColor) -> QColor:
    """A text colour that reads on ``background``, whatever the theme."""
    return QColor(0xE4, 0xE4, 0xE4) if background.lightness() < 128 else QColor(0x1C, 0x1C, 0x1C)


def quiet_ink_on(background: QColor) -> QColor:
    """Like ``ink_on``, for second things: still at least 4.5 : 1 on the greys that are offered."""
    return QColor(0xA8, 0xA8, 0xA8) if background.lightness() < 96 else QColor(0x3A, 0x3A, 0x3A)


def amber(palette_now: QPalette) -> QColor:
    """For what a person should notice and need not fear."""
    return AMBER_ON_DARK if is_dark(palette_now) else AMBER_ON_LIGHT


def link_on(background: QColor) -> QColor:
    """The accent as a text colour: at least 4.5 : 1 on the darkest and the lightest surround."""
    return QColor(0x8A, 0xB4, 0xF8) if background.lightness() < 128 else QColor(0x1F, 0x4F, 0xA8)
