"""Computing metrics by name, for an image or a region of it, with everything needed to quote the number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from . import fast, iqa
from .numbers import number_text
from .reasons import NOT_AVAILABLE, NotAvailable, NoValueError, Reason, UnmeasurableRegionError
from .regions import Region
from .registry import Metric, find_metric


@dataclass(frozen=True)
class MetricValue:
    """One number, or the reason why there is none.

    `reference` says what it was measured against ("full precision", "ground truth", "" for none),
    `engine` which code and version computed it and on which device, `region` where.
    """

    name: str
    value: float | None
    why: NotAvailable | None = None
    reference: str = ""
    region: Region | None = None
    engine: str = ""

    @property
    def text(self) -> str:
        """The value as it is shown, with its unit, or the reason ("n/a: region under 96 px")."""
        metric = find_metric(self.name)
        if self.value is None:
            return NOT_AVAILABLE if self.why is None else str(self.why)
        return f"{number_text(self.value, metric.decimals)} {metric.unit}".strip()


def engine_of(metric: Metric) -> str:
    """Which code computes a metric, with its version and device, for the record."""
    from ..version import __version__

    if metric.engine == "fast":
        return f"qdit4sr {__version__}, cpu"
    return f"pyiqa {iqa.pyiqa_version()}, {iqa.DEVICE}"


def compute(name: str, image: np.ndarray, reference: np.ndarray | None = None) -> float:
    """The value of a metric for uint8 RGB images (H, W, 3).

    Raises `NoValueError` where there is no value (no reference, weights missing, image too small),
    `MetricUnavailableError` for an unknown name; `ImageError` for a pair that does not fit.
    """
    metric = find_metric(name)
    if metric.full_reference:
        if reference is None:
            raise NoValueError(Reason.NO_REFERENCE)
        fast.check_pair(image, reference)
    if min(image.shape[:2]) < metric.minimum_side:
        raise UnmeasurableRegionError(Reason.REGION_TOO_SMALL, metric.minimum_side)
    if metric.engine == "pyiqa":
        return iqa.compute_with_pyiqa(metric.name, image, reference)
    assert reference is not None
    assert metric.compute is not None, metric.name
    return metric.compute(image, reference)


def compute_region(
    names: Iterable[str],
    image: np.ndarray,
    reference: np.ndarray | None,
    region: Region | None = None,
    *,
    border: int = 0,
    reference_name: str = "",
) -> list[MetricValue]:
    """The values of several metrics in one region (None = the whole image) of uint8 RGB (H, W, 3).

    `border` pixels are left out on each side. What cannot be computed comes back as a value with a reason
    instead of a number. Raises `RegionError` for a region outside the image, `MetricUnavailableError` for an
    unknown name, `ImageError` for images of different size.
    """
    if reference is not None:
        fast.check_pair(image, reference)
    place = (region or Region.whole(image)).shrunk(border)
    crop = place.crop(image)
    reference_crop = None if reference is None else place.crop(reference)
    values = []
    for metric in [find_metric(name) for name in names]:
        value, why = None, None
        try:
            value = compute(metric.name, crop, reference_crop)
        except NoValueError as error:
            why = error.why
        against = reference_name if metric.full_reference else ""
        values.append(MetricValue(metric.name, value, why, against, region, engine_of(metric)))
    return values
