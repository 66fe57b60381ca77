"""Exported files as others read them: exiftool finds what was promised and nothing else, and the pixels are right."""

import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from imgvar_desktop.adapters import encoding, xmp
from imgvar_desktop.adapters.picture_metadata import extras, xmp_of
from imgvar_desktop.core.delivery import Item
from imgvar_desktop.core.errors import ExportRefused
from imgvar_desktop.core.export_options import ExportOptions, Format, Metadata, Target
from imgvar_desktop.core.recipe import recipe_from, recipe_of
from imgvar_desktop.core.services import ON_DEVICE_ID
from tests.adapters.export_items import RUN, Follower, an_item, exported
from tests.adapters.made_pictures import RED, encoded, quadrants, scene, written
from tests.adapters.test_picture_metadata import chatty

EXIFTOOL = shutil.which("exiftool")
needs_exiftool = pytest.mark.skipif(EXIFTOOL is None, reason="exiftool is not here")
PROVENANCE = Metadata.PROVENANCE
OF_THE_FILE = ("SourceFile", "ExifTool:", "System:", "File:", "Composite:", "ICC", "JFIF:")
OF_PIXELS = {
    *("ImageWidth", "ImageHeight", "BitDepth", "ColorType", "Compression", "Filter", "Interlace", "ProfileName"),
    *("WebP_Flags", "VP8Version", "HorizontalScale", "VerticalScale", "AlphaIsUsed", "ImageVersion", "Transparency"),
    *("BitsPerSample", "PhotometricInterpretation", "StripOffsets", "SamplesPerPixel", "RowsPerStrip", "ExtraSamples"),
    *("StripByteCounts", "PlanarConfiguration", "AlphaPreprocessing", "AlphaFiltering", "AlphaCompression"),
}


