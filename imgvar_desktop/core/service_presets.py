"""Services to begin with: what each one is known to do, as complete profiles a person only gives a key to."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from imgvar_desktop.core import contract
from imgvar_desktop.core.contract import Call, ResponseFormat
from imgvar_desktop.core.prices import ImagePrice, TokenPrices
from imgvar_desktop.core.services import ON_DEVICE_ID, ServiceProfile

BASE64_ALONE: Final = (ResponseFormat.B64_JSON,)


@dataclass(frozen=True, slots=True)
class Preset:
    """A profile to start from. Its id names the preset; ``new_service`` gives the profile one of its own."""

    profile: ServiceProfile
    address_known: bool = True
    """False: ``base_url`` only shows what an address looks like, and the person has to enter theirs."""

    def new_service(self, taken_ids: Collection[str]) -> ServiceProfile:
        """The profile for a service that is to be added beside those of ``taken_ids``."""
        wanted, number = self.profile.id, 1
        while wanted in taken_ids or wanted == ON_DEVICE_ID:
            number += 1
            wanted = f"{self.profile.id}-{number}"
        return replace(self.profile, id=wanted)


def _prices(model: str, *, low: float, medium: float, high: float) -> tuple[ImagePrice, ...]:
    qualities = {"low": low, "medium": medium, "high": high}
    return tuple(ImagePrice(model, quality, contract.DEFAULT_SIZE_PX, usd) for quality, usd in qualities.items())


OPENAI: Final = Preset(
    ServiceProfile(
        id="openai",
        name="OpenAI",
        base_url="https://api.openai.com/v1",
        model="gpt-image-2.6-flare",
        call=Call.EDITS,
        # These models make no image of fewer than 655,360 pixels.
        made_px=(contract.DEFAULT_SIZE_PX,),
        response_formats=(),
        qualities=("medium", "low", "high", "auto"),
        needs_model=True,
        takes_user=False,
        takes_prompt=True,
        extra_fields=((contract.FIELD_OUTPUT_FORMAT, "png"),),
        max_upload_bytes=contract.MAX_EDIT_IMAGE_BYTES - 1,
        image_prices=(
            # No table of its own is published for 2.6-flare; its tokens cost what those of 2.5-flare do.
            *_prices("gpt-image-2.6-flare", low=0.006, medium=0.013, high=0.053),
            *_prices("gpt-image-2.5-flare", low=0.006, medium=0.013, high=0.053),
            *_prices("gpt-image-2", low=0.006, medium=0.053, high=0.211),
        ),
        token_prices=TokenPrices(text_in_usd=5.0, image_in_usd=8.0, image_out_usd=30.0),
        docs_url="https://developers.openai.com/api/docs/guides/image-generation",
        notes="OpenAI ended its variations on 12 May 2026; this asks its image edits for one, with a prompt.",
    )
)

XINFERENCE: Final = Preset(
    ServiceProfile(
        id="xinference",
        name="Xinference",
        base_url="http://localhost:9997/v1",
        response_formats=BASE64_ALONE,  # its links are paths on the server's own disk
        needs_model=True,
        takes_user=False,
        extra_fields=((contract.FIELD_PROMPT, ""),),  # without one it answers 500
        price_usd=0.0,
        docs_url="https://inference.readthedocs.io/en/latest/models/model_abilities/image.html",
        notes="The model is the UID of an image model that you launched there. Without sign-in there, it needs no key.",
    )
)

LEMONADE: Final = Preset(
    ServiceProfile(
        id="lemonade",
        name="Lemonade",
        base_url="http://localhost:13305/api/v1",
        needs_key=False,
        # An image may take minutes: one in a call is there within the time limit, and is shown as soon as it is made.
        max_count=1,
        response_formats=BASE64_ALONE,
        needs_model=True,
        takes_user=False,
        price_usd=0.0,
        docs_url="https://lemonade-server.ai/docs/",
        notes="Without a graphics card an image takes minutes there.",
    )
)

LITELLM: Final = Preset(
    ServiceProfile(
        id="litellm",
        name="LiteLLM",
        base_url="http://localhost:4000/v1",
        docs_url="https://docs.litellm.ai/docs/proxy/pass_through",
        notes="The gateway passes variations on only where its configuration has a pass-through for them.",
    )
)

BIFROST: Final = Preset(
    ServiceProfile(
        id="bifrost",
        name="Bifrost",
        base_url="http://localhost:8080/v1",
        needs_key=False,
        needs_model=True,
        docs_url="https://docs.getbifrost.ai/api-reference/images/create-variation",
        notes="The model is named with its provider, such as provider/model.",
    )
)

STDAPI: Final = Preset(
    ServiceProfile(
        id="stdapi",
        name="stdapi.ai",
        base_url="https://stdapi.example.com/v1",
        response_formats=BASE64_ALONE,  # links need a bucket of one's own
        max_count=5,
        needs_model=True,
        docs_url="https://stdapi.ai",
        notes="Image models of AWS Bedrock, on a server of your own; some make five at most.",
    ),
    address_known=False,
)

CUSTOM: Final = Preset(
    ServiceProfile(
        id="custom",
        name="My service",
        base_url="https://server.example.com/v1",
        notes="Any server of the same call. Check it to find out what it can do.",
    ),
    address_known=False,
)

PRESETS: Final = (OPENAI, XINFERENCE, LEMONADE, LITELLM, BIFROST, STDAPI, CUSTOM)
"""In the order they are offered; the on-device service is always there besides."""
