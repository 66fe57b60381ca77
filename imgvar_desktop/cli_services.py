"""Which service a command means, and with which key: for ``vary`` and ``check``."""

import os
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from imgvar_desktop.adapters.logs import redact
from imgvar_desktop.core.errors import AuthRefused, SecretStoreUnavailable
from imgvar_desktop.core.ports import Kept, SecretStore
from imgvar_desktop.core.service_presets import CUSTOM, PRESETS
from imgvar_desktop.core.services import ON_DEVICE_ID, ServiceProfile
from imgvar_desktop.core.settings import Settings

KEY_VARIABLE: Final = "IMGVAR_API_KEY"
TYPED_ID: Final = "typed"
"""The id of a service that an address on the command line makes; it is not in the settings."""


class Keys:
    """SecretStore: the environment's key goes before the keyring's, and a silent keyring is a missing key."""

    def __init__(self, keyring: SecretStore) -> None:
        self._keyring = keyring
        self.typed = os.environ.get(KEY_VARIABLE, "").strip()
        redact(self.typed)

    def get(self, service_id: str) -> str | None:
        """Raises AuthRefused."""
        if self.typed or service_id == TYPED_ID:
            return self.typed or None
        try:
            return self._keyring.get(service_id)
        except SecretStoreUnavailable as error:
            raise AuthRefused(str(error), hint=f"Put the key into the environment as {KEY_VARIABLE}.") from error

    def set(self, service_id: str, secret: str) -> Kept:
        return self._keyring.set(service_id, secret)

    def forget(self, service_id: str) -> None:
        self._keyring.forget(service_id)


def typed_service(base_url: str) -> ServiceProfile:
    """What the server at an address can do is not known here, unless the address is that of a preset.

    Raises ValueError with a sentence when it can be no address.
    """
    address = base_url.rstrip("/")
    known = (preset.profile for preset in PRESETS if preset.address_known and preset.profile.base_url == address)
    return replace(
        next(known, CUSTOM.profile),
        id=TYPED_ID,
        name=urlsplit(base_url).netloc or base_url,
        base_url=base_url,
        needs_key=bool(os.environ.get(KEY_VARIABLE)),
    )


def named_service(wanted: str, settings: Settings) -> ServiceProfile:
    """By its name or id. Raises ValueError with a sentence."""
    services = settings.all_services
    for profile in services:
        if wanted.casefold() in {profile.id.casefold(), profile.name.casefold()}:
            return profile
    others = ", ".join(f"“{profile.name}”" for profile in services if not profile.on_device)
    raise ValueError(f"there is no service “{wanted}”; there is {ON_DEVICE_ID}{', ' if others else ''}{others}")


def sends_in_the_clear(profile: ServiceProfile) -> bool:
    return profile.needs_key and profile.readable_on_the_way
