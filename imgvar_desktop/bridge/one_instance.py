"""The open window's door: what second starts of the program, and the desktop, ask it to open."""

import logging

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from imgvar_desktop.core.opening import HELLO, MAX_BYTES, TAKEN, OpenRequest

log = logging.getLogger(__name__)

PATIENCE_MS = 10_000
"""How long a caller may take for its request."""


class OneInstance(QObject):
    """GUI thread. Listens from its making until ``close``; made after the first paint, for QtNetwork takes its time."""

    asked = Signal(object)
    """An OpenRequest. Nothing of it has been looked at."""

    def __init__(self, address: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connected)
        # Whoever makes this has the lock of ``address``: what lies there is left from a process that was killed.
        QLocalServer.removeServer(address)
        if not self._server.listen(address):
            log.warning("a second start will open a second window: %s", self._server.errorString())

    @property
    def listening(self) -> bool:
        return self._server.isListening()

    def close(self) -> None:
        """Nobody is let in any more; who comes now waits for the end of this process and opens by itself."""
        self._server.close()

    @Slot()
    def _on_connected(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            caller = _Caller(socket, self)
            caller.asked.connect(self.asked)


class _Caller(QObject):
    """One connection, from hello to taken. Goes with it."""

    asked = Signal(object)

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self._socket = socket
        socket.setParent(self)
        # One more, so that a line which is too long can be told from one that is just complete.
        socket.setReadBufferSize(MAX_BYTES + 1)
        socket.readyRead.connect(self._on_said)
        socket.disconnected.connect(self.deleteLater)
        QTimer.singleShot(PATIENCE_MS, socket, socket.abort)
        socket.write(HELLO)

    @Slot()
    def _on_said(self) -> None:
        if not self._socket.canReadLine():
            if self._socket.bytesAvailable() > MAX_BYTES:
                self._refuse("it does not end")
            return
        try:
            request = OpenRequest.decoded(bytes(self._socket.readLine().data()))
        except (ValueError, RecursionError) as error:
            self._refuse(str(error))
            return
        self._socket.readyRead.disconnect(self._on_said)
        self._socket.write(TAKEN)
        self._socket.disconnectFromServer()
        self.asked.emit(request)

    def _refuse(self, reason: str) -> None:
        log.info("somebody asked for what is no request: %s", reason)
        self._socket.abort()
