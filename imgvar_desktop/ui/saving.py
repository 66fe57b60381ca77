"""Taking variations out as files: Save, Save to, Save as, and what is said about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMessageBox

from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.desktop import show_in_folder
from imgvar_desktop.bridge.exporting import Export, ExportOrder, wishes_of
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core.delivery import ExportPlan, ExportReport, Refused, Taken
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.export_options import Clash, Target
from imgvar_desktop.core.library import Entry
from imgvar_desktop.core.presets import PRESET_FOLDERS
from imgvar_desktop.ui.export_progress import ExportProgress
from imgvar_desktop.ui.keeping import Keeping
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.message_bar import MessageAction
from imgvar_desktop.ui.saving_text import failure_text, report_text, worth_reading


@dataclass(frozen=True, slots=True)
class Saved:
    """What a toast's button shows in the file manager."""

    path: Path


@dataclass(frozen=True, slots=True)
class Retry:
    """A message's button: once more, just what was refused."""

    order: ExportOrder


@dataclass(frozen=True, slots=True)
class ShowRefused:
    """A message's button: what was refused, file by file."""

    order: ExportOrder
    refused: tuple[Refused, ...]


class Saving(QObject):
    """GUI thread. Acts on what is chosen in the gallery, or is shown in the larger view."""

    def __init__(
        self,
        window: MainWindow,
        *,
        office: Office,
        settings: SettingsKeeper,
        keeping: Keeping,
        catalogue: Catalogue,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._office = office
        self._settings = settings
        self._keeping = keeping
        self._catalogue = catalogue
        self._entries: tuple[Entry, ...] = ()
        """What a dialog that is open was asked for."""
        self._preset: int | None = None
        """Which one its folder becomes."""
        self._asking: ExportOrder | None = None
        self._progress = ExportProgress(window)
        window.statusBar().addPermanentWidget(self._progress)
        actions = window.actions_
        actions.save.triggered.connect(self._on_save)
        actions.save_to.triggered.connect(self._on_save_to)
        actions.save_as.triggered.connect(self._on_save_as)
        actions.export.triggered.connect(self._on_export)
        for action in actions.presets:
            action.triggered.connect(self._on_preset)
        window.message.answered.connect(self._on_answered)
        window.toast.answered.connect(self._on_answered)
        settings.changed.connect(self._show_presets)
        self._show_presets()

    # What is asked for

    @Slot()
    def _on_save(self) -> None:
        self._save_into(self._keeping.chosen, self._settings.now.save_folder)

    @Slot()
    def _on_save_to(self) -> None:
        self._entries, self._preset = self._keeping.chosen, None
        if self._entries:
            self._ask_folder(self.tr("Save to folder"))

    @Slot()
    def _on_preset(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        number: int = action.data()
        folder = self._preset_folders()[number]
        if folder and Path(folder).is_dir():
            self._save_into(self._keeping.chosen, folder)
            return
        self._entries, self._preset = self._keeping.chosen, number
        self._ask_folder(self.tr("Folder {0}").format(number + 1))

    @Slot()
    def _on_save_as(self) -> None:
        self._entries = self._keeping.chosen
        if len(self._entries) != 1:
            return
        name = self._entries[0].file.rpartition("/")[2]
        dialog = QFileDialog(self._window, self.tr("Save as"), str(Path(self._start_folder()) / name))
        dialog.setObjectName("saveAsDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["PNG (*.png)", "JPEG (*.jpg *.jpeg)", "WebP (*.webp)", "TIFF (*.tif *.tiff)"])
        dialog.selectFile(name)
        dialog.fileSelected.connect(self._on_target_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def _on_export(self) -> None:
        from imgvar_desktop.ui.export_dialog import ExportDialog  # not for the first paint

        entries = self._keeping.chosen
        if entries:
            wishes = wishes_of(self._catalogue.shelf, entries)
            dialog = ExportDialog(wishes, self._settings, self._office, self._window)
            dialog.wanted.connect(self.start)
            dialog.open()

    # How it is done

    @Slot(object)
    def start(self, order: ExportOrder) -> None:
        """Asks first where names are taken and the person wishes to be asked."""
        if order.options.clash is Clash.ASK and order.options.target is Target.FILES:
            self._asking = order
            call = self._office.plan_export(order)
            call.succeeded.connect(self._on_planned)
            call.failed.connect(self._on_refused)
        else:
            self._carry_out(replace(order, taken=Taken.SKIP if order.options.clash is Clash.SKIP else Taken.NUMBER))

    @Slot(object)
    def _carry_out(self, order: ExportOrder) -> None:
        export = self._office.export(order)
        export.over.connect(self._on_over)
        export.failed.connect(self._on_refused)
        self._progress.follow(export)

    @Slot(object)
    def _on_planned(self, plan: ExportPlan) -> None:
        order, self._asking = self._asking, None
        if order is None:
            return
        if not plan.clashes:
            self._carry_out(order)
            return
        box = QMessageBox(self._window)
        box.setObjectName("clashBox")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Names are taken"))
        box.setText(self.tr("{0} of {1} names are taken in this folder.").format(plan.clashes, len(order.entries)))
        box.setInformativeText(str(order.place))
        for text, taken in (
            (self.tr("&Number them"), Taken.NUMBER),
            (self.tr("&Skip them"), Taken.SKIP),
            (self.tr("&Replace"), Taken.REPLACE),
        ):
            button = box.addButton(text, QMessageBox.ButtonRole.AcceptRole)
            button.setProperty("order", replace(order, taken=taken))
            button.clicked.connect(self._on_settled)
            if taken is Taken.NUMBER:
                box.setDefaultButton(button)
        box.setEscapeButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.finished.connect(box.deleteLater)
        box.open()

    @Slot()
    def _on_settled(self) -> None:
        self._carry_out(self.sender().property("order"))

    @Slot(object)
    def _on_over(self, report: ExportReport) -> None:
        export = self.sender()
        assert isinstance(export, Export)
        order = export.order
        if report.delivered_at is not None:
            self._show_delivered([one.entry.id for one in report.delivered], report.delivered_at)
        shown = report.target or (report.delivered[0].path if report.delivered else None)
        if not report.refused and shown is not None and not worth_reading(report):
            self._window.toast.offer(report_text(order, report), self.tr("Show in folder"), Saved(shown))
            return
        actions = [MessageAction(self.tr("Show in folder"), shown)] if shown is not None else []
        if not report.refused:
            self._window.message.show_done(report_text(order, report), *actions)
            return
        again = Retry(order.just([one.entry for one in report.refused]))
        actions.insert(0, MessageAction(self.tr("Retry {0}").format(len(report.refused)), again))
        if len(report.refused) > 1:
            actions.insert(1, MessageAction(self.tr("Details…"), ShowRefused(again.order, report.refused)))
        self._window.message.show_error(failure_text(order, report), *actions, hint=report.refused[0].error.hint)

    @Slot(object)
    def _on_answered(self, token: object) -> None:
        match token:
            case Saved(path):
                show_in_folder(path)
            case Retry(order):
                self._carry_out(order)
            case ShowRefused(order, refused):
                from imgvar_desktop.ui.refused_dialog import RefusedDialog

                dialog = RefusedDialog(order, refused, self._window)
                dialog.retried.connect(self._carry_out)
                dialog.open()

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self._window.message.show_error(str(error), hint=error.hint)

    # Folders

    def _save_into(self, entries: tuple[Entry, ...], folder: str) -> None:
        if not entries:
            return
        if folder and Path(folder).is_dir():
            wishes = wishes_of(self._catalogue.shelf, entries)
            self.start(ExportOrder(wishes, replace(self._settings.now.export, target=Target.FILES), Path(folder)))
        else:
            self._entries, self._preset = entries, None
            self._ask_folder(self.tr("Save to folder"))

    def _ask_folder(self, title: str) -> None:
        dialog = QFileDialog(self._window, title, self._start_folder())
        dialog.setObjectName("saveDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, self.tr("Save here"))
        dialog.fileSelected.connect(self._on_folder_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_folder_chosen(self, folder: str) -> None:
        settings = self._settings.now
        if self._preset is None:
            self._settings.set(replace(settings, save_folder=folder))
        else:
            folders = list(self._preset_folders())
            folders[self._preset] = folder
            self._settings.set(replace(settings, preset_folders=tuple(folders)))
        self._save_into(self._entries, folder)

    @Slot(str)
    def _on_target_chosen(self, target: str) -> None:
        call = self._office.save_as(self._entries[0], Path(target))
        call.setProperty("entry", self._entries[0].id)
        call.succeeded.connect(self._on_saved_as)
        call.failed.connect(self._on_refused)

    @Slot(object)
    def _on_saved_as(self, path: Path) -> None:
        self._show_delivered([self.sender().property("entry")], datetime.now(UTC))
        text = self.tr("Saved as {0}").format(path.name)
        self._window.toast.offer(text, self.tr("Show in folder"), Saved(path))

    def _show_delivered(self, entry_ids: Sequence[str], at: datetime) -> None:
        # As they are now: they may have got other marks while they were saved.
        self._catalogue.change(replace(entry, delivered_at=at) for entry in self._catalogue.entries(entry_ids))

    def _start_folder(self) -> str:
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        return self._settings.now.save_folder or pictures

    def _preset_folders(self) -> tuple[str, ...]:
        """All nine; empty where none was chosen."""
        chosen = self._settings.now.preset_folders
        return (*chosen, *[""] * (PRESET_FOLDERS - len(chosen)))

    @Slot()
    def _show_presets(self) -> None:
        for number, (action, folder) in enumerate(
            zip(self._window.actions_.presets, self._preset_folders(), strict=True), 1
        ):
            name = Path(folder).name.replace("&", "&&") if folder else self.tr("Choose a folder…")
            action.setText(f"&{number}  {name}")
            action.setStatusTip(folder)
