"""The whole upscaling: any size, repeatable, cancellable, and the same in tiles where it should be."""

import warnings
from typing import Any

import numpy as np
import pytest
import torch

from qdit4sr_core.errors import Cancelled, ImageError
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.progress import Activity, Phase, What
from qdit4sr_core.upscale import SamplingSettings, initial_noise, latent_tiles, pipeline, upscale


def _photo(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height * 1000 + width).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("size", [(1, 1), (1, 37), (33, 47), (32, 32), (90, 5)])
def test_any_size(tiny_model: SuperResolutionModel, size: tuple[int, int]) -> None:
    result = upscale(tiny_model, _photo(*size))
    assert result.pixels.shape == (4 * size[0], 4 * size[1], 3)
    assert result.pixels.dtype == np.uint8
    assert len(result.step_seconds) == result.settings.steps == 3
    assert result.seconds >= sum(result.step_seconds)


def test_the_same_seed_repeats_and_another_differs(tiny_model: SuperResolutionModel) -> None:
    photo = _photo(40, 40)
    settings = SamplingSettings.for_model(tiny_model, color_fix="none")
    first = upscale(tiny_model, photo, settings).pixels
    np.testing.assert_array_equal(first, upscale(tiny_model, photo, settings).pixels)
    other = upscale(
        tiny_model, photo, SamplingSettings.for_model(tiny_model, color_fix="none", seed=1)
    ).pixels
    assert (first != other).any()


def test_noise_depends_on_seed_and_size_alone(tiny_model: SuperResolutionModel) -> None:
    noise = initial_noise(tiny_model, (40, 50), 3)
    assert noise.shape == (1, 4, 20, 26)
    assert torch.equal(noise, initial_noise(tiny_model, (40, 50), 3))
    assert not torch.equal(noise, initial_noise(tiny_model, (40, 50), 4))
    torch.manual_seed(0)
    before = torch.rand(1)
    torch.manual_seed(0)
    initial_noise(tiny_model, (40, 50), 3)
    assert torch.equal(before, torch.rand(1))  # the global generator is left alone


def test_given_noise_is_used(tiny_model: SuperResolutionModel) -> None:
    photo = _photo(32, 32)
    settings = SamplingSettings.for_model(tiny_model, color_fix="none", seed=5)
    noise = initial_noise(tiny_model, (32, 32), 5)
    same = upscale(tiny_model, photo, SamplingSettings.for_model(tiny_model, color_fix="none"), noise=noise)
    np.testing.assert_array_equal(upscale(tiny_model, photo, settings).pixels, same.pixels)


def test_a_lower_start_brings_the_estimate_in(tiny_model: SuperResolutionModel) -> None:
    photo = _photo(32, 32)
    options = {"color_fix": "none", "steps": 1}
    full = upscale(tiny_model, photo, SamplingSettings.for_model(tiny_model, **options))
    lower = upscale(tiny_model, photo, SamplingSettings.for_model(tiny_model, start_sigma=0.4, **options))
    assert (full.pixels != lower.pixels).any()


def test_padding_does_not_show(tiny_model: SuperResolutionModel) -> None:
    """A photo of whole tokens is not padded; an odd one is padded with its edge."""
    assert tiny_model.sizes.padded_shape((64, 36)) == (64, 36)
    assert tiny_model.sizes.padded_shape((61, 1)) == (64, 32)
    photo = _photo(45, 50)
    padded = np.pad(photo, ((0, 3), (0, 2), (0, 0)), mode="edge")
    settings = SamplingSettings.for_model(tiny_model, color_fix="none")
    whole = upscale(tiny_model, padded, settings).pixels
    np.testing.assert_array_equal(upscale(tiny_model, photo, settings).pixels, whole[: 4 * 45, : 4 * 50])


def test_a_photo_of_one_tile_does_not_care_about_the_tile_size(tiny_model: SuperResolutionModel) -> None:
    photo = _photo(32, 32)  # 16 x 16 cells
    one = upscale(tiny_model, photo, SamplingSettings.for_model(tiny_model, tile=16))
    larger = upscale(tiny_model, photo, SamplingSettings.for_model(tiny_model, tile=32))
    np.testing.assert_array_equal(one.pixels, larger.pixels)


