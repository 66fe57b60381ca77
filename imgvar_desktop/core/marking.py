"""What a press of a key makes of an image's marks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from imgvar_desktop.core.library import Flag, Label, Marks


@dataclass(frozen=True, slots=True)
class SetFlag:
    flag: Flag


@dataclass(frozen=True, slots=True)
class SetStars:
    stars: int


@dataclass(frozen=True, slots=True)
class SetLabel:
    """Given to images that all have it already, it is taken from them."""

    label: Label


@dataclass(frozen=True, slots=True)
class SetNote:
    note: str


Marking = SetFlag | SetStars | SetLabel | SetNote


def settled(marking: Marking, on: Sequence[Marks]) -> Marking:
    """``marking`` as it is meant for these."""
    if isinstance(marking, SetLabel) and on and all(marks.label is marking.label for marks in on):
        return SetLabel(Label.NONE)
    return marking


def marked(marks: Marks, marking: Marking) -> Marks:
    match marking:
        case SetFlag(flag):
            return replace(marks, flag=flag)
        case SetStars(stars):
            return replace(marks, stars=stars)
        case SetLabel(label):
            return replace(marks, label=label)
        case SetNote(note):
            return replace(marks, note=note)
