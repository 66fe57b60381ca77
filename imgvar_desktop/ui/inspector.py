"""The inspector: what is known of the chosen variation, and what one thinks of it."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from imgvar_desktop.bridge.thumbnail_loader import ThumbnailKey, ThumbnailLoader
from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.core.request import Source
from imgvar_desktop.ui.chain_strip import ChainStrip
from imgvar_desktop.ui.fact_list import FactList, show_short
from imgvar_desktop.ui.inspector_text import facts_of
from imgvar_desktop.ui.mark_bar import MarkBar
from imgvar_desktop.ui.tile_delegate import EntryPaths

MARGIN_PX: Final = 16
SCROLL_BAR_PX: Final = 12
PREVIEW_PX: Final = 248
NAME_PX: Final = 92
NOTE_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Inspected:
    """One variation and its family."""

    entry: Entry
    run: RunRecord
    source: Source
    """The picture from outside that it all began with."""
    ancestors: tuple[Entry, ...]
    children: int
    siblings: int
    """How many were made from the same picture, itself among them."""


class Inspector(QScrollArea):
    marked = Signal(object)
    """A Marking for all that is chosen."""
    noted = Signal(object, object)
    """A tuple of Entries, chosen no more perhaps, and the str that was written for them."""
    entry_asked = Signal(object)
    """An Entry of the family."""
    source_asked = Signal(object)
    """The Source is wanted back in the well."""
    children_asked = Signal()
    siblings_asked = Signal()

    def __init__(self, thumbnails: ThumbnailLoader, paths: EntryPaths, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName(self.tr("Inspector"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(PREVIEW_PX + 2 * MARGIN_PX + SCROLL_BAR_PX)
        self._thumbnails = thumbnails
        self._paths = paths
        self._shown: tuple[Entry, ...] = ()
        self._name, self._place, self._preview, self._from = QLabel(), QLabel(), QLabel(), QLabel(self.tr("Made from"))
        self.marks = MarkBar()
        self.note = QPlainTextEdit()
        self.chain = ChainStrip(thumbnails, paths)
        self.children_ = QPushButton()
        self.siblings = QPushButton()
        self.facts = FactList(name_px=NAME_PX, value_px=PREVIEW_PX - NAME_PX - 8)
        self._one = QWidget()
        self._set_up()
        self._lay_out()
        self.marks.marked.connect(self.marked)
        self.chain.entry_asked.connect(self.entry_asked)
        self.chain.source_asked.connect(self.source_asked)
        self.children_.clicked.connect(self.children_asked)
        self.siblings.clicked.connect(self.siblings_asked)
        self.note.installEventFilter(self)
        thumbnails.loaded.connect(self._on_loaded)
        self.show_nothing()

    def _set_up(self) -> None:
        self._name.setProperty("role", "heading")
        self._preview.setFixedSize(PREVIEW_PX, PREVIEW_PX)
        self._preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._preview.setAccessibleName(self.tr("Preview"))
        for quiet in (self._place, self._from):
            quiet.setProperty("role", "quiet")
        self._place.setWordWrap(True)
        self.note.setObjectName("inspectorNote")
        self.note.setPlaceholderText(self.tr("Note"))
        self.note.setAccessibleName(self.tr("Note"))
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(self.note.fontMetrics().lineSpacing() * NOTE_LINES + 12)
        for button in (self.children_, self.siblings):
            button.setMinimumHeight(28)
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        family = QVBoxLayout(self._one)
        family.setContentsMargins(0, 0, 0, 0)
        family.setSpacing(8)
        for part in (self._from, self.chain, self.children_, self.siblings, self.facts):
            family.addWidget(part)
        family.insertSpacing(4, 8)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX - 4, MARGIN_PX)
        column.setSpacing(8)
        for above in (self._preview, self._name, self._place, self.marks, self.note):
            column.addWidget(above)
        column.addSpacing(8)
        column.addWidget(self._one)
        column.addStretch()
        self.setWidget(content)

    def show_nothing(self) -> None:
        self._show(())
        self._name.setText("")
        self._place.setText(self.tr("Select a variation to see what is known of it."))
        for part in (self._preview, self.marks, self.note, self._one):
            part.hide()

    def show_several(self, entries: tuple[Entry, ...]) -> None:
        """Their marks are given together."""
        self._show(entries)
        self._name.setText(self.tr("{0} selected").format(len(entries)))
        self._place.setText("")
        self._one.hide()
        self._preview.hide()
        for part in (self.marks, self.note):
            part.show()

    def show_one(self, inspected: Inspected) -> None:
        entry = inspected.entry
        self._show((entry,))
        show_short(self._name, entry.file.rpartition("/")[2], PREVIEW_PX)
        of, run = inspected.run.request.count, inspected.run.number
        self._place.setText(self.tr("Variation {0} of {1}, run {2}").format(entry.index + 1, of, run))
        self.chain.show_chain(inspected.source, inspected.ancestors)
        self.children_.setVisible(inspected.children > 0)
        self.children_.setText(self.tr("Made from it: {0}").format(inspected.children))
        self.siblings.setVisible(inspected.siblings > 1)
        self.siblings.setText(self.tr("From the same picture: {0}").format(inspected.siblings))
        self.facts.show_facts(facts_of(entry, inspected.run, self.locale()))
        for part in (self._preview, self.marks, self.note, self._one):
            part.show()
        self._paint()

    def _show(self, entries: tuple[Entry, ...]) -> None:
        """A note that is being written goes to what it was written for."""
        others = [entry.id for entry in entries] != [entry.id for entry in self._shown]
        if others:
            self.write()
        self._shown = entries
        self.marks.show_marks(tuple(entry.marks for entry in entries))
        notes = {entry.marks.note for entry in entries}
        note = notes.pop() if len(notes) == 1 else ""
        if self.note.toPlainText() != note and (others or not self.note.hasFocus()):
            self.note.setPlainText(note)

    @Slot()
    def write(self) -> None:
        """What is in the note, if it was changed, to where it belongs."""
        text = self.note.toPlainText().strip()
        notes = {entry.marks.note for entry in self._shown}
        if self._shown and self.note.document().isModified() and notes != {text}:
            self.note.document().setModified(False)
            self.noted.emit(self._shown, text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.note and event.type() == QEvent.Type.FocusOut:
            self.write()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._paint()

    @Slot(object)
    def _on_loaded(self, sha256: str) -> None:
        if len(self._shown) == 1 and self._shown[0].sha256 == sha256:
            self._paint()

    def _paint(self) -> None:
        if len(self._shown) != 1:
            return
        entry, ratio = self._shown[0], self.devicePixelRatioF()
        key = ThumbnailKey(entry.sha256, round(PREVIEW_PX * ratio))
        found = self._thumbnails.pixmap(key, *self._paths(entry)) or self._thumbnails.any_size(entry.sha256)
        if found is None:
            self._preview.setPixmap(QPixmap())
            return
        size = QSize(PREVIEW_PX, PREVIEW_PX) * ratio
        kept, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        shown = found.scaled(size, kept, smooth)
        shown.setDevicePixelRatio(ratio)
        self._preview.setPixmap(shown)
