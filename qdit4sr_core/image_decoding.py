"""The first picture of an opened file as 8-bit sRGB, upright and without transparency."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from .image_metadata import (
    Colours,
    exif_colours,
    is_white_zero,
    planes_of_sixteen_bits,
    png_colours,
)

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsProfile

Pixels = NDArray[np.uint8]
"""(H, W, 3) sRGB, 0..255."""


def one_line(error: Exception) -> str:
    """What an error says, on one line and not at length."""
    return " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__


def to_srgb(image: Image.Image, data: bytes) -> tuple[Pixels, list[str]]:
    """Decode the first frame; every conversion adds one note."""
    notes: list[str] = []
    if getattr(image, "is_animated", False) and image.tell() == 0:
        image.seek(0)
        notes.append("Several frames or pages: the first one is used.")
    tiles = getattr(image, "tile", None)
    rawmode = str(tiles[0].args) if tiles else ""
    planes = planes_of_sixteen_bits(image, data)
    colours = _colours(image, data, notes)
    image.load()
    deep_alpha = _deep_transparency(image, rawmode, data)
    if planes is not None:
        image = _with_pixels(image, np.rint(planes / 257.0).astype(np.uint8))
    upright = _upright(image, notes)
    profile = None if colours is not None else image.info.get("icc_profile")
    inverted = is_white_zero(image)
    frame = _to_eight_bits(upright, image.format or "", notes, colours)
    if inverted:
        frame = ImageOps.invert(frame)
        notes.append("White is zero: inverted.")
    if colours is not None and upright.mode.startswith("I;16"):
        colours = None  # done at full depth
    if (";16" in rawmode or planes is not None) and frame is upright:
        notes.append("More than 8 bits a channel: scaled to 8 bits.")
    frame, alpha = _split_alpha(frame)
    if deep_alpha is not None:
        alpha = _turned_like(deep_alpha, image)
    if frame.mode == "P":
        frame = frame.convert("RGB")
        notes.append("Palette colours: converted to RGB.")
    if frame.mode == "1":
        frame = frame.convert("L")
    if frame.mode == "L":
        notes.append("Greyscale: the three channels are equal.")
    rgb = _convert_colours(frame, profile, notes)
    if colours is not None:
        rgb = Image.fromarray(colours.to_srgb(np.asarray(rgb), 255.0))
    if alpha is not None and alpha.getextrema() != (255, 255):
        white = Image.new("RGB", rgb.size, (255, 255, 255))
        rgb = Image.composite(rgb, white, alpha)
        notes.append("Transparency: laid over white.")
    return np.array(rgb, dtype=np.uint8), notes


def _colours(image: Image.Image, data: bytes, notes: list[str]) -> Colours | None:
    """Colours that the file states in another way than by a profile; what is only told becomes a note."""
    found: Colours | str | None = None
    if image.format == "PNG":
        found = png_colours(data)
    elif image.format in ("JPEG", "MPO") and not image.info.get("icc_profile"):
        found = exif_colours(image)
    if isinstance(found, str):
        notes.append(found)
        return None
    if found is not None:
        notes.append(found.note)
    return found


def _deep_transparency(image: Image.Image, rawmode: str, data: bytes) -> Image.Image | None:
    """The alpha of a 16-bit PNG in which one colour is transparent: Pillow compares 8 bits with 16.

    Takes the colour out of `image.info`.
    """
    clear = image.info.get("transparency")
    if ";16" not in rawmode or not isinstance(clear, int | tuple):
        return None
    del image.info["transparency"]
    if isinstance(clear, int):
        mask = np.asarray(image) == clear
    else:
        import cv2

        how = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
        stored = cv2.imdecode(np.frombuffer(data, np.uint8), how)
        if stored is None or stored.ndim != 3:
            raise ValueError("its transparent colour cannot be found")
        mask = (stored[..., 2::-1] == np.array(clear)).all(-1)
        if stored.shape[2] == 4:
            mask = stored[..., 3] == 0
    return Image.fromarray(np.where(mask, 0, 255).astype(np.uint8))


def _turned_like(alpha: Image.Image, image: Image.Image) -> Image.Image:
    """`alpha` turned upright as `image` was."""
    alpha.getexif()[0x0112] = image.getexif().get(0x0112, 1)
    return ImageOps.exif_transpose(alpha)


def _with_pixels(image: Image.Image, pixels: Pixels) -> Image.Image:
    """Other pixels with the metadata of `image`."""
    result = image.copy()
    result.paste(Image.fromarray(pixels))
    result.format = image.format
    return result


def _upright(image: Image.Image, notes: list[str]) -> Image.Image:
    try:
        orientation = image.getexif().get(0x0112, 1)
        turned = ImageOps.exif_transpose(image)
    except Exception:  # a damaged EXIF block must not hide a good photo; the note says so
        notes.append("Its EXIF data is damaged: the stored orientation is used.")
        return image
    if orientation in range(2, 9):
        notes.append("EXIF orientation: turned upright.")
    return turned


def _to_eight_bits(image: Image.Image, source: str, notes: list[str], colours: Colours | None) -> Image.Image:
    """Integer and float greys of more than 8 bits, scaled to "L"."""
    if image.mode.startswith("I;16"):
        top = 65535.0
    elif image.mode == "I":
        peak = float(np.asarray(image).max())
        if source in ("PPM", "PNG"):
            top = 65535.0
        else:
            top = next((limit for limit in (255.0, 65535.0) if peak <= limit), peak)
    elif image.mode == "F":
        return _from_float(image, notes)
    else:
        return image
    values = np.asarray(image, dtype=np.float64).clip(0, top)
    notes.append("More than 8 bits a channel: scaled to 8 bits.")
    if colours is not None and image.mode.startswith("I;16"):
        return Image.fromarray(colours.to_srgb(values, top))
    return Image.fromarray(np.rint(values * (255.0 / top)).astype(np.uint8))


def _from_float(image: Image.Image, notes: list[str]) -> Image.Image:
    values = np.asarray(image, dtype=np.float64)
    finite = np.isfinite(values)
    if not finite.any():
        raise ValueError("it holds no finite value")
    low, high = float(values[finite].min()), float(values[finite].max())
    if low >= 0.0 and high <= 1.0:
        low, high = 0.0, 1.0
    elif low >= 0.0 and high <= 255.0:
        low, high = 0.0, 255.0
    values = np.where(finite, values, low)
    notes.append("Floating-point values: scaled to 8 bits.")
    return Image.fromarray(np.rint((values - low) * (255.0 / max(high - low, 1e-12))).astype(np.uint8))


def _split_alpha(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Colour without alpha, and alpha as "L" where the image has any."""
    if image.mode in ("La", "RGBa"):
        image = image.convert("RGBA" if image.mode == "RGBa" else "LA")
    if image.mode == "PA" or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode in ("RGBA", "LA"):
        return image.convert(image.mode[:-1]), image.getchannel("A")
    return image, None


