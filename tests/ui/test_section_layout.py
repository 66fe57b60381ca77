"""Where headers and tiles are: for any library, any width and any size of tile."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect

from imgvar_desktop.ui.section_layout import HEADER_PX, MARGIN_PX, SectionLayout


@st.composite
def layouts(draw: st.DrawFn) -> SectionLayout:
    counts = draw(st.lists(st.integers(0, 13), min_size=1, max_size=12))
    return SectionLayout.of(counts, width=draw(st.integers(40, 2000)), tile_px=draw(st.sampled_from([96, 192, 512])))


def rows_of(layout: SectionLayout) -> range:
    return range(layout.rows)


@given(layouts())
def test_a_tile_is_found_where_it_is(layout):
    for row in rows_of(layout):
        rect = layout.tile_rect(row)
        assert layout.row_at(rect.center()) == row
        assert layout.row_at(rect.topLeft()) == row
        assert layout.row_at(rect.bottomRight()) == row
        assert layout.row_at(rect.topLeft() - QPoint(1, 0)) != row
        assert layout.row_at(rect.bottomRight() + QPoint(0, 1)) != row


@given(layouts())
def test_nothing_overlaps_and_all_is_inside(layout):
    rects = [layout.tile_rect(row) for row in rows_of(layout)]
    rects += [layout.header_rect(place, 2000) for place in range(len(layout.counts))]
    for i, one in enumerate(rects):
        assert one.left() >= MARGIN_PX
        assert 0 <= one.top() <= one.bottom() < layout.height
        assert not any(one.intersects(other) for other in rects[i + 1 :])


@given(layouts())
def test_a_header_stands_above_its_tiles(layout):
    for place, count in enumerate(layout.counts):
        header = layout.header_rect(place, 800)
        assert layout.section_at(header.center().y()) == place
        assert layout.row_at(header.center()) is None
        for row in range(layout.firsts[place], layout.firsts[place] + count):
            assert layout.tile_rect(row).top() >= header.top() + HEADER_PX
            assert layout.section_at(layout.tile_rect(row).center().y()) == place


@given(layouts(), st.integers(-200, 4000), st.integers(1, 1500))
def test_what_is_to_be_painted_holds_all_that_can_be_seen(layout, top, height):
    painted = [row for _, rows in layout.visible(top, top + height) for row in rows]
    band = QRect(0, top, 4000, height)
    seen = [row for row in rows_of(layout) if layout.tile_rect(row).intersects(band)]

    assert set(seen) <= set(painted)
    assert painted == sorted(set(painted))
    assert len(painted) <= len(seen) + 2 * layout.columns * len(layout.counts)


@given(layouts(), st.integers(0, 1500), st.integers(0, 1500), st.integers(1, 900), st.integers(1, 900))
def test_a_rubber_band_touches_what_it_lies_on(layout, left, top, width, height):
    band = QRect(left, top, width, height)

    assert list(layout.rows_in(band)) == [row for row in rows_of(layout) if layout.tile_rect(row).intersects(band)]


@given(layouts(), st.data(), st.integers(-6, 6).filter(bool))
def test_up_and_down_stay_in_the_column_as_far_as_there_is_one(layout, data, lines):
    if not rows_of(layout):
        return
    row = data.draw(st.sampled_from(rows_of(layout)))

    other = layout.row_beside(row, lines)

    assert other in rows_of(layout)
    before, after = layout.tile_rect(row), layout.tile_rect(other)
    assert (after.top() - before.top()) * lines >= 0
    assert after.left() <= before.left()
    if other == row:  # no line that way
        way = 1 if lines > 0 else -1
        tops = {layout.tile_rect(r).top() for r in rows_of(layout)}
        assert not [top for top in tops if (top - before.top()) * way > 0]


@given(layouts())
def test_down_reaches_every_line(layout):
    if not rows_of(layout):
        return
    row, reached = 0, {layout.tile_rect(0).top()}
    while (below := layout.row_beside(row, 1)) != row:
        row = below
        reached.add(layout.tile_rect(row).top())

    assert reached == {layout.tile_rect(r).top() for r in rows_of(layout)}
