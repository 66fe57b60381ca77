"""What images cost: known before from a table, known after from the tokens that a reply counts."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImagePrice:
    """One image of a model, at a quality and a size, as its provider publishes it."""

    model: str
    quality: str
    size_px: int
    """Side of the square that is made, whatever it is scaled to afterwards."""
    usd: float

    def __post_init__(self) -> None:
        if not is_price(self.usd):
            raise ValueError("A price is a number of dollars, or nothing.")


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """Dollars for a million tokens of each sort."""

    text_in_usd: float
    image_in_usd: float
    image_out_usd: float

    def __post_init__(self) -> None:
        if not all(is_price(usd) for usd in (self.text_in_usd, self.image_in_usd, self.image_out_usd)):
            raise ValueError("A price is a number of dollars, or nothing.")


@dataclass(frozen=True, slots=True)
class TokenCount:
    """What one reply used, as its server counted it."""

    text_in: int
    image_in: int
    out: int

    def usd(self, prices: TokenPrices) -> float:
        whole = (
            self.text_in * prices.text_in_usd + self.image_in * prices.image_in_usd + self.out * prices.image_out_usd
        )
        return whole / 1_000_000


def is_price(usd: float) -> bool:
    return math.isfinite(usd) and usd >= 0
