"""Composition root of ``vary``: the main job without a window, without Qt and without the library."""

import argparse
import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from imgvar_desktop.adapters.keyring_secrets import KeyringSecrets
from imgvar_desktop.adapters.logs import start_logging
from imgvar_desktop.adapters.own_name import own_name
from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.adapters.pictures import PillowPictures
from imgvar_desktop.adapters.run_folder import RunFolder
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.cli_report import Report
from imgvar_desktop.cli_services import KEY_VARIABLE, Keys, named_service, sends_in_the_clear, typed_service
from imgvar_desktop.core import contract
from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.core.errors import AppError, BadReply, Cancelled
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.generate import ask
from imgvar_desktop.core.geometry import Square, largest_square
from imgvar_desktop.core.ports import (
    EndpointSource,
    Pictures,
    ReplyImage,
    ReplyProblem,
    ReplyProgress,
    ReplyUsage,
    SecretStore,
    VariationClient,
)
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.services import ON_DEVICE_ID, ServiceProfile
from imgvar_desktop.core.settings import Settings

ALL_SAVED, SOME_FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True, slots=True)
class Job:
    """One picture and what is to be made of it."""

    picture: Path
    request: VariationRequest


def main(argv: Sequence[str]) -> int:
    """The exit code: 0 all saved, 1 some failed, 2 wrong use (SystemExit for wrong arguments), 130 after Ctrl-C."""
    parser = _parser()
    options = parser.parse_args(argv)
    paths = find_paths()
    stop_logging = start_logging(paths.logs, name="vary")
    keyring = KeyringSecrets()
    try:
        return _vary(parser, options, SettingsFile(paths.settings_file).load(), Keys(keyring))
    finally:
        keyring.close()
        stop_logging()


def _vary(parser: argparse.ArgumentParser, options: argparse.Namespace, settings: Settings, keys: "Keys") -> int:
    pictures = PillowPictures()
    try:
        profile = _service(options, settings)
        report = Report(profile.name, _model(options, profile), as_json=options.json)
        jobs = _jobs(options, profile, pictures)
        RunFolder(options.output, jobs[0].request.source.name)
    except ValueError as error:
        parser.error(str(error))
    except AppError as error:  # a picture that cannot be read, a folder that cannot be written: nothing was sent
        report.failed(0, error)
        report.close(requests=0, seconds=0.0)
        return WRONG_USE
    if keys.typed and sends_in_the_clear(profile):
        report.warn(f"The key goes to {profile.host} over plain http, where others can read it.")
    return Vary(pictures, keys, profile, options.output, report, ca_file=settings.ca_file).carry_out(jobs)


