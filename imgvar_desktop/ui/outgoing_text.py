"""Where a picture goes and what goes with it, in words."""

from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication, QLocale

from imgvar_desktop.core.services import ServiceProfile

_SI = QLocale.DataSizeFormat.DataSizeSIFormat


def _tr(text: str) -> str:
    return QCoreApplication.translate("outgoing_text", text)


def destination_icon(profile: ServiceProfile) -> str:
    if profile.stays_here:
        return "lock"
    return "lock-open" if profile.readable_on_the_way else "cloud"


def destination_text(profile: ServiceProfile) -> str:
    """``Stays on this computer``, or the host that the picture goes to."""
    if profile.stays_here:
        return _tr("Stays on this computer")
    if profile.readable_on_the_way:
        return _tr("Goes to {0}, not encrypted").format(profile.host)
    return _tr("Goes to {0}").format(profile.host)


def promise_text(profile: ServiceProfile) -> str:
    """What that means, in a sentence or two that we can stand by."""
    if profile.on_device:
        return _tr("Imgvar itself makes the variations. Nothing goes over a network.")
    if profile.stays_here:
        return _tr("It goes to another program on this computer, which may pass it on.")
    if profile.readable_on_the_way:
        return _tr("Whoever is on the network in between can see it. Use an address with https:// if there is one.")
    return _tr("It is encrypted on its way there.")


def place_text(profile: ServiceProfile) -> str:
    """The server: ``this computer``, with the address where it is another program's, or the host and its port."""
    if profile.on_device:
        return _tr("This computer")
    address = urlsplit(profile.base_url).netloc
    return _tr("This computer ({0})").format(address) if profile.stays_here else address


def key_text(profile: ServiceProfile) -> str:
    if profile.on_device:
        return _tr("Yes, one made for this session")
    return _tr("Yes, in the Authorization header") if profile.needs_key else _tr("No")


def picture_text(side_px: int, byte_count: int, max_bytes: int, locale: QLocale) -> str:
    """``1024 × 1024 px · 1.34 MB of 4.00 MB · PNG``"""
    size = locale.formattedDataSize(byte_count, 2, _SI)
    most = locale.formattedDataSize(max_bytes, 2, _SI)
    return _tr("{0} × {0} px · {1} of {2} · PNG").format(side_px, size, most)
