"""Which font files a figure uses, and how wide a text becomes in them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

_BUNDLED = {"serif": "STIXGeneral", "sans": "DejaVu Sans"}
"""Families that come with matplotlib, so that a figure is the same on every machine."""

_WIDE_SCRIPTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Hiragino Sans GB", "Arial Unicode MS",
)  # fmt: skip
"""Families tried for letters that the chosen font does not have."""


@lru_cache(maxsize=8)
def families(font: str) -> tuple[str, ...]:
    """Font families in order of preference: the chosen one, then installed ones with Chinese letters."""
    from matplotlib import font_manager

    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    chosen = _BUNDLED.get(font, font)
    fallback = [name for name in ("DejaVu Sans", *_WIDE_SCRIPTS) if name in installed and name != chosen]
    return (*((chosen,) if chosen in installed else ()), *fallback)


def properties(font: str, size: float, bold: bool = False) -> Any:
    """matplotlib's `FontProperties` for `size` points."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=list(families(font)), size=size, weight="bold" if bold else "normal")


@lru_cache(maxsize=4096)
def text_width(text: str, font: str, size: float, bold: bool = False) -> float:
    """Width of one line of `text` in points."""
    from matplotlib.textpath import text_to_path

    if not text:
        return 0.0
    width, _, _ = text_to_path.get_text_width_height_descent(text, properties(font, size, bold), ismath=False)
    return float(width)


def shorten(text: str, width: float, font: str, size: float, bold: bool = False) -> str:
    """`text`, cut with an ellipsis where it is wider than `width` points."""
    if text_width(text, font, size, bold) <= width:
        return text
    for end in range(len(text) - 1, 0, -1):
        cut = text[:end].rstrip() + "…"
        if text_width(cut, font, size, bold) <= width:
            return cut
    return "…"


def wrap(text: str, width: float, font: str, size: float, lines: int = 2) -> tuple[str, ...] | None:
    """`text` broken at spaces into at most `lines` lines of `width` points; None where it cannot be."""
    broken: list[str] = []
    for word in text.split():
        joined = f"{broken[-1]} {word}" if broken else word
        if broken and text_width(joined, font, size) <= width:
            broken[-1] = joined
        else:
            broken.append(word)
    fits = len(broken) <= lines and all(text_width(line, font, size) <= width for line in broken)
    return tuple(broken) if fits else None
