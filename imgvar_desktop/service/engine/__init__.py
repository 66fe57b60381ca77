"""The on-device engine: whole, sharp, plausible variations of one picture, with numpy and Pillow alone."""

from imgvar_desktop.service.engine.job import Variation, vary
from imgvar_desktop.service.engine.progress import Cancelled, Progress

__all__ = ["Cancelled", "Progress", "Variation", "vary"]
