"""The page of the on-device service: what it does, and the switch that lets other programs use it."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.services import Endpoint
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.core.sharing import FIRST_PORT, LAST_PORT, base_url_lines, curl_lines, python_lines
from imgvar_desktop.ui.controls import CONTROL_HEIGHT, combo_box
from imgvar_desktop.ui.message_bar import MessageBar

LINES: Final = {"address": base_url_lines, "curl": curl_lines, "python": python_lines}


class OnDevicePage(QWidget):
    edited = Signal(object)
    """The Settings with ``shared`` and ``shared_port`` as they are now."""

    def __init__(self, settings: Settings, office: Office) -> None:
        super().__init__()
        self._settings = settings
        self._office = office
        self._endpoint: Endpoint | None = None
        self._looking = False
        """Whether it is asked, and nobody's wish, where other programs are served now."""
        self.shared = QCheckBox(self.tr("&Let other programs on this computer use it"))
        self.shared.setChecked(settings.shared)
        self.port = QSpinBox()
        self.port.setRange(FIRST_PORT, LAST_PORT)
        self.port.setValue(settings.shared_port)
        self.port.setGroupSeparatorShown(False)
        self.port.setAccessibleName(self.tr("Port"))
        self.message = MessageBar()
        self._kind = combo_box("sharedLines", self.tr("Lines for"))
        for kind, text in (
            ("address", self.tr("Address and key")),
            ("curl", self.tr("curl")),
            ("python", self.tr("Python (openai)")),
        ):
            self._kind.addItem(text, kind)
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setObjectName("sharedText")
        self.lines.setAccessibleName(self.tr("Lines to paste"))
        self.lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.lines.setFixedHeight(self.lines.fontMetrics().lineSpacing() * 6 + 16)
        self.copy = QPushButton(self.tr("&Copy"))
        self.new_key = QPushButton(self.tr("&New key"))
        self.new_key.setToolTip(self.tr("Programs that know the old key are refused from then on."))
        self._pasted = QWidget()
        self._lay_out()
        self.shared.toggled.connect(self._on_toggled)
        self.port.editingFinished.connect(self._on_port)
        self._kind.currentIndexChanged.connect(self._show_lines)
        self.copy.clicked.connect(self._on_copy)
        self.new_key.clicked.connect(self._on_new_key)
        self._show_lines()
        if settings.shared:
            self._ask(self._office.shared())
            self._looking = True

    def _lay_out(self) -> None:
        heading = QLabel(self.tr("On this device"))
        heading.setProperty("role", "heading")
        text = QLabel(
            self.tr(
                "Makes variations on this computer: free, without a key and without a network. Your pictures stay "
                "here. It recomposes what is in the picture: it moves, reframes, mirrors and regrades, and invents "
                "nothing."
            )
        )
        text.setWordWrap(True)
        port = QLabel(self.tr("&Port"))
        port.setBuddy(self.port)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.shared)
        row.addStretch()
        row.addWidget(port)
        row.addWidget(self.port)
        below = QVBoxLayout(self._pasted)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(8)
        below.addWidget(self._kind)
        below.addWidget(self.lines)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.new_key)
        buttons.addStretch()
        below.addLayout(buttons)
        for control in (self.port, self.copy, self.new_key):
            control.setMinimumHeight(CONTROL_HEIGHT)
        for button in (self.copy, self.new_key):
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(heading)
        layout.addWidget(text)
        layout.addSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self.message)
        layout.addWidget(self._pasted)
        layout.addStretch()

    def _ask(self, call: Call) -> None:
        self._set_enabled(enabled=False)
        call.succeeded.connect(self._on_shared)
        call.failed.connect(self._on_refused)

    @Slot(bool)
    def _on_toggled(self, shared: bool) -> None:
        self.message.clear()
        self._ask(self._office.share(self.port.value()) if shared else self._office.stop_sharing())

    @Slot()
    def _on_port(self) -> None:
        if self.port.value() == self._settings.shared_port:
            return
        if self.shared.isChecked():
            self._ask(self._office.share(self.port.value()))
        else:
            self._set(shared=False)

    @Slot()
    def _on_new_key(self) -> None:
        self._ask(self._office.share(self.port.value(), new_key=True))

    @Slot(object)
    def _on_shared(self, endpoint: Endpoint | None) -> None:
        """None: nobody is served now."""
        self._show(endpoint)
        if self._looking and endpoint is None:
            self.message.show_warning(
                self.tr("The service for other programs has ended. Switch it on to start it again.")
            )
        self._looking = False

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self._looking = False
        self._show(None)
        self.message.show_error(str(error), hint=error.hint)

    def _set_enabled(self, *, enabled: bool) -> None:
        """One wish at a time: what it comes to is seen before the next one."""
        for control in (self.shared, self.port, self.new_key):
            control.setEnabled(enabled)

    def _show(self, endpoint: Endpoint | None) -> None:
        """The switch says what is, however it came about."""
        self._set_enabled(enabled=True)
        self._endpoint = endpoint
        self._show_lines()
        self.shared.blockSignals(True)
        self.shared.setChecked(endpoint is not None)
        self.shared.blockSignals(False)
        self._set(shared=endpoint is not None)

    def _set(self, *, shared: bool) -> None:
        now = replace(self._settings, shared=shared, shared_port=self.port.value())
        if now != self._settings:
            self._settings = now
            self.edited.emit(now)

    @Slot()
    def _show_lines(self) -> None:
        self._pasted.setVisible(self._endpoint is not None)
        if self._endpoint is not None:
            hidden = replace(self._endpoint, key="••••" + self._endpoint.key[-4:])
            self.lines.setPlainText(LINES[self._kind.currentData()](hidden))

    @Slot()
    def _on_copy(self) -> None:
        assert self._endpoint is not None
        QGuiApplication.clipboard().setText(LINES[self._kind.currentData()](self._endpoint))
