import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

pytest.importorskip("diffusers")

from safetensors.torch import load_file, save_file

from qdit4sr_core.errors import CheckpointError
from qdit4sr_core.models.sd3_vae import SD3VAE, load_sd3_vae, upscale_like_published
from tests.published_folders import SINGLE, write_vae


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return write_vae(tmp_path_factory.mktemp("vae"))


@pytest.fixture(scope="module")
def codec(folder) -> SD3VAE:
    return load_sd3_vae(folder, latent_channels=4)


def photo(height: int, width: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(3)
    rows = torch.linspace(-1, 1, height)[:, None].expand(height, width)
    return (rows + 0.3 * torch.randn(1, 3, height, width, generator=generator)).clamp(-1, 1)


def test_it_is_a_codec(codec):
    lr = photo(8, 12)
    assert (codec.latent_channels, codec.downscale, codec.scale) == (4, 8, 4)
    assert codec.encode_lr(lr).shape == (1, 4, 4, 6)
    latent = codec.encode(photo(32, 48), lr)
    assert latent.shape == (1, 4, 4, 6)
    assert codec.decode(latent, lr).shape == (1, 3, 32, 48)


def test_shift_and_scale_are_those_of_the_configuration(codec):
    image = photo(32, 32)
    mean = codec.vae.encode(image).latent_dist.mean
    latent = codec.encode(image, image)
    assert torch.allclose(latent, (mean - 0.0609) * 1.5305, atol=1e-5)
    assert torch.allclose(codec.decode(latent, image), codec.vae.decode(mean).sample, atol=1e-4)


@pytest.mark.parametrize(("height", "width", "tile"), [(64, 96, 32), (40, 72, 24), (48, 48, 17)])
def test_tiles_give_the_untiled_result(folder, codec, height, width, tile):
    tiled = load_sd3_vae(folder)
    tiled.tile = tile
    image = photo(height, width)
    whole_latent, tiled_latent = codec.encode(image, image), tiled.encode(image, image)
    assert torch.allclose(whole_latent, tiled_latent, atol=2e-5)
    whole, parts = codec.decode(whole_latent, image), tiled.decode(whole_latent, image)
    assert (whole - parts).abs().max() < 2e-5 * whole.abs().max().clamp(min=1)


def test_the_posterior_can_be_sampled_reproducibly(folder, codec):
    image = photo(32, 32)
    first = load_sd3_vae(folder, posterior_seed=1).encode(image, image)
    again = load_sd3_vae(folder, posterior_seed=1).encode(image, image)
    other = load_sd3_vae(folder, posterior_seed=2).encode(image, image)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert not torch.equal(first, codec.encode(image, image))


def test_enlargement_matches_pillow_to_one_level():
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 256, (20, 31, 3), dtype=np.uint8)
    expected = np.asarray(Image.fromarray(pixels).resize((124, 80), Image.Resampling.BICUBIC)).astype(int)
    lr = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 127.5 - 1
    levels = ((upscale_like_published(lr, 4)[0].permute(1, 2, 0) + 1) * 127.5).round().int().numpy()
    assert np.abs(levels - expected).max() <= 1


def test_old_attention_names(tmp_path, codec):
    write_vae(tmp_path)
    new = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
    weights = load_file(tmp_path / SINGLE)
    for current, old in new.items():
        weights = {
            k.replace(f"attentions.0.{current}.", f"attentions.0.{old}."): v for k, v in weights.items()
        }
    save_file(weights, tmp_path / SINGLE)
    image = photo(16, 16)
    assert torch.equal(load_sd3_vae(tmp_path).encode(image, image), codec.encode(image, image))


def test_a_vae_of_another_latent_width(folder):
    with pytest.raises(CheckpointError, match="latents of 4 channels, but the transformer expects 16"):
        load_sd3_vae(folder, latent_channels=16)


def test_damaged_vae_folders(tmp_path):
    write_vae(tmp_path)
    weights = load_file(tmp_path / SINGLE)
    save_file(weights | {"decoder.conv_out.bias": torch.tensor([1.0, float("nan"), 0])}, tmp_path / SINGLE)
    with pytest.raises(CheckpointError, match=r"NaN.*decoder\.conv_out\.bias"):
        load_sd3_vae(tmp_path)
    del weights["decoder.conv_out.bias"]
    save_file(weights, tmp_path / SINGLE)
    with pytest.raises(CheckpointError, match=r"1 missing \(decoder\.conv_out\.bias\)"):
        load_sd3_vae(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"_class_name": "AutoencoderTiny"}))
    with pytest.raises(CheckpointError, match="does not describe an AutoencoderKL"):
        load_sd3_vae(tmp_path)
