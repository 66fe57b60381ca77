"""What goes into the frozen program: the modules it finds no other way, and the files that stay out."""

import posixpath
import re
from collections.abc import Iterable
from typing import Final

TocEntry = tuple[str, str, str]
"""Name in the bundle, file on this machine, kind: as PyInstaller lists what it collects."""

HIDDEN: Final = (
    # Looked up by name at run time.
    "ijson.backends.python",
    "ijson.backends.yajl2_c",
    "keyring.backends.chainer",
    "keyring.backends.fail",
    "keyring.backends.null",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
)
HIDDEN_ON: Final = {
    "linux": (
        "keyring.backends.SecretService",
        "secretstorage",
        "jeepney.io.blocking",
    ),
    "win32": ("keyring.backends.Windows", "win32ctypes.core.cffi", "win32ctypes.core.ctypes"),
    "darwin": ("keyring.backends.macOS",),
}

EXCLUDED: Final = (
    # GNU Readline is under the GPL, and nobody types at a prompt here.
    "readline",
    "_curses",
    "_curses_panel",
    "_tkinter",
    "tkinter",
    # Reached only from interactive use, from tests and from building packages.
    "IPython",
    "PIL.ImageTk",
    "PIL._imagingft",  # nobody writes on pictures
    "PIL._imagingtk",
    "distutils",
    "doctest",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "numpy._core._multiarray_tests",
    "numpy.f2py",
    "pdb",
    "pip",
    "pkg_resources",
    "pycparser.lextab",
    "pydoc_data",
    "pygments",
    "pytest",
    "rich",
    "setuptools",
    "turtledemo",
    "venv",
)

LAUNCHED_WITHOUT: Final = frozenset(
    {"pyi_rth_cryptography", "pyi_rth_inspect", "pyi_rth_multiprocessing", "pyi_rth_pkgutil", "pyi_rth_pyside6"}
)
"""Of what PyInstaller runs before the program on Linux. They load inspect and zipfile before the first paint, for uses
that are none of ours. The one for PySide6 sets QT_PLUGIN_PATH, with which every Qt program that is started from here
would load our plug-ins; PySide6 finds them by itself.
"""

QT_LIBRARIES: Final = frozenset(
    {
        "Core",
        "DBus",
        "Gui",
        "Network",  # QLocalServer, for the one window that all files go to
        "OpenGL",  # the xcb plugin's GL integration links it
        "Svg",
        "WaylandClient",
        "Widgets",
        "WlShellIntegration",
        "XcbQpa",
    }
)
QT_PLUGINS: Final[dict[str, set[str] | None]] = {
    "iconengines": None,  # all
    "imageformats": {"gif", "icns", "ico", "jpeg", "macheif", "macjp2", "svg", "tiff", "webp"},
    "platforminputcontexts": {"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"},
    "platforms": {"cocoa", "offscreen", "wayland", "wayland-egl", "wayland-generic", "windows", "xcb"},
    # Not gtk3: it would take GTK and all that GTK needs along. GNOME's dark mode and its file dialog come by D-Bus.
    "platformthemes": {"xdgdesktopportal"},
    "styles": None,
    "wayland-decoration-client": None,
    "wayland-graphics-integration-client": {"qt-plugin-wayland-egl"},
    "wayland-shell-integration": {"xdg-shell"},
    "xcbglintegrations": None,
}
"""Folders of plug-ins, and which of each are kept by the name without ``libq`` or ``q``; None for every one."""

_PLUGIN: Final = re.compile(r"(?:^|/)PySide6/(?:Qt/)?plugins/([^/]+)/(?:lib)?(?:q(?!t-))?([^/.]+)\.(?:so|dll|dylib)$")
_QT_LIBRARY: Final = re.compile(r"(?:^|/)(?:lib)?Qt6?([A-Za-z]+)(?:(?:\.abi3)?\.so[.\d]*|\.pyd|\.dll|\.framework/.*)$")
_SYSTEM: Final = re.compile(r"^/(?:usr/)?lib(?:32|64)?/")
_TESTS: Final = re.compile(r"(?:^|/)(?:tests?|testing/tests)/|(?:^|/)conftest\.py$")
_NEVER: Final = re.compile(
    r"(?:^|/)PySide6/(?:Qt/)?(?:translations|qml|libexec|metatypes)/"
    # Where it was built and installed from: another place, another file.
    r"|\.dist-info/(?:RECORD|direct_url\.json|INSTALLER|REQUESTED)$"
    r"|(?:^|/)opengl32sw\.dll$"
    r"|\.pyi$|/py\.typed$|(?:^|/)(?:make_samples|paint|lake|shapes|vase)\.py$"
)


def kept(entries: Iterable[TocEntry], platform: str) -> list[TocEntry]:
    """Those of ``entries`` that the program needs, in the order of their names: the same files, the same bundle."""
    needed = sorted(entry for entry in entries if _is_needed(entry, platform))
    names = {name for name, _, _ in needed}
    # A link names what it leads to where the others name their file.
    return [entry for entry in needed if entry[2] != "SYMLINK" or _inside(entry) in names]


def _is_needed(entry: TocEntry, platform: str) -> bool:
    name, source = entry[0].replace("\\", "/"), entry[1].replace("\\", "/")
    if _TESTS.search(name) or _NEVER.search(name):
        return False
    if plugin := _PLUGIN.search(name):
        folder, which = plugin.groups()
        wanted = QT_PLUGINS.get(folder, set())
        return wanted is None or which in wanted
    if "PySide6" in name and (library := _QT_LIBRARY.search(name)):
        return library[1] in QT_LIBRARIES
    return not (platform == "linux" and _is_the_systems(entry[2], source))


def launched(scripts: Iterable[TocEntry], platform: str) -> list[TocEntry]:
    """What runs at the start, in its order."""
    return [script for script in scripts if platform != "linux" or script[0] not in LAUNCHED_WITHOUT]


def _inside(link: TocEntry) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(link[0]), link[1]))


def _is_the_systems(kind: str, source: str) -> bool:
    """Whether the distribution brings this library and mends it: the package depends on it instead.

    Python's own library is the exception. The program is bound to the very version it was built with.
    """
    return kind == "BINARY" and bool(_SYSTEM.match(source)) and "/libpython" not in source
