"""Photos in and out: whatever a camera, a scanner or the web wrote becomes 8-bit sRGB, or a clear refusal."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from .errors import ImageError, OutputError, reason
from .image_metadata import (
    Colours,
    exif_colours,
    full_page,
    is_raw_photo,
    is_white_zero,
    planes_of_sixteen_bits,
    png_colours,
)
from .whole_file import whole_file

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsProfile

Pixels = NDArray[np.uint8]
"""(H, W, 3) sRGB, 0..255."""

MAX_PIXELS = 120_000_000
"""Photos with more pixels are refused before they are decoded."""
MAX_FILE_BYTES = 1 << 30

_FORMATS = (
    "PNG", "JPEG", "MPO", "WEBP", "TIFF", "BMP", "DIB", "GIF", "PPM", "JPEG2000", "AVIF", "TGA", "ICO", "SGI",
    "PCX", "DDS",
)  # fmt: skip
"""Formats that Pillow decodes by itself; those that start another program (EPS) stay out."""

SAMPLE_SCALE = 4
SHOWN_FIRST = ("raccoon", "letters", "astronaut", "gravel")
"""Samples offered before the others: damage shows at once, letters, a face, a hard one. None of them is a
calibration photo (`qdit4sr_core.upscale.calibration.BUNDLED`), so that none was seen by a quantizer."""


@dataclass(frozen=True, eq=False)
class LoadedImage:
    """A photo as the rest of the program sees it."""

    pixels: Pixels
    path: Path | None = None
    notes: tuple[str, ...] = ()
    """What was converted on the way in, one short sentence each."""
    sha256: str = ""
    """Hash of the file's bytes, hexadecimal."""

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


def load_image(path: str | Path) -> LoadedImage:
    """Read a photo as (H, W, 3) uint8 sRGB, upright, first frame, transparency over white.

    Sixteen-bit and float greys are scaled, not clipped; embedded colour profiles are converted to sRGB.

    Raises:
        ImageError: one sentence, when the path is absent, a folder, unreadable, empty, not an image,
            damaged, or larger than `MAX_PIXELS`.
    """
    path = Path(path)
    data = _read_bytes(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is ours
            image = Image.open(io.BytesIO(data), formats=_known_formats())
        with image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise _too_large(path, f"{width} x {height} pixels")
            if is_raw_photo(image, data):
                raise ImageError(
                    f"{path} is a camera's raw file, in which only a thumbnail can be read; develop it to "
                    "TIFF, PNG or JPEG first."
                )
            page = full_page(image)
            if page:
                image.seek(page)
                if image.width * image.height > MAX_PIXELS:
                    raise _too_large(path, f"{image.width} x {image.height} pixels")
            pixels, notes = _to_srgb(image, data)
            if page:
                notes.append("Several resolutions: the full one is used.")
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(path, "far too many pixels") from error
    except Image.UnidentifiedImageError as error:
        raise ImageError(f"{path} is not an image, or of a kind that cannot be read.") from error
    except MemoryError:
        raise
    except Exception as error:  # Pillow's decoders raise anything on damaged files
        raise ImageError(f"{path} is damaged and could not be decoded ({_one_line(error)}).") from error
    return LoadedImage(pixels, path, tuple(notes), hashlib.sha256(data).hexdigest())


def save_png(pixels: Pixels, path: str | Path) -> None:
    """Write (H, W, 3) uint8 as PNG: to a temporary file beside it, then renamed. Raises `OutputError`."""
    with whole_file(Path(path)) as stream:
        Image.fromarray(pixels).save(stream, format="PNG")


PICTURE_KINDS = (".png", ".jpg", ".webp")
"""Endings that results can be written with. PNG keeps every pixel, the others lose a little."""
LARGEST_SIDE = {"JPEG": 65_500, "WEBP": 16_383, "GIF": 65_535}
"""Pixels a side that the libraries write; PNG takes any size."""


def save_picture(pixels: Pixels, path: str | Path) -> None:
    """Write (H, W, 3) uint8 as the ending of `path` says: PNG, JPEG or WebP.

    Raises `OutputError` for another ending, a picture too large for its format, or a failing disk.
    """
    target = Path(path)
    kinds = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
    kind = kinds.get(target.suffix.lower())
    if kind is None:
        raise OutputError(f"{target.name} cannot be written; choose one of {', '.join(PICTURE_KINDS)}.")
    limit = LARGEST_SIDE.get(kind)
    if limit is not None and max(pixels.shape[:2]) > limit:
        raise OutputError(f"{target.name} is too large for {kind}: at most {limit} pixels a side; take PNG.")
    options = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"quality": 95, "method": 4}}.get(kind, {})
    with whole_file(target) as stream:
        Image.fromarray(pixels).save(stream, format=kind, **options)


