"""The service for other programs: a port and a key that stay, and no answer to anybody without the key."""

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable

import httpx
import pytest

from imgvar_desktop.adapters.shared_service import SharedService
from imgvar_desktop.core.errors import SecretStoreUnavailable, ServerFailed
from imgvar_desktop.core.services import Endpoint
from imgvar_desktop.core.sharing import KEPT_AS, KEY_PREFIX
from tests.fakes import FakeSecretStore


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def sharing(test: Callable[[SharedService], Awaitable[None]], keys: FakeSecretStore, **options) -> None:
    async def run() -> None:
        shared = SharedService(keys, **options)
        try:
            await test(shared)
        finally:
            await shared.aclose()

    asyncio.run(run())


def status(endpoint: Endpoint, key: str) -> int:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.get(f"{endpoint.base_url}/models", headers=headers, trust_env=False).status_code


def test_other_programs_are_served_at_the_port_with_the_key_and_not_without(port):
    keys = FakeSecretStore()

    async def test(shared):
        endpoint = await shared.start(port)
        assert endpoint.base_url == f"http://127.0.0.1:{port}/v1"
        assert endpoint.key == keys.secrets[KEPT_AS]
        assert endpoint.key.startswith(KEY_PREFIX)
        assert status(endpoint, endpoint.key) == 200
        assert status(endpoint, "another") == 401

    sharing(test, keys)


def test_the_key_stays_until_it_is_renewed(port):
    keys = FakeSecretStore()

    async def test(shared):
        first = await shared.start(port)
        await shared.stop()
        second = await shared.start(port)
        assert second.key == first.key
        await shared.renew_key()
        third = await shared.start(port)
        assert third.key != first.key
        assert (status(third, third.key), status(third, first.key)) == (200, 401)

    sharing(test, keys)


def test_stopped_nobody_is_served(port):
    async def test(shared):
        endpoint = await shared.start(port)
        await shared.stop()
        with pytest.raises(httpx.ConnectError):
            status(endpoint, endpoint.key)

    sharing(test, FakeSecretStore())


@pytest.mark.expected_log("did not start")
def test_a_port_that_is_taken_is_named():
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]

        async def test(shared):
            with pytest.raises(ServerFailed, match=f"Port {taken} is taken by another program") as refused:
                await shared.start(taken)
            assert refused.value.hint == "Choose another port."

        sharing(test, FakeSecretStore())


@pytest.mark.expected_log("did not start")
def test_a_child_that_dies_is_told_of(port):
    async def test(shared):
        with pytest.raises(ServerFailed, match="for other programs did not start"):
            await shared.start(port)

    sharing(test, FakeSecretStore(), command=[sys.executable, "-c", "import sys; sys.exit('no')"])


def test_a_keyring_that_refuses_refuses_the_sharing(port):
    """A key that could not be kept would be another one at the next start, and every program would be locked out."""
    keys = FakeSecretStore(unavailable=SecretStoreUnavailable("The keyring is locked."))

    async def test(shared):
        with pytest.raises(SecretStoreUnavailable):
            await shared.start(port)

    sharing(test, keys)


def test_it_is_settled_when_a_start_under_way_is_over(port):
    async def test(shared):
        start = asyncio.create_task(shared.start(port))
        await asyncio.sleep(0)  # it has its turn
        assert shared.endpoint is None
        await shared.settled()
        assert shared.endpoint == await start

    sharing(test, FakeSecretStore())


def test_one_that_was_killed_is_not_said_to_serve_and_starts_again(port):
    async def test(shared):
        await shared.start(port)
        shared._child.process.kill()
        await shared._child.process.wait()
        assert shared.endpoint is None
        again = await shared.start(port)
        assert status(again, again.key) == 200

    sharing(test, FakeSecretStore())
