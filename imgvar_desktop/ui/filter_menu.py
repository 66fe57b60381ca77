"""The filters that have no switch of their own: by source, run, service, model, size, framing and date."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, TypeVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.core.filters import OPEN, Filter
from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.ui.framings_button import framing_text

V = TypeVar("V")

OFFERED: Final = 20
"""Of sources, the newest ones; the rest is found by its name in the field."""


class FilterMenu(QMenu):
    """Made anew whenever it opens: the library grows."""

    chosen = Signal(object)
    """A Filter."""

    def __init__(self, catalogue: Catalogue, parent: QWidget) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._filter = OPEN
        self.current: Callable[[], Entry | None] = _nothing
        """The image that the keyboard is on, for “only this …”."""
        self.aboutToShow.connect(self._fill)

    def show_filter(self, filter_: Filter) -> None:
        self._filter = filter_

    @Slot()
    def _fill(self) -> None:
        self.clear()
        f, runs = self._filter, sorted(self._catalogue.shelf.runs.values(), key=lambda r: -r.number)
        self._fill_source(runs)
        self._fill_run()
        services = {run.request.service_id: run.service_name for run in reversed(runs)}
        self._values(self.tr("Service"), services.items(), f.service_ids, lambda ids: replace(f, service_ids=ids))
        models = sorted({run.request.model for run in runs if run.request.model})
        named = ((name, name) for name in models)
        self._values(self.tr("Model"), named, f.models, lambda names: replace(f, models=names))
        sizes = sorted({run.request.size_px for run in runs})
        sides = ((px, self.tr("{0} px").format(px)) for px in sizes)
        self._values(self.tr("Size"), sides, f.sizes_px, lambda px: replace(f, sizes_px=px))
        framings = sorted({run.request.framing_name for run in runs})
        if len(framings) > 1 or f.framing_names:
            framed = ((name, framing_text(name)) for name in framings)
            self._values(self.tr("Framing"), framed, f.framing_names, lambda names: replace(f, framing_names=names))
        self._fill_dates()
        self.addSeparator()
        self._switch(self, self.tr("Nothing made from it"), replace(f, childless=not f.childless), on=f.childless)
        self._switch(self, self.tr("Not saved"), replace(f, undelivered=not f.undelivered), on=f.undelivered)

    def _fill_source(self, runs: Iterable[RunRecord]) -> None:
        names: dict[str, str] = {}
        for run in runs:
            names.setdefault(run.request.source.key, run.request.source.name)
        f, offered = self._filter, list(names.items())[:OFFERED]
        self._values(self.tr("Source"), offered, f.source_keys, lambda keys: replace(f, source_keys=keys))

    def _fill_run(self) -> None:
        entry = self.current()
        if entry is not None:
            text = self.tr("Only run {0}").format(entry.run_number)
            only = (entry.run_number,)
            on = self._filter.run_numbers == only
            self._switch(self, text, replace(self._filter, run_numbers=() if on else only), on=on)

    def _fill_dates(self) -> None:
        menu, f, today = self.addMenu(self.tr("Date")), self._filter, date.today()  # noqa: DTZ011  # the person's clock
        spans: list[tuple[str, date | None, date | None]] = [
            (self.tr("Any day"), None, None),
            (self.tr("Today"), today, None),
            (self.tr("Last 7 days"), today - timedelta(days=6), None),
            (self.tr("Last 30 days"), today - timedelta(days=29), None),
            (self.tr("This year"), date(today.year, 1, 1), None),
        ]
        entry = self.current()
        if entry is not None:
            day = entry.created_at.astimezone().date()
            spans.append((self.tr("The day of this image"), day, day))
        for text, first, last in spans:
            wanted = replace(f, first_day=first, last_day=last)
            self._switch(menu, text, wanted, on=wanted == f)

    def _values(
        self,
        title: str,
        offered: Iterable[tuple[V, str]],
        chosen: tuple[V, ...],
        wanted: Callable[[tuple[V, ...]], Filter],
    ) -> None:
        """Each can be on beside the others: one of them is enough."""
        choices = list(offered)
        if not choices:
            return
        menu = self.addMenu(title)
        for value, text in choices:
            on = value in chosen
            values = tuple(v for v in chosen if v != value) if on else (*chosen, value)
            self._switch(menu, text, wanted(values), on=on)

    def _switch(self, menu: QMenu, text: str, wanted: Filter, *, on: bool) -> None:
        action = menu.addAction(text.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(on)
        action.setData(wanted)
        action.triggered.connect(self._on_triggered)

    @Slot()
    def _on_triggered(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.chosen.emit(action.data())


def _nothing() -> Entry | None:
    return None
