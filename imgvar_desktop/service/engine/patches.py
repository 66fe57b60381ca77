"""Small-patch geometry shared by analysis, matching and scoring."""

import numpy as np

from imgvar_desktop.service.engine.raster import Floats


def patches_of(values: Floats, side: int) -> tuple[Floats, int, int]:
    """Every ``side`` by ``side`` patch of an ``(h, w, c)`` array as one row, with the number of patch rows and
    columns.
    """
    windows = np.lib.stride_tricks.sliding_window_view(values, (side, side), axis=(0, 1))
    rows, columns = windows.shape[:2]
    return windows.reshape(rows * columns, -1), rows, columns


def squared_distances(left: Floats, right: Floats) -> Floats:
    """``(a, b)``: squared Euclidean distances between the rows of two matrices."""
    distances: Floats = left @ (-2 * right.T)
    distances += (left * left).sum(1)[:, None]
    distances += (right * right).sum(1)[None]
    return np.maximum(distances, 0, out=distances)


def principal_basis(rows: Floats, dimensions: int) -> tuple[Floats, Floats]:
    """Mean ``(c,)`` and the leading principal directions ``(c, dimensions)`` of a set of rows."""
    mean = rows.mean(0)
    centred = rows - mean
    _, vectors = np.linalg.eigh(centred.T @ centred)
    return mean, np.ascontiguousarray(vectors[:, ::-1][:, :dimensions], np.float32)
