"""The whole published pipeline against one written with diffusers' scheduler, VAE and text encoding."""

import dataclasses

import numpy as np
import pytest
import torch
from PIL import Image

pytest.importorskip("diffusers")

from qdit4sr_core.errors import ImageError
from qdit4sr_core.images import upscale_bicubic
from qdit4sr_core.models.published import BASE_VARIABLE
from qdit4sr_core.models.registry import load_model
from qdit4sr_core.models.super_resolution_model import SuperResolutionModel
from qdit4sr_core.upscale import SamplingSettings, initial_noise, upscale
from tests.published_folders import write_published


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> SuperResolutionModel:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(BASE_VARIABLE, raising=False)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        loaded = load_model(write_published(tmp_path_factory.mktemp("parity")), device="cpu")
        loaded.embed_text()
    return loaded


@torch.no_grad()
def reference(model: SuperResolutionModel, pixels: np.ndarray, steps: int, guidance: float) -> np.ndarray:
    """(H, W, 3) LR to (4H, 4W, 3), as the published script does it, but for the posterior's mean."""
    from diffusers import FlowMatchEulerDiscreteScheduler

    vae, text = model.codec.vae, model.text
    large = Image.fromarray(pixels).resize(
        (pixels.shape[1] * 4, pixels.shape[0] * 4), Image.Resampling.BICUBIC
    )
    image = torch.from_numpy(np.array(large)).permute(2, 0, 1)[None].float() / 127.5 - 1
    shift, scale = vae.config.shift_factor, vae.config.scaling_factor
    condition = (vae.encode(image).latent_dist.mean - shift) * scale
    scheduler = FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=3.0)
    scheduler.set_timesteps(steps)
    x = initial_noise(model, pixels.shape[:2], 4)
    for time in scheduler.timesteps:
        v = model.transformer(
            torch.cat([x, x]),
            torch.cat([condition, condition]),
            time.expand(2),
            text=torch.cat([text.negative_text, text.text]),
            pooled=torch.cat([text.negative_pooled, text.pooled]),
        )
        away, towards = v.chunk(2)
        x = scheduler.step(away + guidance * (towards - away), time, x, return_dict=False)[0]
    decoded = vae.decode(x / scale + shift).sample[0].permute(1, 2, 0) / 2 + 0.5
    return decoded.clamp(0, 1).mul(255).round().numpy()


@pytest.mark.parametrize(("steps", "guidance"), [(5, 8.0), (3, 1.0)])
def test_pixels_are_those_of_the_published_pipeline(model, steps, guidance):
    model = dataclasses.replace(model, minimum_side=0)  # a small photo is quicker
    pixels = np.random.default_rng(2).integers(0, 256, (32, 40, 3), dtype=np.uint8)
    settings = SamplingSettings.for_model(model, steps=steps, guidance=guidance, seed=4, color_fix="none")
    result = upscale(model, pixels, settings).pixels.astype(int)
    expected = reference(model, pixels, steps, guidance)
    assert result.std() > 5  # there is a picture to agree on
    assert np.abs(result - expected).max() <= 1
    assert np.mean(result != expected) < 0.01


@pytest.mark.parametrize("shape", [(20, 29), (31, 11)])
def test_a_photo_under_the_published_tile_is_enlarged_first(model, shape):
    height, width = shape
    side = model.minimum_side
    assert side == 2 * model.sampling_defaults["tile"] > max(shape)  # a cell is 2 x 2 of a photo's pixels
    pixels = np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)
    factor = side / min(shape)
    enlarged = Image.fromarray(pixels).resize(
        (int(factor * width), int(factor * height)), Image.Resampling.BICUBIC
    )
    settings = SamplingSettings.for_model(model, steps=2, guidance=1.0, seed=4)
    large = upscale(model, np.array(enlarged), settings).pixels
    expected = Image.fromarray(large).resize((4 * width, 4 * height), Image.Resampling.BICUBIC)
    shown: list[np.ndarray] = []
    result = upscale(model, pixels, settings, preview=shown.append)
    assert result.pixels.shape == (4 * height, 4 * width, 3)
    assert np.array_equal(result.pixels, np.array(expected))
    assert all(preview.shape == result.pixels.shape for preview in shown)
    noise = initial_noise(model, shape, 4)
    assert np.array_equal(upscale(model, pixels, settings, noise=noise).pixels, result.pixels)


def test_a_photo_that_would_become_too_large_is_refused(model):
    with pytest.raises(ImageError, match="too narrow"):
        upscale(model, np.zeros((1, 60_000, 3), dtype=np.uint8), SamplingSettings.for_model(model, steps=1))


def test_the_default_colour_fix_matches_the_enlarged_photo(model):
    model = dataclasses.replace(model, minimum_side=0)
    pixels = np.random.default_rng(3).integers(60, 200, (32, 32, 3), dtype=np.uint8)
    result = upscale(model, pixels, SamplingSettings.for_model(model, steps=2)).pixels / 255
    target = upscale_bicubic(pixels, 4) / 255
    assert np.allclose(result.mean((0, 1)), target.mean((0, 1)), atol=0.02)
    assert np.allclose(result.std((0, 1)), target.std((0, 1)), atol=0.02)
