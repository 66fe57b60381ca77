"""The rooms of the program keep their doors: who may import what, read from the source and not by running it."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "imgvar_desktop"
LOCKS = (ROOT / "requirements.lock", ROOT / "requirements-test.lock")
PYTHONS = ("3.11.0", "3.12.0", "3.13.0")


def test_the_package_itself_imports_nothing():
    """The package is imported to read its version, and before the program knows whether it has a screen."""
    assert list(imports(PACKAGE / "__init__.py")) == []


def test_core_imports_the_standard_library_alone():
    allowed = sys.stdlib_module_names | {"imgvar_desktop"}

    strangers = [
        f"{path.relative_to(ROOT)}:{line} {module}"
        for path in sorted((PACKAGE / "core").rglob("*.py"))
        for line, module in imports(path)
        if module.partition(".")[0] not in allowed
    ]

    assert strangers == []


def test_widgets_are_known_in_the_window_alone():
    widgets = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] not in ("ui", "app.py")
        for line, module in imports(path)
        if re.match(r"PySide6\.Qt(Svg)?Widgets\b", module)
    ]

    assert widgets == []


@pytest.mark.parametrize(
    "source", ["import a.b as c", "from a import b", "def f():\n    from a.b import c", "from a import *"]
)
def test_imports_are_found_in_every_form(tmp_path, source):
    path = tmp_path / "module.py"
    path.write_text(source, encoding="utf-8")

    assert [module.split(".")[0] for _line, module in imports(path)] == ["a"]


@pytest.mark.parametrize(
    "script", sorted([*ROOT.glob("packaging/*.sh"), ROOT / ".ci" / "run"]), ids=lambda path: path.name
)
def test_scripts_parse(script):
    shell = script.read_text(encoding="utf-8").splitlines()[0].removeprefix("#!").split()[-1].rpartition("/")[2]

    subprocess.run([shell, "-n", script], check=True)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("lock", "extras"), [(LOCKS[0], ()), (LOCKS[1], ("test",))], ids=["run", "test"])
def test_locked_versions_are_those_the_project_asks_for(lock, extras, python):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    locked = locked_versions(lock, python)

    unmet = [line for line in asked if not met(Requirement(line), locked)]

    assert unmet == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_name_no_place_to_download_from(lock):
    """Where packages come from is the machine's own setting."""
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links", lock.read_text(encoding="utf-8"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_do_not_shut_out_a_pre_release_of_python(lock):
    """Ubuntu 22.04 has 3.11.0rc1, for which every bound on the full version is unmet."""
    assert "python_full_version" not in lock.read_text(encoding="utf-8")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of every import in a file, those inside functions too; ``from a import b`` is ``a.b``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative imports hide which room they reach into"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def locked_versions(lock: Path, python: str) -> dict[str, str]:
    """Version by project name, of the lines that count on Linux under a version of Python."""
    environment = {
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
        "sys_platform": "linux",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    lines = (line.rstrip(" \\") for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line)
    wanted = [Requirement(line) for line in lines]
    return {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==")
        for one in wanted
        if one.marker is None or one.marker.evaluate(environment)
    }


def met(asked: Requirement, locked: dict[str, str]) -> bool:
    version = locked.get(canonicalize_name(asked.name))
    return version is not None and version in asked.specifier
