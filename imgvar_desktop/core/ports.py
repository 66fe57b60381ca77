"""What core asks of the outside world. Blocking methods are called in worker threads, never in the GUI's.

Every method raises AppError for what the environment refuses, and nothing else on purpose.
"""

from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Protocol

from imgvar_desktop.core.delivery import ExportPlan, ExportReport, Item, SheetRecord, Taken, Watcher
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.export_options import ExportOptions
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.library import Entry, Marks, RunRecord
from imgvar_desktop.core.library_check import LibraryReport, Progress, Storage
from imgvar_desktop.core.prices import TokenCount
from imgvar_desktop.core.recipe import Recipe
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.service_check import CheckPart
from imgvar_desktop.core.services import Endpoint, ServiceProfile
from imgvar_desktop.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Pixels:
    """Decoded pixels: ``rgba`` is ``height`` rows of ``width`` straight-alpha sRGB pixels of 4 bytes, no padding."""

    width: int
    height: int
    rgba: bytes


@dataclass(frozen=True, slots=True)
class OpenedPicture:
    """A source as the window shows it."""

    width: int
    height: int
    """Pixels of the upright picture."""
    preview: Pixels
    """The whole picture, upright and in sRGB, reduced for the screen."""
    notes: tuple[str, ...] = ()
    """What a person should know, a sentence each: read at reduced size, first frame of an animation…"""


@dataclass(frozen=True, slots=True)
class ReplyProgress:
    fraction: float | None
    """Of the whole call, 0 to 1, never falling; None where the server does not say."""
    activity: str
    """A few words for a person: "Uploading", "Composing", "Receiving 3.2 MB"."""


@dataclass(frozen=True, slots=True)
class ReplyImage:
    """One variation as the server encoded it: PNG, JPEG or WebP, found out by content."""

    index: int
    data: bytes
    media_type: str
    width: int
    height: int
    seed: int | None = None
    revised_prompt: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyProblem:
    """One variation that did not arrive, while others may."""

    index: int
    error: AppError


@dataclass(frozen=True, slots=True)
class ReplyUsage:
    """What one call used, where the server counts it. Comes after the call's images."""

    tokens: TokenCount


@dataclass(frozen=True, slots=True)
class FetchedPicture:
    """A picture file from the web, as it was sent."""

    data: bytes
    name: str
    """Of the file in its address, without a suffix."""


@dataclass(frozen=True, slots=True)
class ReplyAnswered:
    """One call has brought all it was going to, and another is about to be made: the moment to stop asking."""


ReplyPart = ReplyProgress | ReplyImage | ReplyProblem | ReplyUsage | ReplyAnswered


class Pictures(Protocol):
    """Decoding and encoding; blocking, thread-safe."""

    def open(self, path: Path) -> OpenedPicture:
        """Raises PictureRefused."""

    def upload_png(self, path: Path, framing: Framing, size_px: int, max_bytes: int) -> bytes:
        """What the framing shows as the service wants it: PNG, at most ``size_px`` a side, sRGB, no metadata.

        Raises PictureRefused.
        """

    def thumbnail(self, image: Path, target: Path, side_px: int) -> None:
        """Writes a small picture of ``image`` to ``target``, longest side ``side_px``.

        Raises PictureRefused, and LibraryUnavailable when ``target`` cannot be written.
        """


class PictureFetcher(Protocol):
    """Pictures behind addresses. Lives in the loop that uses it; cancellable at every await."""

    async def fetch(self, url: str) -> FetchedPicture:
        """What the address gives, within limits of size and time. Raises PictureRefused.

        That it is a picture is found out by opening it.
        """

    async def aclose(self) -> None: ...


class VariationClient(Protocol):
    """The call. Lives in the loop that uses it; cancellable at every await."""

    def variations(
        self, request: VariationRequest, png: bytes, profile: ServiceProfile, endpoint: Endpoint
    ) -> AsyncGenerator[ReplyPart, None]:
        """Ends when the server has answered; each index comes at most once. Raises ServiceError."""

    async def aclose(self) -> None: ...


class ModelLister(Protocol):
    """The names of a service's models. Lives in the loop that uses it; cancellable at every await."""

    async def models(self, profile: ServiceProfile, endpoint: Endpoint) -> tuple[str, ...]:
        """As ``GET /models`` names them, those that may make images first. Raises ServiceError.

        EndpointGone when the service has no such list: the person enters the name themselves.
        """

    async def aclose(self) -> None: ...


