"""Made from ▸ ▸: the pictures that led to a variation, each one a way back to it."""

from typing import Final

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.thumbnail_loader import ThumbnailKey, ThumbnailLoader
from imgvar_desktop.core.library import Entry
from imgvar_desktop.core.request import Source
from imgvar_desktop.ui.tile_delegate import EntryPaths

THUMB_PX: Final = 40
MOST: Final = 4
"""Of a longer chain, the last ones: the nearest parents."""


class ChainStrip(QWidget):
    entry_asked = Signal(object)
    """An Entry that the person wants to see."""
    source_asked = Signal(object)
    """The Source, the picture from outside, that the person wants back in the well."""

    def __init__(self, thumbnails: ThumbnailLoader, paths: EntryPaths, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._paths = paths
        self._chain: tuple[Entry, ...] = ()
        self._source: Source | None = None
        self._pictures: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        thumbnails.loaded.connect(self._on_loaded)

    def show_chain(self, source: Source, chain: tuple[Entry, ...]) -> None:
        """``source``: the first one's, from outside; ``chain``: from the first variation to the parent."""
        if (source, chain) == (self._source, self._chain):
            return
        self._source, self._chain = source, chain
        self._clear()
        self._row.addWidget(self._button(source.name, source, icon=resources.icon("image-drop")))
        if len(chain) > MOST:
            self._row.addWidget(QLabel("…"))
        for entry in chain[-MOST:]:
            self._row.addWidget(QLabel("▸"))
            button = self._button(entry.file.rpartition("/")[2], entry)
            self._pictures[entry.sha256] = button
            self._row.addWidget(button)
            self._paint(entry.sha256)
        self._row.addStretch()

    def _clear(self) -> None:
        self._pictures = {}
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()

    def _button(self, name: str, token: Entry | Source, icon: QIcon | None = None) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setIconSize(QSize(THUMB_PX, THUMB_PX) if icon is None else QSize(20, 20))
        button.setFixedSize(THUMB_PX + 4, THUMB_PX + 4)
        button.setToolTip(self.tr("Made from {0}").format(name))
        button.setAccessibleName(button.toolTip())
        button.setProperty("token", token)
        if icon is not None:
            button.setIcon(icon)
        button.clicked.connect(self._on_clicked)
        return button

    def _paint(self, sha256: str) -> None:
        entry = next(entry for entry in self._chain if entry.sha256 == sha256)
        ratio = self.devicePixelRatioF()
        side_px = round(THUMB_PX * ratio)
        pixmap = self._thumbnails.pixmap(ThumbnailKey(sha256, side_px), *self._paths(entry))
        if pixmap is not None:
            shown = QPixmap(pixmap)
            shown.setDevicePixelRatio(ratio)
            self._pictures[sha256].setIcon(QIcon(shown))

    @Slot(object)
    def _on_loaded(self, sha256: str) -> None:
        if sha256 in self._pictures:
            self._paint(sha256)

    @Slot()
    def _on_clicked(self) -> None:
        token = self.sender().property("token")
        if isinstance(token, Entry):
            self.entry_asked.emit(token)
        else:
            self.source_asked.emit(token)
