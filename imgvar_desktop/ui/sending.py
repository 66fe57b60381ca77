"""What will be sent, shown on demand and kept up to date while the person works on it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, QTimer, Slot

from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.outgoing import Outgoing
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.ui.framings_button import framing_text
from imgvar_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:  # At run time the first paint would wait for it.
    from imgvar_desktop.ui.outgoing_dialog import OutgoingDialog

REST_MS: Final = 250
"""A drag is many changes; only where it rests is prepared."""
BUSY_AFTER_MS: Final = 300
"""A shorter wait looks calmer without a sign of it."""
GAP_PX: Final = 12

Wanted = tuple[VariationRequest, ServiceProfile]


class Sending(QObject):
    """GUI thread. One picture is prepared at a time, however fast the wishes change."""

    def __init__(
        self,
        window: MainWindow,
        office: Office,
        settings: SettingsKeeper,
        requests: Callable[[], Sequence[VariationRequest]],
    ) -> None:
        """``requests``: what Generate would ask for now."""
        super().__init__(window)
        self._window = window
        self._office = office
        self._settings = settings
        self._requests = requests
        self._dialog: OutgoingDialog | None = None
        self._at = 0
        self._in_well = ""
        """The key of the picture that the dialog was at last told of."""
        self._known: Wanted | None = None
        """What the dialog shows, picture or refusal."""
        self._asked: Wanted | None = None
        """What the worker is at."""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._ask)
        self._busy = QTimer(self)
        self._busy.setSingleShot(True)
        self._busy.setInterval(BUSY_AFTER_MS)
        self._busy.timeout.connect(self._on_busy_due)
        window.run.outgoing_asked.connect(self.show)
        window.actions_.outgoing.triggered.connect(self.show)
        window.source.changed.connect(self._on_changed)
        window.closing.connect(self._on_closing)
        settings.changed.connect(self._on_changed)

    @Slot()
    def show(self) -> None:
        if self._dialog is None:
            from imgvar_desktop.ui.outgoing_dialog import OutgoingDialog

            self._dialog = dialog = OutgoingDialog(self._window)
            dialog.finished.connect(self._on_finished)
            dialog.finished.connect(dialog.deleteLater)
            dialog.picture.stepped.connect(self._on_stepped)
            self._in_well, self._known = "", None
            self._follow()
            self._ask()
            dialog.adjustSize()
            dialog.move(self._beside_the_line(dialog.height()))
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _beside_the_line(self, height_px: int) -> QPoint:
        """Over the gallery, so that the crop stays in sight."""
        line, pane = self._window.run.destination, self._window.left
        right = pane.mapToGlobal(pane.rect().topRight()).x()
        bottom = line.mapToGlobal(line.rect().bottomLeft()).y()
        return QPoint(right + GAP_PX, max(bottom - height_px, self._window.mapToGlobal(QPoint(0, 0)).y()))

    @property
    def _wanted(self) -> Wanted | None:
        """The call that is to be shown; None without a picture."""
        requests = self._requests()
        return (requests[min(self._at, len(requests) - 1)], self._settings.now.service) if requests else None

    def _follow(self) -> None:
        """Shows what is known without the worker."""
        assert self._dialog is not None
        requests, chosen = self._requests(), self._window.source.chosen
        in_well = chosen.source.key if chosen is not None else ""
        if in_well != self._in_well:
            keys = [request.source.key for request in requests]
            self._in_well, self._at = in_well, keys.index(in_well) if in_well in keys else 0
        self._at = max(min(self._at, len(requests) - 1), 0)
        self._dialog.picture.view.set_surround(self._settings.now.surround)
        self._dialog.show_service(self._settings.now.service)
        name = _name(requests[self._at], requests) if requests else ""
        self._dialog.picture.show_step(self._at, len(requests), name)

    @Slot()
    def _on_changed(self) -> None:
        if self._dialog is None:
            return
        self._follow()
        if self._wanted == self._known:
            self._rest.stop()
            self._busy.stop()
            self._dialog.picture.set_busy(busy=False)
            return
        self._rest.start()
        if not self._busy.isActive():
            self._busy.start()

    @Slot(object)
    def _on_stepped(self, way: int) -> None:
        self._at += way
        self._on_changed()
        self._rest.stop()
        self._ask()

    @Slot()
    def _ask(self) -> None:
        if self._dialog is None or self._asked is not None:
            return  # When the worker is done with the one before, this is asked again.
        wanted = self._wanted
        if wanted is None:
            self._busy.stop()
            self._known = None
            self._dialog.show_nothing()
        elif wanted != self._known:
            if not self._busy.isActive():
                self._busy.start()
            self._asked = wanted
            call: Call = self._office.prepare(*wanted)
            call.succeeded.connect(self._on_prepared)
            call.failed.connect(self._on_refused)

    @Slot(object)
    def _on_prepared(self, outgoing: Outgoing) -> None:
        if self._is_still_wanted() and self._dialog is not None:
            self._dialog.show_outgoing(outgoing)

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        if self._is_still_wanted() and self._dialog is not None:
            self._dialog.show_refusal(error)

    def _is_still_wanted(self) -> bool:
        """The worker is done; what came too late is dropped, and the newer wish asked for unless it still changes."""
        asked, self._asked = self._asked, None
        if self._dialog is None:
            return False
        if asked != self._wanted:
            if not self._rest.isActive():
                self._ask()
            return False
        self._known = asked
        self._rest.stop()
        self._busy.stop()
        return True

    @Slot()
    def _on_busy_due(self) -> None:
        if self._dialog is not None:
            self._dialog.picture.set_busy(busy=True)

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None
        self._rest.stop()
        self._busy.stop()

    @Slot()
    def _on_closing(self) -> None:
        if self._dialog is not None:
            self._dialog.close()


def _name(request: VariationRequest, requests: Sequence[VariationRequest]) -> str:
    """What tells it from the others: the picture, the framing, or both."""
    parts = []
    if len({other.source.key for other in requests}) > 1:
        parts.append(request.source.name)
    if len({other.framing_name for other in requests}) > 1:
        parts.append(framing_text(request.framing_name))
    return ", ".join(parts)
