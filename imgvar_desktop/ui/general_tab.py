"""Settings: how the program looks, and whom it trusts."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.core.appearance import Theme
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui.controls import CONTROL_HEIGHT, combo_box, tool_button


class GeneralTab(QWidget):
    changed = Signal(object)
    """The Settings with this tab's fields as they are now."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._theme: QComboBox = combo_box("theme", self.tr("Appearance"))
        for theme, name in (
            (Theme.SYSTEM, self.tr("As the system")),
            (Theme.LIGHT, self.tr("Light")),
            (Theme.DARK, self.tr("Dark")),
        ):
            self._theme.addItem(name, theme.value)
        self._theme.setCurrentIndex(self._theme.findData(settings.theme.value))
        self.ca_file = QLineEdit(settings.ca_file)
        self.ca_file.setObjectName("caFile")
        self.ca_file.setMinimumHeight(CONTROL_HEIGHT)
        self.ca_file.setPlaceholderText(self.tr("Those of this computer"))
        self._browse = tool_button("browse", self.tr("Choose a file of certificates…"))
        hint = QLabel(
            self.tr(
                "For a company network or a server with a certificate of its own: a file (PEM) to trust besides this "
                "computer's certificates, from the next start on."
            )
        )
        hint.setWordWrap(True)
        hint.setProperty("role", "quiet")
        hint.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)  # as wide as its row
        chosen = QHBoxLayout()
        chosen.setSpacing(4)
        chosen.addWidget(self.ca_file)
        chosen.addWidget(self._browse)
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for text, field, buddy in (
            (self.tr("&Appearance"), self._theme, self._theme),
            (self.tr("&Certificates"), chosen, self.ca_file),
        ):
            label = QLabel(text)
            label.setBuddy(buddy)
            label.setMinimumHeight(CONTROL_HEIGHT)
            form.addRow(label, field)
        form.addRow("", hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addLayout(form)
        layout.addStretch()
        self._theme.currentIndexChanged.connect(self._on_changed)
        self.ca_file.editingFinished.connect(self._on_changed)
        self._browse.clicked.connect(self._on_browse)

    @Slot()
    def _on_changed(self) -> None:
        now = replace(self._settings, theme=Theme(self._theme.currentData()), ca_file=self.ca_file.text().strip())
        if now != self._settings:
            self._settings = now
            self.changed.emit(now)

    @Slot()
    def _on_browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Certificates to trust"), str(Path.home()))
        dialog.setNameFilters([self.tr("Certificates (*.pem *.crt *.cer)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(self._on_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_chosen(self, file: str) -> None:
        self.ca_file.setText(file)
        self._on_changed()