def _convert_colours(image: Image.Image, profile: bytes | None, notes: list[str]) -> Image.Image:
    """Anything without alpha to sRGB, through the embedded colour profile when there is a usable one."""
    if profile and image.mode in ("RGB", "L", "CMYK"):
        converted = _through_profile(image, profile, notes)
        if converted is not None:
            return converted
    if image.mode == "CMYK":
        notes.append("CMYK without a usable colour profile: converted plainly to RGB.")
    elif image.mode == "LAB":
        from PIL import ImageCms

        notes.append("L*a*b* colours: converted to sRGB.")
        return _transform(image, ImageCms.createProfile("LAB"))
    elif image.mode not in ("RGB", "L", "RGBX"):
        notes.append(f"{image.mode} colours: converted to RGB.")
    return image.convert("RGB")


def _through_profile(image: Image.Image, profile: bytes, notes: list[str]) -> Image.Image | None:
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = one_line(ValueError(ImageCms.getProfileDescription(source)))
        if image.mode == "RGB" and name.lower().startswith("srgb"):
            return image
        converted = _transform(image, source)
    except (ImageCms.PyCMSError, OSError, ValueError):
        notes.append("Its colour profile is unusable: taken as sRGB.")
        return None
    what = "CMYK with colour profile" if image.mode == "CMYK" else "Colour profile"
    notes.append(f"{what} {name!r}: converted to sRGB.")
    return converted


def _transform(image: Image.Image, source: ImageCmsProfile | object) -> Image.Image:
    from PIL import ImageCms

    target = ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")  # type: ignore[arg-type]
    if converted is None:
        raise ValueError("no conversion")
    return converted
