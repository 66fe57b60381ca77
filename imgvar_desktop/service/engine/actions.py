"""What a candidate may do to the picture."""

from dataclasses import dataclass
from typing import TypeAlias

from imgvar_desktop.service.engine.geometry import Recast
from imgvar_desktop.service.engine.quilt import Quilt
from imgvar_desktop.service.engine.splice import Spliced


@dataclass(frozen=True, slots=True)
class Rearranged:
    """A new layout of the source's own patches, led by a guide.

    The guide says of every output place where in the source it should come from: the source at ``zoom`` times the
    output's size (below 1: seen from further away), moved by ``shift_y``, ``shift_x`` (output sides), and each of its
    horizontal strata moved sideways by one entry of ``slides``. ``looseness`` is the standard deviation of the noise
    the search starts from, ``kept`` how much of the guide's own picture is in that start. ``rigidity`` is the price
    of leaving the guide, ``strata_price`` that of leaving one's height, ``smoothness`` that of every seam.
    ``completeness`` above 0 makes rarely used patches cheaper: the smaller, the more evenly all are used. ``start``
    is the coarsest level in pixels.
    """

    zoom: float = 1.0
    shift_y: float = 0.0
    shift_x: float = 0.0
    slides: tuple[float, ...] = ()
    looseness: float = 0.0
    kept: float = 1.0
    rigidity: float = 0.05
    strata_price: float = 0.0
    smoothness: float = 1e-3
    completeness: float = 0.0
    start: int = 20


Action: TypeAlias = Recast | Rearranged | Quilt | Spliced


@dataclass(frozen=True, slots=True)
class Move:
    """One candidate: what happens to the picture, and whether it is mirrored afterwards."""

    action: Action
    mirrored: bool
