"""What a file says about the meaning of its pixels: PNG colour chunks, TIFF pages and planes, EXIF colours.

Sources: the PNG specification, third edition, sections 11.3.2 and 12; ITU-T H.273 for the numbers in cICP;
TIFF 6.0; the Exif standard for the interoperability index.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

Chromaticities = tuple[float, float, float, float, float, float, float, float]
"""x and y of white, red, green, blue."""

_D65 = (0.3127, 0.3290)
SRGB: Chromaticities = (*_D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
ADOBE_RGB: Chromaticities = (*_D65, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
_PRIMARIES: dict[int, Chromaticities] = {
    1: SRGB,
    5: (*_D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    9: (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    12: (*_D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
}
_GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0}
_AS_SRGB = (1, 6, 13, 14, 15)
_HDR = {16: "PQ", 18: "HLG"}
DISPLAY_GAMMA = 2.2
_STRIP = 1 << 20
_SMALL_GAMMA_ERROR = 0.03


@dataclass(frozen=True)
class Colours:
    """How stored values become sRGB: a gamma (None is sRGB's own curve) and chromaticities (None: sRGB's)."""

    gamma: float | None
    chromaticities: Chromaticities | None
    note: str

    def to_srgb(self, pixels: NDArray[Any], top: float) -> NDArray[np.uint8]:
        """(H, W) or (H, W, 3) values from 0 to `top` to 8-bit sRGB of the same shape."""
        result = np.empty(pixels.shape, np.uint8)
        rows = max(1, _STRIP // max(1, pixels.shape[1]))
        matrix = None if self.chromaticities is None else _matrix(self.chromaticities)
        for start in range(0, pixels.shape[0], rows):
            values = pixels[start : start + rows].astype(np.float32) / np.float32(top)
            linear = _srgb_to_linear(values) if self.gamma is None else values**self.gamma
            if matrix is not None and linear.ndim == 3:
                linear = np.clip(linear @ matrix.T, 0, 1)
            # a gamma alone is undone with the gamma that the specification takes a display to have
            encoded = _linear_to_srgb(linear) if self.gamma is None else linear ** (1 / DISPLAY_GAMMA)
            result[start : start + rows] = np.rint(encoded * 255)
        return result


def png_colours(data: bytes) -> Colours | str | None:
    """What the chunks of a PNG say about its colours; a sentence where it can only be told, None for sRGB.

    cICP goes before an embedded profile (which Pillow hands over), that before sRGB, that before gAMA, cHRM.
    """
    chunks = png_chunks(data)
    if len(chunks.get(b"cICP", b"")) == 4:
        return _coded_colours(chunks[b"cICP"])
    if b"iCCP" in chunks or b"sRGB" in chunks:
        return None
    gamma, chromaticities = None, None
    if len(chunks.get(b"gAMA", b"")) == 4:
        stored = struct.unpack(">I", chunks[b"gAMA"])[0] / 100_000
        if not 0.05 <= stored <= 10:
            return "Its gamma is impossible: taken as sRGB."
        if abs(stored * DISPLAY_GAMMA - 1) > _SMALL_GAMMA_ERROR:
            gamma = 1 / stored
    if len(chunks.get(b"cHRM", b"")) == 32:
        found = tuple(v / 100_000 for v in struct.unpack(">8I", chunks[b"cHRM"]))
        if max(abs(a - b) for a, b in zip(found, SRGB, strict=True)) > 0.005:
            chromaticities = found
    if gamma is None and chromaticities is None:
        return None
    if chromaticities is not None and not _possible(chromaticities):
        return "Its primary colours are impossible: taken as sRGB."
    note = "Primary colours of its own" if gamma is None else f"Gamma {1 / gamma:.3g}"
    return Colours(gamma, chromaticities, f"{note}: converted to sRGB.")


def png_chunks(data: bytes) -> dict[bytes, bytes]:
    """The chunks before a PNG's pixels by name."""
    found: dict[bytes, bytes] = {}
    at = 8
    while at + 12 <= len(data) and len(found) < 1000:
        size, name = struct.unpack(">I4s", data[at : at + 8])
        if name == b"IDAT":
            break
        found.setdefault(name, data[at + 8 : at + 8 + size])
        at += 12 + size
    return found


