"""Variations of a variation: made at once with what is set, or taken to the crop first; and the ways of a family."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from imgvar_desktop.bridge.bringing import LoadedPicture
from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.dropped import DroppedFile
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.running import requests_of
from imgvar_desktop.ui.second_thought import SecondThought
from imgvar_desktop.ui.source_panel import CroppedSource
from imgvar_desktop.ui.sourcing import Sourcing
from imgvar_desktop.ui.tile_delegate import EntryPaths, TileButton


class Varying(QObject):
    """GUI thread. Who was made from whom needs no writing down: the bytes say it (core/lineage.py)."""

    def __init__(
        self,
        window: MainWindow,
        *,
        office: Office,
        settings: SettingsKeeper,
        sourcing: Sourcing,
        second_thought: SecondThought,
        catalogue: Catalogue,
        paths: EntryPaths,
        chosen: Callable[[], tuple[Entry, ...]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._office = office
        self._settings = settings
        self._sourcing = sourcing
        self._second_thought = second_thought
        self._catalogue = catalogue
        self._paths = paths
        self._chosen = chosen
        actions = window.actions_
        actions.marking.vary.triggered.connect(self._on_vary)
        actions.marking.vary_crop.triggered.connect(self._on_vary_crop)
        actions.lineage.parent_.triggered.connect(self._on_parent)
        actions.lineage.children_.triggered.connect(self._on_children)
        actions.lineage.siblings.triggered.connect(self._on_siblings)
        window.gallery.tile_asked.connect(self._on_tile_asked)
        window.gallery.selectionModel().currentChanged.connect(self.refresh)
        window.gallery.selectionModel().selectionChanged.connect(self.refresh)
        catalogue.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """What the chosen one's family allows."""
        actions, lineage = self._window.actions_.lineage, self._catalogue.shelf.lineage
        one = self._chosen()[0] if len(self._chosen()) == 1 else None
        self._window.actions_.marking.vary_crop.setEnabled(one is not None)
        actions.parent_.setEnabled(one is not None and lineage.parent(one) is not None)
        actions.children_.setEnabled(one is not None and bool(lineage.children(one)))
        actions.siblings.setEnabled(one is not None and len(lineage.siblings(one)) > 1)

    def vary(self, entry: Entry) -> None:
        """With what is set now, of the whole image."""
        call = self._office.open(DroppedFile(self._file(entry)))
        call.succeeded.connect(self._on_loaded)
        call.failed.connect(self._on_refused)

    def show(self, entries: tuple[Entry, ...]) -> None:
        """Selects them in the grid; those that a filter hides are shown without it."""
        self._window.show_gallery()
        keys = [entry.id for entry in entries]
        model = self._window.gallery.model()
        if any(model.row_of(key) is None for key in keys):
            self._window.actions_.marking.clear_filters.trigger()
        self._window.gallery.select_keys(keys)
        self._window.gallery.setFocus()

    def _file(self, entry: Entry) -> Path:
        return self._paths(entry)[1]

    @Slot()
    def _on_vary(self) -> None:
        if len(self._chosen()) == 1:
            self.vary(self._chosen()[0])

    @Slot(object, object)
    def _on_tile_asked(self, button: TileButton, row: int) -> None:
        entry = self._window.gallery.model().tile(row).entry
        if button is TileButton.VARY and entry is not None:
            self.vary(entry)

    @Slot(object)
    def _on_loaded(self, picture: LoadedPicture) -> None:
        settings = self._settings.now
        refusal = self._window.parameters.refusal(settings.service)
        if refusal:
            self._window.message.show_error(refusal)
            return
        requests = requests_of(settings, CroppedSource(picture.source, picture.framing))
        self._second_thought.submit(requests, settings.service)

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self._window.message.show_error(str(error), hint=error.hint)

    @Slot()
    def _on_vary_crop(self) -> None:
        if len(self._chosen()) == 1:
            self._sourcing.open_file(self._file(self._chosen()[0]))

    # The family

    @Slot()
    def _on_parent(self) -> None:
        (entry,) = self._chosen()
        parent = self._catalogue.shelf.lineage.parent(entry)
        if parent is not None and parent.kept:
            self.show((parent,))
        elif parent is not None:
            self._window.toast.say(self.tr("It is in the trash, or gone"))

    @Slot()
    def _on_children(self) -> None:
        (entry,) = self._chosen()
        self.show(self._catalogue.shelf.lineage.children(entry))

    @Slot()
    def _on_siblings(self) -> None:
        (entry,) = self._chosen()
        self.show(self._catalogue.shelf.lineage.siblings(entry))
