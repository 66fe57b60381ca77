"""PNGs of every kind that there is, through a real service with the real engine."""

import base64
import io

import httpx
import numpy as np
import pytest
from PIL import Image


def drawn(mode: str) -> Image.Image:
    """A dark disc on light ground, transparent outside where the mode allows it."""
    y, x = np.mgrid[-1:1:120j, -1:1:120j]
    disc = np.hypot(y, x) < 0.6
    if mode == "I;16":
        return Image.fromarray(np.where(disc, 9_000, 52_000).astype(np.uint16))
    grey = Image.fromarray(np.where(disc, 36, 204).astype(np.uint8))
    if mode in {"LA", "RGBA"}:
        grey.putalpha(Image.fromarray((disc * 255).astype(np.uint8)))
    return grey.convert(mode)


def sent(client: httpx.Client, picture: Image.Image, **options) -> list[Image.Image]:
    file = io.BytesIO()
    picture.save(file, "PNG", **options)
    reply = client.post(
        "/images/variations",
        files={"image": ("image.png", file.getvalue(), "image/png")},
        data={"n": "3", "size": "256x256", "response_format": "b64_json", "seed": "2"},
    )
    assert reply.status_code == 200, reply.text
    return [Image.open(io.BytesIO(base64.b64decode(image["b64_json"]))) for image in reply.json()["data"]]


def share_of_disc(picture: Image.Image) -> float:
    """Dark for its picture; where it is transparent all around, what is not."""
    if picture.mode == "RGBA":
        return float((np.asarray(picture)[..., 3] > 128).mean())
    grey = np.asarray(picture.convert("L"), np.float32)
    return float((grey < (grey.min() + grey.max()) / 2).mean())


@pytest.mark.parametrize("mode", ["1", "L", "I;16", "P", "RGB", "LA", "RGBA"])
def test_any_mode_gives_as_many_new_pictures_with_alpha_where_there_was_some(process, mode):
    source = drawn(mode)

    results = sent(process, source)

    wanted = "RGBA" if mode in {"LA", "RGBA"} else "RGB"
    assert [(r.mode, r.size) for r in results] == [(wanted, (256, 256))] * 3
    assert len({r.tobytes() for r in results}) == 3
    if mode != "1":  # whose greys are dots
        for result in results:
            assert 0.3 < share_of_disc(result) / share_of_disc(drawn("RGBA" if wanted == "RGBA" else "RGB")) < 2.5


def test_palette_with_a_transparent_colour(process):
    results = sent(process, drawn("P"), transparency=204)

    assert [r.mode for r in results] == ["RGBA"] * 3
    assert all(0.1 < share_of_disc(r) < 0.6 for r in results)
