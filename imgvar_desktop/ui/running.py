"""Generate, Stop and everything a run reports."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, Slot

from imgvar_desktop.bridge.gallery_model import GalleryModel
from imgvar_desktop.bridge.run_queue import RunQueue
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core import prompts
from imgvar_desktop.core.bracket import bracketed, spread
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.estimate import cost_of
from imgvar_desktop.core.library import RunRecord
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.runs import ClosingEvent, RunEvent, RunFailed, RunFinished
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui.failure import offers
from imgvar_desktop.ui.generate_panel import Offer, money_text
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.message_bar import MessageAction
from imgvar_desktop.ui.second_thought import SecondThought
from imgvar_desktop.ui.source_panel import CroppedSource


class Running(QObject):
    """GUI thread."""

    def __init__(self, window: MainWindow, queue: RunQueue, model: GalleryModel, settings: SettingsKeeper) -> None:
        super().__init__(window)
        self._window = window
        self._queue = queue
        self._model = model
        self._settings = settings
        self.second_thought = SecondThought(queue, window.toast, self)
        window.closing.connect(self.second_thought.forget)
        actions = window.actions_
        window.run.generate_asked.connect(self._on_generate)
        window.run.stop_asked.connect(self._on_stop)
        actions.generate.triggered.connect(self._on_generate)
        actions.stop.triggered.connect(self._on_stop)
        actions.stop_all.triggered.connect(self._queue.stop_all)
        actions.run_again.triggered.connect(self._on_run_again)
        window.gallery.retry_asked.connect(self.fetch_missing)
        actions.marking.retry.triggered.connect(self._on_retry)
        window.gallery.run_again_asked.connect(self.run_again)
        window.source.changed.connect(self.refresh)
        window.parameters.changed.connect(self.refresh)
        settings.changed.connect(self.refresh)
        queue.reported.connect(self._on_reported)
        queue.refused.connect(self._on_refused)
        model.catalogue.filled.connect(self._show_spent)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """What Generate would do now."""
        settings = self._settings.now
        profile, requests = settings.service, self.requests()
        offer = Offer(
            count=sum(request.count for request in requests) or settings.count,
            usd=cost_of(profile, requests) if requests else profile.price_usd,
            refusal=self._refusal(profile, requests),
        )
        self._window.run.offer(offer, profile)
        self._window.actions_.generate.setEnabled(not offer.refusal)
        open_runs = bool(self._queue.open_runs)
        self._window.actions_.stop.setEnabled(open_runs)
        self._window.actions_.stop_all.setEnabled(open_runs)

    def _refusal(self, profile: ServiceProfile, requests: Sequence[VariationRequest]) -> str:
        """Why Generate would do nothing now; empty: it would."""
        if not requests:
            return self.tr("Drop a picture first.")
        return self._window.parameters.refusal(profile)

    @Slot(object)
    def fetch_missing(self, run: RunRecord) -> None:
        """Asks for just the variations of ``run`` that did not arrive, as a run of their own."""
        self._again(run, run.missing)

    def say_interrupted(self, runs: tuple[RunRecord, ...]) -> None:
        """After a start: what was cut off. Nothing is sent again before the person says so."""
        if not runs:
            return
        lines = [
            self.tr("Run {0} was interrupted: {1} of {2} saved.").format(r.number, r.arrived, r.request.count)
            for r in runs
        ]
        actions = []
        if len(runs) == 1 and runs[0].missing:
            offer = self.tr("Get the other {0}") if runs[0].arrived else self.tr("Get all {0}")
            actions.append(MessageAction(offer.format(runs[0].missing), runs[0]))
        self._window.message.show_warning(" ".join(lines), *actions)

    @Slot()
    def _on_generate(self) -> None:
        service, requests = self._settings.now.service, self.requests()
        if not self._refusal(service, requests):  # the key does not ask the button whether it is enabled
            for request in requests:
                self._queue.submit(request, service)

    def requests(self) -> list[VariationRequest]:
        """One for each ticked picture and framing."""
        settings = self._settings.now
        return [request for chosen in self._window.source.all_chosen for request in requests_of(settings, chosen)]

    @Slot()
    def _on_stop(self) -> None:
        """Stops the run under way; those behind it go on."""
        if self._queue.open_runs:
            self._queue.stop(self._queue.open_runs[0])

    @Slot()
    def _on_run_again(self) -> None:
        index = self._window.gallery.currentIndex()
        if index.isValid():
            self.run_again(self._model.run_of(index.row()))

    @Slot()
    def _on_retry(self) -> None:
        index = self._window.gallery.currentIndex()
        if index.isValid() and (run := self._model.run_of(index.row())).missing:
            self.fetch_missing(run)

    @Slot(object)
    def run_again(self, run: RunRecord) -> None:
        """All of ``run`` once more."""
        self._again(run, run.request.count)

    def _again(self, run: RunRecord, count: int) -> None:
        profile = self._profile(run.request.service_id)
        if profile is None:
            self._window.message.show_error(
                self.tr("The service {0} is no longer set up. Choose another one and press Generate.").format(
                    run.service_name
                )
            )
            return
        # Another seed: the same one would make the same pictures again.
        self.second_thought.submit([replace(run.request, count=count, seed=None)], profile)

    def _profile(self, service_id: str) -> ServiceProfile | None:
        return next((s for s in self._settings.now.all_services if s.id == service_id), None)

    @Slot(object)
    def _on_reported(self, event: RunEvent) -> None:
        self._model.catalogue.on_reported(event)
        self._window.run.on_reported(event, waiting=len(self._queue.open_runs) - 1)
        if isinstance(event, ClosingEvent):
            self._show_spent()
        if isinstance(event, RunFailed):
            text = self.tr("Run {0}: {1}").format(event.run.number, event.error)
            offered = offers(event.error, event.run, self._profile(event.run.request.service_id))
            self._window.message.show_error(text, *offered, hint=event.error.hint)
        elif isinstance(event, RunFinished) and event.problems:
            text = self.tr("Run {0}: {1} of {2} arrived. {3}").format(
                event.run.number, event.run.arrived, event.run.request.count, event.problems[0]
            )
            offered = offers(event.problems[0], event.run, self._profile(event.run.request.service_id))
            self._window.message.show_warning(text, *offered)
        self.refresh()

    @Slot()
    def _show_spent(self) -> None:
        """What today's runs cost, as far as their services said."""
        today = datetime.now().astimezone().date()
        runs = self._model.catalogue.shelf.runs.values()
        usd = math.fsum(run.cost_usd for run in runs if run.cost_usd and run.created_at.astimezone().date() == today)
        self._window.spent.setText(self.tr("{0} today").format(money_text(usd)) if usd else "")

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self._window.message.show_error(str(error), hint=error.hint)
        self.refresh()


