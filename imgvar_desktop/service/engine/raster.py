"""Square pixel arrays: types, resampling in Pillow's C code, and premultiplied alpha.

Inside the engine a picture is always ``(n, n, 4)`` uint8 with alpha premultiplied: resampling and blending are then
right at transparent edges, and one pixel is one 32-bit word, which makes gathering fast.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Bytes: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int32]
Mask: TypeAlias = NDArray[np.bool_]

Quad: TypeAlias = tuple[float, float, float, float, float, float, float, float]
Cell: TypeAlias = tuple[tuple[int, int, int, int], Quad]


def as_image(pixels: Bytes) -> Image.Image:
    """A Pillow image over ``(h, w, 4)`` premultiplied pixels; the memory is shared when it is contiguous."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    return Image.frombuffer("RGBa", (width, height), pixels, "raw", "RGBa", 0, 1)


def as_pixels(image: Image.Image) -> Bytes:
    return np.asarray(image)


def premultiplied(pixels: Bytes) -> Bytes:
    """``(h, w, 3 or 4)`` straight colours to ``(h, w, 4)`` premultiplied ones."""
    if pixels.shape[2] == 3:
        opaque = np.full((*pixels.shape[:2], 1), 255, np.uint8)
        return np.concatenate([pixels, opaque], axis=2)
    if int(pixels[..., 3].min()) == 255:
        return np.ascontiguousarray(pixels)
    return as_pixels(Image.fromarray(np.ascontiguousarray(pixels)).convert("RGBa"))


def straight(pixels: Bytes) -> Bytes:
    """The reverse of :func:`premultiplied`: ``(h, w, 4)`` with colours as they are under their alpha."""
    if int(pixels[..., 3].min()) == 255:
        return pixels
    return as_pixels(as_image(pixels).convert("RGBA"))


def resized(pixels: Bytes, side: int) -> Bytes:
    """Premultiplied pixels at ``side`` by ``side``; enlarging and reducing both keep edges clean."""
    if pixels.shape[:2] == (side, side):
        return pixels
    method = Image.Resampling.LANCZOS if side < pixels.shape[0] else Image.Resampling.BICUBIC
    return as_pixels(as_image(pixels).resize((side, side), method))


def resized_plane(plane: Floats, side: int) -> Floats:
    """A float ``(h, w)`` plane at ``side`` by ``side``, bicubic."""
    if plane.shape == (side, side):
        return plane
    image = Image.fromarray(np.ascontiguousarray(plane, np.float32))
    return np.asarray(image.resize((side, side), Image.Resampling.BICUBIC))


def resized_floats(values: Floats, side: int) -> Floats:
    """A float ``(h, w, c)`` array at ``side`` by ``side``, bicubic, channel by channel."""
    if values.shape[:2] == (side, side):
        return values
    return np.stack([resized_plane(values[..., c], side) for c in range(values.shape[2])], axis=-1)


def unit(pixels: Bytes) -> Floats:
    """uint8 to float32 in 0..1."""
    return pixels.astype(np.float32) * np.float32(1 / 255)


def on_white(pixels: Bytes) -> Floats:
    """Premultiplied pixels over a white ground, ``(h, w, 3)`` float32 in 0..1: what the eye would compare."""
    values = unit(pixels)
    return values[..., :3] + (1 - values[..., 3:])


def blurred(pixels: Bytes, radius_px: float) -> Bytes:
    return as_pixels(as_image(pixels).filter(ImageFilter.GaussianBlur(radius_px)))


def sharpened(pixels: Bytes, amount: float) -> Bytes:
    """Each pixel moved away from the mean of its four neighbours, by ``amount`` times the difference."""
    if amount <= 0.02:
        return pixels
    side = -amount / 4
    kernel = ImageFilter.Kernel((3, 3), (0, side, 0, side, 1 + amount, side, 0, side, 0), scale=1)
    height, width = pixels.shape[:2]
    plain = Image.frombuffer("RGBX", (width, height), np.ascontiguousarray(pixels), "raw", "RGBX", 0, 1)
    crisp = np.array(plain.filter(kernel))
    if int(pixels[..., 3].min()) == 255:
        crisp[..., 3] = 255
        return crisp
    # Premultiplied colours may never exceed their alpha; the overshoot of sharpening would.
    crisp[..., 3] = pixels[..., 3]
    np.minimum(crisp[..., :3], crisp[..., 3:], out=crisp[..., :3])
    return crisp


def mirrored(pixels: Bytes) -> Bytes:
    return np.ascontiguousarray(pixels[:, ::-1])


def words(pixels: Bytes) -> NDArray[np.uint32]:
    """One 32-bit word per pixel, ``(h, w)``; a view."""
    return np.ascontiguousarray(pixels).view(np.uint32)[..., 0]


def from_words(packed: NDArray[np.uint32]) -> Bytes:
    return np.ascontiguousarray(packed)[..., None].view(np.uint8)
