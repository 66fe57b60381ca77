"""What was done to variations, and undoing it: shown at once, written down in the worker, taken back if that fails."""

import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry, Marks


@dataclass(frozen=True, slots=True)
class Remark:
    """Other marks for variations, by id."""

    marks: Mapping[str, Marks]


@dataclass(frozen=True, slots=True)
class Move:
    """Variations, by id, into the trash at a moment, or with None back out of it."""

    trashed_at: Mapping[str, datetime | None]


Deed = Remark | Move


class History(QObject):
    """GUI thread. Without a limit, as long as the program runs."""

    done = Signal(object)
    """A tuple of Entry ids: what was just done or undone was done to these."""
    refused = Signal(object)
    """An AppError: it could not be written down, and is shown no more."""

    def __init__(self, catalogue: Catalogue, office: Office, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = QUndoStack()
        self._catalogue = catalogue
        self._office = office
        # Another library, perhaps: its variations are others.
        catalogue.filled.connect(self.stack.clear)
        self._writing: dict[Call, tuple[_Step, Deed, Deed]] = {}
        """The step, what it does, and what would take it back."""

    def mark(self, entries: Iterable[Entry], change: Callable[[Marks], Marks], name: str) -> None:
        """``name`` is what the menu says after “Undo”. Those that ``change`` leaves as they are take no part."""
        before = {entry.id: entry.marks for entry in entries}
        # Thousands of images have few kinds of marks among them.
        changed = {marks: change(marks) for marks in set(before.values())}
        after = {entry_id: changed[marks] for entry_id, marks in before.items() if changed[marks] != marks}
        if after:
            self._push(Remark({entry_id: before[entry_id] for entry_id in after}), Remark(after), name)

    def trash(self, entries: Iterable[Entry], name: str) -> None:
        now = datetime.now(UTC)
        self._move({entry.id: None for entry in entries if entry.trashed_at is None}, lambda _: now, name)

    def put_back(self, entries: Iterable[Entry], name: str) -> None:
        moments = {entry.id: entry.trashed_at for entry in entries if entry.trashed_at is not None}
        self._move(moments, lambda _: None, name)

    def _move(
        self,
        before: Mapping[str, datetime | None],
        change: Callable[[datetime | None], datetime | None],
        name: str,
    ) -> None:
        if before:
            self._push(Move(before), Move({key: change(at) for key, at in before.items()}), name)

    def _push(self, before: Deed, after: Deed, name: str) -> None:
        self.stack.push(_Step(self, before, after, name))

    def carry_out(self, deed: Deed, step: "_Step") -> None:
        """Shows it and has it written down. For the steps of the stack alone."""
        counter = self._show(deed)
        match deed:
            case Remark(marks):
                call, ids = self._office.mark(marks), tuple(marks)
            case Move(moments):
                call, ids = self._office.trash(moments), tuple(moments)
        self._writing[call] = (step, deed, counter)
        call.succeeded.connect(self._on_written)
        call.failed.connect(self._on_refused)
        self.done.emit(ids)

    def _show(self, deed: Deed) -> Deed:
        """Returns what would take it back."""
        match deed:
            case Remark(marks):
                old = self._catalogue.entries(marks)
                self._catalogue.change(replace(entry, marks=marks[entry.id]) for entry in old)
                return Remark({entry.id: entry.marks for entry in old})
            case Move(moments):
                old = self._catalogue.entries(moments)
                self._catalogue.change(replace(entry, trashed_at=moments[entry.id]) for entry in old)
                return Move({entry.id: entry.trashed_at for entry in old})

    def _take_back(self, deed: Deed, counter: Deed) -> None:
        """What is still as ``deed`` left it; what was done to the others since then has been written on its own."""
        match deed, counter:
            case Remark(marks), Remark(old):
                left = [entry.id for entry in self._catalogue.entries(marks) if entry.marks == marks[entry.id]]
                self._show(Remark({entry_id: old[entry_id] for entry_id in left}))
            case Move(moments), Move(earlier):
                found = self._catalogue.entries(moments)
                left = [entry.id for entry in found if entry.trashed_at == moments[entry.id]]
                self._show(Move({entry_id: earlier[entry_id] for entry_id in left}))

    @Slot(object)
    def _on_written(self, _: object) -> None:
        del self._writing[self._sender()]

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        step, deed, counter = self._writing.pop(self._sender())
        self._take_back(deed, counter)
        step.setObsolete(True)
        # What never was is no step to go back over; steps after it stay, as they were written down on their own.
        while self.stack.index() and self.stack.command(self.stack.index() - 1).isObsolete():
            self.stack.undo()
        self.refused.emit(error)

    def _sender(self) -> Call:
        call = self.sender()
        assert isinstance(call, Call)
        return call


class _Step(QUndoCommand):
    def __init__(self, history: History, before: Deed, after: Deed, name: str) -> None:
        super().__init__(name)
        # Weakly: the stack is the history's own, and Qt does not survive how a ring of the two is collected.
        self._history = weakref.ref(history)
        self._before = before
        self._after = after

    def redo(self) -> None:
        self._carry_out(self._after)

    def undo(self) -> None:
        self._carry_out(self._before)

    def _carry_out(self, deed: Deed) -> None:
        history = self._history()
        assert history is not None
        history.carry_out(deed, self)