class ServiceChecker(Protocol):
    """Finds out what a service can do. Lives in the loop that uses it; cancellable at every await."""

    def check(
        self, profile: ServiceProfile, endpoint: Endpoint, *, make_images: bool
    ) -> AsyncGenerator[CheckPart, None]:
        """Findings as they are made, then one Learned. Does just what ``service_check.plan`` says beforehand.

        ``make_images``: the person agreed to have a few images made, which may cost money. Raises no ServiceError:
        what a service refuses is a finding.
        """

    async def aclose(self) -> None: ...


class EndpointSource(Protocol):
    """Where a service is reached right now."""

    async def endpoint(self, profile: ServiceProfile) -> Endpoint:
        """Starts the on-device service if it is the one meant; takes the key of any other from its store.

        Raises AuthRefused when a key is needed and none is stored, ServerFailed when the on-device service does not
        start.
        """

    async def aclose(self) -> None: ...


class Sharing(Protocol):
    """The device's service for other programs on this computer. Lives in the loop that uses it."""

    async def start(self, port: int) -> Endpoint:
        """Listens on loopback at that port until ``stop``; another start takes the place of the one before.

        Raises ServerFailed, with a sentence of its own where the port is taken.
        """

    async def stop(self) -> None: ...

    @property
    def endpoint(self) -> Endpoint | None:
        """Where other programs are served now; None: nowhere."""

    async def settled(self) -> None:
        """Returns when a start or stop under way is over, and ``endpoint`` says how it went."""

    async def renew_key(self) -> None:
        """The next start has another key; programs that know the old one are refused from then on."""

    async def aclose(self) -> None: ...


class PixelStore(Protocol):
    """The library's files; blocking, thread-safe."""

    def keep_source(self, original: Path | bytes) -> tuple[str, Path]:
        """Copies the picture into the library, once: its key (Source.key) and where it is kept.

        Raises PictureRefused when ``original`` cannot be read.
        """

    def source_path(self, key: str) -> Path:
        """Where a kept source is. Raises LibraryUnavailable when it is gone."""

    def drop_sources_except(self, keys: frozenset[str]) -> None:
        """Deletes kept sources that nothing refers to."""

    def write_variation(self, data: bytes, *, stem: str, media_type: str, month: str) -> tuple[str, str]:
        """Written, fsynced and renamed into ``images/<month>/``: (Entry.file, Entry.sha256). Never overwrites."""

    def ensure_room(self, needed_bytes: int) -> None:
        """Raises LibraryUnavailable when the disk says that it has less left."""

    def path_of(self, entry: Entry) -> Path: ...

    def thumbnail_path(self, sha256: str) -> Path:
        """Where the thumbnail of an image with that hash is kept; it may not exist."""


class LibraryStore(Protocol):
    """The library's facts; blocking, thread-safe. One program at a time has it open."""

    @property
    def read_only(self) -> bool:
        """Whether every change is refused, because its disk or folder may only be read."""

    def begin_run(self, request: VariationRequest, service_name: str) -> RunRecord: ...

    def add_entry(self, entry: Entry) -> None: ...

    def close_run(self, run: RunRecord) -> None:
        """Stores ``run``'s state, seconds, message, request id and cost."""

    def interrupted(self) -> tuple[RunRecord, ...]:
        """Marks the runs that a previous start of the program left open as interrupted, and returns just those."""

    def runs(self) -> tuple[RunRecord, ...]:
        """All, newest first."""

    def entries(self) -> tuple[Entry, ...]:
        """All, newest run first, by index within a run; those in the trash and those purged as well."""

    def mark(self, marks: Mapping[str, Marks]) -> None:
        """What is thought of each variation, by Entry.id: all of it is kept, or nothing."""

    def trash(self, entry_ids: Collection[str], at: datetime | None) -> None:
        """Into the trash at that moment, or, with None, back into the gallery."""

    def purge(self, entry_ids: Collection[str]) -> None:
        """Their files are gone; the rows stay, for what was made from them."""

    def deliver(self, entry_ids: Collection[str], at: datetime) -> None:
        """They were saved or exported for use outside."""

    def reconnect(self, files: Mapping[str, str]) -> None:
        """Where each variation's file is now, by Entry.id: all are kept, or none."""

    def damage(self) -> str:
        """What is wrong with the library's own file, as its engine words it; empty when it is whole."""

    def search(self, text: str) -> frozenset[str]:
        """Ids of the variations with words that begin like all words of ``text``: in their name, their source's, their
        note, prompt, model, service and day. Without any word in ``text``: none.
        """

    def last_framing(self, source_key: str) -> Framing | None:
        """The person's own framing in the newest run of that source."""

    def source_keys(self) -> frozenset[str]:
        """Every source that a run refers to."""

    def source(self, key: str) -> Source | None: ...

    def usual_seconds(self, service_id: str, model: str, size_px: int) -> float | None:
        """Median seconds for one image over the last five finished runs of that kind, None before the first."""

    def close(self) -> None: ...


