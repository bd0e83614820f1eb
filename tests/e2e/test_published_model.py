"""A researcher points the program at a DiT4SR folder and compares quantized variants of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor

pytest.importorskip("diffusers")
pytest.importorskip("transformers")

from qdit4sr_core.cli import main
from qdit4sr_core.models.published import BASE_VARIABLE
from tests.published_folders import (
    INDEX,
    SINGLE,
    base_only,
    legacy_weights,
    tiny_weights,
    write_config,
    write_null_embeddings,
    write_published,
    write_sharded,
    write_single,
    write_text_encoders,
    write_vae,
)

Weights = dict[str, Tensor]


@pytest.fixture(autouse=True)
def clean_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(BASE_VARIABLE, raising=False)
    monkeypatch.setattr("qdit4sr_core.upscale.calibration.BUNDLED", ("coffee",))  # all four take seconds each


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    """A tiny Stable Diffusion 3.5 folder with a VAE and no text encoders."""
    folder = tmp_path_factory.mktemp("sd35")
    write_vae(folder / "vae")
    return folder


def _save_photo(folder: Path) -> Path:
    pixels = np.random.default_rng(0).integers(0, 256, (13, 22, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "photo.png")
    return folder / "photo.png"


@pytest.fixture
def photo(tmp_path) -> Path:
    return _save_photo(tmp_path)


def compare(photo: Path, model: Path, out: Path, *more: str) -> int:
    arguments = ["compare", str(photo), "--model", str(model), "--out", str(out), "--device", "cpu"]
    return main([*arguments, "--steps", "2", "--threads", "1", *more])


def halved(weights: Weights) -> Weights:
    return {k: v.half() for k, v in weights.items()}


def mixed(weights: Weights) -> Weights:
    return {k: v if "control" in k else v.half() for k, v in weights.items()}


def with_extra_keys(folder: Path, weights: Weights) -> None:
    write_single(folder / "transformer", weights)
    write_config(folder / "transformer", _name_or_path="somewhere", control_something=[1])


LAYOUTS: dict[str, Callable[[Path, Weights], object]] = {
    "single": lambda folder, w: write_single(folder / "transformer", w),
    "flat": lambda folder, w: write_single(folder, w),
    "sharded": lambda folder, w: write_sharded(folder / "transformer", w),
    "sharded fp16 variant": lambda folder, w: write_sharded(folder / "transformer", halved(w), 2, "fp16"),
    "fp16 variant": lambda folder, w: write_single(
        folder / "transformer", halved(w), "diffusion_pytorch_model.fp16.safetensors"
    ),
    "mixed dtypes": lambda folder, w: write_single(folder / "transformer", mixed(w)),
    "training checkpoint": lambda folder, w: write_single(folder / "checkpoint-20" / "transformer", w),
    "prefixes": lambda folder, w: write_single(
        folder / "transformer", {f"module.transformer.{k}": v for k, v in w.items()}
    ),
    "extra config keys": with_extra_keys,
}


@pytest.fixture(scope="module")
def plain_result(tmp_path_factory, base) -> np.ndarray:
    """What the plainest layout gives for the photo, with half-precision weights."""
    folder = tmp_path_factory.mktemp("plain")
    write_single(folder / "model" / "transformer", halved(tiny_weights()))
    variants = ("--variants", "fp", "--base", str(base))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        assert compare(_save_photo(folder), folder / "model", folder / "out", *variants) == 0
    return np.asarray(Image.open(folder / "out" / "fp.png"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_compare_on_every_layout(tmp_path, base, photo, layout, plain_result):
    folder = tmp_path / "model"
    weights = halved(tiny_weights())  # the same values whatever a layout stores them as
    LAYOUTS[layout](folder, {k: v.float() for k, v in weights.items()})
    assert compare(photo, folder, tmp_path / "out", "--variants", "fp", "--base", str(base)) == 0
    result = np.asarray(Image.open(tmp_path / "out" / "fp.png"))
    assert result.shape == (52, 88, 3)
    assert np.array_equal(result, plain_result)


def test_a_whole_comparison_with_text_and_a_caption(tmp_path, photo, capsys):
    model = write_published(tmp_path / "models")
    photo.with_suffix(".txt").write_text("a cat. In focus.")
    assert compare(photo, model, tmp_path / "out", "--variants", "fp,bicubic,rtn-w8a8,q-dit4sr-w4a4") == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"fp.png", "bicubic.png"} < names
    assert sum(name.startswith(("rtn", "q-dit4sr")) and name.endswith(".png") for name in names) == 2
    images = {n: np.asarray(Image.open(tmp_path / "out" / n)) for n in names if n.endswith("a8.png")}
    full = np.asarray(Image.open(tmp_path / "out" / "fp.png")).astype(int)
    (rtn,) = images.values()
    assert 0 < np.abs(rtn - full).mean() < 25  # 8 bits change it, a little
    report = next(path for path in (tmp_path / "out").glob("*.json"))
    assert "a cat. Cinematic" in report.read_text(encoding="utf-8")
    assert compare(photo, model, tmp_path / "other", "--variants", "fp", "--caption", "noisy photo") == 0
    assert not np.array_equal(full, np.asarray(Image.open(tmp_path / "other" / "fp.png")))
    assert "Traceback" not in capsys.readouterr().err


def test_one_seed_pins_everything(tmp_path, photo):
    model = write_published(tmp_path / "models", text=False)
    write_null_embeddings(model)
    for name, seed in (("a", "5"), ("b", "5"), ("c", "6")):
        assert compare(photo, model, tmp_path / name, "--variants", "fp", "--seed", seed) == 0
    first, again, other = (np.asarray(Image.open(tmp_path / n / "fp.png")) for n in "abc")
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_posterior_is_its_mean_or_a_seeded_sample(tmp_path, base, photo):
    write_single(tmp_path / "model" / "transformer", tiny_weights())
    for name, more in (("mean", ()), ("a", ("5",)), ("b", ("5",)), ("c", ("6",))):
        sample = ("--posterior-seed", *more) if more else ()
        arguments = ("--variants", "fp", "--base", str(base), *sample)
        assert compare(photo, tmp_path / "model", tmp_path / name, *arguments) == 0
    mean, first, again, other = (
        np.asarray(Image.open(tmp_path / n / "fp.png")) for n in ("mean", "a", "b", "c")
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, mean)
    assert not np.array_equal(first, other)
    row = json.loads((tmp_path / "a" / "metrics.json").read_text(encoding="utf-8"))["variants"][0]
    assert row["provenance"]["posterior_seed"] == 5


def test_a_key_mode_that_disagrees_is_said(tmp_path, base, photo, capsys):
    write_single(tmp_path / "model" / "transformer", legacy_weights(tiny_weights()))
    more = ("--variants", "fp", "--base", str(base), "--key-mode", "fixed")
    assert compare(photo, tmp_path / "model", tmp_path / "out", *more) == 0
    assert "weights look like 'legacy'" in capsys.readouterr().err


def truncated(folder: Path) -> None:
    write_sharded(folder, tiny_weights())
    shard = folder / "diffusion_pytorch_model-00001-of-00003.safetensors"
    shard.write_bytes(shard.read_bytes()[:5000])


def wrong_shape(folder: Path) -> None:
    write_single(folder, tiny_weights() | {"proj_out.weight": torch.zeros(3, 3)})


def not_a_number(folder: Path) -> None:
    write_single(folder, tiny_weights() | {"proj_out.bias": torch.full((16,), float("nan"))})


def absent_shard(folder: Path) -> None:
    write_sharded(folder, tiny_weights())
    (folder / "diffusion_pytorch_model-00002-of-00003.safetensors").unlink()


def pickle_only(folder: Path) -> None:
    write_config(folder)
    (folder / "diffusion_pytorch_model.bin").write_bytes(b"\x80\x02")


def base_weights(folder: Path) -> None:
    write_single(folder, base_only(tiny_weights()))


def missing_tensor(folder: Path) -> None:
    weights = tiny_weights()
    del weights["transformer_blocks.1.attn2.to_q_control.weight"]
    write_single(folder, weights)


def no_config(folder: Path) -> None:
    write_single(folder, tiny_weights())
    (folder / "config.json").unlink()


def unreadable_index(folder: Path) -> None:
    write_sharded(folder, tiny_weights())
    (folder / INDEX).write_text("{")


BROKEN: dict[Callable[[Path], None], str] = {
    truncated: "truncated or damaged",
    wrong_shape: "proj_out.weight is 3x3 instead of 16x32",
    not_a_number: "NaN or infinite values in proj_out.bias",
    absent_shard: "00002-of-00003",
    pickle_only: "pickle",
    base_weights: "base SD3.5 weights without the 76 tensors",
    missing_tensor: "1 missing (transformer_blocks.1.attn2.to_q_control.weight)",
    no_config: "no config.json",
    unreadable_index: "not a usable shard index",
}


@pytest.mark.parametrize("breakage", BROKEN, ids=lambda breakage: breakage.__name__)
def test_a_broken_folder_is_one_sentence(tmp_path, base, photo, capsys, breakage):
    breakage(tmp_path / "model" / "transformer")
    code = compare(photo, tmp_path / "model", tmp_path / "out", "--variants", "fp", "--base", str(base))
    error = capsys.readouterr().err
    assert code == 2
    assert BROKEN[breakage] in error
    assert error.startswith("qdit4sr: ")
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_vae_that_does_not_fit(tmp_path, photo, capsys):
    model = write_published(tmp_path / "models", text=False)
    vae = tmp_path / "models" / "stable-diffusion-3.5-medium" / "vae"
    weights = load_file(vae / SINGLE)
    save_file(weights | {"decoder.conv_in.bias": torch.full((16,), float("inf"))}, vae / SINGLE)
    assert compare(photo, model, tmp_path / "out", "--variants", "fp") == 2
    assert "decoder.conv_in.bias" in capsys.readouterr().err
    write_vae(vae, latent_channels=8)
    assert compare(photo, model, tmp_path / "out", "--variants", "fp") == 2
    assert "latents of 8 channels, but the transformer expects 4" in capsys.readouterr().err
    shutil.rmtree(vae)
    assert compare(photo, model, tmp_path / "out", "--variants", "fp") == 2
    assert "No Stable Diffusion 3.5 folder with a VAE was found" in capsys.readouterr().err


def test_a_damaged_text_encoder(tmp_path, photo, capsys):
    model = write_published(tmp_path / "models", text=False)
    sd35 = write_text_encoders(tmp_path / "models" / "stable-diffusion-3.5-medium")
    weights = sd35 / "text_encoder" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    assert compare(photo, model, tmp_path / "out", "--variants", "fp") == 2
    error = capsys.readouterr().err
    assert "text_encoder" in error
    assert "Traceback" not in error


def test_checking_a_folder(tmp_path, capsys):
    model = write_published(tmp_path)
    assert main(["model", "check", str(model), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["usable"]
    assert main(["model", "check", str(tmp_path / "nothing")]) == 2
    assert "cannot be run" in capsys.readouterr().out


def test_an_artifact_runs_without_the_full_precision_weights(tmp_path, photo, monkeypatch):
    model = write_published(tmp_path / "models", text=False)
    artifact = tmp_path / "small.safetensors"
    arguments = ["quantize", "rtn-w4a8", "--model", str(model), "--out", str(artifact)]
    assert main([*arguments, "--stream", "--threads", "1"]) == 0
    assert compare(photo, model, tmp_path / "both", "--variants", f"rtn-w4a8,artifact:{artifact}") == 0
    expected = np.asarray(Image.open(tmp_path / "both" / "rtn-w4a8.png"))
    (stored,) = (tmp_path / "both").glob("artifact*.png")
    assert np.array_equal(np.asarray(Image.open(stored)), expected)

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("the full-precision weights were read")

    monkeypatch.setattr("qdit4sr_core.models.published.materialise", refuse)
    assert compare(photo, model, tmp_path / "alone", "--variants", f"bicubic,artifact:{artifact}") == 0
    (alone,) = (tmp_path / "alone").glob("artifact*.png")
    assert np.array_equal(np.asarray(Image.open(alone)), expected)


def test_a_calibrated_method_streams_and_goes_on_after_an_interrupt(tmp_path, monkeypatch, capsys):
    from qdit4sr_core.quantize.artifact import stream

    model = write_published(tmp_path / "models", text=False)
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (16, 16, 3), np.uint8)).save(photos / "1.png")

    def quantize(name, *more):
        given = ["--model", str(model), "--calibration", str(photos), "--steps", "2", "--threads", "1"]
        return main(["quantize", "gptq-w4a4", "--out", str(tmp_path / name), *given, *more])

    finish, done = stream.quantize_source, []

    def interrupted(*arguments):
        if len(done) == 5:
            raise KeyboardInterrupt
        done.append(finish(*arguments))
        return done[-1]

    monkeypatch.setattr(stream, "quantize_source", interrupted)
    assert quantize("q.safetensors", "--stream") == 130
    assert not (tmp_path / "q.safetensors").exists()
    monkeypatch.setattr(stream, "quantize_source", finish)

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("the model was calibrated again")

    with monkeypatch.context() as patched:
        patched.setattr("qdit4sr_core.upscale.kept_calibration.calibrate", refuse)
        assert quantize("q.safetensors", "--stream") == 0
    assert "(5 from an earlier run)" in capsys.readouterr().out
    assert not list(tmp_path.glob(".*"))
    assert quantize("whole.safetensors") == 0
    streamed, whole = (load_file(tmp_path / f"{name}.safetensors") for name in ("q", "whole"))
    codes = [name for name in whole if name.endswith("qweight")]
    assert codes
    assert all(np.array_equal(streamed[name].numpy(), whole[name].numpy()) for name in codes)
