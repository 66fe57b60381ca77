"""Showing a window that may lie under others, be minimised, or on a desktop where no program may take the focus."""

import os

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def come_forward(window: QWidget, activation_token: str) -> None:
    """``activation_token``: the desktop's leave, from the program that the person has just used; may be empty."""
    if activation_token:
        # Where Qt's Wayland plug-in looks for it; whoever is started from here must not find it any more.
        os.environ["XDG_ACTIVATION_TOKEN"] = activation_token
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized | Qt.WindowState.WindowActive)
    window.show()
    window.raise_()
    window.activateWindow()
    os.environ.pop("XDG_ACTIVATION_TOKEN", None)
    if not window.isActiveWindow():
        QApplication.alert(window)  # nothing on a desktop that lets it through a moment later
