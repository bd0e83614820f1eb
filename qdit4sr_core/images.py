"""Photos in and out: whatever a camera, a scanner or the web wrote becomes 8-bit sRGB, or a clear refusal."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from PIL import Image

from .errors import ImageError, OutputError, reason
from .image_decoding import Pixels, one_line, to_srgb
from .image_metadata import full_page, is_raw_photo
from .whole_file import whole_file

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
            pixels, notes = to_srgb(image, data)
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
        raise ImageError(f"{path} is damaged and could not be decoded ({one_line(error)}).") from error
    return LoadedImage(pixels, path, tuple(notes), hashlib.sha256(data).hexdigest())


def require_pixels(pixels: Pixels) -> None:
    """Raise `ImageError` for what is no picture as everywhere here: an array (H, W, 3) of uint8."""
    shape, kind = getattr(pixels, "shape", None), getattr(pixels, "dtype", type(pixels).__name__)
    if shape is None or len(shape) != 3 or shape[2] != 3 or 0 in shape or kind != np.uint8:
        found = f"{kind}" if shape is None else f"{tuple(shape)} of {kind}"
        raise ImageError(f"A picture is an array (height, width, 3) of uint8, but this is {found}.")


def save_png(pixels: Pixels, path: str | Path, *, folders: bool = False) -> None:
    """Write (H, W, 3) uint8 as PNG: to a temporary file beside it, then renamed.

    With `folders` missing folders are made. Raises `OutputError`, and `ImageError` for what is no picture.
    """
    require_pixels(pixels)
    with whole_file(Path(path), folders=folders) as stream:
        Image.fromarray(pixels).save(stream, format="PNG")


PICTURE_KINDS = (".png", ".jpg", ".webp")
"""Endings that results can be written with. PNG keeps every pixel, the others lose a little."""
LARGEST_SIDE = {"JPEG": 65_500, "WEBP": 16_383, "GIF": 65_535}
"""Pixels a side that the libraries write; PNG takes any size."""


def save_picture(pixels: Pixels, path: str | Path) -> None:
    """Write (H, W, 3) uint8 as the ending of `path` says: PNG, JPEG or WebP.

    Raises `OutputError` for another ending, a picture too large for its format, or a failing disk,
    `ImageError` for what is no picture.
    """
    require_pixels(pixels)
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


SAMPLE_PREFIX = "sample:"
"""Stands before the name of a bundled photo where the path of a file may stand too."""


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
