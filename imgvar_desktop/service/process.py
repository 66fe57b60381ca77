"""The service's own process: binds its socket, says where it listens, and ends with whoever started it."""

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from io import FileIO
from ipaddress import ip_address
from typing import Final

import uvicorn
from starlette.applications import Starlette

from imgvar_desktop.service.app import API_ROOT, create_app
from imgvar_desktop.service.bench import Bench
from imgvar_desktop.service.gate import LOOPBACK_NAMES

log = logging.getLogger(__name__)

KEEP_ALIVE_S: Final = 60
SHUTDOWN_S: Final = 2
LISTENING: Final = "listening on "
NICE: Final = 5
"""The parent's window comes first: on a busy computer its event loop would wait for the engine otherwise."""


def is_loopback(host: str) -> bool:
    """Whether only programs on this computer reach ``host``, as far as the name alone tells."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def run(host: str, port: int, key: str | None) -> int:
    """Serves until SIGINT or SIGTERM; the process's exit code. ``port`` 0: one that the system chooses.

    Prints ``listening on http://HOST:PORT/v1`` to stdout once it does, and nothing else.
    """
    _one_thread_for_blas()
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        sys.stderr.write(f"imgvar-desktop serve: cannot listen on {host} port {port}: {error.strerror or error}.\n")
        return 1
    bench = Bench()
    hosts = LOOPBACK_NAMES | {host} if is_loopback(host) else None
    server = _Server(
        server_config(create_app(key, hosts=hosts, bench=bench)),
        listening=lambda: _announce(listener),
        ending=bench.close,
    )
    # uvicorn raises the signal that ended it once more when it is done; asked to end, we end well.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    with listener:
        server.run(sockets=[listener])
    return 0


def server_config(app: Starlette) -> uvicorn.Config:
    """How the service runs uvicorn: nothing but HTTP, and no header is believed about who asks."""
    return uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )


def run_for_parent(port: int = 0) -> int:
    """Serves the process that started this one: its first line on stdin is the key, and end of file is its end."""
    # Raw, for at exit Python waits for the lock of a buffered stdin, which a reading thread holds.
    parent = FileIO(0, closefd=False)
    key = parent.readline().decode("ascii").strip()
    if not key:
        sys.stderr.write("imgvar-desktop serve: no key came on stdin.\n")
        return 2
    threading.Thread(target=_leave_with, args=(parent,), name="parent-watch", daemon=True).start()
    if hasattr(os, "nice"):  # not on Windows
        os.nice(NICE)
    return run("127.0.0.1", port, key)


class _Server(uvicorn.Server):
    """uvicorn, telling when it listens and when it is about to end."""

    def __init__(self, config: uvicorn.Config, *, listening: Callable[[], None], ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening
        self._ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets)


def _announce(listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    sys.stdout.write(f"{LISTENING}http://{f'[{host}]' if ':' in host else host}:{port}{API_ROOT}\n")
    sys.stdout.flush()
    # Only now: numpy and the engine take longer to load than all the rest, and no request needs them yet.
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _warm_up() -> None:
    from imgvar_desktop.service import engine, pixels

    log.info("ready: %s, %s", engine.__name__, pixels.__name__)


def _leave_with(parent: FileIO) -> None:
    """Blocks until the parent closes its end, as the system does for it when it dies, and then ends this process."""
    while parent.read(1024):
        pass
    # At once, whatever is under way: nobody is left to hear of it.
    os._exit(0)


def _one_thread_for_blas() -> None:
    """Before numpy loads. A second BLAS thread gains nothing here, and spins when another process needs the core."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
