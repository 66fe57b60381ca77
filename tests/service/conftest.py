"""A real service for each test: on a real socket, with an engine that does as it is told or with the real one."""

import io
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import numpy as np
import pytest
import uvicorn
from PIL import Image

from imgvar_desktop.service.app import create_app
from imgvar_desktop.service.bench import Bench
from imgvar_desktop.service.engine import Cancelled, Progress, Variation
from imgvar_desktop.service.gate import LOOPBACK_NAMES
from imgvar_desktop.service.process import server_config
from imgvar_desktop.service.results import Results

KEY = "the-key-of-this-test"
PATIENCE_S = 20.0


class ObedientEngine:
    """Makes flat squares, in the place of the engine; each behaviour has its switch."""

    def __init__(self) -> None:
        self.holds_before: int | None = None
        """The index before which it waits until ``go`` is set, or it is cancelled."""
        self.fails_before: int | None = None
        self.go = threading.Event()
        self.held = threading.Event()
        self.cancelled = threading.Event()
        self.seeds: list[int] = []
        """Of the orders it began, in their turn."""
        self.strengths: list[float] = []
        self.at_once = 0
        self.most_at_once = 0

    def __call__(
        self, _pixels, *, count, side_px, seed, strength, report, cancelled, **_options
    ) -> Iterator[Variation]:
        self.seeds.append(seed)
        self.strengths.append(strength)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            for index in range(count):
                report(Progress((index + 0.5) / count, "compose"))
                if self.fails_before == index:
                    raise ZeroDivisionError("told to fail")
                if self.holds_before == index:
                    self._hold(cancelled)
                yield Variation(index, np.full((side_px, side_px, 3), 10 * index, np.uint8))
        finally:
            self.at_once -= 1

    def _hold(self, cancelled: Callable[[], bool]) -> None:
        self.held.set()
        while not self.go.wait(0.005):
            if cancelled():
                self.cancelled.set()
                raise Cancelled


@dataclass
class Running:
    """A service that runs in a thread of this process."""

    port: int
    server: uvicorn.Server
    bench: Bench
    key: str | None = None
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        client = httpx.Client(base_url=self.root, headers=headers, timeout=PATIENCE_S, trust_env=False)
        self.clients.append(client)
        return client


@pytest.fixture
def engine() -> ObedientEngine:
    return ObedientEngine()


@pytest.fixture
def start(engine: ObedientEngine) -> Iterator[Callable[..., Running]]:
    """Starts a service with ``engine``; all are stopped after the test."""
    running: list[tuple[Running, threading.Thread]] = []

    def started(*, key: str | None = None, results: Results | None = None, max_waiting: int = 64) -> Running:
        listener = socket.create_server(("127.0.0.1", 0))
        bench = Bench(engine, max_waiting)
        app = create_app(key, hosts=LOOPBACK_NAMES, bench=bench, results=results)
        server = uvicorn.Server(server_config(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="service")
        thread.start()
        running.append((Running(listener.getsockname()[1], server, bench, key), thread))
        return running[-1][0]

    yield started
    engine.go.set()
    for service, _ in running:
        for client in service.clients:
            client.close()
        service.server.should_exit = True
    for _, thread in running:
        thread.join(PATIENCE_S)


@pytest.fixture
def service(start: Callable[..., Running]) -> Running:
    return start()


@pytest.fixture(scope="module")
def process() -> Iterator[httpx.Client]:
    """A client with the right key of a real ``serve`` process, one for all tests of a file."""
    child = subprocess.Popen(
        [sys.executable, "-m", "imgvar_desktop", "serve", "--api-key-env", "KEY_OF_THE_TEST"],
        env={**os.environ, "KEY_OF_THE_TEST": KEY},
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        root = child.stdout.readline().removeprefix("listening on ").strip()
        headers = {"Authorization": f"Bearer {KEY}"}
        with httpx.Client(base_url=root, headers=headers, timeout=PATIENCE_S, trust_env=False) as client:
            yield client
        child.terminate()


def png(width: int = 64, height: int | None = None, mode: str = "RGB") -> bytes:
    """Something to look at: a gradient, so that it is no flat square either."""
    picture = Image.linear_gradient("L").resize((width, height or width)).convert(mode)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


@pytest.fixture(name="png")
def _png() -> Callable[..., bytes]:
    return png