def reduced(pixels: Pixels, longest: int) -> Pixels:
    """(H, W, 3) uint8 with its longer side at `longest` pixels, by averaging; a smaller one as it is."""
    height, width = pixels.shape[:2]
    if max(height, width) <= longest:
        return pixels
    scale = longest / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.array(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))


def upscale_bicubic(pixels: Pixels, scale: int = 4) -> Pixels:
    """Pillow's bicubic upscaling of (H, W, 3) to (scale*H, scale*W, 3)."""
    height, width = pixels.shape[:2]
    size = (width * scale, height * scale)
    return np.array(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))


def fit_reference(reference: Pixels, height: int, width: int, scale: int = 4) -> Pixels:
    """A ground-truth image cut to (height, width), the size of the upscaled photo.

    A photo made by reducing an image whose sides are no multiples of `scale` has lost up to `scale - 1`
    rows and columns at the right and bottom; those are cut off.

    Raises:
        ImageError: when the sizes differ by more than that.
    """
    rows, columns = reference.shape[:2]
    if not (0 <= rows - height < scale and 0 <= columns - width < scale):
        raise ImageError(
            f"The reference is {columns} x {rows} pixels, but the upscaled photo is {width} x {height}; "
            "give the ground truth of this very photo at that size."
        )
    return np.ascontiguousarray(reference[:height, :width])


def sample_names() -> tuple[str, ...]:
    """Names of the bundled sample photos, those to be shown first in front."""
    folder = files("qdit4sr_resources") / "samples"
    found = {f.name.removesuffix(".png") for f in folder.iterdir() if f.name.endswith(".png")}
    first = [name for name in SHOWN_FIRST if name in found]
    return (*first, *sorted(found.difference(first)))


def load_sample(name: str) -> LoadedImage:
    """A bundled photo at full resolution, its sides cut to multiples of 4. Raises `ImageError`."""
    loaded = load_image(_sample_path(name, "samples"))
    height, width = (side // SAMPLE_SCALE * SAMPLE_SCALE for side in loaded.pixels.shape[:2])
    return LoadedImage(loaded.pixels[:height, :width].copy(), loaded.path, loaded.notes, loaded.sha256)


def lr_sample(name: str) -> LoadedImage:
    """The bundled low-resolution photo made from `load_sample(name)`. Raises `ImageError`."""
    return load_image(_sample_path(name, "samples/lr"))


def _sample_path(name: str, folder: str) -> Path:
    names = sample_names()
    if name not in names:
        raise ImageError(f"There is no bundled sample {name!r}; the samples are {', '.join(names)}.")
    return Path(str(files("qdit4sr_resources").joinpath(*folder.split("/"), f"{name}.png")))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__


def _too_large(path: Path, what: str) -> ImageError:
    limit = MAX_PIXELS // 1_000_000
    return ImageError(f"{path} has {what}; photos up to {limit} million pixels are accepted.")


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ImageError(f"{path} is a folder; give one photo.")
        if not path.exists():
            raise ImageError(f"{path} does not exist.")
        if not path.is_file():
            raise ImageError(f"{path} is not a regular file; give one photo.")
        size = path.stat().st_size
        if size == 0:
            raise ImageError(f"{path} is empty.")
        if size > MAX_FILE_BYTES:
            raise ImageError(f"{path} has {size >> 20} MiB; photo files up to 1024 MiB are accepted.")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else error
        raise ImageError(f"{path} could not be read: {why}.") from error


def _known_formats() -> tuple[str, ...]:
    Image.init()
    return tuple(name for name in _FORMATS if name in Image.OPEN)


def _to_srgb(image: Image.Image, data: bytes) -> tuple[Pixels, list[str]]:
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
        name = _one_line(ValueError(ImageCms.getProfileDescription(source)))
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
