"""Odd photos become 8-bit sRGB with one note a conversion; what is no photo is refused in one sentence."""

import hashlib
import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from qdit4sr_core import images
from qdit4sr_core.errors import ImageError, OutputError
from qdit4sr_core.images import (
    SHOWN_FIRST,
    fit_reference,
    load_image,
    load_sample,
    lr_sample,
    sample_names,
    save_picture,
    save_png,
    upscale_bicubic,
)


def _gradient(height: int = 12, width: int = 20) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows * 20, columns * 12, (rows + columns) * 7], -1).astype(np.uint8)


def _png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_plain_photo_is_untouched_and_hashed(tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    Image.fromarray(_gradient()).save(path)
    loaded = load_image(path)
    assert loaded.notes == ()
    assert loaded.size == (20, 12)
    assert loaded.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    np.testing.assert_array_equal(loaded.pixels, _gradient())
    assert loaded.pixels.flags.writeable


def test_sixteen_bit_grey_is_scaled_not_clipped(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    for name in ("ramp.png", "ramp.tif", "ramp.pgm"):
        Image.fromarray(ramp).save(tmp_path / name)
        loaded = load_image(tmp_path / name)
        assert np.abs(loaded.pixels[..., 0].astype(float) - ramp / 257.0).max() <= 0.51, name
        assert sum("8 bits" in note for note in loaded.notes) == 1, name


def test_dark_sixteen_bit_grey_stays_dark(tmp_path: Path) -> None:
    Image.fromarray(np.full((4, 4), 200, np.uint16)).save(tmp_path / "dark.pgm")
    assert load_image(tmp_path / "dark.pgm").pixels.max() == 1


def test_float_tiff_is_scaled(tmp_path: Path) -> None:
    values = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    Image.fromarray(values).save(tmp_path / "float.tif")
    loaded = load_image(tmp_path / "float.tif")
    assert (loaded.pixels.min(), loaded.pixels.max()) == (0, 255)
    assert any("Floating" in note for note in loaded.notes)


def test_float_tiff_without_finite_values_is_refused(tmp_path: Path) -> None:
    Image.fromarray(np.full((4, 4), np.nan, np.float32)).save(tmp_path / "nan.tif")
    with pytest.raises(ImageError, match=r"nan\.tif is damaged"):
        load_image(tmp_path / "nan.tif")


@pytest.mark.parametrize(
    ("mode", "suffix", "word"),
    [("L", "png", "Grey"), ("1", "png", "Grey"), ("P", "gif", "Palette"), ("CMYK", "jpg", "CMYK")],
)
def test_other_colour_modes(tmp_path: Path, mode: str, suffix: str, word: str) -> None:
    path = tmp_path / f"photo.{suffix}"
    source = Image.fromarray(_gradient(16, 16)).convert(mode)
    source.save(path, **({"quality": 100} if suffix == "jpg" else {}))
    loaded = load_image(path)
    assert loaded.pixels.shape == (16, 16, 3)
    assert sum(word in note for note in loaded.notes) == 1
    expected = np.asarray(source.convert("RGB"), dtype=int)
    assert np.abs(loaded.pixels.astype(int) - expected).max() <= 12


def test_lab_photo(tmp_path: Path) -> None:
    Image.new("LAB", (4, 4), (255, 128, 128)).save(tmp_path / "lab.tif")
    loaded = load_image(tmp_path / "lab.tif")
    assert loaded.pixels.min() >= 250
    assert len(loaded.notes) == 1


def test_alpha_is_laid_over_white(tmp_path: Path) -> None:
    rgba = np.zeros((4, 4, 4), np.uint8)
    rgba[:2, :, 3] = 255
    rgba[2, :, 3] = 128
    Image.fromarray(rgba).save(tmp_path / "alpha.png")
    loaded = load_image(tmp_path / "alpha.png")
    assert loaded.pixels[0, 0].tolist() == [0, 0, 0]
    assert loaded.pixels[2, 0].tolist() == [127, 127, 127]
    assert loaded.pixels[3, 0].tolist() == [255, 255, 255]
    assert sum("white" in note for note in loaded.notes) == 1


def test_opaque_alpha_needs_no_note(tmp_path: Path) -> None:
    Image.fromarray(_gradient()).convert("RGBA").save(tmp_path / "opaque.png")
    assert load_image(tmp_path / "opaque.png").notes == ()


def test_palette_with_a_transparent_entry(tmp_path: Path) -> None:
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 200, 0, 0])
    image.putpixel((0, 0), 0)
    image.save(tmp_path / "palette.png", transparency=0)
    loaded = load_image(tmp_path / "palette.png")
    assert loaded.pixels[0, 0].tolist() == [255, 255, 255]
    assert loaded.pixels[1, 1].tolist() == [200, 0, 0]


