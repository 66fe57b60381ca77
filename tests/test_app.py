"""How the window's composition root takes down what it put together, or what it could not put together."""

import asyncio
import os
import subprocess
import sys
import threading

import keyring
import pytest

from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.core.errors import SecretStoreUnavailable
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.house import WorkshopHouse
from tests.conftest import MemoryKeyring

BROKEN = """
import sys
from imgvar_desktop import app

class Broken(app.Program):
    @property
    def studio(self):
        raise RuntimeError("a pane could not be made")

app.Program = Broken
sys.exit(app.main([]))
"""


def test_a_window_that_cannot_be_filled_does_not_stay_as_an_empty_frame(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", BROKEN],
        check=False,
        env={**os.environ, "IMGVAR_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 1
    assert "RuntimeError: a pane could not be made" in done.stderr


class SilentKeyring(MemoryKeyring):
    """Asks for its password behind another window, which nobody sees, until ``answers`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.answers = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.asked.set()
        self.answers.wait()
        return super().get_password(service, username)


def test_a_keyring_that_owes_an_answer_holds_nobody_up_when_the_window_closes():
    silent = SilentKeyring()
    keyring.set_keyring(silent)

    async def scenario() -> None:
        house = WorkshopHouse(find_paths(), Settings())
        workshop = await house.get()
        waiting = asyncio.create_task(asyncio.to_thread(workshop.secrets.get, "a service"))
        await asyncio.to_thread(silent.asked.wait)

        await house.aclose()

        with pytest.raises(SecretStoreUnavailable):
            await asyncio.wait_for(waiting, 5)

    try:
        asyncio.run(scenario())
    finally:
        silent.answers.set()
