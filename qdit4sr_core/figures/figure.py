"""A finished figure: shown as pixels in the window, saved as PNG, PDF or SVG with real text."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import OutputError
from ..version import PROGRAM
from ..whole_file import whole_file

FORMATS = ("png", "pdf", "svg")

_SETTINGS = {
    "pdf.fonttype": 42,  # fonts as TrueType: text stays text, and journals accept it
    "svg.fonttype": "none",
    "svg.hashsalt": "qdit4sr",
    "pdf.compression": 6,
    "path.simplify": False,
    "axes.unicode_minus": True,
    "text.usetex": False,
}
_lock = RLock()  # matplotlib's settings belong to the whole process


class Figure:
    """One drawing that can be made for pixels or for a vector file.

    `draw(vector)` returns a matplotlib `Figure` built without pyplot. The same figure gives the same
    bytes each time: no dates, no random identifiers. `note` says in a sentence what is drawn otherwise
    than asked, and why; empty where nothing is.
    """

    def __init__(self, draw: Callable[[bool], Any], note: str = "") -> None:
        self._draw = draw
        self.note = note

    def render(self) -> NDArray[np.uint8]:
        """The figure as uint8 (H, W, 3): what the PNG contains."""
        from PIL import Image

        return np.asarray(Image.open(io.BytesIO(self.encode("png"))).convert("RGB"))

    def encode(self, kind: str) -> bytes:
        """The contents of a `png`, `pdf` or `svg` file."""
        _check_kind(kind)
        import matplotlib

        metadata: dict[str, dict[str, Any]] = {
            "png": {"Software": None},
            "pdf": {"CreationDate": None, "Creator": PROGRAM},
            "svg": {"Date": None, "Creator": PROGRAM},
        }
        buffer = io.BytesIO()
        with _lock, matplotlib.rc_context(_SETTINGS):
            figure = self._draw(kind != "png")
            figure.savefig(
                buffer,
                format=kind,
                dpi=figure.dpi,
                facecolor=figure.get_facecolor(),
                metadata=metadata[kind],
            )
        if kind == "svg":
            from .svg_fonts import with_fonts

            return with_fonts(buffer.getvalue())
        return buffer.getvalue()

    def save(self, path: str | Path) -> Path:
        """Write the figure; the ending of `path` says PNG, PDF or SVG. Raises `OutputError`."""
        target = Path(path)
        data = self.encode(check_format(target))
        with whole_file(target, "the figure", folders=True) as stream:
            stream.write(data)
        return target


def check_format(path: str | Path) -> str:
    """`png`, `pdf` or `svg` by the ending of `path`. Raises `OutputError` for any other."""
    kind = Path(path).suffix.lower().lstrip(".")
    _check_kind(kind)
    return kind


def _check_kind(kind: str) -> None:
    if kind not in FORMATS:
        raise OutputError(f"Figures cannot be written as {kind!r}; choose .png, .pdf or .svg.")
