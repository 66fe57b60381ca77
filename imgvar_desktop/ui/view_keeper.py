"""What stays while tiles come and go: the place that is looked at, the selection, the tile that the keyboard is on."""

from dataclasses import dataclass, field

from PySide6.QtCore import QItemSelectionModel

from imgvar_desktop.bridge.gallery_model import GalleryModel
from imgvar_desktop.core.arrangement import Group
from imgvar_desktop.core.shelf import Tile
from imgvar_desktop.ui.section_layout import SectionLayout
from imgvar_desktop.ui.tile_selection import TileSelection

_Flag = QItemSelectionModel.SelectionFlag


@dataclass(frozen=True, slots=True)
class Held:
    """How things were before a change."""

    tiles: list[Tile] = field(default_factory=list)
    current: int = -1
    selected: frozenset[str] = frozenset()
    anchors: tuple[tuple[str | Group, int], ...] = ()
    """Keys of tiles and groups of headers in sight, each with how far below the view's top it was."""


def held(model: GalleryModel, layout: SectionLayout, selection: QItemSelectionModel, top: int, height: int) -> Held:
    """``layout`` and ``model`` still fit together; ``top``: what the view's upper edge is at."""
    chosen = selection.selection()
    spans = (chosen.at(place) for place in range(chosen.count()))
    selected = frozenset(model.tile(row).key for span in spans for row in range(span.top(), span.bottom() + 1))
    anchors: list[tuple[str | Group, int]] = []
    if top > 0 and layout.rows == model.rowCount() and len(layout.counts) == len(model.sections):
        for place, rows in layout.visible(top, top + height):
            if layout.tops[place] >= top:
                anchors.append((model.sections[place].group, layout.tops[place] - top))
            anchors += [(model.tile(row).key, layout.tile_rect(row).top() - top) for row in rows]
    return Held(list(model.tiles), selection.currentIndex().row(), selected, tuple(anchors))


def top_after(before: Held, model: GalleryModel, layout: SectionLayout) -> int | None:
    """Where the view's upper edge goes so that the first that is left of what was in sight stays; None: anywhere."""
    for anchor, below in before.anchors:
        if isinstance(anchor, str):
            row = model.row_of(anchor)
            if row is not None:
                return layout.tile_rect(row).top() - below
        else:
            place = model.place_of_group(anchor)
            if place is not None:
                return layout.tops[place] - below
    return None


def heir(before: Held, model: GalleryModel) -> int | None:
    """The row of the tile that the keyboard was on; if it is gone, of the next one that is left."""
    tiles, at = before.tiles, before.current
    if not 0 <= at < len(tiles):
        return None
    order = [*tiles[at:], *reversed(tiles[:at])]
    return next((row for tile in order if (row := _row(model, tile)) is not None), None)


def restore_selection(before: Held, model: GalleryModel, tiles: TileSelection, selection: QItemSelectionModel) -> None:
    """After a change that Qt's own selection did not live through, or that took what was selected."""
    row = heir(before, model)
    if row is None:
        return
    index = model.index(row)
    if before.selected and not selection.hasSelection():
        rows = sorted(row for key in before.selected if (row := model.row_of(key)) is not None)
        if rows:
            selection.select(tiles.of(rows), _Flag.ClearAndSelect)
        else:
            tiles.only(index)
            return
    if selection.currentIndex().row() != row:
        selection.setCurrentIndex(index, _Flag.NoUpdate)


def _row(model: GalleryModel, tile: Tile) -> int | None:
    """Also of a variation that has arrived in its place meanwhile."""
    return model.row_of(tile.key)
