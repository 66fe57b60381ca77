"""What ``vary`` says: saved files on standard output, everything else on standard error, or one JSON object."""

import io
import json
import math
import os
import shutil
import sys
from pathlib import Path
from typing import Any, Final, TextIO

from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.ports import ReplyImage, ReplyProgress

BAR_CELLS: Final = 24


class Report:
    """Lives in one thread. ``close`` is called once, at the very end.

    Variations are told apart by an index from 0 over all that were asked for, of all pictures.
    """

    def __init__(
        self, service: str, model: str, *, as_json: bool, out: TextIO | None = None, err: TextIO | None = None
    ) -> None:
        self._service = service
        self._model = model
        self._as_json = as_json
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        if isinstance(self._out, io.TextIOWrapper):
            # A path is printed as the bytes it has on disk, whatever encoding its folder's name is in.
            self._out.reconfigure(errors="surrogateescape" if os.name == "posix" else "backslashreplace")
        self._bar_shown = False
        self._last_line = ""
        self._answered: set[int] = set()
        self._saved: list[dict[str, Any]] = []
        self._failed: list[dict[str, Any]] = []
        self._usd: float | None = None

    @property
    def complete(self) -> bool:
        return not self._failed

    def progress(self, heading: str, progress: ReplyProgress) -> None:
        """A bar, on a terminal only."""
        if not self._err.isatty():
            return
        bar = ""
        if progress.fraction is not None:
            done = math.floor(progress.fraction * BAR_CELLS)
            bar = f"[{'#' * done}{'-' * (BAR_CELLS - done)}] {progress.fraction:4.0%} "
        line = f"{heading}: {bar}{progress.activity}"[: shutil.get_terminal_size().columns - 1]
        self._err.write(f"\r\x1b[K{line}")
        self._err.flush()
        self._bar_shown = True

    def saved(self, index: int | None, path: Path, image: ReplyImage) -> None:
        """``index`` is None for an image that nobody asked for."""
        if index is not None:
            self._answered.add(index)
        self._saved.append(
            {
                "path": str(path),
                "width": image.width,
                "height": image.height,
                "seed": image.seed,
                "revised_prompt": image.revised_prompt,
            }
        )
        self._clear_bar()
        if not self._as_json:
            self._print(str(path))

    def failed(self, index: int, error: AppError) -> None:
        self._answered.add(index)
        self._failed.append(
            {
                "index": index,
                "kind": error.kind,
                "message": str(error),
                "request_id": getattr(error, "request_id", None),
            }
        )
        self._say(str(error), error.hint)

    def give_up(self, indices: range, error: AppError) -> None:
        """Those of ``indices`` that are neither saved nor failed yet have failed with ``error``."""
        for index in indices:
            if index not in self._answered:
                self.failed(index, error)

    def cost(self, usd: float) -> None:
        """What one call cost, as its service counted it."""
        self._usd = (self._usd or 0.0) + usd

    def warn(self, sentence: str) -> None:
        self._say(sentence, "")

    def close(self, *, requests: int, seconds: float) -> None:
        self._clear_bar()
        if self._usd is not None and not self._as_json:
            self._say(f"This cost ${self._usd:.3f}.", "")
        if self._as_json:
            document: dict[str, Any] = {
                "service": self._service,
                "model": self._model,
                "requests": requests,
                "seconds": round(seconds, 3),
                "saved": self._saved,
                "failed": self._failed,
            }
            if self._usd is not None:
                document["cost_usd"] = round(self._usd, 6)
            self._print(json.dumps(document))

    def _print(self, line: str) -> None:
        """A reader that went away, as ``head`` does, must not cost the images that are still to come."""
        try:
            print(line, file=self._out, flush=True)
        except BrokenPipeError:
            self._out = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  open until the program ends
            # What print could not write is tried once more when Python ends; there it must have somewhere to go.
            os.dup2(self._out.fileno(), sys.stdout.fileno())

    def _say(self, sentence: str, hint: str) -> None:
        line = f"imgvar-desktop: {sentence} {hint}".rstrip()
        if line != self._last_line:  # four images that fail for one reason are one sentence
            self._clear_bar()
            print(line, file=self._err, flush=True)
            self._last_line = line

    def _clear_bar(self) -> None:
        if self._bar_shown:
            self._err.write("\r\x1b[K")
            self._err.flush()
            self._bar_shown = False
