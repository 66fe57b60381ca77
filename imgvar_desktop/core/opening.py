"""What a second start of the program asks the open window for, and the words in which it does."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HELLO: Final = b"imgvar 1\n"
"""The window's first line: it is not hanging, and these are the words it knows. Nothing is sent before it has come."""

TAKEN: Final = b"taken\n"
"""The window's last line: the request is its business now."""

MAX_BYTES: Final = 4 * 1024 * 1024
"""More than the longest command line that a system takes."""


@dataclass(frozen=True, slots=True)
class OpenRequest:
    files: tuple[Path, ...] = ()
    """Absolute, and as they were named: whether they are there is the window's to say. None: just come to the front."""
    activation_token: str = ""
    """The desktop's leave to take the focus; empty when it gave none."""

    def __post_init__(self) -> None:
        if not all(file.is_absolute() for file in self.files):
            raise ValueError("a path is meant from another folder")

    def encoded(self) -> bytes:
        """One line. Names that are no text pass as they are."""
        said = {"files": [str(file) for file in self.files], "activation_token": self.activation_token}
        return json.dumps(said).encode("ascii") + b"\n"

    @classmethod
    def decoded(cls, line: bytes) -> "OpenRequest":
        """Raises ValueError for anything else than what ``encoded`` makes."""
        said = json.loads(line)
        match said:
            case {"files": [*files], "activation_token": str(token)} if all(isinstance(file, str) for file in files):
                if "\0" in "".join((*files, token)):
                    raise ValueError("no name has a zero in it")
                return cls(tuple(map(Path, files)), token)
        raise ValueError("these are no files to open")
