"""Looking at variations and taking them along: the larger view, Copy, Show in folder."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QObject, Slot

from imgvar_desktop.bridge import desktop
from imgvar_desktop.bridge.gallery_model import GalleryModel
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.bridge.thumbnail_loader import ThumbnailLoader
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry, RunState
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.showing import Showing
from imgvar_desktop.ui.tile_delegate import EntryPaths


class Keeping(QObject):
    """GUI thread. Acts on the selection in the gallery, and on the one variation shown in the larger view."""

    def __init__(
        self,
        window: MainWindow,
        *,
        office: Office,
        model: GalleryModel,
        thumbnails: ThumbnailLoader,
        paths: EntryPaths,
        settings: SettingsKeeper,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._office = office
        self._model = model
        self._paths = paths
        self._settings = settings
        self._showing = Showing(window.viewer, office, thumbnails, paths)
        self._seen = ""
        self._asked: tuple[object, ...] = ()
        self._chosen: tuple[Entry, ...] = ()
        actions = window.actions_
        actions.show_in_folder.triggered.connect(self._on_show_in_folder)
        actions.select_all.triggered.connect(window.gallery.selectAll)
        actions.select_none.triggered.connect(window.gallery.clearSelection)
        actions.grid.triggered.connect(self._on_grid)
        actions.larger.triggered.connect(self._on_larger)
        window.gallery.opened.connect(self._on_opened)
        window.gallery.selectionModel().selectionChanged.connect(self.refresh)
        window.gallery.selectionModel().currentChanged.connect(self.refresh)
        model.rearranged.connect(self._on_rearranged)
        model.dataChanged.connect(self.refresh)
        window.viewer.closed.connect(self._on_grid)
        window.viewer.stepped.connect(self._on_stepped)
        self.refresh()

    @property
    def chosen(self) -> tuple[Entry, ...]:
        """What a command acts on, in the gallery's order. Worked out once for all who ask of the same selection."""
        if self._window.compare_shown:
            return self._window.compare.looked_at
        spans = tuple(self._window.gallery.selected_spans())
        current = self._window.gallery.currentIndex().row()
        asked = (self._model.revision, self._window.one_looked_at, current, spans)
        if asked != self._asked:
            self._asked, self._chosen = asked, self._found()
        return self._chosen

    def _found(self) -> tuple[Entry, ...]:
        if self._window.one_looked_at:
            rows: Sequence[int] = [self._window.gallery.currentIndex().row()]
        else:
            rows = self._window.gallery.selected_rows()
        entries = (self._model.tile(row).entry for row in rows if row >= 0)
        return tuple(entry for entry in entries if entry is not None)

    @Slot()
    def refresh(self) -> None:
        """Commands without anything to act on are grey; the status line counts."""
        actions = self._window.actions_
        count, total = len(self.chosen), self._model.rowCount()
        for action in (actions.save, actions.save_to, actions.export, actions.copy, actions.show_in_folder):
            action.setEnabled(count > 0)
        actions.save_as.setEnabled(count == 1)
        actions.preset_menu.setEnabled(count > 0)
        for action in actions.presets:
            action.setEnabled(count > 0)
        current = self._window.gallery.currentIndex()
        actions.larger.setEnabled(current.isValid() and self._model.tile(current.row()).entry is not None)
        actions.run_again.setEnabled(current.isValid())
        run = self._model.run_of(current.row()) if current.isValid() else None
        actions.marking.retry.setEnabled(run is not None and run.missing > 0 and run.state is not RunState.RUNNING)
        actions.select_all.setEnabled(total > 0 and not self._window.viewer_shown)
        actions.select_none.setEnabled(total > 0 and not self._window.viewer_shown)
        for action in (actions.zoom_in, actions.zoom_out):
            action.setEnabled(total > 0)
        actions.fit.setEnabled(self._window.viewer_shown)
        actions.exact.setEnabled(self._window.viewer_shown)
        if count and not self._window.viewer_shown:
            self._window.selected.setText(self.tr("{0} selected of {1}").format(count, total))
        else:
            self._window.selected.setText(_counted(total))

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self._window.message.show_error(str(error), hint=error.hint)

    @Slot()
    def _on_show_in_folder(self) -> None:
        if self.chosen:
            desktop.show_in_folder(self._paths(self.chosen[0])[1])

    # Looking closer

    @Slot()
    def _on_larger(self) -> None:
        self._on_opened(self._window.gallery.currentIndex().row())

    @Slot(object)
    def _on_opened(self, row: int) -> None:
        entry = self._model.tile(row).entry if row >= 0 else None
        if entry is None:
            return
        if not self._window.viewer_shown:
            self._window.viewer.fit()
        self._seen = entry.id
        self._showing.show(entry, self.tr("{0} of {1}").format(row + 1, self._model.rowCount()))
        self._window.show_viewer()
        self.refresh()

    @Slot(object)
    def _on_stepped(self, way: int) -> None:
        row = self._window.gallery.currentIndex().row() + way
        while 0 <= row < self._model.rowCount() and self._model.tile(row).entry is None:
            row += way
        if 0 <= row < self._model.rowCount():
            self._window.gallery.show_current(row)
            self._on_opened(row)

    @Slot()
    def _on_rearranged(self) -> None:
        """Where the image that is looked at was taken away, the next one takes its place."""
        row = self._window.gallery.currentIndex().row()
        if self._window.viewer_shown and self._model.row_of(self._seen) is None:
            self._on_opened(row) if row >= 0 else self._on_grid()
        self.refresh()

    @Slot()
    def _on_grid(self) -> None:
        self._window.show_gallery()
        self._window.gallery.scrollTo(self._window.gallery.currentIndex())
        self.refresh()


def _counted(total: int) -> str:
    if total == 1:
        return QCoreApplication.translate("Keeping", "1 variation")
    return QCoreApplication.translate("Keeping", "{0} variations").format(total) if total else ""
