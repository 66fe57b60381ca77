"""The library on its way to another folder: copied and compared, switched over, and the old copy asked about."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from imgvar_desktop.bridge.library_desk import LibraryDesk
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.bridge.workshop import Copied
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library_check import Progress
from imgvar_desktop.ui.controls import CONTROL_HEIGHT
from imgvar_desktop.ui.library_text import size_text


class LibraryMoveDialog(QDialog):
    """Modal, so that nothing comes into the library on its way. Begins when it opens."""

    moved = Signal()
    """The library is where it was wanted, and the settings say so."""

    def __init__(self, chosen: Path, *, desk: LibraryDesk, settings: SettingsKeeper, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("libraryMoveDialog")
        self.setWindowTitle(self.tr("Move library"))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self._desk = desk
        self._settings = settings
        self._copied: Copied | None = None
        self._text = QLabel(self.tr("Copying the library to {0}. Each file is read again and compared.").format(chosen))
        self._text.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._count = QLabel()
        self._count.setProperty("role", "quiet")
        self.stop = QPushButton(self.tr("Stop"))
        self.keep = QPushButton(self.tr("&Keep the old copy"))
        self.remove = QPushButton(self.tr("&Delete the old copy"))
        self.stop.clicked.connect(self._on_stop)
        self.keep.clicked.connect(self._on_keep)
        self.remove.clicked.connect(self._on_remove)
        self._lay_out()
        self._call = desk.copy_to(chosen)
        self._call.progressed.connect(self._on_progressed)
        self._call.succeeded.connect(self._on_copied)
        self._call.failed.connect(self._on_refused)

    @property
    def text(self) -> str:
        return self._text.text()

    def reject(self) -> None:
        """Esc stops the copying; what has been copied is switched to in a moment, and cannot be stopped any more."""
        if self._bar.isHidden():
            super().reject()
        elif self._copied is None:
            self._on_stop()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._count, stretch=1)
        for button in (self.remove, self.keep, self.stop):
            button.setMinimumHeight(CONTROL_HEIGHT)
            button.setAutoDefault(False)
            foot.addWidget(button)
        self.keep.hide()
        self.remove.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self._text)
        layout.addWidget(self._bar)
        layout.addStretch()
        layout.addLayout(foot)

    def _over(self, text: str) -> None:
        self._bar.hide()
        self._count.clear()
        self._text.setText(text)
        self.stop.setText(self.tr("Close"))
        self.stop.setEnabled(True)
        self.adjustSize()

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        # In thousandths: bytes are more than a progress bar can count.
        self._bar.setRange(0, 1000)
        self._bar.setValue(int(1000 * progress.done / max(progress.total, 1)))
        done, total = (size_text(size, self.locale()) for size in (progress.done, progress.total))
        self._count.setText(self.tr("{0} of {1}").format(done, total))

    @Slot(object)
    def _on_copied(self, copied: Copied | None) -> None:
        if copied is None:
            self._over(self.tr("Stopped. The library is where it was."))
            return
        self._copied = copied
        self.stop.setEnabled(False)
        call = self._desk.settle(replace(self._settings.now, library_folder=str(copied.folder)))
        call.succeeded.connect(self._on_settled)
        call.failed.connect(self._on_refused)

    @Slot(object)
    def _on_settled(self, _: object) -> None:
        assert self._copied is not None
        self._settings.set(replace(self._settings.now, library_folder=str(self._copied.folder)))
        self._over(
            self.tr("The library is in {0} now.\n\nThe copy in {1} is not used any more.").format(
                self._copied.folder, self._copied.old
            )
        )
        self.stop.hide()
        self.keep.show()
        self.remove.show()
        self.keep.setDefault(True)
        self.keep.setFocus()
        self.moved.emit()

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self._over(f"{error} {error.hint}".strip() + "\n\n" + self.tr("The library is where it was."))

    @Slot()
    def _on_stop(self) -> None:
        if self._bar.isHidden():
            self.accept()
            return
        self._call.stop()
        self.stop.setEnabled(False)
        self._count.setText(self.tr("Stopping…"))

    @Slot()
    def _on_keep(self) -> None:
        self._leave(keep=True)

    @Slot()
    def _on_remove(self) -> None:
        self._leave(keep=False)

    def _leave(self, *, keep: bool) -> None:
        assert self._copied is not None
        self._desk.leave(self._copied, keep=keep)
        self.accept()