def size_of(settings: Settings) -> int:
    """The side of the variations, in pixels: the one that is wished, or the service's largest."""
    sizes_px = settings.service.sizes_px
    return settings.size_px if settings.size_px in sizes_px else sizes_px[-1]


def request_of(settings: Settings, chosen: CroppedSource) -> VariationRequest:
    """Just what the service takes; the rest of the settings waits for a service that does."""
    profile = settings.service
    wanted, formats = settings.response_format, profile.response_formats
    return VariationRequest(
        source=chosen.source,
        framing=chosen.framing,
        count=settings.count,
        size_px=size_of(settings),
        service_id=profile.id,
        model=profile.model if profile.takes_model else "",
        response_format=wanted if wanted in formats or not formats else formats[0],
        user=settings.user if profile.takes_user else "",
        seed=settings.seed if profile.takes_seed else None,
        strength=settings.strength if profile.takes_strength else None,
        prompt=(settings.prompt or prompts.DEFAULT.text) if profile.takes_prompt else "",
        quality=settings.quality if settings.quality in profile.qualities else next(iter(profile.qualities), ""),
    )


def requests_of(settings: Settings, chosen: CroppedSource) -> tuple[VariationRequest, ...]:
    """One for each framing of the bracket, the count spread over them."""
    whole = request_of(settings, chosen)
    size = {"width": chosen.source.width, "height": chosen.source.height}
    framings = bracketed(chosen.framing, settings.framings, **size)
    shares = spread(whole.count, len(framings))
    return tuple(
        replace(whole, framing=framing, framing_name=way.value, count=share)
        for (way, framing), share in zip(framings, shares, strict=True)
    )