def _coded_colours(code: bytes) -> Colours | str | None:
    primaries, transfer, matrix, full = code
    if transfer in _HDR:
        return f"HDR colours ({_HDR[transfer]}) are not tone-mapped: taken as sRGB."
    if matrix != 0 or not full or primaries not in _PRIMARIES:
        return f"Coded colours {primaries}/{transfer}/{matrix}/{full} are not known: taken as sRGB."
    if transfer not in _AS_SRGB and transfer not in _GAMMAS:
        return f"The transfer curve {transfer} of its coded colours is not known: taken as sRGB."
    if primaries == 1 and transfer in _AS_SRGB:
        return None
    chromaticities = None if primaries == 1 else _PRIMARIES[primaries]
    names = {9: "BT.2020", 12: "Display P3"}
    note = f"{names.get(primaries, 'Coded')} colours: converted to sRGB."
    return Colours(_GAMMAS.get(transfer), chromaticities, note)


def _possible(c: Chromaticities) -> bool:
    try:
        return bool(np.isfinite(_matrix(c)).all()) and min(c[1::2]) > 0
    except (np.linalg.LinAlgError, ZeroDivisionError, FloatingPointError):
        return False


def _matrix(c: Chromaticities) -> NDArray[np.float32]:
    """(3, 3) from linear RGB of these primaries to linear sRGB."""
    return (np.linalg.inv(_to_xyz(SRGB)) @ _to_xyz(c)).astype(np.float32)


def _to_xyz(c: Chromaticities) -> NDArray[np.float64]:
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in zip(c[2::2], c[3::2], strict=True)]).T
    x, y = c[:2]
    white = np.array([x / y, 1.0, (1 - x - y) / y])
    return columns * np.linalg.solve(columns, white)


def _srgb_to_linear(v: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _linear_to_srgb(v: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(v <= 0.0031308, v * 12.92, 1.055 * np.maximum(v, 0) ** (1 / 2.4) - 0.055)


def exif_colours(image: Image.Image) -> Colours | None:
    """Adobe RGB, where a camera's EXIF data says so without a profile (interoperability index R03)."""
    try:
        index = image.getexif().get_ifd(0xA005).get(1)
    except Exception:  # damaged EXIF data says nothing; `_upright` tells
        return None
    if str(index).strip("\x00 ") != "R03":
        return None
    return Colours(563 / 256, ADOBE_RGB, "Adobe RGB by its EXIF data: converted to sRGB.")


_SUBFILE, _MAKE, _SUB_IFDS, _DNG = 254, 271, 330, 50706


def is_raw_photo(image: Image.Image, data: bytes) -> bool:
    """Whether a TIFF is a camera's raw file, whose first picture is a thumbnail."""
    tags: Any = getattr(image, "tag_v2", None)
    if tags is None:
        return False
    if _DNG in tags or data[8:10] == b"CR":
        return True
    return bool(_number(tags.get(_SUBFILE)) & 1) and _SUB_IFDS in tags and _MAKE in tags


def full_page(image: Image.Image) -> int:
    """The page of a TIFF that holds the picture itself: 0, or the largest where 0 is a reduced copy."""
    tags: Any = getattr(image, "tag_v2", None)
    if tags is None or not _number(tags.get(_SUBFILE)) & 1:
        return 0
    best, area = 0, 0
    for page in range(1, min(getattr(image, "n_frames", 1), 64)):
        image.seek(page)
        reduced = _number(image.tag_v2.get(_SUBFILE)) & 1  # type: ignore[attr-defined]
        if not reduced and image.width * image.height > area:
            best, area = page, image.width * image.height
    image.seek(0)
    return best


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def is_white_zero(image: Image.Image) -> bool:
    """Whether a TIFF's smallest value is white and Pillow has left it so (it inverts 8 bits, not more)."""
    tags: Any = getattr(image, "tag_v2", None)
    return tags is not None and tags.get(262) == 0 and image.mode not in ("1", "L", "P")


def planes_of_sixteen_bits(image: Image.Image, data: bytes) -> NDArray[np.uint16] | None:
    """(H, W, 3) of an uncompressed TIFF with 16-bit channels in planes, which Pillow garbles; else None.

    Raises ValueError for one in tiles.
    """
    tags: Any = getattr(image, "tag_v2", None)
    if tags is None or tags.get(284) != 2 or tags.get(259, 1) != 1:
        return None
    bits = tags.get(258, (8,))
    if max(bits) <= 8 or len(bits) < 3:
        return None
    if set(bits) != {16} or 322 in tags:
        raise ValueError("its channels lie apart in tiles; save it with interleaved channels")
    offsets, counts = tags[273], tags[279]
    each = len(offsets) // len(bits)
    order = "<u2" if data[:2] == b"II" else ">u2"
    planes = []
    for plane in range(3):
        strips = range(plane * each, (plane + 1) * each)
        joined = b"".join(data[offsets[i] : offsets[i] + counts[i]] for i in strips)
        values = np.frombuffer(joined, order)
        planes.append(values[: image.width * image.height].reshape(image.height, image.width))
    return np.stack(planes, axis=-1).astype(np.uint16)
