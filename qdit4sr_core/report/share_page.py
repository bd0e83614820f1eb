"""A page to send to somebody: wipe, number keys and zoom over every result, in one file without a network."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from PIL import Image

from ..errors import OutputError
from ..figures.numbers import metric_title, value_text
from ..figures.panel import Panel
from ..images import LARGEST_SIDE
from ..metrics.regions import Region
from ..version import PROGRAM
from ..whole_file import write_text
from .page import page

LOSSLESS_PIXELS = 4_000_000
"""Pictures larger than this are stored with slight losses, so that the page can still be sent."""


@dataclass(frozen=True, eq=False)
class SharedPhoto:
    """One photo of the page: its pictures in the order of their number keys, and where to look first."""

    name: str
    panels: tuple[Panel, ...]
    regions: tuple[Region, ...] = field(default_factory=tuple)


def share_page(photos: Sequence[SharedPhoto], title: str = PROGRAM) -> str:
    """The page as text. Names come from outside: they only ever reach the page as text, never as markup.

    Raises `OutputError` when there is nothing to show.
    """
    shown = [photo for photo in photos if photo.panels]
    if not shown:
        raise OutputError("There is no result to share yet; run the comparison first.")
    folder = files("qdit4sr_resources") / "page"
    data = json.dumps({"photos": [_photo(photo) for photo in shown]}, ensure_ascii=False, allow_nan=False)
    for sign, harmless in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        data = data.replace(sign, harmless)
    return page(
        title,
        (folder / "share.css").read_text(encoding="utf-8"),
        [
            f"<header><h1>{escape(title)}</h1>",
            '<label>Photo <select id="photo"></select></label>',
            '<label>Left <select id="left"></select></label>',
            '<label>Right <select id="right"></select></label>',
            '<button id="fit" title="F">Fit</button><button id="one" title="0">100 %</button>',
            '<button id="blink" title="B">Blink</button><output id="zoom"></output></header>',
            '<main id="stage" tabindex="0" aria-label="Two pictures with a movable edge">',
            '<img id="under" alt="" draggable="false"><div id="clip"><img id="over" alt="" draggable="false">'
            '</div><div id="edge"></div><span id="leftname"></span><span id="rightname"></span></main>',
            '<p class="keys">Keys: 1 to 9 choose the right picture, with Shift the left one; Space swaps '
            "them, B blinks, F fits, 0 shows 100 %, [ and ] change the photo. The wheel zooms, dragging "
            "moves the pictures, and the edge follows its handle.</p>",
            '<div id="numbers"></div>',
            f'<script type="application/json" id="data">{data}</script>',
            f"<script>{(folder / 'share.js').read_text(encoding='utf-8')}</script>",
        ],
        policy="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
    )


def write_share_page(path: Path, photos: Sequence[SharedPhoto], title: str = PROGRAM) -> Path:
    """Write the page. Raises `OutputError`."""
    return write_text(path, share_page(photos, title))


def _photo(photo: SharedPhoto) -> dict[str, Any]:
    width = max(panel.width for panel in photo.panels)
    height = max(panel.height for panel in photo.panels)
    names = list(dict.fromkeys(name for panel in photo.panels for name in panel.metrics))
    return {
        "name": photo.name,
        "width": width,
        "height": height,
        "regions": [[r.x, r.y, r.width, r.height] for r in photo.regions],
        "heads": [metric_title(name) for name in names],
        "pictures": [
            {
                "label": panel.label,
                "role": panel.role,
                "data": _address(panel),
                "numbers": [value_text(panel.metrics[n], n) if n in panel.metrics else "" for n in names],
            }
            for panel in photo.panels
        ],
    }


def _address(panel: Panel) -> str:
    stream = io.BytesIO()
    image, kind = Image.fromarray(panel.pixels), "webp"
    if max(image.size) > LARGEST_SIDE["JPEG"]:
        kind = "png"
        image.save(stream, "PNG")
    elif max(image.size) > LARGEST_SIDE["WEBP"]:
        kind = "jpeg"
        image.save(stream, "JPEG", quality=95)
    elif panel.width * panel.height > LOSSLESS_PIXELS:
        image.save(stream, "WEBP", quality=95)
    else:
        image.save(stream, "WEBP", lossless=True)
    return f"data:image/{kind};base64," + base64.b64encode(stream.getvalue()).decode("ascii")