@pytest.fixture
def items(tmp_path: Path) -> list[Item]:
    """Three files in which a service wrote a lot, and one with transparent parts."""
    library = tmp_path / "library"
    library.mkdir()
    files = [written(library / f"{kind}.bin", chatty(kind)) for kind in ("PNG", "JPEG", "WEBP")]
    glass = Image.new("RGBA", (60, 40), (*RED, 0))
    glass.paste((*RED, 255), (0, 0, 30, 40))
    files.append(written(library / "glass.png", encoded(glass, "PNG")))
    return [an_item(file, at) for at, file in enumerate(files)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "Pictures"
    place.mkdir()
    return place


def told(files: list[Path]) -> list[dict[str, object]]:
    """What exiftool says of each besides its size, its pixels and its colour space."""
    assert EXIFTOOL is not None
    command = [EXIFTOOL, "-j", "-G1", *map(str, files)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return [
        {
            name: value
            for name, value in facts.items()
            if not name.startswith(OF_THE_FILE) and name.rpartition(":")[2] not in OF_PIXELS
        }
        for facts in json.loads(done.stdout)
    ]


@needs_exiftool
@pytest.mark.parametrize("kind", Format)
def test_a_clean_file_holds_pixels_and_colour_and_nothing_else(items, folder, kind):
    assert told([one.path for one in exported(items, folder, format=kind).delivered]) == [{}] * 4


@needs_exiftool
@pytest.mark.parametrize("kind", Format)
@pytest.mark.parametrize(("service", "word"), [(ON_DEVICE_ID, "composite"), ("cloud", "trainedAlgorithmicMedia")])
def test_provenance_is_what_others_read(items, folder, kind, service, word):
    run = replace(RUN, request=replace(RUN.request, service_id=service))
    parent = replace(items[0].entry, id="p" * 32, sha256="a" * 64)
    items = [replace(item, run=run, parent=parent) for item in items]

    delivered = exported(items, folder, format=kind, metadata=PROVENANCE).delivered

    for one, facts in zip(delivered, told([one.path for one in delivered]), strict=True):
        recipe = facts.pop("XMP-imgvar:Recipe")
        software = facts.pop("XMP-xmp:CreatorTool")
        facts.pop("XMP-x:XMPToolkit", None)

        assert str(software).startswith("Imgvar ")
        assert facts == {
            "XMP-xmp:CreateDate": facts["XMP-xmp:CreateDate"],
            "XMP-xmpMM:DocumentID": f"imgvar:{one.entry.id}",
            "XMP-xmpMM:DerivedFromDocumentID": f"imgvar:{parent.id}",
            "XMP-iptcExt:DigitalSourceType": f"http://cv.iptc.org/newscodes/digitalsourcetype/{word}",
        }
        assert "Canon" not in str(recipe)
        assert "ada@example.com" not in str(recipe)


@pytest.mark.parametrize("kind", Format)
def test_the_recipe_in_a_file_is_the_one_that_made_it(items, folder, kind):
    report = exported(items, folder, format=kind, metadata=PROVENANCE, sidecar=True)

    assert not report.refused
    for item, one in zip(items, report.delivered, strict=True):
        expected = recipe_of(item.entry, item.run, None)
        packet = xmp_of(one.path.read_bytes())
        assert packet is not None
        assert xmp.recipe_in(packet) == expected
        assert recipe_from(one.path.with_name(f"{one.path.name}.json").read_text()) == expected


def test_what_the_service_wrote_is_told(items, folder):
    report = exported(items, folder)

    assert [set(one.stripped) >= {"XMP", "EXIF"} for one in report.delivered] == [True, True, True, False]
    assert report.delivered[3].stripped == ()
    assert report.delivered[3].path.read_bytes() == items[3].file.read_bytes()


@pytest.mark.parametrize("kind", [Format.ORIGINAL, Format.PNG, Format.TIFF, Format.WEBP])
def test_formats_without_loss_lose_nothing(items, folder, kind):
    for item, one in zip(items, exported(items, folder, format=kind).delivered, strict=True):
        assert pixels(one.path) == pixels(item.file)


@pytest.mark.parametrize("kind", [Format.PNG, Format.JPEG, Format.WEBP, Format.TIFF])
def test_files_that_are_encoded_anew_are_tagged_as_srgb(items, folder, kind):
    items = [item for item in items if item.entry.media_type != f"image/{kind.value}"]

    for one in exported(items, folder, format=kind).delivered:
        with Image.open(one.path) as image:
            profile = ImageCms.getOpenProfile(BytesIO(image.info["icc_profile"]))
        assert "sRGB" in ImageCms.getProfileDescription(profile)


def test_jpeg_shows_the_chosen_colour_where_the_picture_is_transparent(items, folder):
    (one,) = exported([items[3]], folder, format=Format.JPEG, flatten="#102030").delivered

    with Image.open(one.path) as image:
        assert [abs(a - b) <= 3 for a, b in zip(image.getpixel((50, 20)), (0x10, 0x20, 0x30), strict=True)] == [
            True
        ] * 3


def test_quality_counts(tmp_path, folder):
    item = an_item(written(tmp_path / "photo.png", encoded(scene(200, 150), "PNG")))

    sizes = [
        exported([item], folder, format=kind, quality=quality, lossless=False).delivered[0].path.stat().st_size
        for kind in (Format.JPEG, Format.WEBP)
        for quality in (30, 95)
    ]

    assert sizes[0] < sizes[1]
    assert sizes[2] < sizes[3]


@pytest.mark.parametrize("kind", Format)
def test_the_longest_side_is_made_smaller_and_never_larger(tmp_path, folder, kind):
    wide = an_item(written(tmp_path / "wide.png", encoded(scene(200, 150), "PNG")))
    small = an_item(written(tmp_path / "small.png", encoded(scene(40, 30), "PNG")), 1)

    report = exported([wide, small], folder, format=kind, longest_px=100)

    sizes = []
    for one in report.delivered:
        with Image.open(one.path) as image:
            sizes.append(image.size)
    assert sizes == [(100, 75), (40, 30)]
    assert report.delivered[0].path.suffix == {"jpeg": ".jpg", "webp": ".webp", "tiff": ".tif"}.get(kind.value, ".png")


@pytest.mark.parametrize("kind", Format)
def test_the_same_export_twice_gives_the_same_bytes(items, folder, kind):
    once, again = (exported(items, folder, format=kind, metadata=PROVENANCE).delivered for _ in range(2))

    assert [one.path.read_bytes() for one in once] == [one.path.read_bytes() for one in again]


def test_a_prompt_of_any_length_finds_room(tmp_path, folder):
    item = an_item(written(tmp_path / "a.png", encoded(quadrants(), "PNG")))
    prompt = "湖" * 32_000
    item = replace(item, run=replace(RUN, request=replace(RUN.request, prompt=prompt)))

    prompts = {}
    for kind in Format:
        (one,) = exported([item], folder, format=kind, metadata=PROVENANCE, sidecar=True).delivered
        packet = xmp_of(one.path.read_bytes())
        recipe = xmp.recipe_in(packet or b"")
        sidecar = recipe_from(one.path.with_name(f"{one.path.name}.json").read_text())
        assert recipe is not None
        assert sidecar is not None
        assert sidecar.request.prompt == prompt
        prompts[kind] = recipe.request.prompt

    assert prompts.pop(Format.JPEG) == ""
    assert set(prompts.values()) == {prompt}


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: data[:-20] + bytes(20), "could not be read again"),
        (lambda data: data[: len(data) // 2], "could not be read again"),
        (lambda data: data[:0], "could not be read again"),
    ],
)
def test_a_disk_that_does_not_keep_what_it_was_given_is_noticed(tmp_path, spoil, words):
    file = written(tmp_path / "a.png", encoded(scene(60, 40), "PNG"))
    for kind in Format:
        new = encoding.made(file, file.read_bytes(), ExportOptions(format=kind), None, software="Imgvar 1")
        encoding.prove(new.data, new, file.read_bytes())

        with pytest.raises(ExportRefused, match=words):
            encoding.prove(spoil(new.data), new, file.read_bytes())


def test_a_file_that_would_say_too_much_is_not_given_its_name(tmp_path):
    file = written(tmp_path / "a.png", encoded(quadrants(), "PNG"))
    clean = encoding.made(file, file.read_bytes(), ExportOptions(), None, software="Imgvar 1")
    recipe = recipe_of(an_item(file).entry, RUN, None)
    options = ExportOptions(metadata=PROVENANCE)
    telling = encoding.made(file, file.read_bytes(), options, recipe, software="Imgvar 1")

    with pytest.raises(ExportRefused, match="more than pixels: XMP"):
        encoding.prove(telling.data, replace(clean, data=telling.data), file.read_bytes())
    with pytest.raises(ExportRefused, match="more than pixels: nothing"):
        encoding.prove(clean.data, replace(telling, data=clean.data), file.read_bytes())


def test_a_packet_of_another_program_is_no_recipe():
    tricky = b'<!DOCTYPE x [<!ENTITY a "b">]><x xmlns:i="urn:imgvar:recipe#"><i:Recipe>&a;</i:Recipe></x>'

    for packet in (b"", b"<x/>", b"urn:imgvar:recipe#", b"<x xmlns:i='urn:imgvar:recipe#'/>", tricky, b"\xff" * 50):
        assert xmp.recipe_in(packet) is None


# ZIP


def test_an_archive_holds_the_same_files(items, folder):
    loose = exported(items, folder, sidecar=True)

    report = exported(items, folder / "lake.zip", target=Target.ZIP, sidecar=True)

    assert report.target == folder / "lake.zip"
    with zipfile.ZipFile(folder / "lake.zip") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted(
            name for one in loose.delivered for name in (one.path.name, f"{one.path.name}.json")
        )
        for one in loose.delivered:
            assert archive.read(one.path.name) == one.path.read_bytes()


def test_an_archive_never_replaces_one(items, folder):
    written(folder / "lake.zip", b"somebody's own")

    report = exported(items[3:], folder / "lake.zip", target=Target.ZIP, template="{source}")
    both = exported([items[3], items[3]], folder / "lake.zip", target=Target.ZIP, template="{source}")

    assert report.target == folder / "lake (2).zip"
    assert (folder / "lake.zip").read_bytes() == b"somebody's own"
    with zipfile.ZipFile(folder / "lake (3).zip") as archive:
        assert archive.namelist() == ["lake.png", "lake (2).png"]
    assert len(both.delivered) == 2


def test_a_stopped_archive_leaves_nothing(items, folder):
    report = exported(items, folder / "lake.zip", watcher=Follower(2), target=Target.ZIP)

    assert report.stopped
    assert report.target is None
    assert list(folder.iterdir()) == []


def test_an_archive_of_nothing_is_not_made(items, folder):
    for item in items:
        item.file.unlink()

    report = exported(items, folder / "lake.zip", target=Target.ZIP)

    assert len(report.refused) == 4
    assert report.target is None
    assert list(folder.iterdir()) == []


def test_an_archive_in_a_folder_that_is_not_there_is_refused(items, folder):
    with pytest.raises(ExportRefused, match="is not there"):
        exported(items, folder / "gone" / "lake.zip", target=Target.ZIP)


def test_files_hold_no_more_than_our_own_reader_says(items, folder):
    for kind in Format:
        for one in exported(items, folder, format=kind).delivered:
            assert extras(one.path.read_bytes()) == ()


def pixels(file: Path) -> bytes:
    with Image.open(file) as image:
        return image.convert("RGBA").tobytes()
