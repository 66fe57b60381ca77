"""The commands: the window (none), ``vary``, ``serve`` and ``check``. Loads only what the chosen one needs."""

import argparse
import gc
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from imgvar_desktop import __version__
from imgvar_desktop.adapters.own_name import own_name

COMMANDS = """\
commands:
  vary IMAGE…    make variations without a window
  serve          run the on-device service for other programs
  check          find out what a service can do

"{0} vary --help", "{0} serve --help" and "{0} check --help" say more.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code; 2 for wrong arguments, by SystemExit as argparse does."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    match arguments:
        case ["vary", *rest]:
            from imgvar_desktop.cli import main as vary

            return vary(rest)
        case ["serve", *rest]:
            return _serve(rest)
        case ["check", *rest]:
            from imgvar_desktop.cli_check import main as check

            return check(rest)
        case ["draw", *rest]:  # the program's own: a drawing on its standard input, pixels on its standard output
            from imgvar_desktop.bridge.draw_svg import main as draw

            return draw(rest)
        case _:
            return _window(arguments)


def _window(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog=own_name(),
        description="Drop a picture in, choose the square that matters, get variations to compare, keep and save.",
        epilog=COMMANDS.format(own_name()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("images", nargs="*", type=Path, metavar="IMAGE", help="a picture to open in the window")
    parser.add_argument("--version", action="version", version=f"Imgvar {__version__}")
    images: list[Path] = parser.parse_args(arguments).images

    from imgvar_desktop.adapters.one_window import First, HandedOver, come_first_or_hand_over, request_for
    from imgvar_desktop.adapters.paths import find_paths

    match come_first_or_hand_over(find_paths(), request_for(images)):
        case HandedOver():
            return 0
        case First(address) as first:
            status = _own_window(images, address)
            first.give_up()
            return status
        case _:
            return _own_window(images, "")


def _own_window(images: list[Path], address: str) -> int:
    # Nothing that loads now is garbage, and looking for some takes a tenth of the time to the first paint.
    gc.disable()
    from imgvar_desktop.app import main as window

    return window(images, address)


def _serve(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog=f"{own_name()} serve",
        description="Serve POST /v1/images/variations from this computer: no key, no network, no cost. "
        "Prints one line with its address once it listens.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", default=0, type=_port, help="port to listen on (default: one that is free)")
    parser.add_argument(
        "--api-key-env",
        metavar="NAME",
        help="environment variable that holds the key which clients must send (default: no key is asked for, "
        "and only this computer is served)",
    )
    parser.add_argument("--parent", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    key = os.environ.get(chosen.api_key_env, "") if chosen.api_key_env else None
    if key == "":
        parser.error(f"the environment variable {chosen.api_key_env} holds no key")

    from imgvar_desktop.service import process

    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if chosen.parent else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    if chosen.parent:
        return process.run_for_parent(chosen.port)
    if key is None and not process.is_loopback(chosen.host):
        parser.error(f"{chosen.host} can be reached from other computers: set a key with --api-key-env NAME")
    return process.run(chosen.host, chosen.port, key)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not '{text}'")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
