"""An X server of a benchmark's own, with a window manager: what a desktop does to a window, without its noise."""

import contextlib
import os
import select
import subprocess
import time
from collections.abc import Callable, Iterator

from Xlib import X  # type: ignore[import-untyped]  # python-xlib has no types
from Xlib.display import Display  # type: ignore[import-untyped]  # python-xlib has no types

PATIENCE_S = 30.0


@contextlib.contextmanager
def x_server(screen: str = "1400x1000x24") -> Iterator[str]:
    """Starts Xvfb and openbox and gives the display's name, such as ``:3``, once the window manager manages."""
    reading, writing = os.pipe()
    with contextlib.ExitStack() as stack:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", screen, "-nolisten", "tcp", "-noreset"],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        )
        stack.callback(_end, server)
        os.close(writing)
        # To the end of the line: Xvfb dies when the pipe closes before.
        with os.fdopen(reading) as pipe:
            name = f":{int(pipe.readline())}"
        environment = {**os.environ, "DISPLAY": name}
        manager = subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL)
        stack.callback(_end, manager)
        watch = RootWatch(name)
        watch.wait_for("_NET_SUPPORTING_WM_CHECK")
        watch.close()
        yield name


class RootWatch:
    """The properties of the root window, where the window manager says what it does."""

    def __init__(self, display_name: str) -> None:
        self.display = Display(display_name)
        self.root = self.display.screen().root
        self.root.change_attributes(event_mask=X.PropertyChangeMask)

    def value(self, name: str) -> list[int]:
        found = self.root.get_full_property(self.display.intern_atom(name), X.AnyPropertyType)
        return list(found.value) if found else []

    def wait_for(self, name: str, wanted: Callable[[list[int]], bool] = bool) -> list[int]:
        """The property's value as soon as it is as ``wanted``, which is: there, unless said otherwise."""
        deadline = time.monotonic() + PATIENCE_S
        while not wanted(found := self.value(name)):
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{name} is still {found} after {PATIENCE_S:.0f} s")
            if not self.display.pending_events():
                select.select([self.display.fileno()], [], [], left)
            while self.display.pending_events():
                self.display.next_event()
        return found

    def close(self) -> None:
        self.display.close()


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait()
