from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("diffusers")

from qdit4sr_core.errors import CheckpointError
from qdit4sr_core.models.checkpoint import load_transformer, materialise, open_checkpoint
from qdit4sr_core.models.published import BASE_VARIABLE, SAMPLING, find_base, load_published
from qdit4sr_core.models.registry import load_model
from qdit4sr_core.models.text import EMBEDDINGS_FILE, TextCondition, save_condition
from qdit4sr_core.models.text_encoders import EncodedCaption
from qdit4sr_core.upscale import SamplingSettings, upscale
from tests.published_folders import (
    GOLDEN,
    tiny_weights,
    write_null_embeddings,
    write_published,
    write_sharded,
    write_single,
    write_vae,
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv(BASE_VARIABLE, raising=False)


@pytest.fixture(scope="module")
def with_text(tmp_path_factory) -> Path:
    return write_published(tmp_path_factory.mktemp("with_text"))


@pytest.fixture(scope="module")
def without_text(tmp_path_factory) -> Path:
    return write_published(tmp_path_factory.mktemp("without_text"), text=False)


def lr_pixels(height: int = 16, width: int = 24) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_a_whole_model(with_text):
    model = load_model(with_text, device="cpu")
    assert model.name == "dit4sr_r1"
    assert model.sampling_defaults == SAMPLING | {"tile": 48, "overlap": 18}  # its table has 24 x 24 tokens
    assert len(model.source_hash) == 64
    assert isinstance(model.text, EncodedCaption)
    assert SamplingSettings.for_model(model).guidance == 8


def test_sampling_defaults_are_the_published_ones():
    wanted = {"steps": 40, "guidance": 8.0, "tile": 64, "overlap": 24, "shift": 3.0, "color_fix": "adain"}
    assert wanted == SAMPLING


def test_captions_change_the_result_and_the_seed_pins_it(with_text):
    model = load_model(with_text, device="cpu")
    settings = SamplingSettings.for_model(model, steps=2)
    plain = upscale(model, lr_pixels(), settings).pixels
    assert plain.shape == (64, 96, 3)
    assert np.array_equal(plain, upscale(model, lr_pixels(), settings).pixels)
    captioned = model.with_caption("a cat")
    assert captioned.text.description.startswith("a cat Cinematic")
    assert not np.array_equal(plain, upscale(captioned, lr_pixels(), settings).pixels)
    assert captioned.with_caption("a cat") is captioned


def test_guidance_steers_away_from_the_negative_prompt(with_text):
    model = load_model(with_text, device="cpu")
    results = [
        upscale(model, lr_pixels(), SamplingSettings.for_model(model, steps=2, guidance=g)).pixels
        for g in (1.0, 8.0)
    ]
    assert not np.array_equal(*results)


def test_null_embeddings_and_no_text(tmp_path):
    folder = write_published(tmp_path, text=False)
    bare = load_model(folder, device="cpu")
    assert bare.text.description == "no text (zero embeddings)"
    assert bare.sampling_defaults["guidance"] == 1
    write_null_embeddings(folder)
    null = load_model(folder, device="cpu")
    assert null.text.description == "NULL embeddings"
    assert null.with_caption("a cat") is null
    assert upscale(null, lr_pixels(), SamplingSettings.for_model(null, steps=1)).pixels.shape == (64, 96, 3)


def test_cached_embeddings_come_first(tmp_path):
    folder = write_published(tmp_path)
    save_condition(TextCondition(torch.ones(1, 3, 24), torch.ones(1, 20)), folder / EMBEDDINGS_FILE)
    assert load_model(folder, device="cpu").text.text.shape == (1, 3, 24)


def test_finding_the_base_folder(tmp_path, monkeypatch, without_text):
    folder = write_single(tmp_path / "a" / "dit4sr_q" / "transformer", tiny_weights())
    assert find_base(folder) is None
    with pytest.raises(CheckpointError, match=r"No Stable Diffusion 3\.5 folder with a VAE"):
        load_model(folder)
    base = without_text.parent / "stable-diffusion-3.5-medium"
    assert find_base(folder, base) == base
    monkeypatch.setenv(BASE_VARIABLE, str(base))
    assert find_base(folder) == base
    monkeypatch.setenv(BASE_VARIABLE, str(tmp_path))
    with pytest.raises(CheckpointError, match="has no vae/config"):
        find_base(folder)
    monkeypatch.delenv(BASE_VARIABLE)
    (tmp_path / "a" / "one" / "vae").mkdir(parents=True)
    (tmp_path / "a" / "one" / "vae" / "config.json").write_text("{}")
    assert find_base(folder) == tmp_path / "a" / "one"
    (tmp_path / "a" / "two" / "vae").mkdir(parents=True)
    (tmp_path / "a" / "two" / "vae" / "config.json").write_text("{}")
    with pytest.raises(CheckpointError, match=r"several folders with a VAE \(one, two\)"):
        find_base(folder)


def test_a_folder_above_the_model_may_be_closed(tmp_path, monkeypatch):
    folder = write_single(tmp_path / "a" / "dit4sr_q" / "transformer", tiny_weights())
    listed = Path.iterdir

    def iterdir(self):
        if self == tmp_path / "a":
            raise PermissionError(13, "Permission denied", str(self))
        return listed(self)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert find_base(folder) is None
    (tmp_path / "sd" / "vae").mkdir(parents=True)
    (tmp_path / "sd" / "vae" / "config.json").write_text("{}")
    assert find_base(folder) == tmp_path / "sd"


def test_a_vae_of_another_width_is_refused_before_the_transformer_is_read(tmp_path):
    weights = tiny_weights()
    weights["proj_out.weight"] *= float("nan")
    write_sharded(tmp_path / "transformer", weights)
    write_vae(tmp_path / "vae", latent_channels=8)
    with pytest.raises(CheckpointError, match="latents of 8 channels, but the transformer expects 4"):
        load_published(tmp_path, key_mode="fixed")


def test_a_smaller_position_table_gives_the_same_output():
    small, whole = materialise(open_checkpoint(GOLDEN, positions=9)), load_transformer(GOLDEN)
    assert materialise(open_checkpoint(GOLDEN, positions=99)).config == whole.config
    assert small.config.pos_embed_max_size == 10
    generator = torch.Generator().manual_seed(0)
    inputs = [torch.randn(s, generator=generator) for s in ((1, 4, 14, 20), (1, 4, 14, 20))]
    rest = (torch.tensor([500.0]), torch.zeros(1, 2, 24), torch.zeros(1, 20))
    assert torch.equal(small(*inputs, *rest), whole(*inputs, *rest))


def test_half_precision_transformer(without_text):
    model = load_model(without_text, dtype=torch.bfloat16, device="cpu")
    assert model.transformer.dtype == torch.bfloat16
    assert upscale(model, lr_pixels(), SamplingSettings.for_model(model, steps=1)).pixels.shape == (64, 96, 3)
