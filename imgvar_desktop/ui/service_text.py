"""What a service can do, in words."""

from PySide6.QtCore import QCoreApplication, QLocale

from imgvar_desktop.core.contract import Call
from imgvar_desktop.core.services import ServiceProfile


def _tr(text: str) -> str:
    return QCoreApplication.translate("service_text", text)


def abilities_text(profile: ServiceProfile, locale: QLocale) -> str:
    """``Image edits with a prompt · up to 10 at a time · 256, 512, 1024 px · uploads to 50 MB``"""
    call = _tr("Image edits") if profile.call is Call.EDITS else _tr("Image variations")
    if profile.takes_prompt:
        call = _tr("{0} with a prompt").format(call)
    one = profile.per_call == 1
    parts = [call, _tr("one at a time") if one else _tr("up to {0} at a time").format(profile.per_call)]
    parts.append(_tr("{0} px").format(", ".join(str(side) for side in profile.sizes_px)))
    upload = locale.formattedDataSize(profile.max_upload_bytes, 0, QLocale.DataSizeFormat.DataSizeSIFormat)
    parts.append(_tr("uploads to {0}").format(upload))
    return " · ".join(parts)
