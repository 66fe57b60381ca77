"""A recipe that came with an exported picture: its source, crop and parameters are there again, and it is said."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from imgvar_desktop.bridge.bringing import SourceMissing
from imgvar_desktop.bridge.dropped import DroppedFile
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core.library import variation_name
from imgvar_desktop.core.recipe import Recipe, restored
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.message_bar import MessageAction
from imgvar_desktop.ui.sourcing import Sourcing


@dataclass(frozen=True, slots=True)
class UsePicture:
    """A message's button: the picture itself is to be the source."""

    path: Path


class Restoring(QObject):
    """GUI thread."""

    def __init__(self, window: MainWindow, sourcing: Sourcing, settings: SettingsKeeper) -> None:
        super().__init__(window)
        self._window = window
        self._sourcing = sourcing
        self._settings = settings
        sourcing.recipe_brought.connect(self._on_recipe)
        sourcing.source_missing.connect(self._on_missing)
        window.source.message.answered.connect(self._on_answered)

    @Slot(object, object)
    def _on_recipe(self, recipe: Recipe, picture: Path | None) -> None:
        """``picture``: the file that the recipe came in, when it is one that could be a source itself."""
        settings = self._settings.now
        self._settings.set(restored(settings, recipe))
        self._window.parameters.fill(self._settings.now)
        name = variation_name(recipe.request.source.name, recipe.run_number, recipe.index)
        text = self.tr("As it was for {0}: source, crop and parameters.").format(name)
        if all(service.id != recipe.request.service_id for service in settings.all_services):
            text += " " + self.tr("The service {0} is not set up here.").format(recipe.service_name)
        self._window.source.message.show_info(text, *self._offer(picture))

    @Slot(object)
    def _on_missing(self, error: SourceMissing) -> None:
        self._window.source.end_loading()
        self._window.source.message.show_warning(f"{error} {error.hint}", *self._offer(error.picture))

    def _offer(self, picture: Path | None) -> tuple[MessageAction, ...]:
        return () if picture is None else (MessageAction(self.tr("Use the picture itself"), UsePicture(picture)),)

    @Slot(object)
    def _on_answered(self, token: object) -> None:
        if isinstance(token, UsePicture):
            self._sourcing.open_many((DroppedFile(token.path, as_is=True),))
