"""Who makes variations, and what each service is able to do: facts as data, never branches in the code."""

import ipaddress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from imgvar_desktop.core import contract
from imgvar_desktop.core.contract import Call, ResponseFormat
from imgvar_desktop.core.prices import ImagePrice, TokenPrices, is_price

ON_DEVICE_ID: Final = "on-device"
OWN_FIELDS: Final = frozenset({contract.FIELD_IMAGE, contract.FIELD_COUNT, contract.FIELD_SIZE, contract.FIELD_STREAM})
"""Form fields that a profile's extra ones must not replace."""


@dataclass(frozen=True, slots=True)
class ServiceProfile:
    """A service and its abilities. Raises ValueError with a sentence for a person when a field cannot be right."""

    id: str
    """Stable and unique; names the service in settings, in the library and in the keyring."""
    name: str
    base_url: str
    """Without the call's path, such as ``https://host/v1``. Empty for the on-device service: known when it runs."""
    model: str = ""
    """Sent when the person names no other; empty: the field is left out."""
    needs_key: bool = True
    call: Call = Call.VARIATIONS
    sizes_px: tuple[int, ...] = contract.SIZES_PX
    """Offered to the person."""
    made_px: tuple[int, ...] = ()
    """What may be asked for on the wire, smallest first, where that is less than is offered: the rest is made by
    scaling down here. Empty: every offered size."""
    max_count: int = contract.MAX_COUNT
    """In one call; more is asked for in several."""
    honours_count: bool = True
    """False: it makes one image whatever it is asked for, so it is asked once for each."""
    response_formats: tuple[ResponseFormat, ...] = (ResponseFormat.B64_JSON, ResponseFormat.URL)
    """The first one is asked for unless the person chooses another. Empty: the field is never sent."""
    qualities: tuple[str, ...] = ()
    """Values of the field ``quality``, the default first. Empty: the field is never sent."""
    takes_model: bool = True
    needs_model: bool = False
    """Refuses a call that names none."""
    lists_models: bool = True
    """Whether ``GET /models`` is worth asking."""
    takes_user: bool = True
    takes_prompt: bool = False
    takes_seed: bool = False
    takes_strength: bool = False
    streams: bool = False
    """Whether ``stream=true`` may be sent, so that images and honest progress arrive one by one."""
    extra_fields: tuple[tuple[str, str], ...] = ()
    """(name, value) of form fields that this server wants in every call."""
    max_upload_bytes: int = contract.MAX_IMAGE_BYTES
    price_usd: float | None = None
    """For one image of any kind; 0 is free, None is unknown or not that simple."""
    image_prices: tuple[ImagePrice, ...] = ()
    """Where an image's price depends on model, quality and size."""
    token_prices: TokenPrices | None = None
    """To reckon what a reply cost from the tokens that it counts."""
    docs_url: str = ""
    """Where its makers describe it."""
    notes: str = ""
    """What a person should know of it, in a sentence or two."""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("Give the service a name.")
        if self.id != ON_DEVICE_ID:
            _check_base_url(self.base_url)
        if not self.sizes_px or min(self.sizes_px) < 1 or (self.made_px and min(self.made_px) < 1):
            raise ValueError("A service makes at least one size, each of at least one pixel.")
        if not contract.MIN_COUNT <= self.max_count <= contract.MAX_COUNT:
            raise ValueError(f"A service makes {contract.MIN_COUNT} to {contract.MAX_COUNT} variations at a time.")
        if self.max_upload_bytes < 1 or (self.price_usd is not None and not is_price(self.price_usd)):
            raise ValueError("A service takes pictures of some size, for nothing or for a price.")
        if any(name in OWN_FIELDS for name, _ in self.extra_fields):
            raise ValueError("An extra field has a name of its own, not that of the picture, the count or the size.")

    @property
    def on_device(self) -> bool:
        return self.id == ON_DEVICE_ID

    @property
    def host(self) -> str:
        """What a person recognises it by: the host, or nothing for this computer."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def free(self) -> bool:
        """Whether nothing that is sent can cost money."""
        return self.price_usd == 0

    @property
    def per_call(self) -> int:
        """How many one call is asked for at most."""
        return self.max_count if self.honours_count else 1

    def asked_px(self, size_px: int) -> int:
        """The size that is asked for on the wire when ``size_px`` is wanted: at least as large, where there is one."""
        made = sorted(self.made_px) or [size_px]
        return next((side for side in made if side >= size_px), made[-1])

    @property
    def stays_here(self) -> bool:
        """Whether what is sent goes to a program on this computer."""
        return self.on_device or is_loopback(self.host)

    @property
    def readable_on_the_way(self) -> bool:
        """Whether what is sent crosses a network without encryption."""
        return not self.stays_here and urlsplit(self.base_url).scheme == "http"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a call goes right now, and with which key. The key never shows in a repr."""

    base_url: str
    key: str = field(default="", repr=False)


ON_DEVICE: Final = ServiceProfile(
    id=ON_DEVICE_ID,
    name="On this device",
    base_url="",
    model="",
    needs_key=False,
    takes_model=False,
    lists_models=False,
    takes_user=False,
    takes_seed=True,
    takes_strength=True,
    streams=True,
    price_usd=0.0,
)


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this computer by its very name, without looking it up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _check_base_url(base_url: str) -> None:
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("The address starts with https:// or http:// and names a server, such as https://host/v1.")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError("The address is without a key, a question mark or a hash sign; the key has its own field.")
