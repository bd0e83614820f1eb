"""Calibration follows the sampling trajectory of full precision and says what it was made from."""

import numpy as np
import pytest

from qdit4sr_core.errors import Cancelled, ImageError
from qdit4sr_core.images import SHOWN_FIRST, LoadedImage
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.progress import What
from qdit4sr_core.upscale import SamplingSettings
from qdit4sr_core.upscale.calibration import BUNDLED, bundled_calibration_images, calibrate, middle


def _photos(count: int) -> list[LoadedImage]:
    generator = np.random.default_rng(8)
    pixels = generator.integers(0, 256, (count, 36, 32, 3), np.uint8)
    return [LoadedImage(one, sha256=f"hash{number}") for number, one in enumerate(pixels)]


def test_statistics_of_every_step(tiny_model: SuperResolutionModel) -> None:
    reports: list[tuple[int, int, What]] = []
    result = calibrate(tiny_model, _photos(2), crop=32, progress=lambda *call: reports.append(call))
    assert result.steps == 3
    layer = result.layers["transformer_blocks.0.ff.net.2"]
    assert layer.energy.shape == (3,)
    assert bool((layer.energy > 0).all())
    assert result.provenance["settings"]["steps"] == 3
    assert [image["sha256"] for image in result.provenance["images"]] == ["hash0", "hash1"]
    done = [report[0] for report in reports]
    assert done == sorted(done)
    assert reports[-1][0] == reports[-1][1]
    assert [str(what) for _, _, what in (reports[0], reports[-1])] == [
        "measuring sensitivities, photo 1 of 2",
        "measuring sensitivities, photo 2 of 2",
    ]


def test_the_same_photos_give_the_same_statistics(tiny_model: SuperResolutionModel) -> None:
    first, second = (calibrate(tiny_model, _photos(1)) for _ in range(2))
    assert first.layers["transformer_blocks.1.attn.to_q"].energy.tolist() == (
        second.layers["transformer_blocks.1.attn.to_q"].energy.tolist()
    )


def test_bundled_photos_stand_in(tiny_model: SuperResolutionModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qdit4sr_core.upscale.calibration.BUNDLED", BUNDLED)  # all of them, for once
    settings = SamplingSettings.for_model(tiny_model, steps=1)
    names = [image["name"] for image in calibrate(tiny_model, settings=settings).provenance["images"]]
    assert names == ["bundled coffee", "bundled chelsea", "bundled grass", "bundled brick"]
    assert len(bundled_calibration_images()) == 4


def test_no_photo_that_is_shown_first_was_seen_by_a_quantizer() -> None:
    assert not set(SHOWN_FIRST) & set(BUNDLED)


def test_middle_of_a_photo() -> None:
    pixels = np.arange(6 * 4 * 3, dtype=np.uint8).reshape(6, 4, 3)
    np.testing.assert_array_equal(middle(pixels, 4), pixels[1:5])
    assert middle(pixels, 0) is pixels
    assert middle(pixels, 100).shape == (6, 4, 3)


def test_no_photo_and_cancel(tiny_model: SuperResolutionModel) -> None:
    with pytest.raises(ImageError, match="at least one"):
        calibrate(tiny_model, [])
    with pytest.raises(Cancelled):
        calibrate(tiny_model, _photos(1), cancelled=lambda: True)
