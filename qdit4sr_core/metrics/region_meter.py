"""Values of the fast metrics for a region while it is being dragged."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from . import fast, spectrum, texture
from .reasons import NoValueError, Reason, UnmeasurableRegionError
from .regions import Region
from .registry import find_metric
from .values import MetricValue, engine_of

DRAGGABLE = ("psnr", "psnr_y", "ssim", "hf_ratio", "hf_error", "texture_lost", "texture_added")
"""The metrics that a `RegionMeter` knows."""
BLOCK = 16
"""Side in pixels of the blocks that are summed beforehand."""


class RegionSums:
    """Sums of an (H, W) map over any rectangle.

    Whole blocks come from an integral image, the rest is added pixel by pixel.
    """

    def __init__(self, values: np.ndarray) -> None:
        self._values = np.ascontiguousarray(values, dtype=np.float32)
        height, width = self._values.shape
        rows, columns = height // BLOCK, width // BLOCK
        blocks = self._values[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
        self._integral = np.zeros((rows + 1, columns + 1))
        self._integral[1:, 1:] = blocks.sum(axis=(1, 3), dtype=np.float64).cumsum(0).cumsum(1)

    def total(self, region: Region) -> float:
        """The sum over a region, which must lie inside the map."""
        r = region
        top, left = -(-r.y // BLOCK), -(-r.x // BLOCK)
        bottom, right = r.bottom // BLOCK, r.right // BLOCK
        if bottom <= top or right <= left:
            return self._sum(r.y, r.bottom, r.x, r.right)
        sums = self._integral
        inside = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
        upper, lower = top * BLOCK, bottom * BLOCK
        edges = (
            self._sum(r.y, upper, r.x, r.right)
            + self._sum(lower, r.bottom, r.x, r.right)
            + self._sum(upper, lower, r.x, left * BLOCK)
            + self._sum(upper, lower, right * BLOCK, r.right)
        )
        return float(inside) + edges

    def _sum(self, top: int, bottom: int, left: int, right: int) -> float:
        return float(self._values[top:bottom, left:right].sum(dtype=np.float64))


class RegionMeter:
    """Answers for any region of one image against one reference in microseconds.

    Both are uint8 RGB (H, W, 3). The per-pixel maps behind a metric are made and summed up block by block
    at its first use (or by `prepare`, which belongs into a worker thread): about 4 bytes a pixel and metric,
    8 for the high-frequency ones, of which `like` (a meter of the same reference) can lend 4.
    PSNR and SSIM equal those of the crop exactly, as SSIM counts only windows inside the region; the
    high-frequency energies and the texture lost and added differ from those of a separate crop near its
    edges, where the filters here see what really lies beside the region.
    """

    def __init__(
        self,
        image: np.ndarray,
        reference: np.ndarray,
        *,
        reference_name: str = "",
        like: RegionMeter | None = None,
    ) -> None:
        fast.check_pair(image, reference)
        self._image = image
        self._reference = reference
        self._reference_name = reference_name
        self._sums: dict[str, RegionSums] = {}
        if like is not None and like._reference is reference and "reference_energy" in like._sums:
            self._sums["reference_energy"] = like._sums["reference_energy"]
        self._maps: dict[str, Callable[[], np.ndarray]] = {
            "error": self._squared_error,
            "error_y": lambda: np.square(fast.luma(self._image) - fast.luma(self._reference)),
            "ssim": lambda: fast.ssim_map(np.rint(fast.luma(image)), np.rint(fast.luma(reference))),
            "energy": lambda: np.square(spectrum.high_pass(fast.luma(self._image))),
            "reference_energy": lambda: np.square(spectrum.high_pass(fast.luma(self._reference))),
            "lost": lambda: np.maximum(-self._texture_change(), 0),
            "added": lambda: np.maximum(self._texture_change(), 0),
        }

    def _squared_error(self) -> np.ndarray:
        difference = self._image.astype(np.float32) - self._reference
        return np.einsum("hwc,hwc->hw", difference, difference) / 3

    def _texture_change(self) -> np.ndarray:
        return texture.texture_loss_map(self._image, self._reference)

    def prepare(self, names: Iterable[str] = DRAGGABLE) -> None:
        """Make the sums behind `names` now."""
        whole = Region.whole(self._image)
        self.measure(whole, names)

    def _mean(self, what: str, region: Region) -> float:
        if what not in self._sums:
            self._sums[what] = RegionSums(self._maps[what]())
        return self._sums[what].total(region) / (region.width * region.height)

    def _value(self, name: str, region: Region) -> float:
        side = find_metric(name).minimum_side
        if min(region.width, region.height) < side:
            raise UnmeasurableRegionError(Reason.REGION_TOO_SMALL, side)
        if name in ("psnr", "psnr_y"):
            error = self._mean("error" if name == "psnr" else "error_y", region)
            # Differences of large sums leave a residue below any error that 8 bits can make.
            return fast.decibels(error if error > 1e-6 else 0.0)
        if name == "ssim":
            lost = fast.SSIM_WINDOW - 1
            inside = Region(region.x, region.y, region.width - lost, region.height - lost)
            return self._mean("ssim", inside)
        if name in ("texture_lost", "texture_added"):
            return max(self._mean(name.removeprefix("texture_"), region), 0.0)
        energy, reference = (max(self._mean(n, region), 0.0) for n in ("energy", "reference_energy"))
        if name == "hf_ratio":
            return spectrum.energy_ratio(energy, reference)
        if name == "hf_error":
            return spectrum.energy_error(energy, reference)
        raise NoValueError(Reason.NOT_WHILE_DRAGGING, name)

    def measure(self, region: Region, names: Iterable[str] = DRAGGABLE) -> list[MetricValue]:
        """The values of `names` in `region`; one that cannot be had comes with its reason.

        Raises `RegionError` for a region that sticks out of the image.
        """
        region.crop(self._image)
        values = []
        for name in names:
            value, why = None, None
            try:
                value = self._value(name, region)
            except NoValueError as error:
                why = error.why
            engine = engine_of(find_metric(name))
            values.append(MetricValue(name, value, why, self._reference_name, region, engine))
        return values