class Caretaker(Protocol):
    """The library as a whole; blocking."""

    def take_in(self, runs: Iterable[RunRecord]) -> int:
        """Images of these interrupted runs that had come whole, but had no row yet, are in the library: how many."""

    def check(self, told: Callable[[Progress], None], stopped: Callable[[], bool]) -> LibraryReport:
        """Finds what is missing, astray or damaged, mends what it can, and deletes nothing."""

    def storage(self) -> Storage: ...

    def put_aside(self, images: Sequence[tuple[str, ReplyImage]], folder: Path) -> tuple[Path, ...]:
        """Images that the library could not keep, by their stems, as files in another folder. Raises ExportRefused."""


class Exporter(Protocol):
    """Saving for people; blocking, thread-safe."""

    def plan(self, items: Sequence[Item], options: ExportOptions, folder: Path) -> ExportPlan:
        """What ``export`` would do there, as the disk is now."""

    def export(
        self, items: Sequence[Item], options: ExportOptions, target: Path, *, taken: Taken, watcher: Watcher
    ) -> ExportReport:
        """Into the folder ``target``, or, where the options say ZIP, into an archive of about that path.

        A file that is refused does not keep the others from being saved. Each is whole when it gets its name, and has
        been read again. An archive is there with all that could be put into it, or, when it is stopped, not at all.
        Raises ExportRefused when the archive itself is refused.
        """

    def put(self, data: bytes, folder: Path, stem: str, suffix: str) -> Path:
        """A file of its own, read again, under the first free name of ``stem``. Raises ExportRefused."""

    def save_as(self, file: Path, target: Path) -> Path:
        """Copies ``file`` to just ``target``, which the person chose (and agreed to replace, if it was there).

        Converted when the suffix asks for another format than the file has. Raises ExportRefused.
        """


class SheetStore(Protocol):
    """What the numbers on contact sheets stand for; blocking, thread-safe."""

    def all(self) -> tuple[SheetRecord, ...]:
        """Newest first; those that could not be read are left out."""

    def add(self, record: SheetRecord) -> None:
        """A sheet that was just made. Does its best: the sheet is there without it."""


class HandOuts(Protocol):
    """Copies that other programs may take and do with what they like; blocking, thread-safe."""

    def copies(self, items: Sequence[Item], template: str) -> tuple[Path, ...]:
        """A clean file of each, in its own format, named by the template. Raises ExportRefused."""


class RecipeReader(Protocol):
    """Blocking, thread-safe."""

    def read(self, original: Path | bytes) -> Recipe | None:
        """The recipe in an exported picture, or in the sidecar of one; None for anything else. Raises nothing."""


class Kept(Enum):
    """Where a key is after it was given."""

    KEYRING = "keyring"
    THIS_LAUNCH = "this launch"
    """In memory: there is no keyring, or it refused. The window says so."""


class SecretStore(Protocol):
    """Keys by service id; blocking, thread-safe, may wait for a person's password.

    Raises SecretStoreUnavailable where the keyring is missing, locked or silent.
    """

    def get(self, service_id: str) -> str | None:
        """None when no key is kept for that service."""

    def set(self, service_id: str, secret: str) -> Kept:
        """Keeps ``secret`` in the place of the one before, and says where."""

    def forget(self, service_id: str) -> None:
        """Nothing to forget is no error."""


class SettingsStore(Protocol):
    def load(self) -> Settings: ...

    def save(self, settings: Settings) -> None: ...
