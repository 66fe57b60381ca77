"""The open window's door, knocked at by what is a request and what is none."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from imgvar_desktop.bridge.one_instance import OneInstance
from imgvar_desktop.core.opening import HELLO, MAX_BYTES, TAKEN, OpenRequest

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="knocks through a Unix socket")

REQUEST = OpenRequest((Path("/a.png"), Path("/b.png")), "leave")


@pytest.fixture
def address(tmp_path: Path) -> str:
    return str(tmp_path / "door")


@pytest.fixture
def door(qtbot: QtBot, address: str) -> Iterator[OneInstance]:
    door = OneInstance(address)
    assert door.listening
    yield door
    door.close()


class Caller:
    """Somebody at the other end, who never blocks: the door is in this very thread."""

    def __init__(self, address: str, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self._wire = socket.socket(socket.AF_UNIX)
        self._wire.connect(address)
        self._wire.setblocking(False)
        self.heard = b""
        self.left_alone = False

    def say(self, said: bytes) -> None:
        left = memoryview(said)

        def sent() -> bool:
            nonlocal left
            try:
                left = left[self._wire.send(left) :]
            except BlockingIOError:
                pass
            except (BrokenPipeError, ConnectionResetError):
                self.left_alone = True
            return not left or self.left_alone

        self._qtbot.waitUntil(sent, timeout=10_000)

    def until(self, heard: bytes) -> None:
        self._qtbot.waitUntil(lambda: self._listened() == heard)

    def until_left_alone(self) -> None:
        self._qtbot.waitUntil(lambda: self._listened() is not None and self.left_alone, timeout=10_000)

    def _listened(self) -> bytes:
        try:
            said = self._wire.recv(1000)
        except BlockingIOError:
            return self.heard
        except ConnectionResetError:
            said = b""
        self.heard += said
        self.left_alone = self.left_alone or not said
        return self.heard

    def leave(self) -> None:
        self._wire.close()


@pytest.fixture
def caller(door: OneInstance, address: str, qtbot: QtBot) -> Iterator[Caller]:
    caller = Caller(address, qtbot)
    yield caller
    caller.leave()


def test_a_request_is_taken_and_told(door, caller, qtbot):
    caller.until(HELLO)

    with qtbot.waitSignal(door.asked) as asked:
        caller.say(REQUEST.encoded())

    assert asked.args == [REQUEST]
    caller.until(HELLO + TAKEN)


def test_a_request_in_pieces_is_taken(door, caller, qtbot):
    line = REQUEST.encoded()
    caller.say(line[:10])
    caller.until(HELLO)

    with qtbot.waitSignal(door.asked) as asked:
        caller.say(line[10:])

    assert asked.args == [REQUEST]


def test_a_request_is_told_once(door, caller, qtbot):
    told: list[OpenRequest] = []
    door.asked.connect(told.append)

    caller.say(REQUEST.encoded() * 3)
    caller.until_left_alone()

    assert told == [REQUEST]


@pytest.mark.parametrize(
    "said",
    [b"\n", b"\0\xff\xfe\n", b'{"files": ["a.png"], "activation_token": ""}\n', b"[" * 100_000 + b"\n"],
    ids=["nothing", "no text", "no whole path", "a depth"],
)
def test_what_is_no_request_is_left_alone(door, caller, said):
    told: list[OpenRequest] = []
    door.asked.connect(told.append)

    caller.say(said)
    caller.until_left_alone()

    assert caller.heard in {HELLO, b""}
    assert told == []


def test_what_does_not_end_is_not_kept(door, caller):
    caller.say(b"a" * (MAX_BYTES + 100_000))

    caller.until_left_alone()

    assert TAKEN not in caller.heard


def test_a_request_as_long_as_may_be_is_taken(door, caller, qtbot):
    empty = len(OpenRequest((Path("/"),)).encoded())
    longest = OpenRequest((Path("/" + "a" * (MAX_BYTES - empty)),))
    assert len(longest.encoded()) == MAX_BYTES

    with qtbot.waitSignal(door.asked, timeout=10_000) as asked:
        caller.say(longest.encoded())

    assert asked.args == [longest]


def test_one_who_says_nothing_or_leaves_keeps_nobody_out(door, caller, address, qtbot):
    gone, late = Caller(address, qtbot), Caller(address, qtbot)
    gone.say(b'{"files"')
    gone.leave()

    with qtbot.waitSignal(door.asked):
        late.say(REQUEST.encoded())

    late.leave()


def test_the_socket_of_a_process_that_was_killed_is_no_hindrance(qtbot, address):
    left = socket.socket(socket.AF_UNIX)
    left.bind(address)
    left.close()
    assert Path(address).exists()

    door = OneInstance(address)

    assert door.listening
    caller = Caller(address, qtbot)
    caller.until(HELLO)
    caller.leave()
    door.close()


def test_only_the_user_may_knock_and_nothing_is_left_behind(door, address):
    assert Path(address).stat().st_mode & 0o077 == 0

    door.close()

    assert not Path(address).exists()


@pytest.mark.expected_log("a second start will open a second window")
def test_without_a_place_to_listen_the_window_goes_on(qtbot, tmp_path):
    assert not OneInstance(str(tmp_path / "not there" / "door")).listening
