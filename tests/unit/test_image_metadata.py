"""Metadata that changes what pixels mean gives the right pixels, a note, or a refusal."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from qdit4sr_core.errors import ImageError
from qdit4sr_core.images import load_image


def _photo(height: int = 16, width: int = 24) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows * 15, columns * 10, 255 - rows * 5 - columns * 5], -1).astype(np.uint8)


def _png(pixels: np.ndarray, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of grey or RGB pixels, 8 or 16 bits, with chunks of one's own."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    bits = 8 * pixels.dtype.itemsize
    kind = 2 if pixels.ndim == 3 else 0
    head = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], bits, kind, 0, 0, 0)
    big = pixels.astype(pixels.dtype.newbyteorder(">"))
    body = zlib.compress(b"".join(b"\0" + row.tobytes() for row in big))
    middle = b"".join(chunk(*item) for item in chunks)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + middle + chunk(b"IDAT", body) + chunk(b"IEND", b"")


Tags = dict[int, tuple[int, ...] | bytes]


def _tiff(*pages: tuple[Tags, list[bytes]]) -> bytes:
    """A little-endian TIFF of uncompressed strips; every number is a LONG, every text ASCII."""
    data = bytearray(b"II*\0\0\0\0\0")
    link = 4
    for tags, strips in pages:
        offsets = []
        for strip in strips:
            offsets.append(len(data))
            data += strip
        entries = dict(tags) | {273: tuple(offsets), 279: tuple(len(strip) for strip in strips)}
        fields = []
        for tag, values in sorted(entries.items()):
            packed = values if isinstance(values, bytes) else struct.pack(f"<{len(values)}I", *values)
            kind, count = (2, len(values)) if isinstance(values, bytes) else (4, len(values))
            if len(packed) > 4:
                at = len(data)
                data += packed
                packed = struct.pack("<I", at)
            fields.append(struct.pack("<HHI", tag, kind, count) + packed.ljust(4, b"\0"))
        data += b"\0" * (len(data) % 2)
        data[link : link + 4] = struct.pack("<I", len(data))
        data += struct.pack("<H", len(fields)) + b"".join(fields)
        link = len(data)
        data += b"\0\0\0\0"
    return bytes(data)


def _page(pixels: np.ndarray, **more: tuple[int, ...] | bytes) -> tuple[Tags, list[bytes]]:
    height, width = pixels.shape[:2]
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    tags: Tags = {
        256: (width,),
        257: (height,),
        258: (8 * pixels.dtype.itemsize,) * channels,
        259: (1,),
        262: (2 if channels == 3 else 1,),
        277: (channels,),
        278: (height,),
    }
    return tags | {int(key[1:]): value for key, value in more.items()}, [pixels.tobytes()]


def _load(data: bytes, tmp_path: Path, name: str = "a.png") -> tuple[np.ndarray, str]:
    (tmp_path / name).write_bytes(data)
    loaded = load_image(tmp_path / name)
    return loaded.pixels.astype(int), " ".join(loaded.notes)


def test_sixteen_bits_with_white_at_zero(tmp_path: Path) -> None:
    grey = _photo()[..., 1]
    for pixels in (grey, grey.astype(np.uint16) * 257):
        top = np.iinfo(pixels.dtype).max
        found, notes = _load(_tiff(_page((top - pixels).astype(pixels.dtype), t262=(0,))), tmp_path, "a.tif")
        assert np.abs(found - grey[..., None]).max() <= 1
    assert "White is zero" in notes


def test_sixteen_bit_planes(tmp_path: Path) -> None:
    deep = _photo().astype(np.uint16) * 257
    tags, _ = _page(deep, t284=(2,), t278=(5,))
    strips = [deep[row : row + 5, :, plane].tobytes() for plane in range(3) for row in range(0, 16, 5)]
    found, notes = _load(_tiff((tags, strips)), tmp_path, "a.tif")
    assert np.abs(found - _photo()).max() <= 1
    assert "8 bits" in notes
    tiled = tags | {322: (16,), 323: (16,)}
    with pytest.raises(ImageError, match="interleaved"):
        _load(_tiff((tiled, strips)), tmp_path, "b.tif")


@pytest.mark.parametrize("kind", ["grey", "colour"])
def test_sixteen_bits_with_a_transparent_colour(kind: str, tmp_path: Path) -> None:
    deep = _photo().astype(np.uint16) * 257
    wanted = _photo().astype(int)
    deep[:, :5] = (1000, 2000, 3000)
    deep[0, 6] = (1001, 2000, 3000)  # equal in its upper 8 bits: stays
    if kind == "grey":
        deep, wanted = deep[..., 0], np.repeat(wanted[..., :1], 3, 2)
        code = struct.pack(">H", 1000)
    else:
        code = struct.pack(">HHH", 1000, 2000, 3000)
    found, notes = _load(_png(deep, (b"tRNS", code)), tmp_path)
    assert (found[:, :5] == 255).all()
    assert (found[0, 6] < 20).all()
    assert np.abs(found[1:, 5:] - wanted[1:, 5:]).max() <= 1
    assert "Transparency" in notes


@pytest.mark.parametrize("deep", [False, True])
def test_a_gamma_is_undone(deep: bool, tmp_path: Path) -> None:
    grey = _photo()[..., 1]
    top, kind = (65535, np.uint16) if deep else (255, np.uint8)
    linear = np.rint((grey / 255.0) ** 2.2 * top).astype(kind)
    found, notes = _load(_png(linear, (b"gAMA", struct.pack(">I", 100_000))), tmp_path)
    assert np.abs(found[..., 0] - grey).max() <= (1 if deep else 10)
    assert "Gamma 1" in notes
    for chunks in ([(b"gAMA", struct.pack(">I", 45_455))], [(b"sRGB", b"\0"), (b"gAMA", b"\0\1\x86\xa0")]):
        found, notes = _load(_png(_photo(), *chunks), tmp_path)
        np.testing.assert_array_equal(found, _photo())
        assert notes == ""


def test_coded_colours_of_display_p3_agree_with_their_profile(tmp_path: Path) -> None:
    _, notes = _load(_png(_photo(), (b"cICP", bytes((12, 13, 0, 1)))), tmp_path)
    assert "Display P3" in notes
    p3_red = np.zeros((4, 4, 3), np.uint8) + np.array([200, 100, 100], np.uint8)
    red, _ = _load(_png(p3_red, (b"cICP", bytes((12, 13, 0, 1)))), tmp_path)
    # by hand: linear (0.5776, 0.1274, 0.1274), P3 to sRGB, encoded
    assert np.abs(red[0, 0] - [215, 94, 97]).max() <= 2
    grey, _ = _load(_png(np.full((4, 4, 3), 77, np.uint8), (b"cICP", bytes((9, 13, 0, 1)))), tmp_path)
    assert np.abs(grey - 77).max() <= 1
    same, notes = _load(_png(_photo(), (b"cICP", bytes((1, 13, 0, 1)))), tmp_path)
    np.testing.assert_array_equal(same, _photo())
    assert notes == ""


@pytest.mark.parametrize(
    "code", [(9, 16, 0, 1), (9, 18, 0, 1), (200, 13, 0, 1), (1, 200, 0, 1), (1, 13, 6, 0)]
)
def test_coded_colours_that_are_not_converted_are_told(code: tuple[int, ...], tmp_path: Path) -> None:
    _, notes = _load(_png(_photo(), (b"cICP", bytes(code))), tmp_path)
    assert "taken as sRGB" in notes


@pytest.mark.parametrize("gamma", [0, 1, 4_000_000_000])
def test_an_impossible_gamma_is_told(gamma: int, tmp_path: Path) -> None:
    found, notes = _load(_png(_photo(), (b"gAMA", struct.pack(">I", gamma))), tmp_path)
    np.testing.assert_array_equal(found, _photo())
    assert "impossible" in notes


def test_primary_colours_of_their_own(tmp_path: Path) -> None:
    wide = (31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000)
    found, notes = _load(_png(_photo(), (b"cHRM", struct.pack(">8I", *wide))), tmp_path)
    assert "Primary colours" in notes
    assert np.abs(found - _photo()).max() > 5
    _, notes = _load(_png(_photo(), (b"cHRM", bytes(32))), tmp_path)
    assert "impossible" in notes


def test_adobe_rgb_that_only_exif_tells(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    stream = io.BytesIO()
    Image.fromarray(np.full((32, 32, 3), (80, 200, 80), np.uint8)).save(
        stream, "JPEG", quality=100, subsampling=0, exif=exif
    )
    found, notes = _load(stream.getvalue(), tmp_path, "a.jpg")
    assert "Adobe RGB" in notes
    assert found[16, 16, 0] < 30  # a green that sRGB shows with far less red


def test_a_raw_file_is_refused_for_its_thumbnail(tmp_path: Path) -> None:
    small = _photo(8, 8)
    for more in ({"t50706": (1,)}, {"t254": (1,), "t271": b"Camera\0", "t330": (8,)}):
        with pytest.raises(ImageError, match="raw file"):
            _load(_tiff(_page(small, **more)), tmp_path, "a.tif")


def test_the_full_picture_of_several_resolutions_is_used(tmp_path: Path) -> None:
    large, small = _photo(), _photo(8, 12)
    reduced = _page(small, t254=(1,))
    found, notes = _load(_tiff(reduced, _page(large), reduced), tmp_path, "a.tif")
    np.testing.assert_array_equal(found, large)
    assert "Several resolutions" in notes
    found, notes = _load(_tiff(_page(large), reduced), tmp_path, "b.tif")
    np.testing.assert_array_equal(found, large)
    assert "the first one" in notes
