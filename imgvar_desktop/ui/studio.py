"""The window at work: its three trades, its settings and its looks, wired once."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu

from imgvar_desktop.bridge.crash_reporter import Crash, CrashReporter
from imgvar_desktop.bridge.crop_model import CropModel
from imgvar_desktop.bridge.dropped import DroppedFile
from imgvar_desktop.bridge.film_model import FilmModel
from imgvar_desktop.bridge.gallery_model import GalleryModel
from imgvar_desktop.bridge.history import History
from imgvar_desktop.bridge.library_desk import LibraryDesk
from imgvar_desktop.bridge.office import LibraryContents, Office
from imgvar_desktop.bridge.run_queue import RunQueue
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.bridge.thumbnail_loader import ThumbnailLoader
from imgvar_desktop.core.appearance import Theme
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.core.opening import OpenRequest
from imgvar_desktop.core.shelf import Shelf
from imgvar_desktop.ui.actions import TILE_SIZES_PX
from imgvar_desktop.ui.browsing import Browsing
from imgvar_desktop.ui.comparing import Comparing
from imgvar_desktop.ui.culling import Culling
from imgvar_desktop.ui.filming import Filming
from imgvar_desktop.ui.held_images import HeldImages
from imgvar_desktop.ui.inspecting import Inspecting
from imgvar_desktop.ui.keeping import Keeping
from imgvar_desktop.ui.library_at_start import LibraryAtStart
from imgvar_desktop.ui.looking_after import LookingAfter
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.message_bar import MessageAction
from imgvar_desktop.ui.restoring import Restoring
from imgvar_desktop.ui.running import Running, size_of
from imgvar_desktop.ui.saving import Saving
from imgvar_desktop.ui.second_viewer import SecondViewer
from imgvar_desktop.ui.sending import Sending
from imgvar_desktop.ui.setting_up import SettingUp
from imgvar_desktop.ui.sheet_answers import SheetAnswers
from imgvar_desktop.ui.source_thumbnails import SourceThumbnails
from imgvar_desktop.ui.sourcing import Sourcing
from imgvar_desktop.ui.taking_along import TakingAlong
from imgvar_desktop.ui.theme import ThemeKeeper
from imgvar_desktop.ui.tile_delegate import EntryPaths
from imgvar_desktop.ui.varying import Varying
from imgvar_desktop.ui.viewer import STEP


class Studio(QObject):
    """GUI thread. Made by the composition root with everything that outlives it."""

    def __init__(
        self,
        *,
        window: MainWindow,
        office: Office,
        desk: LibraryDesk,
        queue: RunQueue,
        model: GalleryModel,
        history: History,
        thumbnails: ThumbnailLoader,
        paths: EntryPaths,
        settings: SettingsKeeper,
        themes: ThemeKeeper,
        crashes: CrashReporter,
    ) -> None:
        super().__init__()
        self.crop = CropModel(self)
        self.film = FilmModel(self)
        self.window = window
        window.fill(model=model, crop=self.crop, film=self.film, thumbnails=thumbnails, paths=paths)
        self._office = office
        self._model = model
        self._settings = settings
        self._themes = themes
        self.window.parameters.fill(settings.now)
        self.sourcing = Sourcing(self.window, office, settings)
        self.restoring = Restoring(self.window, self.sourcing, settings)
        self.filming = Filming(self.window, office, self.film, self.sourcing)
        self.setting_up = SettingUp(self.window, office, settings, themes)
        self.running = Running(self.window, queue, model, settings)
        self.sending = Sending(self.window, office, settings, self.running.requests)
        self.keeping = Keeping(
            self.window, office=office, model=model, thumbnails=thumbnails, paths=paths, settings=settings
        )
        self.saving = Saving(
            self.window, office=office, settings=settings, keeping=self.keeping, catalogue=model.catalogue
        )
        self.taking_along = TakingAlong(
            self.window,
            office=office,
            settings=settings,
            keeping=self.keeping,
            catalogue=model.catalogue,
            thumbnails=thumbnails,
            paths=paths,
        )
        self.answers = SheetAnswers(self.window, office)
        self.browsing = Browsing(
            self.window, office=office, model=model, settings=settings, empty_trash=desk.empty_trash
        )
        self.culling = Culling(
            self.window, history=history, catalogue=model.catalogue, settings=settings, chosen=self._chosen
        )
        self.varying = Varying(
            self.window,
            office=office,
            settings=settings,
            sourcing=self.sourcing,
            second_thought=self.running.second_thought,
            catalogue=model.catalogue,
            paths=paths,
            chosen=self._chosen,
        )
        self.second_viewer = SecondViewer(
            self.window,
            office=office,
            thumbnails=thumbnails,
            paths=paths,
            settings=settings,
            hear_keys=self.culling.keys.watch,
        )
        self.comparing = Comparing(
            self.window,
            office=office,
            catalogue=model.catalogue,
            settings=settings,
            thumbnails=thumbnails,
            paths=paths,
            keys=self.culling.keys,
            marked=self.culling.mark,
        )
        self.inspecting = Inspecting(
            self.window,
            catalogue=model.catalogue,
            settings=settings,
            sourcing=self.sourcing,
            varying=self.varying,
            chosen=self._chosen,
            marked=self.culling.mark,
        )
        self.at_start = LibraryAtStart(self.window, desk=desk, catalogue=model.catalogue, settings=settings)
        self.held = HeldImages(self.window, queue=queue, desk=desk, catalogue=model.catalogue)
        self.looking_after = LookingAfter(
            self.window,
            desk=desk,
            queue=queue,
            catalogue=model.catalogue,
            history=history,
            settings=settings,
            setting_up=self.setting_up,
        )
        self.sources = SourceThumbnails(office, thumbnails, self)
        self.window.gallery.source_thumbnail = self.sources.pixmap
        self.sources.made.connect(self.window.gallery.refresh_tiles)
        self._wire(thumbnails, crashes)
        self._show_settings()
        self.window.restore_panes(settings.now.window_state)

    def _chosen(self) -> tuple[Entry, ...]:
        return self.keeping.chosen

    def start(self, files: tuple[Path, ...]) -> None:
        """After the first paint: the library, and the picture that was asked for or was here last."""
        self._load_library()
        self.setting_up.start()
        if files:
            self.sourcing.open_many(tuple(map(DroppedFile, files)))
        else:
            self.sourcing.open_last()

    @Slot()
    def _load_library(self) -> None:
        call = self._office.load_library(self._model.lens)
        call.succeeded.connect(self._on_library)
        call.failed.connect(self._on_library_refused)

    @Slot()
    def _load_other(self) -> None:
        """The library holds other things now, or is another one."""
        call = self._office.load_library(self._model.lens)
        call.succeeded.connect(self._on_other_library)
        call.failed.connect(self._on_library_refused)

    @Slot(object)
    def bring(self, request: OpenRequest) -> None:
        """What another start of the program was to open, or the desktop's wish: as if it had been dropped here."""
        from imgvar_desktop.ui.coming_forward import come_forward

        come_forward(self.window, request.activation_token)
        if request.files:
            self.sourcing.open_many(tuple(map(DroppedFile, request.files)))

    def _wire(self, thumbnails: ThumbnailLoader, crashes: CrashReporter) -> None:
        window, actions = self.window, self.window.actions_
        window.parameters.changed.connect(self._on_parameters_changed)
        window.message.answered.connect(self._on_answered)
        window.closing.connect(self._on_closing)
        window.gallery.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        window.gallery.customContextMenuRequested.connect(self._on_context_menu)
        self._settings.changed.connect(self._show_settings)
        self._settings.refused.connect(self._on_refused)
        self._themes.changed.connect(self._on_theme_changed)
        thumbnails.loaded.connect(window.gallery.refresh_tiles)
        crashes.crashed.connect(self._on_crashed)
        self.at_start.load_asked.connect(self._load_library)
        self.at_start.changed.connect(self._load_other)
        self.looking_after.changed.connect(self._load_other)
        actions.quit.triggered.connect(window.close)
        actions.reset_crop.triggered.connect(window.source.reset_crop)
        actions.crop.triggered.connect(self._on_crop)
        actions.rotate_left.triggered.connect(window.editor.rotate_left)
        actions.rotate_right.triggered.connect(window.editor.rotate_right)
        actions.mirror.triggered.connect(window.editor.mirror)
        actions.upside_down.triggered.connect(window.editor.upside_down)
        window.editor.finished.connect(window.show_gallery)
        window.source.crop_view.edit_asked.connect(self._on_crop)
        actions.left_pane.triggered.connect(self._on_left_pane)
        actions.full_screen.triggered.connect(self._on_full_screen)
        actions.themes.triggered.connect(self._on_theme_chosen)
        actions.surrounds.triggered.connect(self._on_surround_chosen)
        actions.tile_size.valueChanged.connect(self._on_tile_size)
        actions.zoom_in.triggered.connect(self._on_zoom_in)
        actions.zoom_out.triggered.connect(self._on_zoom_out)
        actions.fit.triggered.connect(window.viewer.fit)
        actions.exact.triggered.connect(self._on_exact)
        window.source.changed.connect(self._on_source_changed)

    # Settings

    @Slot()
    def _show_settings(self) -> None:
        settings, window = self._settings.now, self.window
        actions = window.actions_
        actions.grid.setChecked(not window.viewer_shown)
        nearest = min(range(len(TILE_SIZES_PX)), key=lambda i: abs(TILE_SIZES_PX[i] - settings.tile_px))
        actions.tile_size.setValue(nearest)
        window.gallery.set_tile_px(TILE_SIZES_PX[nearest])
        for view in (window.gallery, window.viewer, window.source.crop_view, window.editor.view):
            view.set_surround(settings.surround)
        for group, value in ((actions.themes, settings.theme.value), (actions.surrounds, settings.surround)):
            for action in group.actions():
                action.setChecked(action.data() == value)
        window.source.set_size_px(size_of(settings))
        window.editor.view.set_size_px(settings.size_px)
        place = self.tr("On this device") if settings.service.on_device else settings.service.host
        window.service.setText(f"{settings.service.name} · {place}" if not settings.service.on_device else place)

    @Slot()
    def _on_parameters_changed(self) -> None:
        self._settings.set(self.window.parameters.applied_to(self._settings.now))

    @Slot()
    def _on_closing(self) -> None:
        self._settings.set(
            replace(
                self._settings.now,
                window_geometry=self.window.geometry_text(),
                window_state=self.window.state_text(),
            )
        )

    # Looks

    @Slot(QAction)
    def _on_theme_chosen(self, action: QAction) -> None:
        theme = Theme(action.data())
        self._themes.choose(theme)
        self._settings.set(replace(self._settings.now, theme=theme))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.window.source.refresh_theme()
        self.window.update()

    @Slot(QAction)
    def _on_surround_chosen(self, action: QAction) -> None:
        self._settings.set(replace(self._settings.now, surround=action.data()))

    @Slot(int)
    def _on_tile_size(self, step: int) -> None:
        self._settings.set(replace(self._settings.now, tile_px=TILE_SIZES_PX[step]))

    @Slot()
    def _on_zoom_in(self) -> None:
        self._zoom(1)

    @Slot()
    def _on_zoom_out(self) -> None:
        self._zoom(-1)

    def _zoom(self, way: int) -> None:
        viewer, slider = self.window.viewer, self.window.actions_.tile_size
        if self.window.viewer_shown:
            viewer.zoom_to(viewer.zoom * STEP**way)
        else:
            slider.setValue(slider.value() + way)

    @Slot()
    def _on_exact(self) -> None:
        self.window.viewer.zoom_to(1.0)

    @Slot()
    def _on_left_pane(self) -> None:
        sizes = self.window.splitter.sizes()
        shown = self.window.actions_.left_pane.isChecked()
        width = max(sizes[0], self.window.left.sizeHint().width(), 316) if shown else 0
        self.window.splitter.setSizes([width, max(sum(sizes) - width, 1)])

    @Slot()
    def _on_full_screen(self) -> None:
        full = self.window.actions_.full_screen.isChecked()
        self.window.showFullScreen() if full else self.window.showNormal()

    @Slot()
    def _on_crop(self) -> None:
        preview = self.window.source.preview
        if preview is None or self.window.editor_shown:
            self.window.show_gallery()
        else:
            self.window.show_editor(preview)

    @Slot()
    def _on_source_changed(self) -> None:
        chosen = self.window.source.chosen
        actions = self.window.actions_
        turns = (actions.rotate_left, actions.rotate_right, actions.mirror, actions.upside_down)
        for action in (actions.crop, actions.reset_crop, *turns):
            action.setEnabled(chosen is not None)
        if self.window.editor_shown and self.window.source.preview is not None:
            self.window.editor.view.set_preview(self.window.source.preview)
        if chosen is not None:
            self.window.setWindowTitle(f"{chosen.source.name} — Imgvar")

    # What comes back

    @Slot(object)
    def _on_library(self, contents: LibraryContents) -> None:
        self.browsing.take_over(contents)
        self.running.say_interrupted(contents.interrupted)
        self.at_start.tidy()

    @Slot(object)
    def _on_other_library(self, contents: LibraryContents) -> None:
        self._model.catalogue.shelf = Shelf()  # none of what was shown until now is to be carried over
        self._on_library(contents)

    @Slot(object)
    def _on_library_refused(self, error: AppError) -> None:
        self.at_start.say_refused(error)

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self.window.message.show_warning(f"{error} {error.hint}".strip())

    @Slot(object)
    def _on_answered(self, token: object) -> None:
        match token:
            case RunRecord():
                self.running.fetch_missing(token)
            case Path():
                from imgvar_desktop.bridge.desktop import show_in_folder

                show_in_folder(token)
            case Crash():
                QGuiApplication.clipboard().setText(token.details)

    @Slot(object)
    def _on_crashed(self, crash: Crash) -> None:
        self.window.message.show_error(
            self.tr("Imgvar made a mistake: {0}. What you have is safe.").format(crash.summary),
            MessageAction(self.tr("Copy details"), crash),
        )

    @Slot(QPoint)
    def _on_context_menu(self, at: QPoint) -> None:
        if self.window.gallery.indexAt(at).isValid():
            menu = QMenu(self.window)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.window.actions_.fill_context_menu(menu)
            menu.popup(self.window.gallery.viewport().mapToGlobal(at))
