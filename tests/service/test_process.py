"""The ``serve`` command as other programs meet it: a process with one line, an address and an exit code."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

PATIENCE_S = 20.0
LONG_JOB = {"n": "10", "stream": "true"}


@pytest.fixture
def serve() -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts ``serve`` with arguments; whatever still runs is killed after the test."""
    children: list[subprocess.Popen] = []

    def started(*arguments: str, **environment: str) -> subprocess.Popen:
        child = subprocess.Popen(
            [sys.executable, "-m", "imgvar_desktop", "serve", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **environment},
            text=True,
        )
        children.append(child)
        return child

    yield started
    for child in children:
        with child:
            child.kill()


def address(child: subprocess.Popen) -> str:
    line = child.stdout.readline()
    assert line.startswith("listening on http://"), child.stderr.read()
    assert line.endswith("/v1\n")
    return line.split()[-1]


def begin_long_job(root: str, image: bytes, key: str = "any") -> Iterator[bytes]:
    """The rest of a stream of ten large variations, which has begun."""
    with httpx.Client(trust_env=False, timeout=PATIENCE_S) as client:
        files = {"image": ("image.png", image, "image/png")}
        headers = {"Authorization": f"Bearer {key}"}
        with client.stream("POST", f"{root}/images/variations", files=files, data=LONG_JOB, headers=headers) as reply:
            yield from reply.iter_bytes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_it_well(serve, number):
    child = serve()
    root = address(child)
    assert httpx.get(f"{root}/models", trust_env=False).status_code == 200

    child.send_signal(number)

    assert child.communicate(timeout=PATIENCE_S) == ("", "")
    assert child.returncode == 0


def test_signal_in_the_middle_of_a_job_ends_it_well_and_tells_the_client(serve, png):
    child = serve()
    stream = begin_long_job(address(child), png(512))
    assert b"image_variation.progress" in next(stream)
    begun = time.monotonic()

    child.terminate()
    rest = b"".join(stream)

    assert child.wait(PATIENCE_S) == 0
    assert time.monotonic() - begun < 3.0
    assert b'"code":"shutting_down"' in rest
    assert child.communicate() == ("", "")


@pytest.mark.parametrize("busy", [False, True])
def test_child_leaves_at_once_when_its_parent_is_gone(serve, png, busy):
    child = serve("--parent")
    child.stdin.write("the-key\n")
    child.stdin.flush()
    root = address(child)
    if busy:
        stream = begin_long_job(root, png(512), "the-key")
        assert b"image_variation.progress" in next(stream)
    begun = time.monotonic()

    child.stdin.close()

    assert child.wait(PATIENCE_S) == 0
    assert time.monotonic() - begun < 1.0
    child.stdin = None


def test_child_without_a_key_does_not_serve(serve):
    child = serve("--parent")

    out, error = child.communicate("\n", timeout=PATIENCE_S)

    assert (child.returncode, out) == (2, "")
    assert "no key" in error


def test_key_from_the_environment_is_asked_for(serve):
    root = address(serve("--api-key-env", "MY_KEY", MY_KEY="sesame"))

    assert httpx.get(f"{root}/models", trust_env=False).status_code == 401
    assert httpx.get(f"{root}/models", headers={"Authorization": "Bearer sesame"}, trust_env=False).status_code == 200


def test_chosen_port_is_used_and_a_taken_one_is_said(serve):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        child = serve("--port", str(port))
        out, error = child.communicate(timeout=PATIENCE_S)
        assert (child.returncode, out) == (1, "")
        assert f"cannot listen on 127.0.0.1 port {port}" in error
        assert error.count("\n") == 1

    assert address(serve("--port", str(port))) == f"http://127.0.0.1:{port}/v1"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_every_name_of_this_computer_is_served_without_a_key(serve, host):
    if host == "::1" and not _has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    root = address(serve("--host", host))

    assert httpx.get(f"{root}/models", trust_env=False).status_code == 200


def test_all_addresses_are_served_with_a_key_by_any_name(serve):
    root = address(serve("--host", "0.0.0.0", "--api-key-env", "MY_KEY", MY_KEY="sesame"))

    headers = {"Authorization": "Bearer sesame", "Host": "workstation.local"}
    assert httpx.get(root.replace("0.0.0.0", "127.0.0.1") + "/models", headers=headers, trust_env=False).is_success


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "set a key with --api-key-env"),
        (["--host", "192.168.1.2"], "set a key with --api-key-env"),
        (["--host", "example.org"], "set a key with --api-key-env"),
        (["--api-key-env", "NOT_SET_ANYWHERE"], "NOT_SET_ANYWHERE holds no key"),
        (["--port", "70000"], "from 0 to 65535"),
        (["--port", "x"], "from 0 to 65535"),
        (["--key", "secret"], "unrecognized arguments"),
        (["image.png"], "unrecognized arguments"),
    ],
)
def test_wrong_arguments_are_said_in_one_sentence(serve, arguments, said):
    child = serve(*arguments)

    out, error = child.communicate(timeout=PATIENCE_S)

    assert (child.returncode, out) == (2, "")
    assert said in error.splitlines()[-1]


def test_nothing_heavy_is_loaded_before_it_listens():
    heavy = {"numpy", "PIL", "PySide6", "httpx", "imgvar_desktop.service.engine"}
    code = f"import sys, imgvar_desktop.service.process; print(sorted({heavy!r} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True
