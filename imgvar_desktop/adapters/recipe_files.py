"""Finds the recipe in an exported picture, or in the JSON file that was written beside one."""

import logging
import stat
from pathlib import Path
from typing import Final

from imgvar_desktop.adapters import xmp
from imgvar_desktop.adapters.picture_file import quiet_decoders
from imgvar_desktop.adapters.picture_metadata import xmp_of
from imgvar_desktop.adapters.picture_pieces import container_of
from imgvar_desktop.core.recipe import MAX_CHARS, Recipe, recipe_from

log = logging.getLogger(__name__)

MAX_PICTURE_BYTES: Final = 200_000_000
"""Larger ones are not looked into: no export of this program is."""
_HEAD_BYTES: Final = 16


class RecipeFiles:
    """Implements core.ports.RecipeReader. Holds nothing; any thread."""

    def read(self, original: Path | bytes) -> Recipe | None:
        """As in the port."""
        data = original if isinstance(original, bytes) else _content(original)
        if data is None:
            return None
        if container_of(data[:_HEAD_BYTES]) is None:
            return _from_json(data)
        quiet_decoders()
        try:
            packet = xmp_of(data)
        except Exception as error:  # noqa: BLE001 - decoders raise whatever a stranger's bytes lead them to
            # The picture may well be whole for a more patient reader; that is for whoever opens it to say.
            log.debug("no recipe is looked for in a picture: %s", error)
            return None
        return xmp.recipe_in(packet) if packet is not None else None


def _content(path: Path) -> bytes | None:
    """None for what cannot hold a recipe, by its first bytes and its size. Not opened unless it is a file: a pipe
    would wait for its writer.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_PICTURE_BYTES:
            return None
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            is_json = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and status.st_size <= MAX_CHARS * 4
            return head + file.read() if is_json or container_of(head) is not None else None
    except (OSError, ValueError):
        return None


def _from_json(data: bytes) -> Recipe | None:
    try:
        return recipe_from(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None
