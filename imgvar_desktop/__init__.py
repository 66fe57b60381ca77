"""Imgvar: variations of a picture, for designers who explore."""

__version__ = "0.1.0"