class Vary:
    """Carries the jobs out, one after the other, in a loop of its own."""

    def __init__(
        self,
        pictures: Pictures,
        keys: SecretStore,
        profile: ServiceProfile,
        folder: Path,
        report: Report,
        *,
        ca_file: str = "",
    ) -> None:
        self._pictures = pictures
        self._keys = keys
        self._profile = profile
        self._folder = folder
        self._report = report
        self._ca_file = ca_file
        self._requests = 0

    def carry_out(self, jobs: Sequence[Job]) -> int:
        """The exit code. Ctrl-C stops it and leaves what was saved."""
        started = time.monotonic()
        code = INTERRUPTED
        try:
            asyncio.run(self._all(jobs))
            code = ALL_SAVED if self._report.complete else SOME_FAILED
        except KeyboardInterrupt:
            self._report.warn("Stopped; what had arrived is saved.")
        self._report.close(requests=self._requests, seconds=time.monotonic() - started)
        return code

    async def _all(self, jobs: Sequence[Job]) -> None:
        # Here, because starting the client takes a quarter of a second that a wrong argument need not wait for.
        from imgvar_desktop.adapters.http_client import HttpVariationClient
        from imgvar_desktop.adapters.local_service import Endpoints

        client, endpoints = HttpVariationClient(ca_file=self._ca_file), Endpoints(self._keys)
        try:
            for number, job in enumerate(jobs):
                await self._one(job, number * job.request.count, client, endpoints)
        except asyncio.CancelledError:
            self._report.give_up(range(len(jobs) * jobs[0].request.count), Cancelled("Stopped before it arrived."))
            raise
        finally:
            self._requests = client.requests_sent
            await client.aclose()
            await endpoints.aclose()

    async def _one(self, job: Job, first_index: int, client: VariationClient, endpoints: EndpointSource) -> None:
        """Every variation that was asked for is saved or reported as failed."""
        error: AppError = BadReply("The service sent fewer images than it was asked for.", retryable=True)
        try:
            folder = RunFolder(self._folder, job.request.source.name)
            parts = ask(
                job.request, job.picture, self._profile, pictures=self._pictures, endpoints=endpoints, client=client
            )
            async with aclosing(parts):
                async for part in parts:
                    match part:
                        case ReplyProgress():
                            self._report.progress(job.picture.name, part)
                        case ReplyUsage(tokens) if self._profile.token_prices is not None:
                            self._report.cost(tokens.usd(self._profile.token_prices))
                        case ReplyProblem(index, problem):
                            self._report.failed(first_index + index, problem)
                        case ReplyImage():
                            # In this thread: nothing else waits for it, and so no Ctrl-C comes in between.
                            path = folder.save(part.index, part.data, part.media_type)
                            asked_for = part.index < job.request.count
                            self._report.saved(first_index + part.index if asked_for else None, path, part)
        except AppError as exc:
            error = exc
        self._report.give_up(range(first_index, first_index + job.request.count), error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"{own_name()} vary",
        description="Make variations of pictures and save them, one line on standard output for each file.",
        epilog=f"Keys come from the system's keyring or from {KEY_VARIABLE}, never from an argument.",
    )
    parser.add_argument("images", nargs="+", type=Path, metavar="IMAGE", help="a picture; several are done in turn")
    parser.add_argument(
        "-n", "--count", type=int, default=4, metavar="N", help="variations of each (1 to 10, default: 4)"
    )
    parser.add_argument("--size", type=_size, default="1024x1024", metavar="WxH", help="default: %(default)s")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(), metavar="DIR", help="folder for the files (default: this one)"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--service", default=ON_DEVICE_ID, metavar="NAME", help="a service of yours (default: %(default)s)"
    )
    where.add_argument("--base-url", metavar="URL", help="the address of a server, such as https://host/v1")
    parser.add_argument("--model", default="", metavar="M", help="the model to ask for (default: the service's own)")
    parser.add_argument("--seed", type=int, metavar="N", help="the same seed makes the same variations")
    parser.add_argument("--strength", type=float, metavar="S", help="how different, 0 to 1")
    parser.add_argument("--prompt", default="", metavar="TEXT", help="what an image edit is asked for")
    parser.add_argument("--quality", default="", metavar="Q", help="such as low, medium or high")
    parser.add_argument(
        "--crop", type=_crop, metavar="X,Y,SIDE", help="a square in pixels (default: the largest, centred)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    return parser


def _size(text: str) -> int:
    width, _, height = text.lower().partition("x")
    if not (width.isascii() and width.isdigit() and width == height):
        raise argparse.ArgumentTypeError(f"{text!r} is no square size such as 512x512")
    return int(width)


def _crop(text: str) -> Square:
    try:
        x, y, side = (int(number) for number in text.split(","))
        return Square(x, y, side)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not X,Y,SIDE in whole pixels") from None


def _service(options: argparse.Namespace, settings: Settings) -> ServiceProfile:
    """Raises ValueError when there is none, or when it does not know what was asked for."""
    profile = _typed(options) if options.base_url else named_service(options.service, settings)
    if options.size not in profile.sizes_px:
        known = ", ".join(contract.size_text(side) for side in profile.sizes_px)
        raise ValueError(f"{profile.name} makes {known}, not {contract.size_text(options.size)}")
    asked = {
        "seed": options.seed is not None and not profile.takes_seed,
        "strength": options.strength is not None and not profile.takes_strength,
        "prompt": bool(options.prompt) and not profile.takes_prompt,
        f"quality {options.quality}": bool(options.quality) and options.quality not in profile.qualities,
    }
    for name, unknown in asked.items():
        if unknown:
            raise ValueError(f"{profile.name} knows no {name}")
    return profile


def _typed(options: argparse.Namespace) -> ServiceProfile:
    """Whoever types a seed for a server means that it knows seeds."""
    profile = typed_service(options.base_url)
    return replace(
        profile,
        takes_seed=options.seed is not None,
        takes_strength=options.strength is not None,
        takes_prompt=profile.takes_prompt or bool(options.prompt),
        qualities=profile.qualities or ((options.quality,) if options.quality else ()),
    )


def _model(options: argparse.Namespace, profile: ServiceProfile) -> str:
    model: str = options.model or profile.model
    return model or (contract.MODEL_ON_DEVICE if profile.on_device else "")


def _jobs(options: argparse.Namespace, profile: ServiceProfile, pictures: Pictures) -> list[Job]:
    """Every picture is opened before anything is sent. Raises PictureRefused, and ValueError for a wrong request."""
    return [_job(picture, options, profile, pictures) for picture in options.images]


def _job(picture: Path, options: argparse.Namespace, profile: ServiceProfile, pictures: Pictures) -> Job:
    opened = pictures.open(picture)
    # Without a key: that names a picture in the library, where this one is not.
    source = Source(key="", name=picture.stem, width=opened.width, height=opened.height)
    request = VariationRequest(
        source=source,
        framing=Framing(options.crop or largest_square(width=opened.width, height=opened.height)),
        count=options.count,
        size_px=options.size,
        service_id=profile.id,
        model=options.model,
        response_format=next(iter(profile.response_formats), ResponseFormat.B64_JSON),
        seed=options.seed,
        strength=options.strength,
        prompt=options.prompt,
        quality=options.quality,
    )
    return Job(picture, request)
