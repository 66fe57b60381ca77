"""The crop in a real window, by mouse and by keyboard only, on screens of one and of two pixels a point."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings
from tests.acceptance.conftest import quarters
from tests.acceptance.desk import MISSING, Desk, a_screen, until
from tests.adapters.wire import images_json, picture, says, wire_in_a_thread

pytestmark = [
    pytest.mark.real_window,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]

LEFT_PANE = 316
LIMIT = 4_000_000


@pytest.fixture(scope="module")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_screen(tmp_path_factory.mktemp("screen")) as display:
        yield display


@pytest.fixture
def desk(display: str, tmp_path: Path) -> Desk:
    return Desk(display, tmp_path)


@pytest.fixture
def lossless(tmp_path: Path) -> Path:
    file = tmp_path / "lake.png"
    quarters().save(file)
    return file


def by_keyboard(desk: Desk, window: str, scale: int) -> None:
    # Not Alt+Shift+arrow: the window manager takes it.
    desk.press(window, "alt+Left", "alt+Left", "alt+Left", "Right", "h")


def by_mouse(desk: Desk, window: str, scale: int) -> None:
    desk.press(window, "r")
    at = desk.geometry(window)
    x = at["X"] + (LEFT_PANE * scale + at["WIDTH"]) // 2
    y = at["Y"] + at["HEIGHT"] * 2 // 5
    desk.drag((x, y), (x - 300 * scale, y))  # farther than it goes
    desk.press(window, "Return")


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize(
    ("way", "framing"),
    [(by_keyboard, Framing(Square(122, 0, 397), flipped=True)), (by_mouse, Framing(Square(0, 0, 400)))],
)
def test_what_was_framed_is_what_is_sent(desk, lossless, way, framing, scale):
    desk.environment["QT_SCALE_FACTOR"] = str(scale)
    with wire_in_a_thread(says(200, images_json(picture(side=256)))) as server:
        service = ServiceProfile(id="mine", name="Mine", base_url=server.base_url, needs_key=False)
        settings = Settings(services=(service,), service_id="mine", size_px=1024, count=1)
        SettingsFile(Paths.below(desk.home).settings_file).save(settings)
        with desk.imgvar(lossless) as program:
            until(lambda: program.title().startswith("lake"))
            window = program.window()
            desk.place(window, 0, 20)

            way(desk, window, scale)
            desk.press(window, "ctrl+Return")

            until(lambda: server.calls)
            assert program.output == ""
    (sent,) = [part.get_payload(decode=True) for part in server.calls[0].parts if part.get_filename()]

    square = framing.square
    expected = quarters().transpose(Image.Transpose.FLIP_LEFT_RIGHT) if framing.flipped else quarters()
    expected = expected.crop((square.x, square.y, square.right, square.bottom))
    with Image.open(BytesIO(sent)) as image:
        assert (image.format, image.size, image.info) == ("PNG", expected.size, {})
        assert image.tobytes() == expected.tobytes()
    assert len(sent) <= LIMIT
