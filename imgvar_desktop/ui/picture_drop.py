"""What a drop or a paste brings: files, addresses, a file's bytes, or pixels.

Several programs describe one picture in several ways at once. The order of preference is that of closeness to the
original: a local file; the address in an ``<img>``, with what the browser decoded as a fallback; a file's bytes, which
still hold profile and alpha; pixels; and last an address without an ``<img>``, which may lead to a page.

Nothing here touches a disk or a network, and nothing raises: the content is another program's.
"""

import base64
import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote, unquote_to_bytes, urljoin, urlsplit

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from imgvar_desktop.bridge.dropped import (
    Dropped,
    DroppedBytes,
    DroppedFile,
    DroppedPixels,
    DroppedUrl,
)
from imgvar_desktop.core.picture_formats import is_named_like_picture

__all__ = [
    "Dropped",
    "DroppedBytes",
    "DroppedFile",
    "DroppedPixels",
    "DroppedUrl",
    "offers_picture",
    "pictures_from",
]

OWN_FILES: Final = "application/x-imgvar-files"
"""Paths of the library's own files, a line each: what this window drags out of itself besides copies for others. Their
bytes are the variation's, so that what is made of them knows its parent."""
MOST: Final = 500
"""Pictures that one gesture brings."""
MAX_TEXT_CHARS: Final = 50_000_000
"""Longer text is not looked into: a data: address of a picture may well have ten million."""
_ENCODED: Final = (
    *("image/png", "image/tiff", "image/webp", "image/avif", "image/heic", "image/jpeg", "image/gif", "image/bmp"),
    "image/svg+xml",
)
"""The best first: without loss before with. SVG last, for its pixels beside it are as its own program draws them."""
_DATA: Final = r"(?i)data:image/[\w.+-]{1,64}((?:;[^,;]{0,200}){0,9}),"
"""Not compiled here: the first paint would wait for it."""


def offers_picture(mime: QMimeData) -> bool:
    """Whether it is worth taking. Asked while something hovers: text is asked for last, for it may take a while."""
    if mime.hasImage() or any(map(mime.hasFormat, _ENCODED)):
        return True
    return bool(_from_urls(mime) or _from_html(mime) or _from_text(mime))


def pictures_from(mime: QMimeData) -> tuple[Dropped, ...]:
    """All pictures that ``mime`` holds, in its order; empty when there is none.

    Whether a file or an address holds a picture is found out by reading it, not by its name.
    """
    in_urls = _own_files(mime) or _from_urls(mime)
    if any(isinstance(picture, DroppedFile) for picture in in_urls):
        return in_urls
    decoded = _decoded(mime)
    in_html = _from_html(mime)
    match in_html:
        case (DroppedUrl(url, name=name),):
            return (DroppedUrl(url, decoded, name),)
        case (_, *_):
            return in_html
    if decoded is not None:
        return (decoded,)
    return in_urls or _from_text(mime)


def _own_files(mime: QMimeData) -> tuple[Dropped, ...]:
    own = bytes(mime.data(OWN_FILES).data()) if mime.hasFormat(OWN_FILES) else b""
    lines = own.decode("utf-8", "surrogateescape").splitlines()
    return tuple(DroppedFile(Path(line), as_is=True) for line in lines[:MOST])


def _from_urls(mime: QMimeData) -> tuple[Dropped, ...]:
    return tuple(picture for url in mime.urls()[:MOST] if (picture := _from_url(url)) is not None)


def _from_url(url: QUrl) -> Dropped | None:
    if url.isLocalFile():
        return DroppedFile(Path(url.toLocalFile()))
    return _from_address(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))


def _decoded(mime: QMimeData) -> DroppedBytes | DroppedPixels | None:
    for kind in _ENCODED:
        if mime.hasFormat(kind) and (data := bytes(mime.data(kind).data())):
            return DroppedBytes(data)
    image = mime.imageData()
    return DroppedPixels(image) if isinstance(image, QImage) and not image.isNull() else None


def _from_html(mime: QMimeData) -> tuple[Dropped, ...]:
    """A page may not name files of this computer, so of local addresses nothing is taken."""
    from imgvar_desktop.ui.picture_html import picture_addresses  # its patterns take time to compile

    text = mime.html() if mime.hasHtml() else ""
    if len(text) > MAX_TEXT_CHARS:
        return ()
    page = next((url.toString() for url in mime.urls() if url.scheme() in {"http", "https"}), "")
    pictures = (_from_address(_absolute(address, page)) for address in picture_addresses(text, MOST))
    return tuple(picture for picture in pictures if picture is not None)


def _absolute(address: str, page: str) -> str:
    try:
        return urljoin(page or "https:", address)
    except ValueError:
        return ""


def _from_text(mime: QMimeData) -> tuple[Dropped, ...]:
    """Text whose every line is an address, or the whole path of what is named like a picture."""
    text = mime.text().strip() if mime.hasText() else ""
    lines = text.splitlines() if len(text) <= MAX_TEXT_CHARS else []
    if not lines or len(lines) > MOST:
        return ()
    found = []
    for line in filter(None, map(str.strip, lines)):
        picture = _from_address(line) or _from_path(line)
        if picture is None:
            return ()  # Something written, with an address in it perhaps.
        found.append(picture)
    return tuple(found)


def _from_path(line: str) -> DroppedFile | None:
    bare = line[1:-1] if len(line) > 1 and line[0] == line[-1] == '"' else line  # as Windows copies a path
    if bare.lower().startswith("file://"):
        bare = QUrl(bare).toLocalFile()
    if "\0" in bare:
        return None
    path = Path(bare)
    return DroppedFile(path) if path.is_absolute() and is_named_like_picture(path) else None


def _from_address(address: str) -> DroppedBytes | DroppedUrl | None:
    if address[:5].lower() == "data:":
        data = _data_of(address)
        return DroppedBytes(data) if data else None
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or re.search(r"[\s\0\\]", address):
        return None
    last = unquote(parts.path.rpartition("/")[2], errors="replace")
    return DroppedUrl(address, name=Path(last).stem if last.strip(". ") and "\0" not in last else host)


def _data_of(address: str) -> bytes:
    """What a data: address of a picture holds; empty when it is none or makes no sense."""
    start = re.match(_DATA, address)
    if start is None or len(address) > MAX_TEXT_CHARS:
        return b""
    data = unquote_to_bytes(address[start.end() :])
    if ";base64" not in start[1].lower():
        return data
    try:
        return base64.b64decode(data + b"==")  # which skips what base64 does not know, line breaks above all
    except ValueError:
        return b""
