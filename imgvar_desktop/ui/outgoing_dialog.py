"""What will be sent: the very picture, its form, and where they go."""

from typing import Final

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.outgoing import Outgoing
from imgvar_desktop.core import contract
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.form import FILE_NAME, call_path
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.fact_list import GAP_PX, NAME_PX, VALUE_PX, FactList, show_short
from imgvar_desktop.ui.outgoing_picture import CONTROL_PX, ICON_PX, OutgoingPicture
from imgvar_desktop.ui.outgoing_text import (
    destination_icon,
    destination_text,
    key_text,
    picture_text,
    place_text,
    promise_text,
)

FACTS_PX: Final = NAME_PX + GAP_PX + VALUE_PX


class OutgoingDialog(QDialog):
    """Not modal: it stands beside the crop and the parameters, and follows them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outgoingDialog")
        self.setWindowTitle(self.tr("What will be sent"))
        self._profile: ServiceProfile | None = None
        self._outgoing: Outgoing | None = None
        self.picture = OutgoingPicture()
        columns = QHBoxLayout(self)
        columns.setContentsMargins(16, 16, 16, 16)
        columns.setSpacing(24)
        columns.addWidget(self.picture, stretch=1)
        columns.addLayout(self._make_facts())
        self.picture.view.setFocus()

    @property
    def outgoing(self) -> Outgoing | None:
        """What is shown; None while there is nothing to show."""
        return self._outgoing

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines around the two lists, from top to bottom, each in full."""
        labels = (self._destination, self._promise, self._removed, self._colours)
        return tuple(label.accessibleName() or label.text() for label in labels if not label.isHidden())

    def show_service(self, profile: ServiceProfile) -> None:
        """What is known without a picture."""
        self._profile = profile
        show_short(self._destination, destination_text(profile), FACTS_PX - ICON_PX - GAP_PX)
        self._promise.setText(promise_text(profile))
        self.place.show_facts(
            (
                (self.tr("Server"), place_text(profile)),
                (self.tr("Path"), call_path(profile)),
                (self.tr("Key"), key_text(profile)),
            )
        )
        self._refresh_colours()

    def show_outgoing(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self.show_service(outgoing.profile)
        side_px, most = outgoing.image.width(), outgoing.profile.max_upload_bytes
        self.picture.show_image(outgoing.image, picture_text(side_px, len(outgoing.png), most, self.locale()))
        self.form.show_facts(((contract.FIELD_IMAGE, FILE_NAME), *outgoing.fields))
        removed = self.tr("yes") if outgoing.clean else self.tr("no")
        self._removed.setText(self.tr("Location and camera data removed: {0}").format(removed))
        colours = self.tr("converted to sRGB") if outgoing.clean else self.tr("with a profile of their own")
        self._colours.setText(self.tr("Colours: {0}").format(colours))
        self._show_form(shown=True)

    def show_refusal(self, error: AppError) -> None:
        self._show_note(f"{error} {error.hint}".strip())

    def show_nothing(self) -> None:
        self._show_note(self.tr("Drop a picture first. Here you see just what of it will be sent."))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._profile is not None:
            self._refresh_colours()

    def _make_facts(self) -> QVBoxLayout:
        self._icon = QLabel()
        self._destination = _heading()
        head = QHBoxLayout()
        head.setSpacing(GAP_PX)
        head.addWidget(self._icon)
        head.addWidget(self._destination, stretch=1)
        self._promise = QLabel()
        self._promise.setWordWrap(True)
        self._promise.setFixedWidth(FACTS_PX)
        self.place, self.form = FactList(), FactList()
        self._form_heading, self._file_heading = _heading(self.tr("Form")), _heading(self.tr("In the file"))
        self._removed, self._colours = QLabel(), QLabel()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setIcon(QIcon())
        close.setAutoDefault(False)
        close.setMinimumHeight(CONTROL_PX)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addLayout(head)
        for part in (self._promise, self.place):
            column.addWidget(part)
        column.addSpacing(8)
        for part in (self._form_heading, self.form):
            column.addWidget(part)
        column.addSpacing(8)
        for part in (self._file_heading, self._removed, self._colours):
            column.addWidget(part)
        column.addStretch()
        column.addWidget(buttons)
        return column

    def _show_note(self, text: str) -> None:
        self._outgoing = None
        self.picture.show_note(text)
        self._show_form(shown=False)

    def _show_form(self, *, shown: bool) -> None:
        for part in (self._form_heading, self.form, self._file_heading, self._removed, self._colours):
            part.setVisible(shown)

    def _refresh_colours(self) -> None:
        assert self._profile is not None
        own = theme.amber(self.palette()) if self._profile.readable_on_the_way else None
        icon = resources.icon(destination_icon(self._profile), own)
        self._icon.setPixmap(icon.pixmap(QSize(ICON_PX, ICON_PX), self.devicePixelRatioF()))
        palette = QPalette(self.palette())
        if own is not None:
            palette.setColor(QPalette.ColorRole.WindowText, own)
        self._destination.setPalette(palette)


def _heading(text: str = "") -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label
