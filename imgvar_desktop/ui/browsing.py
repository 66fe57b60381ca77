"""Which images are shown and how: filters, words, order, sections, the trash."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMessageBox

from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.gallery_model import GalleryModel
from imgvar_desktop.bridge.office import LibraryContents, Office
from imgvar_desktop.bridge.purging import Purged
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core.arrangement import Lens
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.filters import Filter, Grouping, Order
from imgvar_desktop.core.library import Entry
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.marking_actions import check
from imgvar_desktop.ui.no_match import NoMatch
from imgvar_desktop.ui.section_header import HeaderPart


class Browsing(QObject):
    """GUI thread. What is chosen is shown at once, kept in the settings, and there again at the next start."""

    def __init__(
        self,
        window: MainWindow,
        *,
        office: Office,
        model: GalleryModel,
        settings: SettingsKeeper,
        empty_trash: Callable[[], Call],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._office = office
        self._model = model
        self._settings = settings
        self._empty_trash = empty_trash
        self._search: Call | None = None
        self._no_match = NoMatch(window.gallery.viewport())
        window.filters.menu.current = self._current
        model.look(lens_of(settings.now))
        self._wire()
        self._show_lens()
        self._show_settings()

    def _wire(self) -> None:
        window, actions = self._window, self._window.actions_.marking
        window.filters.chosen.connect(self.filter)
        window.filters.left.connect(self._on_search_left)
        window.trash.put_back_asked.connect(actions.put_back.trigger)
        window.trash.empty_asked.connect(self._on_empty_trash)
        window.trash.closed.connect(self._on_gallery)
        self._no_match.cleared.connect(window.filters.clear)
        self._no_match.cleared.connect(window.gallery.setFocus)
        actions.filter_bar.triggered.connect(self._on_filter_bar)
        actions.clear_filters.triggered.connect(window.filters.clear)
        actions.search.triggered.connect(self._on_search)
        actions.show_trash.triggered.connect(self._on_show_trash)
        actions.empty_trash.triggered.connect(self._on_empty_trash)
        actions.fold.triggered.connect(self._on_fold)
        actions.fold_all.triggered.connect(self._model.fold_all)
        actions.select_section.triggered.connect(self._on_select_section)
        actions.orders.triggered.connect(self._on_order)
        actions.groupings.triggered.connect(self._on_grouping)
        self._model.lens_changed.connect(self._show_lens)
        self._model.rearranged.connect(self._show_counts)
        window.gallery.selectionModel().selectionChanged.connect(self._show_counts)
        self._settings.changed.connect(self._show_settings)
        window.closing.connect(self._on_closing)

    def take_over(self, contents: LibraryContents) -> None:
        """The library's contents at the start, as the lens of the settings shows them."""
        untouched = self._model.catalogue.fill(contents.shelf)
        now = replace(self._model.lens, filter=replace(self._model.lens.filter, found=contents.lens.filter.found))
        self._model.look(now, contents.arrangement if untouched and now == contents.lens else None)
        self._show_lens()
        self._window.gallery.show_at_top(self._settings.now.gallery_at)

    @Slot(object)
    def filter(self, wanted: Filter) -> None:
        """``wanted`` from here on; its words are looked up in the library, and the newest answer counts."""
        before = self._model.lens.filter
        if wanted.text != before.text and wanted.text:
            # Until the answer is there, what the words before it found stays: nothing flickers while one types.
            self._look(replace(wanted, found=before.found))
            self._ask(wanted.text)
        else:
            if not wanted.text:
                self._forget_search()
            self._look(replace(wanted, found=before.found if wanted.text else None))

    def _ask(self, text: str) -> None:
        self._forget_search()
        self._search = self._office.search(text)
        self._search.succeeded.connect(self._on_found)
        self._search.failed.connect(self._on_refused)

    def _forget_search(self) -> None:
        if self._search is not None:
            self._search.cancel()
            self._search = None

    @Slot(object)
    def _on_found(self, ids: frozenset[str]) -> None:
        if self.sender() is self._search:
            self._search = None
            self._look(replace(self._model.lens.filter, found=ids))

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self._window.message.show_error(str(error), hint=error.hint)

    def _look(self, filter_: Filter) -> None:
        self._model.look(replace(self._model.lens, filter=filter_))
        self._keep()

    def _keep(self) -> None:
        lens = self._model.lens
        kept = replace(lens.filter, found=None)
        self._settings.set(replace(self._settings.now, filter=kept, order=lens.order, grouping=lens.grouping))

    # What is seen of it

    @Slot()
    def _show_lens(self) -> None:
        lens, actions = self._model.lens, self._window.actions_.marking
        check(actions.orders, lens.order.value)
        check(actions.groupings, lens.grouping.value)
        actions.show_trash.setChecked(lens.trash)
        actions.clear_filters.setEnabled(not lens.filter.open)
        self._window.filters.show_filter(lens.filter)
        self._window.trash.setVisible(lens.trash)
        self._show_counts()

    @Slot()
    def _show_counts(self) -> None:
        lens, total = self._model.lens, self._model.rowCount()
        self._no_match.show_if(needed=not self._model.sections and not lens.filter.open)
        if lens.trash:
            self._window.trash.show_counts(total, len(self._window.gallery.selectionModel().selectedIndexes()))

    @Slot()
    def _show_settings(self) -> None:
        shown = self._settings.now.filter_bar_shown
        self._window.filters.set_open(shown)
        self._window.actions_.marking.filter_bar.setChecked(shown)

    def _current(self) -> Entry | None:
        row = self._window.gallery.currentIndex().row()
        return self._model.tile(row).entry if row >= 0 else None

    # Commands

    @Slot()
    def _on_filter_bar(self) -> None:
        self._settings.set(replace(self._settings.now, filter_bar_shown=not self._window.filters.is_open))

    @Slot()
    def _on_search(self) -> None:
        self._settings.set(replace(self._settings.now, filter_bar_shown=True))
        self._window.show_gallery()
        self._window.filters.search()

    @Slot()
    def _on_search_left(self) -> None:
        self._window.gallery.setFocus()
        if not self._window.gallery.currentIndex().isValid() and self._model.rowCount():
            self._window.gallery.show_current(0)

    @Slot(QAction)
    def _on_order(self, action: QAction) -> None:
        self._model.look(replace(self._model.lens, order=Order(action.data())))
        self._keep()

    @Slot(QAction)
    def _on_grouping(self, action: QAction) -> None:
        self._model.look(replace(self._model.lens, grouping=Grouping(action.data())))
        self._keep()

    @Slot()
    def _on_fold(self) -> None:
        place = self._place()
        if place is not None:
            self._model.fold(place)

    @Slot()
    def _on_select_section(self) -> None:
        place = self._place()
        if place is not None:
            self._window.gallery.press_header(place, HeaderPart.SELECT_ALL)

    def _place(self) -> int | None:
        """Of the section that the keyboard is in; with nothing to be in, of the first one."""
        row = self._window.gallery.currentIndex().row()
        if row >= 0:
            return self._model.place_of(row)
        return 0 if self._model.sections else None

    @Slot()
    def _on_closing(self) -> None:
        self._settings.set(replace(self._settings.now, gallery_at=self._window.gallery.top_key()))

    # The trash

    @Slot()
    def _on_show_trash(self) -> None:
        self._window.show_gallery()
        self._model.look(replace(self._model.lens, trash=not self._model.lens.trash))

    @Slot()
    def _on_gallery(self) -> None:
        self._model.look(replace(self._model.lens, trash=False))

    @Slot()
    def _on_empty_trash(self) -> None:
        tiles = self._model.catalogue.shelf.tiles
        count = sum(t.entry is not None and t.entry.trashed_at is not None and not t.entry.purged for t in tiles)
        if not count:
            self._window.toast.say(self.tr("The trash is empty"))
            return
        box = QMessageBox(self._window)
        box.setObjectName("emptyTrashBox")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(self.tr("Empty the trash?"))
        several = self.tr("{0} images leave the library. Their files go to the trash of this computer.")
        one = self.tr("1 image leaves the library. Its file goes to the trash of this computer.")
        box.setInformativeText(one if count == 1 else several.format(count))
        empty = box.addButton(self.tr("Empty trash"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        empty.clicked.connect(self._on_empty_confirmed)
        box.finished.connect(box.deleteLater)
        box.open()

    @Slot()
    def _on_empty_confirmed(self) -> None:
        call = self._empty_trash()
        call.succeeded.connect(self._on_emptied)
        call.failed.connect(self._on_refused)

    @Slot(object)
    def _on_emptied(self, purged: Purged) -> None:
        self._model.catalogue.change(purged.gone)
        if purged.refused:
            text = self.tr("{0} images stay in the trash: their disk has no trash of its own.")
            self._window.message.show_warning(text.format(len(purged.refused)))
        elif purged.gone:
            self._window.toast.say(self.tr("The trash is empty"))


def lens_of(settings: Settings) -> Lens:
    return Lens(settings.filter, settings.order, settings.grouping)
