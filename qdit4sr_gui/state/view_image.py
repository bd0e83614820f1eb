"""What a view is told about one image: a key, a name, its pixels once there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qdit4sr_core.variant_text import FULL_PRECISION_TEXT

from .pyramid import Pixels

LR_KEY, TRUTH_KEY = "lr", "truth"
"""The keys of the photo itself and of its ground truth, beside those of variants."""


@dataclass(frozen=True, eq=False)
class ViewImage:
    """One image to compare.

    `key` names it for good (a variant's, `LR_KEY`, `TRUTH_KEY`); `label` is shown on its pane; `pixels` is
    (H, W, 3) uint8 sRGB, or None while it has not been computed. `metric_line` is one short line of
    numbers under the label. `error` is the sentence shown instead of the image when it failed; `hint`
    the one shown while there is nothing (for example "Not run yet"). Pixels must not be written to
    after they were handed over: an array of the same identity counts as the same image.
    """

    key: str
    label: str
    pixels: Pixels | None = None
    metric_line: str = ""
    error: str = ""
    hint: str = ""
    headline: str = ""
    """The number that says most about it, shown first on its chip."""
    nameless: bool = False
    """Judged without a name: nothing on its pane may tell what it is."""
    landmark: bool = False
    """Shown for orientation: the range of difference colours is chosen from the other images."""

    @property
    def chip_line(self) -> str:
        """What stands under the name."""
        return " · ".join(part for part in (self.headline, self.metric_line) if part)


def usual_reference(images: Sequence[ViewImage]) -> str:
    """Key of what the others are compared with unless somebody chooses: full precision, else a variant."""
    keys = [image.key for image in images]
    if FULL_PRECISION_TEXT in keys:
        return FULL_PRECISION_TEXT
    return next((key for key in keys if key not in (LR_KEY, TRUTH_KEY)), keys[0] if keys else "")
