"""What goes up: just the fields that a service takes, and nothing in the picture's file but its pixels."""

import io
import struct
import zlib
from dataclasses import replace

import pytest
from PIL import Image, PngImagePlugin

from imgvar_desktop.core import prompts
from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.core.form import call_path, call_url, form_fields, holds_pixels_alone
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.service_presets import OPENAI, XINFERENCE
from imgvar_desktop.core.services import ON_DEVICE, ServiceProfile


def request(**changes: object) -> VariationRequest:
    source = Source(key="0" * 64, name="lake", width=64, height=64)
    wanted = {"count": 4, "size_px": 256, "service_id": "x", **changes}
    return VariationRequest(source=source, framing=Framing(Square(0, 0, 64)), **wanted)


def profile(base_url: str = "https://host/v1", **changes: object) -> ServiceProfile:
    return ServiceProfile(**{"id": "x", "name": "Example", "base_url": base_url, **changes})


def png(mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (4, 4)).save(file, "PNG", **options)
    return file.getvalue()


def with_chunk(kind: bytes, content: bytes = b"x") -> bytes:
    """A good PNG with one more chunk before its end."""
    whole = png()
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return whole[:-12] + struct.pack(">I", len(content)) + kind + content + checksum + whole[-12:]


def test_a_bare_request_names_count_size_and_reply():
    assert form_fields(request(), profile()) == (("n", "4"), ("size", "256x256"), ("response_format", "b64_json"))


def test_every_field_a_service_takes_is_there():
    able = profile(model="m", takes_seed=True, takes_strength=True, streams=True)

    fields = form_fields(request(user="ada", seed=7, strength=0.5, response_format=ResponseFormat.URL), able)

    assert fields[2:] == (
        ("response_format", "url"),
        ("model", "m"),
        ("user", "ada"),
        ("seed", "7"),
        ("strength", "0.5"),
        ("stream", "true"),
    )


def test_a_second_call_asks_for_the_rest_with_another_seed():
    able = profile(takes_seed=True, max_count=3)

    assert dict(form_fields(request(seed=2**32 - 1), able))["n"] == "3"
    rest = dict(form_fields(request(seed=2**32 - 1), able, made=3))
    assert (rest["n"], rest["seed"]) == ("1", "2")


def test_a_reply_the_service_cannot_give_is_not_asked_for():
    picky = profile(response_formats=(ResponseFormat.B64_JSON,))

    assert ("response_format", "b64_json") in form_fields(request(response_format=ResponseFormat.URL), picky)


def test_an_edit_is_asked_for_in_words_and_at_a_size_that_is_made():
    openai = OPENAI.profile

    fields = dict(form_fields(request(size_px=256), openai))

    assert fields == {
        "n": "4",
        "size": "1024x1024",
        "model": "gpt-image-2.6-flare",
        "prompt": prompts.DEFAULT.text,
        "quality": "medium",
        "output_format": "png",
    }
    assert call_path(openai) == "/v1/images/edits"


def test_what_the_person_chose_goes_before_what_is_usual():
    fields = dict(form_fields(request(prompt="make it blue", quality="high", model="gpt-image-2"), OPENAI.profile))

    assert (fields["prompt"], fields["quality"], fields["model"]) == ("make it blue", "high", "gpt-image-2")
    assert dict(form_fields(request(quality="dazzling"), OPENAI.profile))["quality"] == "medium"


def test_a_service_gets_no_field_it_does_not_know():
    modest = profile(takes_user=False, response_formats=())

    fields = form_fields(request(user="ada", prompt="blue", quality="high", seed=7, strength=0.5), modest)

    assert [name for name, _ in fields] == ["n", "size"]


def test_an_extra_field_is_sent_even_when_it_is_empty():
    assert ("prompt", "") in form_fields(request(), XINFERENCE.profile)


def test_a_prompt_of_ones_own_takes_the_place_of_the_empty_one():
    with_words = replace(XINFERENCE.profile, takes_prompt=True)

    assert ("prompt", "blue") in form_fields(request(prompt="blue"), with_words)
    assert ("prompt", "") in form_fields(request(), with_words)


def test_where_the_count_is_ignored_one_is_asked_for():
    assert dict(form_fields(request(), profile(honours_count=False)))["n"] == "1"


@pytest.mark.parametrize(("wanted", "asked"), [(256, 512), (512, 512), (600, 1024), (1024, 1024), (2048, 1024)])
def test_what_is_asked_for_is_at_least_as_large_as_what_is_wanted(wanted, asked):
    assert profile(made_px=(1024, 512)).asked_px(wanted) == asked


@pytest.mark.parametrize(
    ("base_url", "path"),
    [
        ("https://host/v1", "/v1/images/variations"),
        ("https://host/v1/", "/v1/images/variations"),
        ("http://host:8000/openai/v1", "/openai/v1/images/variations"),
        ("https://host", "/images/variations"),
    ],
)
def test_the_path_is_that_of_the_call(base_url, path):
    assert call_path(profile(base_url)) == path
    assert call_url(base_url).endswith(path)


def test_the_on_device_service_has_the_usual_path():
    assert call_path(ON_DEVICE) == "/v1/images/variations"


@pytest.mark.parametrize(
    ("base_url", "here", "readable"),
    [
        ("https://host/v1", False, False),
        ("http://host/v1", False, True),
        ("http://localhost:8000/v1", True, False),
        ("http://127.0.0.1:1/v1", True, False),
        ("http://[::1]:1/v1", True, False),
        ("http://192.168.1.20/v1", False, True),
        ("http://localhost.example/v1", False, True),
        ("http://127.0.0.1.example/v1", False, True),
    ],
)
def test_a_service_says_where_its_pictures_go(base_url, here, readable):
    assert (profile(base_url).stays_here, profile(base_url).readable_on_the_way) == (here, readable)


def test_what_the_on_device_service_gets_stays_here():
    assert ON_DEVICE.stays_here
    assert not ON_DEVICE.readable_on_the_way


# The picture's file


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_a_png_of_pixels_alone_is_known(mode):
    assert holds_pixels_alone(png(mode))


def _text() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "somebody")
    return info


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    return exif


@pytest.mark.parametrize(
    "options",
    [{"pnginfo": _text()}, {"exif": _exif()}, {"icc_profile": b"profile"}, {"dpi": (72, 72)}],
    ids=["text", "exif", "profile", "density"],
)
def test_what_pillow_adds_to_pixels_is_found(options):
    assert not holds_pixels_alone(png(**options))


@pytest.mark.parametrize("kind", [b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"iCCP", b"tIME", b"gAMA", b"acTL", b"prVt"])
def test_every_other_chunk_is_found(kind):
    assert not holds_pixels_alone(with_chunk(kind))


@pytest.mark.parametrize("tail", [b"hidden", b"\0" * 12])
def test_what_hangs_on_behind_the_end_is_found(tail):
    assert not holds_pixels_alone(png() + tail)


def test_every_cut_of_a_png_is_no_png_of_pixels_alone():
    whole = png()

    assert [end for end in range(len(whole)) if holds_pixels_alone(whole[:end])] == []
