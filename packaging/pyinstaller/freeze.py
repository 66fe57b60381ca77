"""One command for the frozen program: ``python3 packaging/pyinstaller/freeze.py`` writes build/frozen/imgvar-desktop.

On macOS build/frozen/Imgvar.app. Builds the wheel, installs it with the locked requirements into a virtual environment
of its own, makes the icons, and freezes what is installed there. The same sources give the same files.
"""

import argparse
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
LOCK: Final = HERE / "requirements.lock"
HASH_SEED: Final = "1"
STRIPPED: Final = (
    "libpython*",
    "python3.*/lib-dynload/*.so",
    "PySide6/**/*.so*",
    "shiboken6/*.so*",
    "cryptography/hazmat/bindings/*.so",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="folder to work in (default: %(default)s)")
    build: Path = parser.parse_args().build.resolve()
    environment = _environment(build)
    python = _locked_venv(build / "venv")
    wheel = _wheel(python, build / "wheel", environment)
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", "--no-index", str(wheel))
    run(python, str(ROOT / "packaging" / "icons.py"), str(build / "icons"), environment=environment)
    # From the build folder: the current one is searched for modules, and the program must come from the wheel.
    run(
        *(python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"),
        *("--distpath", str(build / "frozen"), "--workpath", str(build / "pyinstaller"), str(HERE / "imgvar.spec")),
        environment=environment,
        folder=build,
    )
    if sys.platform == "linux":
        strip(build / "frozen" / "imgvar-desktop" / "_internal")


def strip(folder: Path) -> None:
    """Takes the symbols out of libraries as they came from their compilers.

    Not of those that a wheel's repair tool has moved about since: some would no longer load.
    """
    for place in STRIPPED:
        for file in sorted(folder.glob(place)):
            if file.is_file() and not file.is_symlink():
                run("strip", "--strip-unneeded", str(file))


def run(*command: str, environment: dict[str, str] | None = None, folder: Path = ROOT) -> None:
    subprocess.run(command, check=True, env=environment, cwd=folder)


def _environment(build: Path) -> dict[str, str]:
    """Nothing of it may depend on the hour, or on the order that a set happens to have."""
    return {
        **os.environ,
        "IMGVAR_BUILD": str(build),
        "PYTHONHASHSEED": HASH_SEED,
        "QT_QPA_PLATFORM": "offscreen",
        "SOURCE_DATE_EPOCH": source_date_epoch(),
    }


def source_date_epoch() -> str:
    """When the sources were last changed, in seconds; what the caller says of it comes first."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return os.environ["SOURCE_DATE_EPOCH"]
    asked = ("git", "-C", str(ROOT), "log", "-1", "--format=%ct")
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def _locked_venv(folder: Path) -> str:
    """The Python of an environment with the locked versions, made anew when the lock has changed."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = folder / "locked"
    wanted = f"{sys.version}\n{LOCK.read_text(encoding='utf-8')}"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        venv.create(folder, clear=True, with_pip=True)
        run(str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK))
        stamp.write_text(wanted, encoding="utf-8")
    return str(python)


def _wheel(python: str, folder: Path, environment: dict[str, str]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder))
    run(python, "-m", "pip", "wheel", *options, str(ROOT), environment=environment)
    (wheel,) = folder.glob("*.whl")
    return wheel


if __name__ == "__main__":
    main()
