"""Crops of print and signs, of which photos show too little: words in many sizes, fonts and colours."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from .degradation import rounded

FONTS = (
    "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta",
    "cmr10", "cmb10", "cmti10", "cmss10", "cmtt10",
)  # fmt: skip
"""Of matplotlib's fonts; Pillow's own sans serif joins them. None of the DejaVu family, for trials."""
OVERSAMPLING = 3
"""Letters are drawn this many times larger and reduced, so that their edges lie between pixels."""
_LETTERS = "etaoinshrdlucmfwypvbgkjqxz"
"""From common to rare, and drawn so."""
_SIGNS = "0123456789.,;:!?&%()-/"


def letters_crop(rng: np.random.Generator, size: int) -> NDArray[np.uint8]:
    """A square (size, size, 3): lines of made-up words, a little turned, on paper or a coloured ground."""
    side = OVERSAMPLING * size
    ground, ink = _colours(rng)
    page = Image.new("RGB", (side, side), tuple(ground.tolist()))
    draw = ImageDraw.Draw(page)
    top = -float(rng.uniform(0, 20 * OVERSAMPLING))
    while top < side:
        height = OVERSAMPLING * float(np.exp(rng.uniform(np.log(12), np.log(52))))
        if rng.random() < 0.2:
            _, ink = _colours(rng, ground)
        font, line = _font(rng, height), _line(rng, int(2.5 * side / height) + 2)
        for _ in range(int(rng.integers(1, 5))):
            draw.text((-float(rng.uniform(0, height)), top), line, fill=tuple(ink.tolist()), font=font)
            top += height * float(rng.uniform(1.05, 1.6))
            line = _line(rng, len(line))
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), float(rng.normal(0, 3)), 1.0)
    turned = cv2.warpAffine(np.asarray(page), turn, (side, side), borderMode=cv2.BORDER_REFLECT_101)
    crop = cv2.resize(turned, (size, size), interpolation=cv2.INTER_AREA).astype(np.float32)
    crop += rng.standard_normal((size, size, 1), dtype=np.float32) * rng.exponential(2.0)
    return rounded(crop)


def _colours(
    rng: np.random.Generator, ground: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A ground, and an ink at least 60 grey levels darker or lighter."""
    if ground is None:
        grey = rng.random() < 0.5
        ground = np.repeat(rng.integers(200, 256), 3) if grey else rng.integers(0, 256, 3)
    while True:
        ink = np.repeat(rng.integers(0, 256), 3) if rng.random() < 0.5 else rng.integers(0, 256, 3)
        if abs(float(ink.mean() - ground.mean())) >= 60:
            return ground, ink


def _font(rng: np.random.Generator, height: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    import matplotlib

    choice = int(rng.integers(0, len(FONTS) + 3))
    if choice >= len(FONTS):
        return ImageFont.load_default(height)
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return ImageFont.truetype(str(folder / f"{FONTS[choice]}.ttf"), height)


def _line(rng: np.random.Generator, length: int) -> str:
    words: list[str] = []
    shares = np.linspace(2, 0.3, len(_LETTERS))
    shares /= shares.sum()
    while sum(map(len, words)) < length:
        if rng.random() < 0.15:
            words.append("".join(rng.choice(list(_SIGNS), rng.integers(1, 5))))
            continue
        word = "".join(rng.choice(list(_LETTERS), rng.integers(1, 10), p=shares))
        kind = rng.random()
        words.append(word.upper() if kind < 0.12 else word.capitalize() if kind < 0.3 else word)
    return " ".join(words)
