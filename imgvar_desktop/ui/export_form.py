"""The part of the export panel that says what each file is like: format, size, what goes along."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)

from imgvar_desktop.core.export_options import LONGEST_PX, QUALITIES, ExportOptions, Format, Metadata
from imgvar_desktop.ui.controls import CONTROL_HEIGHT, combo_box

FIRST_LONGEST_PX: Final = 2048
SWATCH_PX: Final = 14


class ExportForm(QWidget):
    """Format, size and metadata; rows of ``form``, which belongs to the panel, so that all labels are aligned."""

    changed = Signal()

    def __init__(self, form: QFormLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hide()  # It lays out nothing itself.
        self._form = form
        self.format = combo_box("exportFormat", self.tr("Format"))
        self.quality = _spin(self.tr("Quality"), QUALITIES, self.tr("Quality {0}"))
        self.lossless = QCheckBox(self.tr("Lossless"))
        self.flatten = QPushButton()
        self._colour = "#ffffff"
        self.limited = QCheckBox(self.tr("Longest side at most"))
        self.longest = _spin(self.tr("Longest side"), LONGEST_PX, "{0} px")
        self.metadata = combo_box("exportMetadata", self.tr("Metadata"))
        self._explained = QLabel()
        self._explained.setWordWrap(True)
        self._explained.setProperty("role", "quiet")
        self.sidecar = QCheckBox(self.tr("Recipe beside each file (JSON)"))
        self._fill()
        self._lay_out()
        for combo in (self.format, self.metadata):
            combo.currentIndexChanged.connect(self._on_changed)
        for check in (self.lossless, self.limited, self.sidecar):
            check.toggled.connect(self._on_changed)
        for spin in (self.quality, self.longest):
            spin.valueChanged.connect(self._on_changed)
        self.flatten.clicked.connect(self._on_flatten)

    def show_options(self, options: ExportOptions) -> None:
        self.blockSignals(True)
        self.format.setCurrentIndex(self.format.findData(options.format.value))
        self.quality.setValue(options.quality)
        self.lossless.setChecked(options.lossless)
        self._colour = options.flatten
        self.limited.setChecked(options.longest_px is not None)
        self.longest.setValue(options.longest_px or FIRST_LONGEST_PX)
        self.metadata.setCurrentIndex(self.metadata.findData(options.metadata.value))
        self.sidecar.setChecked(options.sidecar)
        self.blockSignals(False)
        self._refresh()

    def applied_to(self, options: ExportOptions) -> ExportOptions:
        return replace(
            options,
            format=Format(self.format.currentData()),
            quality=self.quality.value(),
            lossless=self.lossless.isChecked(),
            flatten=self._colour,
            longest_px=self.longest.value() if self.limited.isChecked() else None,
            metadata=Metadata(self.metadata.currentData()),
            sidecar=self.sidecar.isChecked(),
        )

    def set_shown(self, *, shown: bool) -> None:
        for row in self._rows:
            self._form.setRowVisible(row, shown)

    def _fill(self) -> None:
        for text, wanted in (
            (self.tr("Original files, as they are"), Format.ORIGINAL),
            ("PNG", Format.PNG),
            ("JPEG", Format.JPEG),
            ("WebP", Format.WEBP),
            ("TIFF", Format.TIFF),
        ):
            self.format.addItem(text, wanted.value)
        self.metadata.addItem(self.tr("Clean"), Metadata.CLEAN.value)
        self.metadata.addItem(self.tr("With provenance"), Metadata.PROVENANCE.value)
        for control in (self.quality, self.lossless, self.flatten, self.limited, self.longest, self.sidecar):
            control.setMinimumHeight(CONTROL_HEIGHT)
        self.flatten.setToolTip(self.tr("What shows where a picture is transparent"))
        self.flatten.setAutoDefault(False)

    def _lay_out(self) -> None:
        how = _row(self.format, self.lossless, self.quality, self.flatten)
        size = _row(self.limited, self.longest)
        self._rows: list[QWidget] = [how, size, self.metadata, self._explained, self.sidecar]
        for text, row in (
            (self.tr("F&ormat"), how),
            (self.tr("Size"), size),
            (self.tr("&Metadata"), self.metadata),
            ("", self._explained),
            ("", self.sidecar),
        ):
            self._form.addRow(text, row)
        label = self._form.labelForField(how)
        assert isinstance(label, QLabel)
        label.setBuddy(self.format)

    @Slot()
    def _on_changed(self) -> None:
        self._refresh()
        self.changed.emit()

    @Slot()
    def _on_flatten(self) -> None:
        dialog = QColorDialog(QColor(self._colour), self.window())
        dialog.colorSelected.connect(self._on_colour)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(QColor)
    def _on_colour(self, colour: QColor) -> None:
        self._colour = colour.name()
        self._on_changed()

    def _refresh(self) -> None:
        """Only what the format knows is there."""
        wanted = Format(self.format.currentData())
        # Original files that are made smaller are encoded again, each in its own format.
        encoded = wanted is not Format.ORIGINAL or self.limited.isChecked()
        self.lossless.setVisible(wanted is Format.WEBP)
        self.quality.setVisible(
            wanted is Format.JPEG
            or (wanted is Format.WEBP and not self.lossless.isChecked())
            or (wanted is Format.ORIGINAL and encoded)
        )
        self.flatten.setVisible(wanted is Format.JPEG)
        self.longest.setEnabled(self.limited.isChecked())
        self.flatten.setIcon(QIcon(self._swatch()))
        self.flatten.setText(self._colour)
        self.flatten.setAccessibleName(self.tr("Colour behind transparent parts: {0}").format(self._colour))
        self._explained.setText(
            self.tr("Pixels and their colour space, and nothing else. Read again after writing.")
            if self.metadata.currentData() == Metadata.CLEAN.value
            else self.tr("Program, parameters, hash of the source, and how it came about, in words of IPTC.")
        )

    def _swatch(self) -> QPixmap:
        """With a rim: white on a light button would be nothing."""
        ratio = self.devicePixelRatioF()
        swatch = QPixmap(QSize(SWATCH_PX, SWATCH_PX) * ratio)
        swatch.setDevicePixelRatio(ratio)
        swatch.fill(QColor(self._colour))
        painter = QPainter(swatch)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawRect(0, 0, SWATCH_PX - 1, SWATCH_PX - 1)
        painter.end()
        return swatch


def _spin(name: str, values: range, pattern: str) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(values[0], values[-1])
    before, _, after = pattern.partition("{0}")
    spin.setPrefix(before)
    spin.setSuffix(after)
    spin.setAccessibleName(name)
    return spin


def _row(*controls: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for control in controls:
        layout.addWidget(control, stretch=isinstance(control, QComboBox))
    if not isinstance(controls[0], QComboBox):
        layout.addStretch()
    return row
