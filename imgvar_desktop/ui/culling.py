"""Sorting out: flags, stars, labels and notes by key and menu, the trash, and undoing all of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QRect, Qt, Slot
from PySide6.QtWidgets import QMessageBox

from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.history import History
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry, Flag
from imgvar_desktop.core.marking import Marking, SetFlag, SetNote, marked, settled
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.mark_keys import MarkKeys
from imgvar_desktop.ui.marking_text import chip_text, marking_text, of_several
from imgvar_desktop.ui.tile_delegate import TileButton


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a toast's Undo is about."""

    entries: tuple[Entry, ...]
    steps: int
    """How many there were on the stack then."""


class Culling(QObject):
    """GUI thread. In the grid for the selection, in the larger view for the one image that is seen."""

    def __init__(
        self,
        window: MainWindow,
        *,
        history: History,
        catalogue: Catalogue,
        settings: SettingsKeeper,
        chosen: Callable[[], tuple[Entry, ...]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._history = history
        self._catalogue = catalogue
        self._settings = settings
        self._chosen = chosen
        self._noted: tuple[Entry, ...] = ()
        self._doubted: tuple[Entry, ...] = ()
        self._travelling = False
        self.keys = MarkKeys(window.actions_.marking)
        self._wire()
        self.refresh()
        self._show_steps()
        self._show_settings()

    def _wire(self) -> None:
        window, actions, stack = self._window, self._window.actions_.marking, self._history.stack
        self.keys.hear(Qt.Key.Key_R, window.actions_.crop)
        for place in (window.gallery, window.viewer):
            self.keys.watch(place)
        self.keys.marked.connect(self.mark)
        actions.asked.connect(self._on_asked)
        actions.pick_next.triggered.connect(self._on_pick_next)
        actions.note.triggered.connect(self._on_note)
        actions.trash.triggered.connect(self._on_trash)
        actions.put_back.triggered.connect(self._on_put_back)
        actions.undo.triggered.connect(self._on_undo)
        actions.redo.triggered.connect(self._on_redo)
        actions.auto_advance.triggered.connect(self._on_switched)
        actions.single_keys.triggered.connect(self._on_switched)
        stack.indexChanged.connect(self._show_steps)
        window.closing.connect(self._on_closing)
        window.gallery.tile_asked.connect(self._on_tile_asked)
        window.gallery.selectionModel().selectionChanged.connect(self.refresh)
        window.gallery.selectionModel().currentChanged.connect(self.refresh)
        window.pages_changed.connect(self.refresh)
        window.note.written.connect(self._on_written)
        window.inspector.noted.connect(self._on_noted)
        window.toast.answered.connect(self._on_toast_answered)
        self._history.done.connect(self._on_done)
        self._history.refused.connect(self._on_refused)
        self._settings.changed.connect(self._show_settings)

    @Slot()
    def refresh(self) -> None:
        """What can be done now."""
        actions, chosen = self._window.actions_.marking, self._chosen()
        kept = any(entry.kept for entry in chosen)
        for action in (*actions.markings.values(), actions.pick_next, actions.note, actions.trash):
            action.setEnabled(kept)
        actions.vary.setEnabled(len(chosen) == 1)
        actions.put_back.setEnabled(any(entry.trashed_at is not None for entry in chosen))

    @Slot()
    def _show_steps(self) -> None:
        """What undoing would undo."""
        actions, stack = self._window.actions_.marking, self._history.stack
        actions.undo.setEnabled(stack.canUndo())
        actions.redo.setEnabled(stack.canRedo())
        actions.undo.setText(self.tr("&Undo {0}").format(stack.undoText()).rstrip())
        actions.redo.setText(self.tr("&Redo {0}").format(stack.redoText()).rstrip())

    @Slot()
    def _on_closing(self) -> None:
        # A stack that is taken down empties itself, and would tell of it when it can no longer be asked.
        self._history.stack.indexChanged.disconnect(self._show_steps)

    # Marks

    @Slot(object, object)
    def mark(self, marking: Marking, advance: bool = False) -> None:  # two slots in one: menus say nothing of going on
        """All that is chosen. ``advance``: on to the next image, as with the switch in the menu."""
        entries = tuple(entry for entry in self._chosen() if entry.kept)
        if not entries:
            return
        before = self._current_key()
        self._apply(entries, marking)
        if self._window.one_looked_at:
            self._window.toast.say(chip_text(settled(marking, [entry.marks for entry in entries])))
        # Where a filter took the image away, the next one is here already.
        if self._window.compare_shown:
            return  # there the arrows bring the next one
        if (advance or self._settings.now.auto_advance) and len(entries) == 1 and self._current_key() == before:
            self._step()

    def _apply(self, entries: Sequence[Entry], marking: Marking) -> None:
        meant = settled(marking, [entry.marks for entry in entries])
        name = of_several(marking_text(meant), len(entries))
        self._history.mark(entries, lambda marks: marked(marks, meant), name)

    def _step(self) -> None:
        if self._window.viewer_shown:
            self._window.viewer.stepped.emit(1)
        else:
            self._window.gallery.step(1)

    def _current_key(self) -> str:
        index = self._window.gallery.currentIndex()
        return self._window.gallery.model().tile(index.row()).key if index.isValid() else ""

    @Slot(object)
    def _on_asked(self, marking: Marking) -> None:
        self.mark(marking)

    @Slot()
    def _on_pick_next(self) -> None:
        self.mark(SetFlag(Flag.PICK), advance=True)

    @Slot(object, object)
    def _on_tile_asked(self, button: TileButton, row: int) -> None:
        """A button on a tile is for that tile, whatever is selected."""
        entry = self._window.gallery.model().tile(row).entry
        if button is TileButton.PICK and entry is not None:
            flag = Flag.NONE if entry.marks.flag is Flag.PICK else Flag.PICK
            self._apply([entry], SetFlag(flag))
        elif button is TileButton.SAVE:
            self._window.gallery.show_current(row)
            self._window.actions_.save.trigger()

    @Slot()
    def _on_note(self) -> None:
        self._noted = tuple(entry for entry in self._chosen() if entry.kept)
        if not self._noted:
            return
        notes = {entry.marks.note for entry in self._noted}
        several = len(self._noted) > 1
        hint = self.tr("A note for these {0}").format(len(self._noted)) if several else self.tr("A note")
        self._window.note.edit(notes.pop() if len(notes) == 1 else "", hint, self._place_of_note())

    def _place_of_note(self) -> QRect:
        """In the centre pane's own coordinates."""
        gallery, centre = self._window.gallery, self._window.note.parentWidget()
        assert centre is not None
        if self._window.viewer_shown:
            return QRect(centre.rect())
        rect = gallery.visualRect(gallery.currentIndex()).intersected(gallery.viewport().rect())
        return QRect(gallery.viewport().mapTo(centre, rect.topLeft()), rect.size())

    @Slot(object)
    def _on_written(self, text: str) -> None:
        now = self._catalogue.entries(entry.id for entry in self._noted)
        self._apply(now, SetNote(text))

    @Slot(object, object)
    def _on_noted(self, entries: tuple[Entry, ...], text: str) -> None:
        """For those that it was written for, wherever one looks by now."""
        now = [entry for entry in self._catalogue.entries(entry.id for entry in entries) if entry.kept]
        if now:
            self._apply(now, SetNote(text))

    # The trash

    @Slot()
    def _on_trash(self) -> None:
        entries = tuple(entry for entry in self._chosen() if entry.kept)
        if not entries:
            return
        picked = any(entry.marks.flag is Flag.PICK for entry in entries)
        parents = any(self._catalogue.shelf.has_children(entry) for entry in entries)
        if picked or parents:
            self._doubted = entries
            self._ask(picked=picked)
        else:
            self._trash(entries)

    def _ask(self, *, picked: bool) -> None:
        box = QMessageBox(self._window)
        box.setObjectName("deleteBox")
        box.setIcon(QMessageBox.Icon.Question)
        count = len(self._doubted)
        box.setText(self.tr("Delete this image?") if count == 1 else self.tr("Delete {0} images?").format(count))
        reason = self.tr("You picked some of it.") if picked else self.tr("Other variations were made from it.")
        box.setInformativeText(reason + " " + self.tr("It stays in the trash for 30 days."))
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(delete)
        delete.clicked.connect(self._on_delete_confirmed)
        box.finished.connect(box.deleteLater)
        box.open()

    @Slot()
    def _on_delete_confirmed(self) -> None:
        self._trash(self._catalogue.entries(entry.id for entry in self._doubted))

    def _trash(self, entries: tuple[Entry, ...]) -> None:
        self._history.trash(entries, of_several(self.tr("Delete"), len(entries)))
        count = len(entries)
        one, several = self.tr("1 image is in the trash"), self.tr("{0} images are in the trash")
        text = one if count == 1 else several.format(count)
        self._window.toast.offer(text, self.tr("Undo"), Deleted(entries, self._history.stack.index()))

    @Slot()
    def _on_put_back(self) -> None:
        entries = tuple(entry for entry in self._chosen() if entry.trashed_at is not None)
        if entries:
            self._history.put_back(entries, of_several(self.tr("Put back"), len(entries)))
            self._window.toast.say(self.tr("{0} back in the gallery").format(len(entries)))

    @Slot(object)
    def _on_toast_answered(self, token: object) -> None:
        if not isinstance(token, Deleted):
            return
        if self._history.stack.index() == token.steps:
            self._on_undo()
        else:
            now = self._catalogue.entries(entry.id for entry in token.entries)
            self._history.put_back(now, of_several(self.tr("Put back"), len(now)))

    # Back and forth

    @Slot()
    def _on_undo(self) -> None:
        self._travel(self._history.stack.undo, self.tr("Undone: {0}").format(self._history.stack.undoText()))

    @Slot()
    def _on_redo(self) -> None:
        self._travel(self._history.stack.redo, self.tr("Redone: {0}").format(self._history.stack.redoText()))

    def _travel(self, way: Callable[[], None], text: str) -> None:
        self._travelling = True
        try:
            way()
        finally:
            self._travelling = False
        self._window.toast.say(text)

    @Slot(object)
    def _on_done(self, entry_ids: tuple[str, ...]) -> None:
        """What was undone is shown, and selected, so that one sees what came of it."""
        if self._travelling and not self._window.viewer_shown:
            self._window.gallery.select_keys(list(entry_ids))
        self.refresh()

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self._window.message.show_error(str(error), hint=error.hint)

    # Settings

    @Slot()
    def _on_switched(self) -> None:
        actions = self._window.actions_.marking
        advance, keys = actions.auto_advance.isChecked(), actions.single_keys.isChecked()
        self._settings.set(replace(self._settings.now, auto_advance=advance, single_keys=keys))

    @Slot()
    def _show_settings(self) -> None:
        actions, now = self._window.actions_.marking, self._settings.now
        actions.auto_advance.setChecked(now.auto_advance)
        actions.single_keys.setChecked(now.single_keys)
        actions.show_hints(on=now.single_keys)
        self.keys.single_keys = now.single_keys
