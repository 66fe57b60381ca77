"""Comparing: a keeper and its challengers, a survey of a few, and any variation beside what it was made from."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSizeF, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPixmap

from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.bridge.thumbnail_loader import ThumbnailLoader
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry, Flag
from imgvar_desktop.core.marking import Marking, SetFlag
from imgvar_desktop.core.services import ON_DEVICE
from imgvar_desktop.ui.compare_view import CompareView, Pane
from imgvar_desktop.ui.inspector_text import differences
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.mark_keys import MarkKeys
from imgvar_desktop.ui.pane_reader import PaneReader
from imgvar_desktop.ui.tile_delegate import EntryPaths

MOST: Final = 12
"""More images at once would be no larger than their tiles."""


class Comparing(QObject):
    """GUI thread. The gallery's current tile is the pane with the focus, so that every command is about that one."""

    def __init__(
        self,
        window: MainWindow,
        *,
        office: Office,
        catalogue: Catalogue,
        settings: SettingsKeeper,
        thumbnails: ThumbnailLoader,
        paths: EntryPaths,
        keys: MarkKeys,
        marked: Callable[[Marking], None],
    ) -> None:
        """``keys``: those of culling, which the view is to hear; ``marked``: marks the current one."""
        super().__init__(window)
        self._window = window
        self._catalogue = catalogue
        self._settings = settings
        self._thumbnails = thumbnails
        self._keys = keys
        self._marked = marked
        self._candidates: list[str] = []
        """Entry ids, in the gallery's order: whom the arrows lead through."""
        self._wired = False
        self._reader = PaneReader(office, paths, self)
        self._reader.refused.connect(self._on_refused)
        actions = window.actions_.comparing
        actions.compare.triggered.connect(self._on_compare)
        actions.survey.triggered.connect(self._on_survey)
        actions.with_source.triggered.connect(self._on_with_source)
        for key, action in (
            (Qt.Key.Key_C, actions.compare),
            (Qt.Key.Key_N, actions.survey),
            (Qt.Key.Key_Y, actions.with_source),
        ):
            keys.hear(key, action)
        catalogue.changed.connect(self._on_changed)
        window.pages_changed.connect(self._on_page)
        # A place that waited is filled, or the library is there: what could not be compared can be now.
        for told in (catalogue.filled, catalogue.arrived, catalogue.closed):
            told.connect(self.refresh)
        settings.changed.connect(self._show_settings)
        selection = window.gallery.selectionModel()
        selection.selectionChanged.connect(self.refresh)
        selection.currentChanged.connect(self.refresh)
        self.refresh()

    @property
    def view(self) -> CompareView:
        return self._window.compare

    @Slot()
    def refresh(self) -> None:
        actions, count = self._window.actions_.comparing, len(self._selected())
        current = self._current()
        actions.compare.setEnabled(current is not None and self._window.gallery.model().rowCount() > 1)
        actions.survey.setEnabled(count >= 2)
        actions.with_source.setEnabled(current is not None)

    def _selected(self) -> list[Entry]:
        model = self._window.gallery.model()
        entries = (model.tile(row).entry for row in self._window.gallery.selected_rows())
        return [entry for entry in entries if entry is not None]

    def _current(self) -> Entry | None:
        index = self._window.gallery.currentIndex()
        return self._window.gallery.model().tile(index.row()).entry if index.isValid() else None

    # The three ways in

    @Slot()
    def _on_compare(self) -> None:
        """Of several selected ones the first two; of one, that and the next."""
        selected = self._selected()
        model = self._window.gallery.model()
        if len(selected) > 1:
            entries = selected
        else:
            tiles = (model.tile(row).entry for row in range(model.rowCount()))
            entries = [entry for entry in tiles if entry is not None]
        current = self._current()
        if current is None or len(entries) < 2:
            return
        self._candidates = [entry.id for entry in entries]
        keeper = current if len(selected) <= 1 else selected[0]
        challenger = self._neighbour(keeper.id, 1, without=keeper.id)
        if challenger is not None:
            self._show((keeper, challenger), focus=1)

    @Slot()
    def _on_survey(self) -> None:
        entries = self._selected()[:MOST]
        if len(entries) >= 2:
            self._candidates = []
            self._show(tuple(entries), survey=True, focus=0)

    @Slot()
    def _on_with_source(self) -> None:
        entry = self._current()
        if entry is None:
            return
        run = self._catalogue.shelf.runs[entry.run_id]
        self._candidates = []
        self._enter()
        crop = Pane(self.tr("Source"), None, QSizeF(entry.width, entry.height), QPixmap())
        self.view.focus_place = 1
        self._put((crop, self._pane(entry)), survey=False)
        self._read()
        profile = next((s for s in self._settings.now.all_services if s.id == run.request.service_id), ON_DEVICE)
        self._reader.want_crop(run.request, profile)

    # What is shown

    def _show(self, entries: tuple[Entry, ...], *, focus: int, survey: bool = False) -> None:
        self._enter()
        self.view.focus_place = focus
        self._put(tuple(map(self._pane, entries)), survey=survey)
        self._read()

    def _enter(self) -> None:
        if self._window.compare_shown:
            return
        if not self._wired:  # it is made at its first use
            self._wired = True
            self._wire(self.view)
        self._window.show_compare()
        self.view.fit()
        self._show_settings()

    def _wire(self, view: CompareView) -> None:
        self._reader.read.connect(view.show_image)
        view.closed.connect(self._on_closed)
        view.focused.connect(self._on_focused)
        view.stepped.connect(self._on_stepped)
        view.promoted.connect(self._on_promoted)
        view.rejected.connect(self._on_rejected)
        view.dropped.connect(self._on_dropped)
        self._keys.watch(view)
        view.installEventFilter(self)  # the last one is the first to hear: in a survey X drops and rejects nothing

    def _put(self, panes: tuple[Pane, ...], *, survey: bool) -> None:
        self.view.show_panes(panes, survey=survey, note=self._note(panes))
        self._on_focused()

    def _note(self, panes: tuple[Pane, ...]) -> str:
        entries = [pane.entry for pane in panes if pane.entry is not None]
        return differences(entries, self._catalogue.shelf.runs, self.view.locale()) if len(entries) == 2 else ""

    def _pane(self, entry: Entry) -> Pane:
        """One that is seen already stays as it is."""
        seen = next((pane for pane in self.view.panes if pane.id == entry.id), None)
        if seen is not None:
            return replace(seen, entry=entry)
        standin = self._thumbnails.any_size(entry.sha256) or QPixmap()
        return Pane(entry.file.rpartition("/")[2], entry, QSizeF(entry.width, entry.height), standin)

    def _read(self) -> None:
        """The pixels of all that is shown and not there yet."""
        missing = {pane.id: pane.entry for pane in self.view.panes if not pane.complete}
        self._reader.want({pane_id: entry for pane_id, entry in missing.items() if entry is not None})

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self._window.message.show_error(str(error), hint=error.hint)

    @Slot()
    def _on_page(self) -> None:
        """Who leaves, by whatever way, leaves no pixels behind."""
        if self._wired and not self._window.compare_shown:
            self.view.show_panes((), survey=False)
            self._read()

    @Slot(object)
    def _on_changed(self, entries: tuple[Entry, ...]) -> None:
        """Marks show at once; who went to the trash goes from here too."""
        if not self._window.compare_shown:
            return
        now = {entry.id: entry for entry in entries}
        panes = tuple(
            replace(pane, entry=now[pane.entry.id]) if pane.entry is not None and pane.entry.id in now else pane
            for pane in self.view.panes
        )
        kept = tuple(pane for pane in panes if pane.entry is None or pane.entry.kept)
        if len(kept) < 2:
            self._on_closed()
        elif panes != self.view.panes:
            self._put(kept, survey=self.view.survey)

    # Keeper and challenger

    def _entries(self) -> list[Entry]:
        return [pane.entry for pane in self.view.panes if pane.entry is not None]

    def _neighbour(self, entry_id: str, way: int, *, without: str) -> Entry | None:
        """The next one that is still there, round and round."""
        ids = self._candidates
        if entry_id not in ids:
            return None
        at = ids.index(entry_id)
        for step in range(1, len(ids)):
            found = self._catalogue.shelf.entry(ids[(at + way * step) % len(ids)])
            if found is not None and found.kept and found.id != without:
                return found
        return None

    @Slot(object)
    def _on_stepped(self, way: int) -> None:
        entries = self._entries()
        if len(entries) == 2:
            keeper, challenger = entries
            following = self._neighbour(challenger.id, way, without=keeper.id)
            if following is not None:
                self._show((keeper, following), focus=1)

    @Slot()
    def _on_promoted(self) -> None:
        entries = self._entries()
        if len(entries) == 2:
            _, challenger = entries
            following = self._neighbour(challenger.id, 1, without=challenger.id)
            if following is not None:
                self._show((challenger, following), focus=1)

    @Slot()
    def _on_rejected(self) -> None:
        if len(self._entries()) == 2:
            self.view.set_focus_place(1)
            self._marked(SetFlag(Flag.REJECT))
            self._on_stepped(1)

    @Slot(object)
    def _on_dropped(self, place: int) -> None:
        panes = self.view.panes[:place] + self.view.panes[place + 1 :]
        if len(panes) >= 2:
            self._put(panes, survey=True)
        else:
            self._on_closed()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.view
            and self.view.survey
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_X
            and not event.modifiers()
        ):
            self.view.dropped.emit(self.view.focus_place)
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _on_focused(self) -> None:
        """Without touching the selection: one comes back to it."""
        pane = self.view.panes[self.view.focus_place] if self.view.panes else None
        row = None if pane is None or pane.entry is None else self._window.gallery.model().row_of(pane.entry.id)
        if row is not None:
            self._window.gallery.make_current(row)
        else:  # a filter hides it: nobody hears of it from the gallery
            self._window.pages_changed.emit()

    @Slot()
    def _on_closed(self) -> None:
        self._window.show_gallery()
        self._window.gallery.scrollTo(self._window.gallery.currentIndex())

    @Slot()
    def _show_settings(self) -> None:
        if self._wired:
            self.view.surround = self._settings.now.surround
            self.view.update()
