"""The crop's steps: a drag is one, whatever happens in between, and each picture keeps its own."""

import pytest

from imgvar_desktop.bridge.crop_model import CropModel
from imgvar_desktop.core.framing import Fit, Framing, first_framing
from imgvar_desktop.core.geometry import Handle, Square

WIDTH, HEIGHT = 640, 400
START = Framing(Square(120, 100, 200))


@pytest.fixture
def model(qapp) -> CropModel:
    model = CropModel()
    model.set_picture("lake", width=WIDTH, height=HEIGHT, framing=START)
    return model


def dragged(model: CropModel) -> None:
    model.begin()
    for way in range(1, 20):
        model.drag_move(way, 2 * way)
    model.end()


CHANGES = {
    "a drag": dragged,
    "a move": lambda model: model.move(3, 4),
    "a size": lambda model: model.grow(-7),
    "numbers": lambda model: model.put_square(Square(1, 2, 30)),
    "a quarter turn": lambda model: model.turn(clockwise=True),
    "a mirroring": lambda model: model.mirror(),
    "an angle": lambda model: model.straighten(3.3),
    "a fit": lambda model: model.set_fit(Fit.BLUR),
    "a reset": lambda model: model.reset(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_one_step_there_and_back(model, change):
    CHANGES[change](model)
    changed = model.framing
    assert changed != START

    model.undo()
    assert (model.framing, model.can_undo, model.can_redo) == (START, False, True)

    model.redo()
    assert (model.framing, model.can_undo, model.can_redo) == (changed, True, False)


def test_a_new_step_forgets_what_was_undone(model):
    model.move(5, 0)
    model.undo()
    model.move(0, 5)

    assert not model.can_redo
    model.undo()
    assert model.framing == START


def test_what_changes_nothing_is_no_step(model):
    model.put_square(START.square)
    model.begin()
    model.drag_move(9, 9)
    model.drag_move(0, 0)
    model.end()

    assert not model.can_undo


def test_a_drag_that_is_abandoned_leaves_no_trace(model):
    model.begin()
    model.drag_handle(Handle.TOP_LEFT, 30, 30, min_side=10, from_centre=False)
    assert model.framing != START
    model.abandon()

    assert model.framing == START
    assert not model.can_undo


def test_undo_during_a_drag_takes_back_the_drag_alone(model):
    model.move(5, 0)
    model.begin()
    model.drag_move(40, 40)
    model.undo()
    model.drag_move(60, 60)  # the hand still moves
    model.end()

    assert model.framing.square == Square(125, 100, 200)
    model.undo()
    assert model.framing == START


def test_a_key_during_a_drag_ends_it(model):
    model.begin()
    model.drag_move(10, 0)
    model.move(1, 0)
    model.drag_move(20, 0)
    model.end()

    assert model.framing.square == Square(131, 100, 200)
    model.undo()
    assert model.framing.square == Square(130, 100, 200)
    model.undo()
    assert model.framing == START


def test_each_picture_comes_back_as_it_was_with_its_steps(model):
    model.move(5, 0)
    mine = model.framing
    model.begin()
    model.drag_move(50, 50)
    model.set_picture("vase", width=100, height=300, framing=first_framing(width=100, height=300))
    assert not model.can_undo
    model.move(0, 7)

    model.set_picture("lake", width=WIDTH, height=HEIGHT, framing=first_framing(width=WIDTH, height=HEIGHT))

    assert model.upright_size == (WIDTH, HEIGHT)
    assert model.framing.square == Square(175, 150, 200)  # where the drag had come to
    model.undo()
    assert model.framing == mine
    model.undo()
    assert model.framing == START
    assert model.framing_of("vase").square == Square(0, 107, 100)
    assert model.framing_of("never seen") is None


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        (Square(-50, 100, 200), Square(0, 100, 200)),
        (Square(9999, 9999, 200), Square(440, 200, 200)),
        (Square(20, 0, 9999), Square(20, 0, 400)),
        (Square(300, 0, 400), Square(240, 0, 400)),
    ],
)
def test_impossible_numbers_become_the_nearest_possible(model, typed, made):
    model.put_square(typed)

    assert model.framing.square == made


def test_angles_there_and_back_lose_nothing(model):
    model.reset()
    whole = model.framing
    for tenths in (*range(1, 80), *range(78, -1, -1)):
        model.straighten(tenths / 10)

    assert model.framing == whole


def test_an_angle_after_another_change_starts_from_that(model):
    model.reset()
    model.straighten(20.0)
    model.grow(-40)
    side = model.framing.square.side
    model.straighten(0.0)

    assert model.framing.square.side == side


@pytest.mark.parametrize(("dx", "snap", "x"), [(-115, 6, 0), (-113, 6, 7), (-115, 0, 5), (95, 6, 220), (316, 6, 440)])
def test_a_drag_snaps_to_what_is_near(model, dx, snap, x):
    model.begin()
    model.drag_move(dx, 0, snap=snap)

    assert model.framing.square.x == x


def test_changed_comes_once_for_each_thing_that_changed(model, qtbot):
    heard = []
    model.changed.connect(lambda: heard.append(model.framing))
    model.begin()
    model.drag_move(1, 0)
    model.drag_move(1, 0)

    assert heard == [Framing(Square(121, 100, 200))]