@pytest.mark.parametrize("orientation", range(2, 9))
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int) -> None:
    inverse = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how the stored photo was turned: Transpose members
    stored = Image.fromarray(_gradient()).transpose(Image.Transpose(inverse[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "turned.png", exif=exif)
    loaded = load_image(tmp_path / "turned.png")
    np.testing.assert_array_equal(loaded.pixels, _gradient())
    assert sum("EXIF" in note for note in loaded.notes) == 1


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tif"])
def test_animation_gives_its_first_frame(tmp_path: Path, suffix: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    path = tmp_path / f"moving.{suffix}"
    options = {"lossless": True} if suffix == "webp" else {}
    frames[0].save(path, save_all=True, append_images=frames[1:], **options)
    loaded = load_image(path)
    assert loaded.pixels[4, 4].tolist() == [255, 0, 0]
    assert sum("first" in note for note in loaded.notes) == 1


def test_colour_profile_is_converted_to_srgb(tmp_path: Path) -> None:
    # a profile whose primaries are sRGB's with red and green exchanged would be invalid; LAB-made XYZ is not
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    Image.fromarray(_gradient()).save(tmp_path / "unfit.png", icc_profile=profile)
    assert any("profile" in note for note in load_image(tmp_path / "unfit.png").notes)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(_gradient()).save(tmp_path / "srgb.png", icc_profile=srgb)
    loaded = load_image(tmp_path / "srgb.png")
    assert loaded.notes == ()
    np.testing.assert_array_equal(loaded.pixels, _gradient())


def _wide_gamut_profile() -> bytes:
    """A minimal matrix profile with Display P3 primaries and gamma 2.2, built by hand."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(fixed(v) for v in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    text = b"desc\0\0\0\0" + struct.pack(">I", 8) + b"Test P3\0" + bytes(78)
    parts = {
        b"desc": text, b"wtpt": xyz(0.9642, 1.0, 0.8249), b"rXYZ": xyz(0.5151, 0.2412, -0.0011),
        b"gXYZ": xyz(0.2920, 0.6922, 0.0419), b"bXYZ": xyz(0.1571, 0.0666, 0.7841),
        b"rTRC": curve, b"gTRC": curve, b"bTRC": curve,
    }  # fmt: skip
    table, body = struct.pack(">I", len(parts)), b""
    for name, data in parts.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">II", 128 + 4 + 12 * len(parts) + len(body), len(data))
        body += data
    size = struct.pack(">I", 128 + len(table) + len(body))
    white = b"".join(fixed(v) for v in (0.9642, 1.0, 0.8249))
    header = size + b"\0\0\0\0\x02\x10\0\0mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28) + white
    return header.ljust(128, b"\0") + table + body


def test_wide_gamut_photo_changes_colour(tmp_path: Path) -> None:
    flat = np.full((8, 8, 3), (180, 100, 60), np.uint8)
    Image.fromarray(flat).save(tmp_path / "p3.png", icc_profile=_wide_gamut_profile())
    loaded = load_image(tmp_path / "p3.png")
    assert loaded.notes == ("Colour profile 'Test P3': converted to sRGB.",)
    red, green, blue = loaded.pixels[0, 0].tolist()
    assert red > 180  # a P3 red is redder than the same numbers in sRGB
    assert green < 100
    assert blue < 60


def test_refusals_are_one_sentence(tmp_path: Path) -> None:
    whole = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)).save(whole, "JPEG")
    cases = {
        "text.png": (b"not a picture at all", "not an image"),
        "empty.png": (b"", "empty"),
        "cut.jpg": (whole.getvalue()[:1500], "damaged"),
        "bomb.png": (_png_claiming(60000, 60000), "million pixels"),
        "large.png": (_png_claiming(12000, 11000), "12000 x 11000"),
        "page.eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not an image"),
    }
    for name, (data, word) in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ImageError, match=word) as refusal:
            load_image(tmp_path / name)
        message = str(refusal.value)
        assert str(tmp_path / name) in message
        assert "\n" not in message
        assert message.endswith(".")


@pytest.mark.parametrize("save", [save_png, save_picture])
@pytest.mark.parametrize(
    "foreign", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8), [[1]]]
)
def test_what_is_no_picture_is_not_written(save: Any, foreign: Any, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"array \(height, width, 3\) of uint8"):
        save(foreign, tmp_path / "made.png")
    assert not any(tmp_path.iterdir())


def test_truncated_png_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.png"
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(ImageError, match="damaged"):
        load_image(path)


def test_folder_absent_and_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImageError, match="folder"):
        load_image(tmp_path)
    with pytest.raises(ImageError, match="does not exist"):
        load_image(tmp_path / "nowhere.png")
    path = tmp_path / "locked.png"
    Image.fromarray(_gradient()).save(path)

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ImageError, match=r"locked\.png could not be read: Permission denied\."):
        load_image(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ImageError, match="not a regular file"):
        load_image(tmp_path / "pipe.png")


def test_save_png_round_trip_and_no_leftovers(tmp_path: Path) -> None:
    save_png(_gradient(), tmp_path / "out.png")
    np.testing.assert_array_equal(load_image(tmp_path / "out.png").pixels, _gradient())
    assert [p.name for p in tmp_path.iterdir()] == ["out.png"]
    with pytest.raises(OutputError, match="could not be written"):
        save_png(_gradient(), tmp_path / "no" / "such" / "out.png")


def test_save_png_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_png(_gradient(), tmp_path / "out.png")

    def full_disk(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(images.Image.Image, "save", full_disk)
    with pytest.raises(OutputError, match="No space left"):
        save_png(np.zeros((2, 2, 3), np.uint8), tmp_path / "out.png")
    monkeypatch.undo()
    assert [p.name for p in tmp_path.iterdir()] == ["out.png"]
    np.testing.assert_array_equal(load_image(tmp_path / "out.png").pixels, _gradient())


def test_samples_and_their_low_resolution_photos_belong_together() -> None:
    assert sample_names()[:4] == SHOWN_FIRST
    assert sample_names()[4:] == ("brick", "chelsea", "coffee", "grass")
    for name in sample_names():
        high, low = load_sample(name), lr_sample(name)
        height, width = low.pixels.shape[:2]
        assert high.pixels.shape == (4 * height, 4 * width, 3)
        reduced = Image.fromarray(high.pixels).resize((width, height), Image.Resampling.BICUBIC)
        assert np.abs(np.asarray(reduced, dtype=int) - low.pixels).max() <= 1
    with pytest.raises(ImageError, match="raccoon, letters"):
        load_sample("lenna")


def test_fit_reference_cuts_only_what_a_reduction_lost() -> None:
    reference = upscale_bicubic(_gradient(), 4)[:, :, :]
    assert fit_reference(np.pad(reference, ((0, 3), (0, 1), (0, 0))), 48, 80).shape == (48, 80, 3)
    with pytest.raises(ImageError, match="80 x 48"):
        fit_reference(reference, 48, 84)
    with pytest.raises(ImageError, match="80 x 48"):
        fit_reference(reference, 44, 80)
