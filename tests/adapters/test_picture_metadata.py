"""What is in a picture file besides pixels is found and taken out, and the pixels' own bytes stay just as they were."""

import functools
import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from imgvar_desktop.adapters.picture_metadata import extras, rewritten, same_picture, xmp_of
from imgvar_desktop.adapters.picture_pieces import container_of, pieces
from tests.adapters.made_pictures import encoded, png_chunk, quadrants, scene

KINDS = ("PNG", "JPEG", "WEBP")
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>\xc3\xa9</x:xmpmeta>"


def exif(**more: str) -> Image.Exif:
    """Of a camera that stood on its side."""
    made = Image.Exif()
    made[0x010F] = "Canon"
    made[0x8825] = {1: "N", 2: (51.0, 30.0, 0.0)}
    for tag, value in more.items():
        made[int(tag)] = value
    return made


@functools.cache  # it holds the time when it was made
def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def chatty(kind: str) -> bytes:
    """A picture with all that a service might have written into it, and a colour profile."""
    options: dict[str, object] = {"exif": exif(), "icc_profile": profile()}
    match kind:
        case "PNG":
            info = PngImagePlugin.PngInfo()
            info.add_text("parameters", "a lake, masterpiece")
            info.add_text("long", "x" * 99, zip=True)
            info.add_itxt("XML:com.adobe.xmp", XMP.decode())
            options["pnginfo"] = info
            data = encoded(quadrants(), kind, **options)
            secret = png_chunk(b"caBX", b"jumb") + png_chunk(b"tIME", bytes(7)) + png_chunk(b"prVt", b"?")
            return data[:33] + secret + data[33:] + b"behind"
        case "JPEG":
            data = encoded(quadrants(), kind, xmp=XMP, comment=b"hello", progressive=True, **options)
            segments = [(0xED, b"Photoshop 3.0\0"), (0xEB, b"JP\0\1jumb"), (0xE2, b"MPF\0"), (0xE7, b"private")]
            secret = b"".join(struct.pack(">BBH", 0xFF, app, len(body) + 2) + body for app, body in segments)
            return data[:2] + secret + data[2:] + b"behind"
        case _:
            return encoded(quadrants(), kind, xmp=XMP, lossless=True, **options) + b"behind"


EXPECTED = {
    "PNG": {"text", "XMP", "EXIF", "time", "Content Credentials", "prVt", "data behind its end"},
    "JPEG": {
        *("XMP", "EXIF", "comment", "IPTC", "Content Credentials", "further pictures", "APP7", "data behind its end"),
    },
    "WEBP": {"XMP", "EXIF", "data behind its end"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_found_by_its_name(kind):
    assert set(extras(chatty(kind))) == EXPECTED[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_a_plain_picture_holds_nothing_else(kind):
    data = encoded(quadrants(), kind, icc_profile=profile())

    assert extras(data) == ()
    assert rewritten(data) == data


@pytest.mark.parametrize("kind", KINDS)
def test_taking_out_leaves_every_pixel_and_the_profile(kind):
    data = chatty(kind)

    clean = rewritten(data)

    assert extras(clean) == ()
    assert same_picture(clean, data)
    assert pixels(clean) == pixels(data)
    assert b"Canon" not in clean
    assert b"behind" not in clean
    with Image.open(BytesIO(clean)) as image:
        assert image.info["icc_profile"] == profile()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [3, 6, 8])
def test_which_way_is_up_stays_and_nothing_else_of_exif(kind, value):
    data = encoded(quadrants(), kind, exif=exif(**{"274": value}))

    clean = rewritten(data)

    assert extras(clean) == ()
    assert extras(rewritten(clean)) == ()
    with Image.open(BytesIO(clean)) as image:
        assert dict(image.getexif()) == {274: value}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("made", [quadrants, lambda: scene(101, 77)], ids=["flat", "photo"])
def test_a_packet_goes_in_and_comes_out_with_no_pixel_changed(kind, mode, made):
    image = made()
    if mode == "RGBA" and kind != "JPEG":
        image.putalpha(128)
    data = encoded(image, kind)

    told = rewritten(data, XMP)

    assert extras(told) == ("XMP",)
    assert xmp_of(told) == XMP
    assert same_picture(told, data)
    assert pixels(told) == pixels(data)
    with Image.open(BytesIO(told)) as opened:
        assert opened.mode == image.mode
        opened.load()
    assert rewritten(told) == data or kind == "WEBP"  # its longer header may stay


@pytest.mark.parametrize("kind", KINDS)
def test_an_older_packet_is_replaced(kind):
    told = rewritten(chatty(kind), b"<new/>")

    assert xmp_of(told) == b"<new/>"
    assert XMP not in told


def test_a_packet_that_no_jpeg_has_room_for_is_refused():
    with pytest.raises(ValueError, match="too much"):
        rewritten(encoded(quadrants(), "JPEG"), b"x" * 65_510)


@pytest.mark.parametrize("kind", KINDS)
def test_animations_keep_their_frames(kind):
    if kind == "JPEG":
        return
    frames = [quadrants(), quadrants().rotate(180)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], exif=exif())

    with Image.open(BytesIO(rewritten(data, XMP))) as image:
        assert image.n_frames == 2


def test_a_tiff_is_read_by_its_tags():
    plain = encoded(quadrants(), "TIFF", icc_profile=profile(), compression="tiff_adobe_deflate")
    told = encoded(quadrants(), "TIFF", tiffinfo={700: XMP, 305: "Some program", 33432: "Somebody"})

    assert extras(plain) == ()
    assert set(extras(told)) == {"XMP", "text"}
    assert xmp_of(told) == XMP
    assert xmp_of(plain) is None


@pytest.mark.parametrize("kind", KINDS)
@given(share=st.floats(0.0, 0.999))
def test_a_file_that_is_cut_off_is_no_picture(kind, share):
    data = encoded(scene(40, 30), kind)
    cut = data[: max(int(len(data) * share), 12)]

    with pytest.raises(ValueError, match=r".+"):
        extras(cut)


@given(data=st.binary(max_size=200), kind=st.sampled_from(KINDS))
def test_any_bytes_are_a_picture_or_a_value_error(data, kind):
    start = encoded(quadrants(8, 8), kind)[:16]

    for bytes_ in (data, start + data):
        try:
            found = extras(bytes_)
        except (ValueError, OSError, SyntaxError):
            continue
        assert container_of(bytes_[:16]) is not None
        assert isinstance(found, tuple)


@given(st.binary(max_size=300), st.integers(0, 10_000))
def test_pieces_are_all_of_the_file(noise, at):
    for kind in KINDS:
        data = chatty(kind)
        damaged = data[: at % len(data)] + noise + data[at % len(data) + len(noise) :]
        try:
            joined = b"".join(piece.data for piece in pieces(damaged))
        except ValueError:
            continue
        # Fill bytes between JPEG's segments alone may be left out.
        assert joined == damaged or (kind == "JPEG" and joined.replace(b"\xff", b"") == damaged.replace(b"\xff", b""))


def pixels(data: bytes) -> bytes:
    with Image.open(BytesIO(data)) as image:
        return image.convert("RGBA").tobytes()