def test_tiles_agree_with_one_tile_where_the_model_sees_one_cell(
    tiny_model: SuperResolutionModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a velocity that depends on its own cell alone, tiling changes no more than rounding."""

    def cellwise(
        transformer: object, x: torch.Tensor, condition: torch.Tensor, *rest: object
    ) -> torch.Tensor:
        return x - 0.3 * condition[:, :4]

    monkeypatch.setattr(pipeline, "guided_velocity", cellwise)
    photo = _photo(60, 52)
    one = SamplingSettings.for_model(tiny_model, tile=32, codec_tile=0)
    many = SamplingSettings.for_model(tiny_model, tile=8, codec_tile=20)
    assert len(latent_tiles(tiny_model, (60, 52), one)) == 1
    assert len(latent_tiles(tiny_model, (60, 52), many)) > 9
    difference = upscale(tiny_model, photo, one).pixels.astype(int) - upscale(tiny_model, photo, many).pixels
    assert np.abs(difference).max() <= 1


def test_tiling_really_tiles(tiny_model: SuperResolutionModel) -> None:
    """The real model sees its whole tile, so tiles change its result: the test above is not empty."""
    photo = _photo(60, 52)
    one = upscale(tiny_model, photo, SamplingSettings.for_model(tiny_model, tile=32, color_fix="none"))
    many = upscale(tiny_model, photo, SamplingSettings.for_model(tiny_model, tile=8, color_fix="none"))
    assert (one.pixels != many.pixels).any()


def test_progress_counts_tiles_and_steps(tiny_model: SuperResolutionModel) -> None:
    calls: list[tuple[int, int, What]] = []
    settings = SamplingSettings.for_model(tiny_model, tile=16)
    count = len(latent_tiles(tiny_model, (40, 40), settings))
    upscale(tiny_model, _photo(40, 40), settings, progress=lambda *call: calls.append(call))
    assert count == 4
    assert {total for _, total, _ in calls} == {3 * count}
    done = [call[0] for call in calls]
    assert done == sorted(done)
    assert calls[-1] == (12, 12, Activity(Phase.DECODING))
    assert (5, 12, Activity(Phase.SAMPLING, 2, 3)) in calls


@pytest.mark.parametrize("after", [0, 1, 5])
def test_cancel_stops_within_a_tile(tiny_model: SuperResolutionModel, after: int) -> None:
    done = [0]

    def progress(count: int, total: int, what: What) -> None:
        done[0] = count

    with pytest.raises(Cancelled):
        upscale(tiny_model, _photo(40, 40), progress=progress, cancelled=lambda: done[0] >= after)
    assert done[0] == after


def test_previews_show_the_estimate_at_output_size(tiny_model: SuperResolutionModel) -> None:
    shown: list[np.ndarray] = []
    settings = SamplingSettings.for_model(tiny_model, steps=8)
    result = upscale(tiny_model, _photo(33, 35), settings, preview=shown.append)
    assert len(shown) == 3
    assert all(pixels.shape == (132, 140, 3) for pixels in shown)
    plain = upscale(tiny_model, _photo(33, 35), settings)
    np.testing.assert_array_equal(result.pixels, plain.pixels)


def test_colours_follow_the_photo(tiny_model: SuperResolutionModel) -> None:
    photo = _photo(32, 32) // 4 + np.array([120, 40, 10], np.uint8)
    result = upscale(tiny_model, photo, SamplingSettings.for_model(tiny_model, color_fix="adain"))
    assert np.abs(result.pixels.mean((0, 1)) - photo.mean((0, 1))).max() < 1.5


def test_an_enormous_photo_is_refused(
    tiny_model: SuperResolutionModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "MAX_LR_PIXELS", 1000)
    with pytest.raises(ImageError, match="40 x 30"):
        upscale(tiny_model, _photo(30, 40))


def test_pixels_that_may_not_be_written_are_read_alone(tiny_model: SuperResolutionModel) -> None:
    """What `np.asarray` makes of a picture, or `np.load` of a mapped file: torch warns of such memory."""
    photo = _photo(32, 32)
    expected = upscale(tiny_model, photo).pixels
    photo.flags.writeable = False
    before = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = upscale(tiny_model, photo).pixels
    finally:
        torch.set_warn_always(before)
    np.testing.assert_array_equal(found, expected)


NO_PICTURES = [np.zeros(shape, np.uint8) for shape in ((8, 8), (8, 8, 4), (0, 8, 3), (1, 8, 8, 3))]


@pytest.mark.parametrize("given", [*NO_PICTURES, np.zeros((8, 8, 3)), [[1, 2, 3]], None])
def test_what_is_no_picture_is_refused(tiny_model: SuperResolutionModel, given: Any) -> None:
    with pytest.raises(ImageError, match=r"an array \(height, width, 3\) of uint8, but"):
        upscale(tiny_model, given)
