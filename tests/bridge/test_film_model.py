"""The film strip's pictures: on their way, there, refused, ticked."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from imgvar_desktop.bridge.bringing import LoadedPicture
from imgvar_desktop.bridge.film_model import FilmModel, FilmRole
from imgvar_desktop.core.errors import PictureRefused
from imgvar_desktop.core.framing import first_framing
from imgvar_desktop.core.request import Source

CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
TICK = Qt.ItemDataRole.CheckStateRole


def picture(name: str) -> LoadedPicture:
    return LoadedPicture(
        Source(name * 64, name, 40, 30), QImage(4, 3, QImage.Format.Format_RGB32), first_framing(width=40, height=30)
    )


@pytest.fixture
def film(qtbot, qtmodeltester) -> FilmModel:
    film = FilmModel()
    qtmodeltester.check(film)
    return film


def test_pictures_arrive_in_their_places_and_are_ticked(film):
    film.start(3)
    film.arrive(2, picture("c"))
    film.arrive(0, picture("a"))

    assert [frame.source.name for frame in film.ticked] == ["a", "c"]
    assert film.current == 0


def test_a_refused_picture_is_not_ticked_and_cannot_be(film, qtbot):
    film.start(2)
    film.refuse(1, PictureRefused("It is damaged.", hint="Get it again."))

    assert not film.setData(film.index(1), CHECKED, TICK)
    assert film.index(1).data(TICK) == UNCHECKED
    assert film.index(1).data(Qt.ItemDataRole.ToolTipRole) == "It is damaged. Get it again."


def test_unticking_takes_a_picture_out_and_says_so(film, qtbot):
    film.start(1)
    film.arrive(0, picture("a"))

    with qtbot.waitSignal(film.changed):
        assert film.setData(film.index(0), UNCHECKED, TICK)

    assert film.ticked == ()
    assert not film.index(0).data(FilmRole.FRAME).ticked


def test_starting_with_none_empties_the_strip(film):
    film.start(2)
    film.start(0)

    assert (film.rowCount(), film.current) == (0, -1)
