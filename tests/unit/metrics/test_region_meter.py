import math
import time

import numpy as np
import pytest

from qdit4sr_core.errors import RegionError
from qdit4sr_core.metrics.region_meter import DRAGGABLE, RegionMeter, RegionSums
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.metrics.values import compute_region

REGIONS = [Region(0, 0, 120, 100), Region(17, 23, 64, 50), Region(88, 60, 32, 40)]


@pytest.fixture(scope="module")
def pair() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(21)
    reference = random.normal(128, 30, (100, 120, 3)).clip(0, 255).astype(np.uint8)
    image = (0.7 * reference + 38 + random.normal(0, 5, reference.shape)).clip(0, 255).astype(np.uint8)
    return image, reference


@pytest.mark.parametrize("region", REGIONS, ids=str)
def test_the_meter_says_what_the_crop_says(pair, region: Region) -> None:
    meter = RegionMeter(*pair).measure(region)
    crop = compute_region(DRAGGABLE, *pair, region)
    assert [v.name for v in meter] == list(DRAGGABLE)
    for ours, exact in zip(meter, crop, strict=True):
        tolerance = 0.12 if ours.name.startswith(("hf", "texture")) and region != REGIONS[0] else 1e-4
        assert ours.value == pytest.approx(exact.value, abs=tolerance), ours.name


def test_equal_images_are_perfect_everywhere(pair) -> None:
    values = {v.name: v.value for v in RegionMeter(pair[0], pair[0]).measure(REGIONS[1])}
    assert values["psnr"] == math.inf
    assert values["ssim"] == pytest.approx(1, abs=1e-6)
    assert values["hf_error"] == pytest.approx(0, abs=1e-9)


def test_small_regions_and_slow_metrics_say_why(pair) -> None:
    meter = RegionMeter(*pair)
    assert meter.measure(Region(0, 0, 8, 40), ["ssim"])[0].text == "n/a: region under 11 px"
    assert meter.measure(REGIONS[1], ["gmsd"])[0].text == "n/a: gmsd is not computed while dragging"
    with pytest.raises(RegionError, match="120x100"):
        meter.measure(Region(100, 0, 30, 30))


def test_dragging_over_a_large_image_takes_no_time() -> None:
    random = np.random.default_rng(4)
    reference = random.integers(0, 256, (2048, 2048, 3), dtype=np.uint8)
    image = reference[:, ::-1]
    meter = RegionMeter(np.ascontiguousarray(image), reference)
    meter.prepare(["psnr", "ssim"])
    start = time.perf_counter()
    for offset in range(20):
        meter.measure(Region(offset, offset, 2000, 2000), ["psnr", "ssim"])
    assert (time.perf_counter() - start) / 20 < 0.05


@pytest.mark.parametrize(
    "region",
    [
        Region(0, 0, 70, 53),
        Region(16, 16, 32, 16),
        Region(15, 17, 3, 2),
        Region(1, 1, 68, 51),
        Region(30, 3, 1, 50),
        Region(64, 48, 6, 5),
    ],
)
def test_sums_of_blocks_and_edges(region):
    values = np.random.default_rng(4).random((53, 70), dtype=np.float32)
    values -= 0.3  # SSIM can be negative
    expected = float(region.crop(values[..., None]).astype(float).sum())
    assert RegionSums(values).total(region) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_a_meter_borrows_what_belongs_to_the_reference():
    first, second, reference = (
        np.random.default_rng(seed).integers(0, 256, (64, 64, 3), np.uint8) for seed in (1, 2, 3)
    )
    lender = RegionMeter(first, reference)
    lender.prepare(["hf_error"])
    borrower = RegionMeter(second, reference, like=lender)
    assert borrower._sums["reference_energy"] is lender._sums["reference_energy"]
    whole = Region.whole(second)
    alone = RegionMeter(second, reference).measure(whole, ["hf_error"])
    assert borrower.measure(whole, ["hf_error"])[0].value == alone[0].value
