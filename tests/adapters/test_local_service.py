"""Where a service is reached: the on-device one as a real child process, the others with their keys."""

import asyncio
import io
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from PIL import Image

from imgvar_desktop.adapters.local_service import Endpoints
from imgvar_desktop.core.errors import AuthRefused, SecretStoreUnavailable, ServerFailed
from imgvar_desktop.core.services import ON_DEVICE, Endpoint, ServiceProfile
from tests.fakes import FakeSecretStore

T = TypeVar("T")

CLOUD = ServiceProfile(id="cloud", name="Cloud", base_url="https://cloud.example/v1")
LISTENS = "print('listening on http://127.0.0.1:9/v1', flush=True);"
READS_KEY = "import sys; key = sys.stdin.readline();"


def with_endpoints(test: Callable[[Endpoints], Awaitable[T]], **options) -> T:
    """Runs ``test`` in a loop of its own and closes the endpoints after it."""

    async def run() -> T:
        endpoints = Endpoints(options.pop("keys", FakeSecretStore()), **options)
        try:
            return await test(endpoints)
        finally:
            await endpoints.aclose()

    return asyncio.run(run())


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def models(endpoint: Endpoint, key: str) -> int:
    return httpx.get(
        f"{endpoint.base_url}/models", headers={"Authorization": f"Bearer {key}"}, trust_env=False
    ).status_code


def connected(endpoint: Endpoint) -> socket.socket:
    """A connection whose end is the end of the process at its other side."""
    url = httpx.URL(endpoint.base_url)
    return socket.create_connection((url.host, url.port), 5.0)


def wait_for_end(connection: socket.socket) -> float:
    """Seconds until the other side is gone."""
    begun = time.monotonic()
    try:
        while connection.recv(1_000_000):
            pass
    except ConnectionResetError:
        pass
    return time.monotonic() - begun


def test_on_device_service_answers_to_its_key_alone():
    async def test(endpoints):
        endpoint = await endpoints.endpoint(ON_DEVICE)
        assert endpoint.base_url.startswith("http://127.0.0.1:")
        assert endpoint.base_url.endswith("/v1")
        assert models(endpoint, endpoint.key) == 200
        assert models(endpoint, "another") == 401
        assert endpoint.key not in repr(endpoint)

    with_endpoints(test)


def test_callers_share_one_start_and_one_service():
    async def test(endpoints):
        together = await asyncio.gather(*[endpoints.endpoint(ON_DEVICE) for _ in range(5)])
        assert set(together) == {await endpoints.endpoint(ON_DEVICE)}

    with_endpoints(test)


def test_service_that_died_is_started_again():
    async def test(endpoints):
        first = await endpoints.endpoint(ON_DEVICE)
        child = endpoints._start.result().process
        child.kill()
        await child.wait()

        second = await endpoints.endpoint(ON_DEVICE)

        assert second != first
        assert models(second, second.key) == 200

    with_endpoints(test)


def test_caller_that_is_cancelled_leaves_the_start_to_the_others():
    async def test(endpoints):
        impatient = asyncio.create_task(endpoints.endpoint(ON_DEVICE))
        patient = asyncio.create_task(endpoints.endpoint(ON_DEVICE))
        await asyncio.sleep(0)
        impatient.cancel()

        assert (await patient).key
        assert impatient.cancelled()

    with_endpoints(test)


def test_closing_ends_the_service():
    async def test(endpoints):
        endpoint = await endpoints.endpoint(ON_DEVICE)
        connection = connected(endpoint)
        await endpoints.aclose()
        return connection

    with with_endpoints(test) as connection:
        assert wait_for_end(connection) < 1.0


def test_closing_gives_up_a_start_under_way():
    async def test(endpoints):
        start = asyncio.create_task(endpoints.endpoint(ON_DEVICE))
        await asyncio.sleep(0)  # the start begins
        assert endpoints._start is not None
        await endpoints.aclose()
        with pytest.raises(asyncio.CancelledError):
            await start

    with_endpoints(test, command=python(READS_KEY + "sys.stdin.read()"))


@pytest.mark.expected_log("did not leave by itself")
def test_service_that_does_not_leave_is_killed():
    async def test(endpoints):
        await endpoints.endpoint(ON_DEVICE)
        child = endpoints._start.result().process
        await endpoints.aclose()
        return child.returncode

    assert with_endpoints(test, command=python(LISTENS + "import time; time.sleep(60)")) not in {None, 0}


@pytest.mark.expected_log("did not start.*no room left")
def test_service_that_cannot_start_says_why_in_the_log():
    async def test(endpoints):
        for _ in range(2):
            with pytest.raises(ServerFailed, match="on-device service did not start"):
                await endpoints.endpoint(ON_DEVICE)

    with_endpoints(test, command=python("import sys; sys.exit('no room left')"))


@pytest.mark.expected_log("could not be started")
def test_missing_program_is_a_service_that_cannot_start(tmp_path):
    async def test(endpoints):
        with pytest.raises(ServerFailed):
            await endpoints.endpoint(ON_DEVICE)

    with_endpoints(test, command=[str(tmp_path / "nothing")])


