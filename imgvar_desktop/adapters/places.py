"""Which variation of a run each result of a call is: pure bookkeeping over one or several calls."""

from dataclasses import replace

from imgvar_desktop.core import contract
from imgvar_desktop.core.ports import ReplyImage, ReplyPart, ReplyProblem, ReplyProgress


class Places:
    """The indices 0 to ``count - 1`` of a run, and those after them for results nobody asked for."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._fraction = 0.0
        self.taken: set[int] = set()
        """Indices that have an answer, an image or a problem."""
        self._offered = self.free

    @property
    def free(self) -> tuple[int, ...]:
        return tuple(index for index in range(self._count) if index not in self.taken)

    @property
    def overfull(self) -> bool:
        """More came than any mistake in counting explains."""
        return len(self.taken) >= self._count + contract.MAX_COUNT

    def next_call(self) -> None:
        """From now on results count from 0 over the places that are still free."""
        self._offered = self.free

    def placed(self, part: ReplyPart) -> ReplyPart:
        """``part`` with its index in the run, or with a fraction that does not fall."""
        match part:
            case ReplyProgress(fraction=None):
                return part
            case ReplyProgress(fraction=float(fraction)):
                self._fraction = max(self._fraction, fraction)
                return replace(part, fraction=self._fraction)
            case ReplyImage() | ReplyProblem():
                index = self._place(part.index)
                self.taken.add(index)
                return replace(part, index=index)
        return part

    def _place(self, index: int) -> int:
        """Servers that number their results wrongly, or send more than asked for, lose none of them here."""
        if index < len(self._offered) and self._offered[index] not in self.taken:
            return self._offered[index]
        return self.free[0] if self.free else max(self._count, *(taken + 1 for taken in self.taken))
