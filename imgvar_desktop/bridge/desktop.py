"""The person's own desktop: its file manager."""

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices


def show_in_folder(file: Path) -> None:
    """Opens the file manager on ``file``, selected where the platform can."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer", ["/select,", str(file)])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(file)])
    elif not _show_by_dbus(file):
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))


def _show_by_dbus(file: Path) -> bool:
    """The freedesktop FileManager1 interface: Nautilus, Dolphin, Nemo, Thunar and others answer it."""
    from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage

    bus = QDBusConnection.sessionBus()
    names = bus.interface() if bus.isConnected() else None
    name = "org.freedesktop.FileManager1"
    if names is None or name not in names.activatableServiceNames().value():
        return False
    message = QDBusMessage.createMethodCall(name, "/org/freedesktop/FileManager1", name, "ShowItems")
    message.setArguments([[QUrl.fromLocalFile(str(file)).toString()], ""])
    return bus.call(message, QDBus.CallMode.NoBlock).type() != QDBusMessage.MessageType.ErrorMessage
