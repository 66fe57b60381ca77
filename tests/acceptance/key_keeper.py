"""Started by test_keys inside a session of its own: gives the program a key in its settings, as a person does.

Prints lines of JSON: what the window says after each step. The arguments are the key and, if wanted, ``twice``: then
the program is started a second time and asked what it knows.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu

from imgvar_desktop.adapters.logs import start_logging
from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.app import Program
from tests.acceptance.person import CTRL, Person


class Patience:
    """What Person needs of pytest-qt."""

    @staticmethod
    def waitUntil(fact: Callable[[], bool], *, timeout: int) -> None:
        ends = time.monotonic() + timeout / 1000
        while not fact():
            assert time.monotonic() < ends, "it did not come true in time"
            QTest.qWait(10)


def tell(**facts: str) -> None:
    print(json.dumps(facts), flush=True)


def boot(app: QApplication) -> Person:
    program = Program(app, find_paths(), ())
    person = Person(program, Patience())  # type: ignore[arg-type]  # as much of it as is used
    program.start()
    person.until(program.thread_.isRunning)
    return person


def settings_of(person: Person) -> QDialog:
    person.press(Qt.Key.Key_Comma, CTRL)
    dialog = person.window.findChild(QDialog, "settingsDialog")
    assert dialog is not None
    return dialog


def store(person: Person, key: str) -> None:
    dialog = settings_of(person)
    presets = dialog.findChild(QMenu, "presets")
    next(action for action in presets.actions() if action.text() == "OpenAI").trigger()
    page = dialog.page
    tell(at_first=_settled(person, page))
    assert page.key.echoMode() == QLineEdit.EchoMode.Password
    person.write(key, page.key)
    QTest.keyClick(page.key, Qt.Key.Key_Return)
    person.until(lambda: "••••" in page.key_state)
    tell(state=page.key_state, message=page.message.text, field=page.key.text())
    dialog.close()


def _settled(person: Person, page: object) -> str:
    person.until(lambda: page.key_state and not page.key_state.startswith("Asking"))
    return page.key_state


def ask_again(person: Person) -> None:
    page = settings_of(person).page
    tell(after_a_restart=_settled(person, page))


def main() -> int:
    key, *more = sys.argv[1:]
    stop_logging = start_logging(find_paths().logs)
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    first = boot(app)
    store(first, key)
    assert first.leave()
    if more:
        import keyring

        from tests.adapters.keyring_driver import daemon_pid

        second = boot(app)
        ask_again(second)
        (service,) = second.program.settings.now.services
        assert second.leave()
        tell(backend=type(keyring.get_keyring()).__module__, service=service.id)
        os.kill(daemon_pid(), signal.SIGTERM)
    stop_logging()
    return 0


if __name__ == "__main__":
    sys.exit(main())
