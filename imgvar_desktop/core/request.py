"""The request as complete data: whatever a run's variations depend on is in this one value."""

from dataclasses import dataclass

from imgvar_desktop.core import contract
from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.core.framing import Framing, is_right
from imgvar_desktop.core.geometry import Square


@dataclass(frozen=True, slots=True)
class Source:
    """A picture the person brought, kept in the library under the hash of its bytes."""

    key: str
    """SHA-256 of the original bytes, in hexadecimal; names the kept file."""
    name: str
    """What the person calls it: the file's stem, or "pasted"."""
    width: int
    height: int
    """Pixels, upright."""


@dataclass(frozen=True, slots=True)
class VariationRequest:
    """One press of Generate. Raises ValueError when it could not be carried out by any service."""

    source: Source
    framing: Framing
    count: int
    size_px: int
    service_id: str
    model: str = ""
    """Empty: the field is not sent."""
    response_format: ResponseFormat = ResponseFormat.B64_JSON
    user: str = ""
    """A string that stands for the end user; empty: not sent."""
    seed: int | None = None
    """None: the service chooses, and says which with each image where it can."""
    strength: float | None = None
    """How different, 0 to 1; None: not sent."""
    prompt: str = ""
    """What an edit is asked for, or a service that takes a text along; empty: the service's usual one."""
    quality: str = ""
    """One of the service's qualities; empty: its default."""
    framing_name: str = ""
    """Which framing of a bracket this is, such as "wide"; empty: the person's own."""

    def __post_init__(self) -> None:
        if not contract.MIN_COUNT <= self.count <= contract.MAX_COUNT:
            raise ValueError(f"a run makes {contract.MIN_COUNT} to {contract.MAX_COUNT} variations, not {self.count}")
        if self.size_px < 1:
            raise ValueError(f"variations cannot be {self.size_px} pixels large")
        if not is_right(self.framing, width=self.source.width, height=self.source.height):
            raise ValueError(f"{self.framing} is not inside {self.source.width} × {self.source.height} pixels")
        if len(self.prompt) > contract.MAX_PROMPT_CHARS:
            raise ValueError(f"a prompt has at most {contract.MAX_PROMPT_CHARS} characters, not {len(self.prompt)}")
        if self.strength is not None and not 0.0 <= self.strength <= 1.0:
            raise ValueError(f"how different goes from 0 to 1, not {self.strength}")
        if self.seed is not None and not 0 <= self.seed <= contract.MAX_SEED:
            raise ValueError(f"a seed is a whole number from 0 to {contract.MAX_SEED}, not {self.seed}")

    @property
    def crop(self) -> Square:
        """The framing's square: pixels of the turned picture."""
        return self.framing.square
