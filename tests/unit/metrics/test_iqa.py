import os

import numpy as np
import pytest

from qdit4sr_core.errors import MetricUnavailableError
from qdit4sr_core.metrics import iqa
from qdit4sr_core.metrics.fast import psnr, ssim
from qdit4sr_core.metrics.registry import METRICS, availability
from qdit4sr_core.metrics.values import compute

from .calibration import NAMES, PUBLISHED, calibration_pair

pytest.importorskip("pyiqa_never" if not iqa.pyiqa_version() else "torch")

SLOW = {"stlpips_vgg", "ms_ssim", "mad"}
"""Metrics that take seconds an image: one pair is enough for them."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_values_equal_those_that_pyiqa_publishes(name: str) -> None:
    found = availability(name)
    if found.why is not None:
        pytest.skip(str(found.why))
    if name == "mad" and "QDIT4SR_SLOW_TESTS" not in os.environ:
        pytest.skip("takes half a minute; set QDIT4SR_SLOW_TESTS=1 to run it")
    pairs = NAMES[3:4] if name in SLOW else NAMES
    digit = 0.005 if max(PUBLISHED[name]) > 10 else 0.0006
    for pair in pairs:
        image, reference = calibration_pair(pair)
        expected = PUBLISHED[name][NAMES.index(pair)]
        assert compute(name, image, reference) == pytest.approx(expected, abs=digit), pair


@pytest.mark.parametrize("size", [(64, 64), (97, 133)])
def test_the_fast_functions_agree_with_pyiqa(size: tuple[int, int]) -> None:
    random = np.random.default_rng(11)
    reference = random.integers(0, 256, (*size, 3), dtype=np.uint8)
    image = (reference + random.normal(0, 14, reference.shape)).clip(0, 255).astype(np.uint8)
    for name, y_only, fast in (
        ("psnr", False, psnr),
        ("psnr_y", True, psnr),
        ("ssim", True, ssim),
        ("ssim_rgb", False, ssim),
    ):
        theirs = iqa.compute_with_pyiqa(name, image, reference)
        assert fast(image, reference, y_only=y_only) == pytest.approx(theirs, abs=1e-3), name


def test_the_same_image_gives_the_same_number_twice() -> None:
    image, reference = calibration_pair("I08")
    assert compute("gmsd", image, reference) == compute("gmsd", image, reference)
    assert compute("piqe", image) == compute("piqe", image)


def test_missing_weights_are_named_with_their_folder(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(MetricUnavailableError, match=r"n/a: weights not downloaded: LPIPS_v0\.1_alex"):
        compute("lpips", np.zeros((96, 96, 3), np.uint8), np.zeros((96, 96, 3), np.uint8))


def test_damaged_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for weight in METRICS["lpips_vgg"].weights:
        weight.path.parent.mkdir(parents=True, exist_ok=True)
        weight.path.write_bytes(b"not weights")
    with pytest.raises(MetricUnavailableError, match="damaged"):
        compute("lpips_vgg", np.zeros((96, 96, 3), np.uint8), np.zeros((96, 96, 3), np.uint8))