@pytest.mark.expected_log("no sign of it for 0.2 s", "did not leave by itself")
def test_service_that_never_listens_is_given_up():
    async def test(endpoints):
        with pytest.raises(ServerFailed):
            await endpoints.endpoint(ON_DEVICE)

    with_endpoints(test, command=python("import time; time.sleep(60)"), start_s=0.2)


def test_what_the_service_logs_is_logged_at_its_level(expected_log, caplog):
    caplog.set_level(logging.INFO)
    says = "import sys; sys.stderr.write('WARNING engine: odd\\nplain\\n' + 'x' * 200_000 + '\\nERROR engine: bad\\n');"

    async def test(endpoints):
        await endpoints.endpoint(ON_DEVICE)

    with_endpoints(test, command=python(says + LISTENS + "sys.stdin.read()"))

    ours = [(record.levelname, record.getMessage()) for record in caplog.records if "service: " in record.getMessage()]
    assert ours[0] == ("WARNING", "service: WARNING engine: odd")
    assert ours[1] == ("INFO", "service: plain")
    assert ours[-1] == ("ERROR", "service: ERROR engine: bad")
    assert max(len(message) for _, message in ours) < 600


def test_child_is_spared_what_is_meant_for_the_window(monkeypatch, tmp_path):
    monkeypatch.setenv("QT_SCALE_FACTOR", "2")
    monkeypatch.chdir(tmp_path)
    code = (
        "import os, sys; qt = [name for name in os.environ if name.startswith('QT_')];"
        "print(f'listening on {len(qt)} {os.getcwd()}', flush=True); sys.stdin.read()"
    )

    async def test(endpoints):
        return await endpoints.endpoint(ON_DEVICE)

    assert with_endpoints(test, command=python(code)).base_url == f"0 {Path(__file__).parents[2]}"


def test_packaged_program_gives_back_the_systems_library_path(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/opt/lib")
    code = "import os, sys; print('listening on', os.environ['LD_LIBRARY_PATH'], flush=True); sys.stdin.read()"

    async def test(endpoints):
        return await endpoints.endpoint(ON_DEVICE)

    assert with_endpoints(test, command=python(code)).base_url == "/opt/lib"


def test_packaged_program_starts_itself(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)

    assert Endpoints(FakeSecretStore())._command == (sys.executable, "serve", "--parent")


def test_key_of_another_service_comes_from_its_store():
    keys = FakeSecretStore()
    keys.set("cloud", "sk-1")

    async def test(endpoints):
        return await endpoints.endpoint(CLOUD)

    assert with_endpoints(test, keys=keys) == Endpoint("https://cloud.example/v1", "sk-1")


def test_missing_key_is_refused_with_what_to_do():
    async def test(endpoints):
        with pytest.raises(AuthRefused, match=r"There is no key for Cloud\.") as refused:
            await endpoints.endpoint(CLOUD)
        assert "Settings" in refused.value.hint

    with_endpoints(test)


def test_service_without_a_key_does_not_wake_the_keyring():
    keys = FakeSecretStore(unavailable=SecretStoreUnavailable("The keyring is locked."))
    free = ServiceProfile(id="shed", name="Shed", base_url="http://shed.local/v1", needs_key=False)

    async def test(endpoints):
        return await endpoints.endpoint(free)

    assert with_endpoints(test, keys=keys) == Endpoint("http://shed.local/v1")


def test_locked_keyring_is_said():
    keys = FakeSecretStore(unavailable=SecretStoreUnavailable("The keyring is locked."))

    async def test(endpoints):
        with pytest.raises(SecretStoreUnavailable):
            await endpoints.endpoint(CLOUD)

    with_endpoints(test, keys=keys)


PARENT = """
import asyncio, sys
from imgvar_desktop.adapters.local_service import Endpoints
from imgvar_desktop.core.services import ON_DEVICE

async def main():
    endpoint = await Endpoints(None).endpoint(ON_DEVICE)
    print(endpoint.base_url, endpoint.key, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("busy", [False, True])
def test_killed_program_leaves_no_service_behind(busy, large_request):
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        endpoint = Endpoint(*parent.stdout.readline().split())
        with connected(endpoint) as connection:
            if busy:
                connection.sendall(large_request(endpoint))
                while b"image_variation.progress" not in connection.recv(65_536):
                    pass

            parent.kill()

            assert wait_for_end(connection) < 1.0


@pytest.fixture
def large_request() -> Callable[[Endpoint], bytes]:
    """Ten variations at 1024 × 1024, streamed: a job of several seconds."""
    file = io.BytesIO()
    Image.effect_noise((512, 512), 60).convert("RGB").save(file, "PNG")

    def request(endpoint: Endpoint) -> bytes:
        asked = httpx.Request(
            "POST",
            f"{endpoint.base_url}/images/variations",
            headers={"Authorization": f"Bearer {endpoint.key}"},
            files={"image": ("image.png", file.getvalue(), "image/png")},
            data={"n": "10", "stream": "true"},
        )
        body = asked.read()
        head = "".join(f"{name}: {value}\r\n" for name, value in asked.headers.items())
        return f"POST {asked.url.path} HTTP/1.1\r\n{head}\r\n".encode() + body

    return request
