"""Composition root of ``check``: what a service can do, found out from the command line."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from imgvar_desktop.adapters.keyring_secrets import KeyringSecrets
from imgvar_desktop.adapters.logs import start_logging
from imgvar_desktop.adapters.own_name import own_name
from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.cli_services import KEY_VARIABLE, Keys, named_service, sends_in_the_clear, typed_service
from imgvar_desktop.core import service_check
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.service_check import Finding, Learned, Verdict
from imgvar_desktop.core.services import ON_DEVICE_ID, ServiceProfile

USABLE, NOT_USABLE, WRONG_USE, INTERRUPTED = 0, 1, 2, 130
_MARKS: Final = {Verdict.OK: "ok", Verdict.WARN: "note", Verdict.BAD: "bad"}


def main(argv: Sequence[str]) -> int:
    """The exit code: 0 usable, 1 not, 2 wrong use (SystemExit for wrong arguments), 130 after Ctrl-C."""
    parser = _parser()
    options = parser.parse_args(argv)
    paths = find_paths()
    stop_logging = start_logging(paths.logs, name="check")
    keyring = KeyringSecrets()
    try:
        settings = SettingsFile(paths.settings_file).load()
        try:
            profile = typed_service(options.base_url) if options.base_url else named_service(options.service, settings)
        except ValueError as error:
            parser.error(str(error))
        if options.model:
            profile = replace(profile, model=options.model)
        return asyncio.run(_check(profile, Keys(keyring), paid=options.paid, ca_file=settings.ca_file))
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        keyring.close()
        stop_logging()


async def _check(profile: ServiceProfile, keys: Keys, *, paid: bool, ca_file: str) -> int:
    from imgvar_desktop.adapters.local_service import Endpoints
    from imgvar_desktop.adapters.service_check import HttpServiceChecker

    for line in service_check.plan(profile, make_images=paid).lines:
        print(line)
    if keys.typed and sends_in_the_clear(profile):
        print(f"The key goes to {profile.host} over plain http, where others can read it.")
    endpoints, checker = Endpoints(keys), HttpServiceChecker(ca_file=ca_file)
    usable = False
    try:
        endpoint = await endpoints.endpoint(profile)
        async with aclosing(checker.check(profile, endpoint, make_images=paid)) as parts:
            async for part in parts:
                match part:
                    case Finding():
                        _print_finding(part)
                    case Learned():
                        usable = part.usable
                        _print_learned(profile, part)
    except AppError as error:
        print(f"{own_name()}: {error} {error.hint}".rstrip(), file=sys.stderr)
    finally:
        await checker.aclose()
        await endpoints.aclose()
    return USABLE if usable else NOT_USABLE


def _print_finding(finding: Finding) -> None:
    print(f"{_MARKS[finding.verdict]:4}  {finding.text} {finding.hint}".rstrip(), flush=True)


def _print_learned(profile: ServiceProfile, learned: Learned) -> None:
    changes = service_check.changes(profile, learned.profile)
    if changes:
        print("What would fit better:")
    for change in changes:
        print(f"  {change}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"{own_name()} check",
        description="Find out what a service can do. Without --paid no picture is sent and no image is made.",
        epilog=f"Keys come from the system's keyring or from {KEY_VARIABLE}, never from an argument.",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--service", default=ON_DEVICE_ID, metavar="NAME", help="a service of yours (default: %(default)s)"
    )
    where.add_argument("--base-url", metavar="URL", help="the address of a server, such as https://host/v1")
    parser.add_argument("--model", default="", metavar="M", help="the model to ask for (default: the service's own)")
    parser.add_argument(
        "--paid",
        action="store_true",
        help=f"also have up to {service_check.MOST_IMAGES} images made, which may cost money",
    )
    return parser
