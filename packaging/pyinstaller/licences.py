"""The licences of everything in the frozen program, as files beside its resources and as one list for the About box."""

import csv
import json
import os
import platform
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path
from typing import Final

from pruning import TocEntry

FOLDER: Final = "imgvar_desktop/licences"
"""In the bundle: beside the resources."""
LIST: Final = "licences.json"

OURS: Final = "imgvar-desktop"
ALWAYS: Final = ("pyinstaller",)
"""Its boot loader is the executable itself."""

HERE: Final = Path(__file__).resolve().parent
TEXTS: Final = HERE / "texts"
ADDED: Final = {
    "cffi": ("libffi.txt",),
    "pyside6-essentials": ("LGPL-3.0.txt", "GPL-3.0.txt", "qt-base.txt", "qt-svg.txt", "qt-wayland.txt", "icu.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
}
"""What wheels carry within and say nothing of, from ``texts/``."""


@dataclass(frozen=True, slots=True)
class Part:
    """Someone else's work in the program. Written to ``licences.json`` as it stands."""

    name: str
    version: str
    licence: str
    homepage: str
    texts: tuple[str, ...]
    """Files in the same folder."""


class OwnerUnknown(Exception):
    """A file would ship whose licence nobody has looked at."""


def write_licences(folder: Path, shipped: Iterable[TocEntry]) -> list[TocEntry]:
    """Fills ``folder``, in that of the build, and returns what to add to the bundle. Raises OwnerUnknown."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names = {
        _owner(Path(source), folder.parent)
        for _, source, kind in shipped
        if kind != "SYMLINK" and source not in {"", "-"}
    }
    theirs = [_part(distribution(name), folder) for name in {*names, *ALWAYS} - {"", OURS}]
    parts = sorted([_python(folder), *theirs], key=lambda part: part.name.casefold())
    text = json.dumps([asdict(part) for part in parts], indent=1, ensure_ascii=False)
    (folder / LIST).write_text(text + "\n", encoding="utf-8")
    return [(f"{FOLDER}/{path.name}", str(path), "DATA") for path in sorted(folder.iterdir())]


def _owner(source: Path, build: Path) -> str:
    """The distribution that ``source`` belongs to; empty for Python itself and for what the build wrote."""
    found = _owners().get(os.path.realpath(source))
    if found is not None:
        return found
    if ".dist-info" in str(source):
        return _owners()[os.path.realpath(source.parent / "METADATA")]
    places = (*_pythons_places(), build.resolve())
    if any(path.is_relative_to(place) for path in (source, source.resolve()) for place in places):
        return ""
    raise OwnerUnknown(f"{source} belongs to no installed distribution: say in licences.py whose it is")


@cache
def _owners() -> dict[str, str]:
    """By path. The names in RECORD are read as they stand: a path object for each of them would take seconds."""
    found = {}
    for each in distributions():
        place = os.path.realpath(str(each.locate_file("")))
        name = each.metadata["Name"].lower()
        for row in csv.reader((each.read_text("RECORD") or "").splitlines()):
            found[os.path.normpath(os.path.join(place, row[0]))] = name  # noqa: PTH118 - as above
    return found


@cache
def _pythons_places() -> tuple[Path, ...]:
    """Where its modules and its library are; and where the scripts are that start the program."""
    paths = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), str(HERE)}
    if sys.base_prefix != "/usr":
        paths.add(sys.base_prefix)
    library = Path(sysconfig.get_config_var("LIBDIR") or "") / (sysconfig.get_config_var("INSTSONAME") or "none")
    return (*(Path(path).resolve() for path in sorted(paths)), library.resolve())


def _python(folder: Path) -> Part:
    stdlib = Path(sysconfig.get_path("stdlib"))
    text = next(path for path in (stdlib / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt") if path.is_file())
    shutil.copyfile(text, folder / "python.txt")
    return Part("Python", platform.python_version(), "PSF-2.0", "https://www.python.org", ("python.txt",))


def _part(made: Distribution, folder: Path) -> Part:
    name = made.metadata["Name"]
    texts = [_copied(path, name, folder) for path in _licence_files(made)]
    for added in ADDED.get(name.lower().replace("_", "-"), ()):
        shutil.copyfile(TEXTS / added, folder / added)
        texts.append(added)
    if not texts:
        raise OwnerUnknown(f"{name} brings no licence text: put it into texts/ and name it in licences.py")
    return Part(name, made.version, _licence(made), _homepage(made), tuple(texts))


def _licence_files(made: Distribution) -> list[Path]:
    return sorted(
        Path(str(made.locate_file(file)))
        for file in made.files or ()
        if ".dist-info" in file.parts[0]
        and ("licenses" in file.parts or file.name.upper().startswith(("LICEN", "COPYING", "NOTICE")))
    )


def _copied(text: Path, name: str, folder: Path) -> str:
    inside = text.as_posix().rpartition(".dist-info/")[2].removeprefix("licenses/").replace("/", "-")
    stem = f"{name}-{inside}"
    copy = folder / (stem if stem.endswith((".txt", ".md")) else f"{stem}.txt")
    shutil.copyfile(text, copy)
    return copy.name


def _field(made: Distribution, name: str) -> str:
    return str(made.metadata[name]) if name in made.metadata else ""


def _licence(made: Distribution) -> str:
    if expression := _field(made, "License-Expression"):
        return expression
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in made.metadata.get_all("Classifier") or ()
        if line.startswith("License :: OSI Approved ::")
    ]
    said = _field(made, "License")
    return " or ".join(classifiers) or (said if said and "\n" not in said else "see its text")


def _homepage(made: Distribution) -> str:
    links: dict[str, str] = dict(line.split(", ", 1) for line in made.metadata.get_all("Project-URL") or ())
    wanted = {name.casefold(): link for name, link in links.items()}
    for name in ("homepage", "home", "source", "source code", "repository"):
        if name in wanted:
            return wanted[name]
    return _field(made, "Home-page") or next(iter(links.values()), "")
