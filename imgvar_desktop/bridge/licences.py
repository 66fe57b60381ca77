"""Whose work is in the program, and on what terms: as the packaging wrote it down, else as it is installed."""

import json
import re
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from imgvar_desktop.bridge import resources

LIST: Final = "licences.json"
_OURS: Final = "imgvar-desktop"
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_TEXT_NAMES: Final = ("LICEN", "COPYING", "NOTICE", "AUTHORS")


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    version: str
    licence: str
    """In a few words."""
    homepage: str
    texts: tuple[Path, ...]

    def read(self) -> str:
        """All its texts. Raises OSError."""
        return "\n\n\n".join(text.read_text(encoding="utf-8", errors="replace").strip() for text in self.texts)


def folder() -> Path:
    """Where the packaging puts them, beside the resources; a source checkout has none."""
    return resources.root().parent / "licences"


def our_text() -> str:
    """MIT. Empty when it did not come along."""
    checkout = resources.root().parent / "LICENSE"
    if checkout.is_file():
        return checkout.read_text(encoding="utf-8")
    made = _installed(_OURS)
    # By its path: a frozen program has no list of its files.
    return (made.read_text("licenses/LICENSE") or "") if made is not None else ""


def parts() -> tuple[Part, ...]:
    """In the order of their names. Reads the disk: for when somebody asks."""
    written = folder() / LIST
    found = _written(written) if written.is_file() else [_part(each) for each in _required()]
    return tuple(sorted(found, key=lambda part: part.name.casefold()))


def _written(written: Path) -> list[Part]:
    return [
        Part(
            name=one["name"],
            version=one["version"],
            licence=one["licence"],
            homepage=one["homepage"],
            texts=tuple(written.parent / Path(name).name for name in one["texts"]),
        )
        for one in json.loads(written.read_text(encoding="utf-8"))
    ]


def _required() -> list[Distribution]:
    """What we require, and what that requires, as far as it is installed; without what only extras ask for."""
    found: dict[str, Distribution] = {}
    wanted = [_OURS]
    while wanted:
        name = wanted.pop().lower().replace("_", "-")
        made = None if name in found else _installed(name)
        if made is not None:
            found[name] = made
            lines = [line for line in made.requires or () if "extra ==" not in line]
            wanted += [match[0] for line in lines if (match := _NAME.match(line))]
    found.pop(_OURS, None)
    return list(found.values())


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _part(made: Distribution) -> Part:
    return Part(made.metadata["Name"], made.version, _terms(made), _homepage(made), _texts(made))


def _texts(made: Distribution) -> tuple[Path, ...]:
    wanted = [
        file for file in made.files or () if ".dist-info" in file.parts[0] and file.name.upper().startswith(_TEXT_NAMES)
    ]
    return tuple(sorted(Path(str(file.locate())) for file in wanted))


def _terms(made: Distribution) -> str:
    named: list[str] = made.metadata.get_all("Classifier") or []
    kinds = [line.rpartition(" :: ")[2] for line in named if line.startswith("License :: OSI Approved ::")]
    said = _field(made, "License")
    return _field(made, "License-Expression") or " or ".join(kinds) or (said if "\n" not in said else "")


def _homepage(made: Distribution) -> str:
    links = dict(line.split(", ", 1) for line in made.metadata.get_all("Project-URL") or ())
    named = {name.casefold(): link for name, link in links.items()}
    return next(
        (named[name] for name in ("homepage", "home", "source", "source code", "repository") if name in named),
        _field(made, "Home-page"),
    )


def _field(made: Distribution, name: str) -> str:
    return str(made.metadata[name]) if name in made.metadata else ""
