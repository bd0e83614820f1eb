"""Where to look: the region in which variants differ most, for figures nobody drew a region on.

With a reference and variants it is the first place of `qdit4sr_core.metrics.reveal`, as in the window.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..metrics.regions import Region
from ..metrics.reveal import reveal
from ..metrics.spectrum import MINIMUM_SIDE
from .panel import Panel, canvas_size


def suggest_region(panels: Sequence[Panel], share: float = 0.25) -> Region:
    """The square where the variants differ most from the reference, 96 pixels or less.

    Panels marked `orientation` (bicubic, results made elsewhere) do not choose it unless there are no others.
    Without a reference, a square of `share` of the shorter side where fine detail differs most. Detail
    is the luma less its 3x3 mean; difference is its range over the panels, summed over the square.
    With fewer than two full-size panels, the place with the most detail.
    """
    import cv2

    height, width = canvas_size(tuple(panels))
    own = [p for p in panels if (p.height, p.width) == (height, width)]
    references = [p for p in own if p.role == "reference"]
    variants = [p for p in own if p.role == "variant"]
    variants = [p for p in variants if not p.orientation] or variants
    if references and variants and min(height, width) >= MINIMUM_SIDE:
        numbered = {str(index): panel.pixels for index, panel in enumerate(variants)}
        return reveal(references[0].pixels, numbered, count=1)[0].region
    side = max(1, min(round(min(height, width) * share), height, width))
    full = [p for p in panels if (p.height, p.width) == (height, width) and p.role != "input"]
    if len(full) >= 2:
        most = least = _detail(full[0].pixels)
        for panel in full[1:]:
            detail = _detail(panel.pixels)
            most, least = np.maximum(most, detail), np.minimum(least, detail)
        score = most - least
    else:
        score = np.abs(_detail(full[0].pixels)) if full else np.ones((height, width), np.float32)
    means = cv2.boxFilter(score, cv2.CV_32F, (side, side), anchor=(0, 0), borderType=cv2.BORDER_REFLECT_101)
    means = means[: height - side + 1, : width - side + 1]
    y, x = np.unravel_index(int(np.argmax(means)), means.shape)
    return Region(int(x), int(y), side, side)


def _detail(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    import cv2

    luma = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(luma - cv2.blur(luma, (3, 3)), dtype=np.float32)
