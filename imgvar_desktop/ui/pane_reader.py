"""The pixels of what is compared: read while they are wanted, each once."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.outgoing import Outgoing
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.ui.tile_delegate import EntryPaths


class PaneReader(QObject):
    """GUI thread."""

    read = Signal(object, object)
    """A Pane's id, a str, and its QImage."""
    refused = Signal(object)
    """An AppError, of something that is still wanted."""

    def __init__(self, office: Office, paths: EntryPaths, parent: QObject) -> None:
        super().__init__(parent)
        self._office = office
        self._paths = paths
        self._reading: dict[Call, str] = {}
        """Whose pixels are read, by Pane.id."""

    def want(self, entries: Mapping[str, Entry]) -> None:
        """Just these from now on, by Pane.id: what was asked for besides is let go."""
        missing = dict(entries)
        for call, pane_id in list(self._reading.items()):
            if missing.pop(pane_id, None) is None:
                del self._reading[call]
                call.cancel()
        for pane_id, entry in missing.items():
            self._hear(self._office.load_image(self._paths(entry)[1]), pane_id)

    def want_crop(self, request: VariationRequest, profile: ServiceProfile) -> None:
        """Besides: just the picture that went up for ``request``, made anew by what made it then."""
        self._hear(self._office.prepare(request, profile), "")

    def _hear(self, call: Call, pane_id: str) -> None:
        self._reading[call] = pane_id
        call.succeeded.connect(self._on_read)
        call.failed.connect(self._on_refused)

    def _taken(self) -> str | None:
        """Whose the call is that speaks; None for one that was let go."""
        call = self.sender()
        return self._reading.pop(call, None) if isinstance(call, Call) else None

    @Slot(object)
    def _on_read(self, found: QImage | Outgoing) -> None:
        pane_id = self._taken()
        if pane_id is not None:
            self.read.emit(pane_id, found if isinstance(found, QImage) else found.image)

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        if self._taken() is not None:
            self.refused.emit(error)
