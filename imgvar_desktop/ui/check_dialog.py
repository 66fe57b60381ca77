"""Check this service: what will be sent, what was found out, and what to store of it."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.checking import Checking
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.core import service_check
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.service_check import Checking as Activity
from imgvar_desktop.core.service_check import CheckPart, Finding, Learned, Topic, Verdict
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.ui.controls import CONTROL_HEIGHT
from imgvar_desktop.ui.generate_panel import money_text

ICONS: Final = {Verdict.OK: "check", Verdict.WARN: "warning", Verdict.BAD: "error"}
ICON_PX: Final = 20


class CheckDialog(QDialog):
    """Sends nothing before Check is pressed, and says first what that will be."""

    learned = Signal(object)
    """The ServiceProfile to store, when the person agreed."""

    def __init__(self, profile: ServiceProfile, key: str, office: Office, parent: QWidget | None = None) -> None:
        """``key``: one that was typed and not stored; empty: the stored one."""
        super().__init__(parent)
        self.setObjectName("checkDialog")
        self.setWindowTitle(self.tr("Check {0}").format(profile.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(520, 440)
        self._profile = profile
        self._key = key
        self._office = office
        self._checking: Checking | None = None
        self._learned: Learned | None = None
        self._plan = QLabel()
        self._plan.setWordWrap(True)
        self._plan.setTextFormat(Qt.TextFormat.PlainText)
        self.images = QCheckBox()
        self.images.setChecked(profile.free)
        self._images_text()
        self.start = QPushButton(self.tr("&Check"))
        self.start.setDefault(True)
        self.store = QPushButton(self.tr("&Store what was learned"))
        self.store.hide()
        self._close = QPushButton(self.tr("Close"))
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.hide()
        self._activity = QLabel()
        self._activity.setProperty("role", "quiet")
        self._findings = QVBoxLayout()
        self._findings.setSpacing(12)
        self._findings.addStretch()
        self._lay_out()
        self._show_plan()
        self.images.toggled.connect(self._show_plan)
        self.start.clicked.connect(self._on_start)
        self.store.clicked.connect(self._on_store)
        self._close.clicked.connect(self.reject)
        self.finished.connect(self._stop)

    def _lay_out(self) -> None:
        found = QWidget()
        found.setLayout(self._findings)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(found)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.store)
        buttons.addStretch()
        buttons.addWidget(self.start)
        buttons.addWidget(self._close)
        for button in (self.start, self.store, self._close):
            button.setMinimumHeight(CONTROL_HEIGHT)
        self._close.setAutoDefault(False)
        self.store.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self._plan)
        layout.addWidget(self.images)
        layout.addWidget(self._bar)
        layout.addWidget(self._activity)
        layout.addWidget(scroll, stretch=1)
        layout.addLayout(buttons)

    @property
    def findings(self) -> tuple[str, ...]:
        """What stands in the list, a sentence each."""
        labels = (label.text() for label in self.findChildren(QLabel) if label.property("finding"))
        return tuple(labels)

    def _images_text(self) -> None:
        plan = service_check.plan(self._profile, make_images=True)
        if plan.usd == 0:
            price = self.tr("free")
        elif plan.usd is None:
            price = self.tr("at the service's price")
        else:
            price = self.tr("about {0}").format(money_text(plan.usd))
        self.images.setText(self.tr("&Have up to {0} small images made as well ({1})").format(plan.images, price))

    @Slot()
    def _show_plan(self) -> None:
        plan = service_check.plan(self._profile, make_images=self.images.isChecked())
        self._plan.setText(" ".join(plan.lines))

    @Slot()
    def _on_start(self) -> None:
        if self._checking is not None:
            self._stop()
            return
        self._clear()
        self._checking = self._office.check(self._profile, self, key=self._key, make_images=self.images.isChecked())
        self._checking.told.connect(self._on_told)
        self._checking.refused.connect(self._on_refused)
        self._set_busy(busy=True)

    @Slot()
    def _stop(self) -> None:
        if self._checking is not None:
            self._checking.cancel()
            self._over()

    def _over(self) -> None:
        self._checking = None
        self._set_busy(busy=False)

    def _set_busy(self, *, busy: bool) -> None:
        self._bar.setVisible(busy)
        self._activity.setText("")
        self.images.setEnabled(not busy)
        self.start.setText(self.tr("&Stop") if busy else self.tr("&Check again"))

    def _clear(self) -> None:
        self._learned = None
        self.store.hide()
        while self._findings.count() > 1:
            item = self._findings.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()

    @Slot(object)
    def _on_told(self, part: CheckPart) -> None:
        match part:
            case Activity(activity):
                self._activity.setText(activity)
            case Finding():
                self._add(part)
            case Learned():
                self._over()
                self._learned = part
                changes = service_check.changes(self._profile, part.profile)
                for sentence in changes:
                    self._add(Finding(Verdict.OK, Topic.CALL, sentence), "info")
                self.store.setVisible(bool(changes))
                if changes:
                    self.store.setFocus()

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self._over()
        self._add(Finding(Verdict.BAD, Topic.REACHABLE, str(error), error.hint))

    def _add(self, finding: Finding, icon: str = "") -> None:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        sign = QLabel()
        size = QSize(ICON_PX, ICON_PX)
        sign.setPixmap(resources.icon(icon or ICONS[finding.verdict]).pixmap(size, self.devicePixelRatioF()))
        layout.addWidget(sign, alignment=Qt.AlignmentFlag.AlignTop)
        text = QLabel(finding.text)
        text.setTextFormat(Qt.TextFormat.PlainText)  # a server's own words may be in it
        text.setProperty("finding", True)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(text)
        details = " ".join(filter(None, (finding.hint, self._request_text(finding))))
        if details:
            hint = QLabel(details)
            hint.setTextFormat(Qt.TextFormat.PlainText)
            hint.setProperty("role", "quiet")
            hint.setWordWrap(True)
            words.addWidget(hint)
        layout.addLayout(words, stretch=1)
        self._findings.insertWidget(self._findings.count() - 1, row)

    def _request_text(self, finding: Finding) -> str:
        return self.tr("Request {0}.").format(finding.request_id) if finding.request_id else ""

    @Slot()
    def _on_store(self) -> None:
        assert self._learned is not None
        self.learned.emit(self._learned.profile)
        self.accept()
