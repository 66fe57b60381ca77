"""Ten variations of 1024 x 1024 as base64: our client against openai-python with Pillow, time and peak memory.

Run: ``python -m tests.benchmarks.client_vs_openai [rounds]``. One local server sends the same canned reply to both;
each call is a process of its own, in turn, so that peak memory is that client's alone. Both end with ten
images that are known to decode.
"""

import asyncio
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

from tests.adapters.wire import images_json, says, wire_in_a_thread

COUNT = 10
SIDE_PX = 1024
CLIENTS = ("imgvar", "openai", "imgvar, importing only", "openai, importing only")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    pictures = [_photo(seed) for seed in range(COUNT)]
    reply = json.dumps(images_json(*pictures)).encode()
    measured: dict[str, list[dict[str, float]]] = {name: [] for name in CLIENTS}
    with wire_in_a_thread(says(200, reply)) as server:
        for _ in range(rounds):
            for name in CLIENTS:
                measured[name].append(_in_its_own_process(name, server.base_url))
    print(f"{COUNT} x {SIDE_PX}², {len(reply) / 1e6:.1f} MB of reply, median of {rounds}, {platform.platform()}")
    medians = {}
    for name, rows in measured.items():
        medians[name] = {key: statistics.median(row[key] for row in rows) for key in rows[0]}
        print(f"{name:24}", *(f"{key} {value:8.3f}" for key, value in medians[name].items()))
    ours, theirs = medians["imgvar"], medians["openai"]
    base = {name: medians[f"{name}, importing only"]["peak_mb"] for name in ("imgvar", "openai")}
    print(f"ours to theirs: time {ours['seconds'] / theirs['seconds']:.2f}", end=", ")
    print(f"CPU {ours['cpu_s'] / theirs['cpu_s']:.2f}", end=", ")
    print(f"first image {ours['first_s'] / theirs['first_s']:.2f}", end=", ")
    print(f"peak {ours['peak_mb'] / theirs['peak_mb']:.2f}", end=", ")
    print(f"peak over imports {(ours['peak_mb'] - base['imgvar']) / (theirs['peak_mb'] - base['openai']):.2f}")


def _photo(seed: int) -> bytes:
    """As hard to pack as a photograph: about 1.5 MB."""
    import numpy as np
    from PIL import Image

    noise = np.random.default_rng(seed).normal(0, 6, (SIDE_PX, SIDE_PX, 3))
    slope = np.linspace(40, 200, SIDE_PX)[:, None, None]
    file = BytesIO()
    Image.fromarray(np.clip(slope + noise, 0, 255).astype("uint8")).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _in_its_own_process(name: str, base_url: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.client_vs_openai", "--as", name, base_url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


class Stopwatch:
    """Starts with the call; ``lap`` at each image."""

    def __init__(self) -> None:
        self._started, self._cpu_started = time.perf_counter(), time.process_time()
        self.laps: list[float] = []

    def lap(self) -> None:
        self.laps.append(time.perf_counter() - self._started)

    def figures(self) -> dict[str, float]:
        assert len(self.laps) == COUNT
        cpu_s = time.process_time() - self._cpu_started
        return {"first_s": self.laps[0], "seconds": self.laps[-1], "cpu_s": cpu_s}


NO_CALL = {"first_s": 0.0, "seconds": 0.0, "cpu_s": 0.0}


def _as_imgvar(base_url: str, *, call: bool) -> dict[str, float]:
    from imgvar_desktop.adapters.http_client import HttpVariationClient
    from imgvar_desktop.core.framing import first_framing
    from imgvar_desktop.core.ports import ReplyImage
    from imgvar_desktop.core.request import Source, VariationRequest
    from imgvar_desktop.core.services import Endpoint, ServiceProfile

    source = Source("", "x", SIDE_PX, SIDE_PX)
    request = VariationRequest(source, first_framing(width=SIDE_PX, height=SIDE_PX), COUNT, SIDE_PX, "x")
    profile = ServiceProfile("x", "Example", base_url, model="dall-e-2")
    client = HttpVariationClient()

    async def use() -> dict[str, float]:
        watch = Stopwatch()
        async for part in client.variations(request, b"png", profile, Endpoint(base_url, "sk-key")):
            if isinstance(part, ReplyImage):
                assert (part.width, part.height) == (SIDE_PX, SIDE_PX)
                watch.lap()
        figures = watch.figures()
        await client.aclose()
        return figures

    return asyncio.run(use()) if call else NO_CALL


def _as_openai(base_url: str, *, call: bool) -> dict[str, float]:
    """The same through the official library, as its documentation shows it."""
    import base64

    from openai import OpenAI
    from PIL import Image

    client = OpenAI(base_url=base_url, api_key="sk-key")
    if not call:
        return NO_CALL
    watch = Stopwatch()
    reply = client.images.create_variation(image=b"png", n=COUNT, size="1024x1024", response_format="b64_json")
    for entry in reply.data or ():
        data = base64.b64decode(entry.b64_json or "")
        with Image.open(BytesIO(data)) as image:
            image.load()
            assert image.size == (SIDE_PX, SIDE_PX)
        watch.lap()
    return watch.figures()


def _measure(name: str, base_url: str) -> None:
    run = _as_imgvar if name.startswith("imgvar") else _as_openai
    figures = run(base_url, call="importing" not in name)
    print(json.dumps({**figures, "peak_mb": _peak_mb()}))


def _peak_mb() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes, on macOS
    # Not ru_maxrss: on Linux a process takes over that of the one which started it.
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1e3


if __name__ == "__main__":
    if sys.argv[1:2] == ["--as"]:
        _measure(*sys.argv[2:4])
    else:
        main()
