"""Started by test_secret_service inside a session of its own: does what it is told with that session's keyring.

A line in is ``{"store": "keyring" | "session", "call": name, "with": [arguments]}``, a line out ``{"value": …}`` or
``{"refused": class, "says": sentence}``. The argument is how long the keyring may take, in seconds.
"""

import json
import sys
from enum import Enum
from typing import Any

from jeepney import DBusAddress, new_method_call  # type: ignore[import-untyped]  # has no types
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]  # has no types

from imgvar_desktop.adapters.keyring_secrets import KeyringSecrets, SessionSecrets
from imgvar_desktop.core.errors import SecretStoreUnavailable


def daemon_pid() -> int:
    """The process that serves this session's secrets."""
    bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    question = new_method_call(bus, "GetConnectionUnixProcessID", "s", ("org.freedesktop.secrets",))
    with open_dbus_connection("SESSION") as connection:
        (pid,) = connection.send_and_get_reply(question).body
    return int(pid)


def main() -> None:
    keyring = KeyringSecrets(answer_s=float(sys.argv[1]))
    stores = {"keyring": keyring, "session": SessionSecrets(keyring)}
    for line in sys.stdin:
        told = json.loads(line)
        try:
            if told["call"] == "pid":
                value: Any = daemon_pid()
            else:
                value = getattr(stores[told["store"]], told["call"])(*told["with"])
        except SecretStoreUnavailable as error:
            answer: dict[str, Any] = {"refused": type(error).__name__, "says": str(error)}
        else:
            answer = {"value": value.value if isinstance(value, Enum) else value}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
