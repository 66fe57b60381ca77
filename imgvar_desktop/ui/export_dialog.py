"""The export panel: names, format, what goes along, and where to; all of it seen before it is done."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QIcon, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.exporting import ExportOrder, Wish
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core.delivery import ExportPlan
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.export_options import Clash, ExportOptions, Target
from imgvar_desktop.core.file_template import parsed
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.controls import CONTROL_HEIGHT, combo_box
from imgvar_desktop.ui.export_form import ExportForm
from imgvar_desktop.ui.name_field import NameField
from imgvar_desktop.ui.preset_strip import PresetStrip
from imgvar_desktop.ui.saving_text import clash_text
from imgvar_desktop.ui.sheet_form import SheetForm

REST_MS: Final = 120
"""Names are looked up on the disk when the typing rests."""
WIDTH_PX: Final = 560
BUTTON_PX: Final = 36
"""The style's own for the primary one; the other is as high."""


class ExportDialog(QDialog):
    """Its options are the last ones; they become the settings when it exports."""

    wanted = Signal(object)
    """An ExportOrder."""

    def __init__(
        self, wishes: Sequence[Wish], settings: SettingsKeeper, office: Office, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(WIDTH_PX)
        self._wishes = tuple(wishes)
        self._settings = settings
        self._office = office
        self._options = settings.now.export
        self._folder = settings.now.save_folder or _pictures_folder()
        self._call: Call | None = None
        self.target = combo_box("exportTarget", self.tr("Export as"))
        self.names = NameField()
        self.clash = combo_box("exportClash", self.tr("If a name is taken"))
        self.presets = PresetStrip()
        self._folder_label = QLabel()
        self._folder_note = QLabel(self.tr("The folder is not there, or may not be written to."))
        self._folder_note.hide()
        self._browse = QPushButton(self.tr("&Choose…"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export = self.buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._ask)
        self._lay_out()
        self._show_options()
        self._connect()
        self._ask()

    @property
    def options(self) -> ExportOptions:
        """As they are now. Raises ValueError with a sentence when the template is none."""
        return self.form.applied_to(
            replace(
                self._options,
                template=self.names.template.text(),
                clash=Clash(self.clash.currentData()),
                target=Target(self.target.currentData()),
                sheet=self.sheet.options,
            )
        )

    @property
    def order(self) -> ExportOrder:
        """What Export would do now. Raises ValueError as ``options`` does."""
        options = self.options
        place = Path(self._folder)
        return ExportOrder(self._wishes, options, place if options.target is Target.FILES else place / self._one_name)

    @property
    def _one_name(self) -> str:
        """Of the one file that holds all; it gets a number when it is taken."""
        if self.target.currentData() == Target.ZIP.value:
            return f"{self._sources}.zip"
        # No dot: what follows one would be taken for the end of a name.
        return (self.sheet.title.text().strip() or self.sheet.title.placeholderText()).replace(".", "_")

    @property
    def _sources(self) -> str:
        names = list(dict.fromkeys(wish.entry.source_name for wish in self._wishes))
        return names[0] if len(names) == 1 else self.tr("variations")

    @property
    def folder_note(self) -> str:
        """What is wrong with the folder; empty when nothing is."""
        return "" if self._folder_note.isHidden() else self._folder_note.text()

    def show_folder(self, folder: str) -> None:
        self._folder = folder
        self._refresh_folder()
        self._ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refresh_folder()

    # Making it

    def _lay_out(self) -> None:
        self._form = form = QFormLayout()
        form.setSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Export as"), self.target)
        form.addRow(self.tr("&Names"), self.names)
        form.addRow(self.tr("&If taken"), self.clash)
        self.form = ExportForm(form, self)
        self.sheet = SheetForm(form, self)
        self._folder_label.setTextFormat(Qt.TextFormat.PlainText)
        for button in (self._browse, self.export, self.buttons.button(QDialogButtonBox.StandardButton.Cancel)):
            button.setMinimumHeight(CONTROL_HEIGHT if button is self._browse else BUTTON_PX)
            button.setIcon(QIcon())
            button.setAutoDefault(button is self.export)
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self._folder_label, stretch=1)
        place.addWidget(self._browse)
        form.addRow(self.tr("Folder"), place)
        form.addRow("", self._folder_note)
        form.addRow(self.tr("Presets"), self.presets)
        for row in range(form.rowCount()):
            item = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
            label = item.widget() if item is not None else None
            if isinstance(label, QLabel) and label.text():
                label.setFixedHeight(CONTROL_HEIGHT)  # Beside the first line of what it names.
        names = form.labelForField(self.names)
        assert isinstance(names, QLabel)
        names.setBuddy(self.names.template)
        self.export.setDefault(True)
        self.export.setProperty("role", "primary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addStretch()
        layout.addWidget(self.buttons)

    def _show_options(self) -> None:
        for text, target in (
            (self.tr("Files"), Target.FILES),
            (self.tr("ZIP archive"), Target.ZIP),
            (self.tr("Contact sheet"), Target.SHEET),
        ):
            self.target.addItem(text, target.value)
        for text, clash in (
            (self.tr("Number the new ones"), Clash.NUMBER),
            (self.tr("Leave the new ones out"), Clash.SKIP),
            (self.tr("Ask"), Clash.ASK),
        ):
            self.clash.addItem(text, clash.value)
        self.target.setCurrentIndex(max(self.target.findData(self._options.target.value), 0))
        self.clash.setCurrentIndex(self.clash.findData(self._options.clash.value))
        self.names.template.setText(self._options.template)
        self.form.show_options(self._options)
        self.sheet.show_options(
            self._options.sheet, self.tr("{0}, {1} variations").format(self._sources, len(self._wishes))
        )
        self._refresh_target()
        self._refresh_folder()

    def _connect(self) -> None:
        self.names.changed.connect(self._on_changed)
        self.form.changed.connect(self._on_changed)
        self.sheet.changed.connect(self._on_changed)
        self.clash.currentIndexChanged.connect(self._on_changed)
        self.target.currentIndexChanged.connect(self._on_target)
        self.presets.chosen.connect(self.show_folder)
        self.presets.changed.connect(self._on_presets)
        self._browse.clicked.connect(self._on_browse)
        self.buttons.accepted.connect(self._on_export)
        self.buttons.rejected.connect(self.reject)

    # What happens

    @Slot()
    def _on_changed(self) -> None:
        self._rest.start()

    @Slot()
    def _on_target(self) -> None:
        self._refresh_target()
        self.resize(self.width(), self.sizeHint().height())
        self._ask()

    @Slot(object)
    def _on_presets(self, folders: tuple[str, ...]) -> None:
        self._settings.set(replace(self._settings.now, preset_folders=folders))

    @Slot()
    def _on_browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Export to folder"), self._folder)
        dialog.setObjectName("exportFolderDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.show_folder)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def _on_export(self) -> None:
        try:
            order = self.order
        except ValueError:
            return  # It says so already.
        self._settings.set(replace(self._settings.now, export=order.options, save_folder=self._folder))
        self.accept()
        self.wanted.emit(order)

    @Slot()
    def _ask(self) -> None:
        """Which names there would be, and which of them are taken."""
        self._rest.stop()
        try:
            parsed(self.names.template.text())
            order = self.order
        except ValueError as refusal:
            self.names.show_names((), more=False)
            self.names.show_note(str(refusal), urgent=True)
            self.export.setEnabled(False)
            return
        self._call = self._office.plan_export(replace(order, place=Path(self._folder)))
        self._call.succeeded.connect(self._on_planned)
        self._call.failed.connect(self._on_refused)

    @Slot(object)
    def _on_planned(self, plan: ExportPlan) -> None:
        if self.sender() is not self._call:
            return  # Something else was asked for meanwhile.
        self.names.show_names(plan.names, more=len(plan.names) < len(self._wishes))
        self._folder_note.setVisible(not plan.writable)
        if plan.writable:
            self.names.show_note(clash_text(plan.clashes, Clash(self.clash.currentData())), urgent=plan.clashes > 0)
        self.export.setEnabled(plan.writable)

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        if self.sender() is self._call:
            self.names.show_note(str(error), urgent=True)
            self.export.setEnabled(False)

    def _refresh_target(self) -> None:
        files = self.target.currentData() == Target.FILES.value
        sheet = self.target.currentData() == Target.SHEET.value
        self._form.setRowVisible(self.clash, files)
        self._form.setRowVisible(self.names, not sheet)
        self.form.set_shown(shown=not sheet)
        self.sheet.set_shown(shown=sheet)
        count = len(self._wishes)
        text = self.tr("Export 1") if count == 1 else self.tr("Export {0}").format(count)
        self.export.setText(text)

    def _refresh_folder(self) -> None:
        width = max(self._folder_label.width(), 200)
        text = self._folder_label.fontMetrics().elidedText(self._folder, Qt.TextElideMode.ElideMiddle, width)
        self._folder_label.setText(text)
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, theme.amber(self.palette()))
        self._folder_note.setPalette(palette)
        self._folder_label.setToolTip(self._folder)
        self._folder_label.setAccessibleName(self.tr("Folder: {0}").format(self._folder))
        self.presets.show_folders(self._settings.now.preset_folders, self._folder)


def _pictures_folder() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
