"""Features of the last pictures: one picture is compared with several, and its features are found once.

An evaluation compares every variant with full precision and with the ground truth; a network that compares
features would see each of the two anew for each variant, which takes longer than the variant's own turn.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

MOST = 4
"""A variant, full precision, the ground truth, and the variant before, which goes when the next one comes."""
LARGEST = 64_000_000
"""Bytes: features that take more are not kept."""


class KeptFeatures:
    """A network's forward pass (one tensor to a tuple of tensors) that knows the last few by their content.

    Results are handed out again, so whoever asks must not write into them.
    """

    def __init__(self, forward: Callable[[Tensor], tuple[Tensor, ...]]) -> None:
        self._forward = forward
        self._kept: OrderedDict[tuple[object, ...], tuple[Tensor, ...]] = OrderedDict()

    def __call__(self, image: Tensor) -> tuple[Tensor, ...]:
        """The features of (N, C, H, W)."""
        pixels = image.detach().cpu().contiguous().numpy()
        key = (pixels.shape, pixels.dtype.str, hashlib.blake2b(pixels.data).digest())
        found = self._kept.pop(key, None)
        if found is None:
            found = self._forward(image)
        if sum(features.nbytes for features in found) <= LARGEST:
            self._kept[key] = found  # the newest comes last
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return found
