"""Generate, Stop and how far it is."""

import time
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QSize, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge import resources
from imgvar_desktop.core.runs import ClosingEvent, RunEvent, RunProgress, RunStarted
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.ui.destination_line import DestinationLine

STEPS = 1000
TICK_MS = 250


@dataclass(frozen=True, slots=True)
class Offer:
    """What Generate would do now."""

    count: int
    usd: float | None
    """What it is going to cost: 0 nothing, None unknown."""
    refusal: str = ""
    """Why it would do nothing, in a sentence."""


class GeneratePanel(QWidget):
    """Says what Generate will do and cost; shows the run under way with elapsed and remaining time."""

    generate_asked = Signal()
    stop_asked = Signal()
    outgoing_asked = Signal()
    """The person wants to see what will be sent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.generate = QPushButton()
        self.generate.setObjectName("generate")
        self.generate.setProperty("role", "primary")
        self.generate.clicked.connect(self.generate_asked)
        self.stop = QToolButton()
        self.stop.setObjectName("stop")
        self.stop.setIcon(resources.icon("stop"))
        self.stop.setIconSize(QSize(20, 20))
        self.stop.setFixedSize(36, 36)
        self.stop.setToolTip(self.tr("Stop (Ctrl+.)"))
        self.stop.setAccessibleName(self.tr("Stop"))
        self.stop.clicked.connect(self.stop_asked)
        self.stop.setEnabled(False)
        self.destination = DestinationLine()
        self.destination.clicked.connect(self.outgoing_asked)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the run"))
        self._text = QLabel()
        self._text.setProperty("role", "quiet")
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.generate, stretch=1)
        buttons.addWidget(self.stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(buttons)
        layout.addWidget(self.destination)
        layout.addWidget(self._bar)
        layout.addWidget(self._text)
        self._progress = RunClock()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._refresh)
        self._keep_place()

    def offer(self, offer: Offer, profile: ServiceProfile) -> None:
        self.generate.setText(offer_text(offer))
        self.destination.show_service(profile)
        self.generate.setEnabled(not offer.refusal)
        self.generate.setToolTip(offer.refusal)

    @property
    def status(self) -> str:
        return self._text.text()

    def on_reported(self, event: RunEvent, *, waiting: int) -> None:
        """``waiting``: how many runs stand behind the one under way."""
        self.stop.setEnabled(waiting >= 0)
        match event:
            case RunStarted(_, expected_s):
                self._progress = RunClock(expected_s)
                self._tick.start()
            case RunProgress(_, fraction, activity):
                self._progress.advance(fraction, activity)
            case _ if isinstance(event, ClosingEvent) and waiting < 0:
                self._tick.stop()
        self._waiting = waiting
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        if not self._tick.isActive():
            self._keep_place()
            return
        fraction = self._progress.fraction
        self._bar.setRange(0, 0 if fraction is None else STEPS)
        self._bar.setValue(round((fraction or 0.0) * STEPS))
        parts = [self._progress.activity, clock_text(self._progress.elapsed_s)]
        left = self._progress.remaining_s
        parts.append(self.tr("about {0} left").format(clock_text(left)) if left is not None else self.tr("estimating…"))
        if self._waiting > 0:
            parts.append(self.tr("{0} waiting").format(self._waiting))
        self._text.setText(" · ".join(p for p in parts if p))

    def _keep_place(self) -> None:
        """Nothing runs: the bar and the line stay where they are, empty, so that nothing jumps when a run starts."""
        self._bar.setRange(0, STEPS)
        self._bar.setValue(0)
        self._text.setText("")


class RunClock:
    """Elapsed and remaining time of one run, from what the service says and what such runs usually take."""

    def __init__(self, expected_s: float | None = None) -> None:
        self._started = time.monotonic()
        self._expected_s = expected_s
        self._said: float | None = None
        self.activity = ""

    def advance(self, fraction: float | None, activity: str) -> None:
        if fraction is not None:
            self._said = max(fraction, self._said or 0.0)
        self.activity = activity

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._started

    @property
    def fraction(self) -> float | None:
        """What the service says; else what usual runs suggest, never quite full; None when nothing is known."""
        if self._said is not None:
            return self._said
        return min(self.elapsed_s / self._expected_s, 0.95) if self._expected_s else None

    @property
    def remaining_s(self) -> float | None:
        """None until there is ground for a guess."""
        if self._said is not None and self._said >= 0.1:
            return self.elapsed_s * (1 - self._said) / self._said
        return max(self._expected_s - self.elapsed_s, 0.0) if self._expected_s else None


def offer_text(offer: Offer) -> str:
    """The action, the count and the cost as far as it is known: ``Generate 4 · free``."""
    text = _tr("Generate {0}").format(offer.count)
    if offer.usd is None:
        return text
    return f"{text} · " + (_tr("free") if offer.usd == 0 else _tr("about {0}").format(money_text(offer.usd)))


def money_text(usd: float) -> str:
    """``$0.32``; so little that cents would not show it has one digit more."""
    return f"${usd:.2f}" if usd >= 0.1 or usd == 0 else f"${usd:.3f}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("generate_panel", text)


def clock_text(seconds: float) -> str:
    """Minutes and seconds: ``0:07``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"
