"""What goes into the frozen program, and what stays out."""

import pytest

QT = "PySide6/Qt"


@pytest.mark.parametrize(
    "name",
    [
        f"{QT}/plugins/platforms/libqxcb.so",
        f"{QT}/plugins/platforms/libqwayland.so",
        f"{QT}/plugins/imageformats/libqjpeg.so",
        f"{QT}/plugins/platformthemes/libqxdgdesktopportal.so",
        f"{QT}/plugins/wayland-graphics-integration-client/libqt-plugin-wayland-egl.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/plugins/styles/qmodernwindowsstyle.dll",
        f"{QT}/plugins/platforms/libqcocoa.dylib",
        f"{QT}/lib/libQt6Gui.so.6",
        f"{QT}/lib/libicudata.so.73",
        "PySide6/Qt6Widgets.dll",
        f"{QT}/lib/QtWidgets.framework/Versions/A/QtWidgets",
        "PySide6/QtNetwork.abi3.so",
        "PySide6/QtCore.pyd",
        "imgvar_desktop/resources/samples/lake.jpg",
        "keyring-25.7.0.dist-info/entry_points.txt",
        "numpy/_core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_the_program_needs_stays(pruning, name):
    entry = (name, f"/venv/{name}", "BINARY")

    assert pruning.kept([entry], "linux") == [entry]


@pytest.mark.parametrize(
    "name",
    [
        f"{QT}/plugins/platforms/libqlinuxfb.so",
        f"{QT}/plugins/platformthemes/libqgtk3.so",
        f"{QT}/plugins/sqldrivers/libqsqlite.so",
        f"{QT}/plugins/tls/libqopensslbackend.so",
        f"{QT}/plugins/imageformats/libqpdf.so",
        f"{QT}/translations/qtbase_de.qm",
        f"{QT}/lib/libQt6Quick.so.6",
        f"{QT}/lib/libQt6EglFSDeviceIntegration.so.6",
        "PySide6/Qt6Qml.dll",
        "PySide6/opengl32sw.dll",
        "PySide6/QtQml.abi3.so",
        f"{QT}/lib/QtPdf.framework/Versions/A/QtPdf",
        "numpy/tests/test_matlib.py",
        "PySide6/QtCore.pyi",
        "imgvar_desktop/resources/samples/make_samples.py",
        "keyring-25.7.0.dist-info/RECORD",
        "imgvar_desktop-0.1.0.dist-info/direct_url.json",
    ],
)
def test_what_nobody_uses_stays_out(pruning, name):
    assert pruning.kept([(name, f"/venv/{name}", "BINARY")], "linux") == []


def test_linux_leaves_the_systems_libraries_to_the_system(pruning):
    system = ("libglib-2.0.so.0", "/usr/lib/x86_64-linux-gnu/libglib-2.0.so.0", "BINARY")
    python = ("libpython3.11.so.1.0", "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", "BINARY")
    module = ("lib-dynload/_ssl.so", "/usr/lib/python3.11/lib-dynload/_ssl.so", "EXTENSION")

    assert pruning.kept([system, python, module], "linux") == [module, python]
    assert pruning.kept([system], "darwin") == [system]


def test_link_goes_with_what_it_leads_to(pruning):
    heif = ("pi_heif.libs/libde265.so", "/venv/pi_heif.libs/libde265.so", "BINARY")
    to_heif = ("libde265.so", "pi_heif.libs/libde265.so", "SYMLINK")
    to_quick = ("libQt6Quick.so.6", f"{QT}/lib/libQt6Quick.so.6", "SYMLINK")
    quick = (f"{QT}/lib/libQt6Quick.so.6", "/venv/libQt6Quick.so.6", "BINARY")

    assert pruning.kept([heif, to_heif, to_quick, quick], "linux") == [to_heif, heif]


def test_order_is_that_of_the_names(pruning):
    entries = [(name, f"/venv/{name}", "DATA") for name in ("b", "c", "a")]

    assert [name for name, _, _ in pruning.kept(entries, "linux")] == ["a", "b", "c"]


def test_linux_starts_without_what_delays_the_first_paint(pruning):
    scripts = [("pyi_rth_inspect", "…", "PYSOURCE"), ("library_path", "…", "PYSOURCE"), ("launch", "…", "PYSOURCE")]

    assert pruning.launched(scripts, "linux") == scripts[1:]
    assert pruning.launched(scripts, "win32") == scripts
