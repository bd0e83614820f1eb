import math

import numpy as np
import pytest

from qdit4sr_core.errors import ImageError, MetricUnavailableError, RegionError
from qdit4sr_core.metrics.fast import psnr, ssim
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.metrics.registry import METRICS, find_metric
from qdit4sr_core.metrics.values import MetricValue, compute, compute_region


@pytest.fixture
def pair() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(9)
    reference = random.integers(0, 256, (80, 90, 3), dtype=np.uint8)
    image = (reference * 0.9 + random.normal(8, 6, reference.shape)).clip(0, 255).astype(np.uint8)
    return image, reference


def test_a_region_is_measured_like_its_crop(pair) -> None:
    image, reference = pair
    region = Region(20, 10, 40, 36, "fur")
    values = compute_region(["psnr", "ssim"], image, reference, region, reference_name="ground truth")
    a, b = region.crop(image), region.crop(reference)
    assert [v.value for v in values] == [psnr(a, b), ssim(a, b)]
    assert all(v.region == region and v.reference == "ground truth" for v in values)
    assert values[0].engine.startswith("qdit4sr ")


def test_the_border_is_left_out(pair) -> None:
    image, reference = pair
    spoiled = image.copy()
    spoiled[:4] = 0
    (value,) = compute_region(["psnr"], spoiled, reference, border=4)
    assert value.value == psnr(image[4:-4, 4:-4], reference[4:-4, 4:-4])


def test_what_cannot_be_computed_says_why(pair) -> None:
    image, reference = pair
    small = compute_region(["niqe", "ssim", "hf_ratio"], image, reference, Region(0, 0, 10, 10))
    assert [v.value for v in small] == [None, None, None]
    assert [v.text for v in small] == [
        "n/a: region under 96 px",
        "n/a: region under 11 px",
        "n/a: region under 32 px",
    ]
    (alone,) = compute_region(["psnr"], image, None)
    assert alone.text == "n/a: no reference"
    flat = np.full_like(image, 99)
    (ratio,) = compute_region(["hf_ratio"], image, flat)
    assert ratio.text == "n/a: the reference is flat here"


def test_mistakes_of_the_caller_are_errors(pair) -> None:
    image, reference = pair
    with pytest.raises(RegionError):
        compute_region(["psnr"], image, reference, Region(60, 0, 40, 10))
    with pytest.raises(ImageError, match="same size"):
        compute_region(["psnr"], image, reference[:50])
    with pytest.raises(MetricUnavailableError, match="Did you mean 'psnr'"):
        compute("pnsr", image, reference)


def test_equal_images_are_shown_as_infinite_psnr(pair) -> None:
    (value,) = compute_region(["psnr"], pair[0], pair[0])
    assert value.value == math.inf
    assert value.text == "∞ dB"
    assert MetricValue("psnr", 31.4159).text == "31.42 dB"


def test_every_metric_knows_its_direction() -> None:
    assert find_metric("ST-LPIPS").arrow == "↓"
    for metric in METRICS.values():
        good, bad = metric.range
        if metric.higher_is_better is None:
            assert metric.target is not None
            assert metric.rank_key(metric.target) < metric.rank_key(metric.target + 0.1)
            continue
        if metric.higher_is_better:
            good, bad = bad, good
        assert metric.rank_key(good) < metric.rank_key(bad)
        assert metric.rank_key(math.nan) == math.inf
