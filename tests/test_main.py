"""What the program's own arguments do, before any command is run."""

import subprocess
import sys

import pytest

from imgvar_desktop import __version__
from imgvar_desktop.__main__ import main


def test_version_is_told(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--version"])

    assert left.value.code == 0
    assert capsys.readouterr().out == f"Imgvar {__version__}\n"


def test_help_names_the_commands(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--help"])

    assert left.value.code == 0
    told = capsys.readouterr().out
    assert all(word in told for word in ("IMAGE", "vary", "serve", "--version"))


@pytest.mark.parametrize("command", [(), ("vary",), ("serve",)], ids=["window", "vary", "serve"])
@pytest.mark.parametrize(
    ("started_by", "name"),
    [
        ("/usr/bin/imgvar", "imgvar"),
        ("/usr/bin/imgvar-desktop", "imgvar-desktop"),
        ("imgvar.exe", "imgvar"),
        ("/site-packages/imgvar_desktop/__main__.py", "imgvar-desktop"),
    ],
)
def test_help_speaks_of_the_program_by_the_name_it_was_started_by(command, started_by, name, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", [started_by])

    with pytest.raises(SystemExit):
        main([*command, "--help"])

    told = capsys.readouterr().out
    assert told.startswith(" ".join(["usage:", name, *command, "["]))
    assert command or f'"{name} vary --help"' in told


def test_help_of_serve_keeps_the_parents_flag_to_itself(capsys):
    with pytest.raises(SystemExit) as left:
        main(["serve", "--help"])

    assert left.value.code == 0
    told = capsys.readouterr().out
    assert "--api-key-env" in told
    assert "--parent" not in told


def test_unknown_option_is_a_wrong_argument(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--colour"])

    assert left.value.code == 2
    assert "--colour" in capsys.readouterr().err


def test_help_needs_neither_qt_nor_numpy():
    code = (
        "import sys, contextlib\n"
        "from imgvar_desktop.__main__ import main\n"
        "with contextlib.suppress(SystemExit): main(['--version'])\n"
        "print(sorted({'PySide6', 'numpy', 'httpx', 'starlette', 'asyncio'} & set(sys.modules)))"
    )

    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert told.splitlines()[-1] == "[]"
