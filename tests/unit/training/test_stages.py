"""The stages train, stop, resume, and end in a model that opens; their log can be plotted."""

import copy
import dataclasses
import errno
import json
import math
import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from qdit4sr_core.cli import main
from qdit4sr_core.errors import CheckpointError, FigureError, OutputError, SettingsError
from qdit4sr_core.figures.training_curves import training_curves
from qdit4sr_core.models import load_model
from qdit4sr_core.models.config import DiT4SRConfig
from qdit4sr_core.models.nano_codec import NanoCodec
from qdit4sr_core.training.decoder_stage import DecoderTraining, train_decoder
from qdit4sr_core.training.export import export_nano
from qdit4sr_core.training.losses import texture_energy_l1
from qdit4sr_core.training.nano_to_train import RECORD, nano_to_train, require_same_beginning
from qdit4sr_core.training.pairs import Pairs
from qdit4sr_core.training.run import Run, Stage, stage_record
from qdit4sr_core.training.transformer_stage import TransformerTraining, nano_config, train_transformer
from qdit4sr_core.upscale import SamplingSettings


def test_a_model_is_trained_in_calls_and_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def shallow(codec: NanoCodec) -> DiT4SRConfig:
        return dataclasses.replace(nano_config(codec), num_layers=1)

    monkeypatch.setattr("qdit4sr_core.training.transformer_stage.nano_config", shallow)
    photos, out = tmp_path / "photos", tmp_path / "out"
    photos.mkdir()
    y, x = np.mgrid[:300, :300]
    for seed in range(3):
        wave = 127 + 100 * np.sin(x / (3 + seed)) * np.cos(y / 5)
        Image.fromarray(np.repeat(wave[..., None], 3, 2).astype(np.uint8)).save(photos / f"{seed}.png")
    command = ["train", str(photos), "--out", str(out), "--crops", "9", "--steps", "2"]
    options = ["--minutes", "5", "--seed", "3", "--batch", "4", "--drawn", "8"]

    assert main([*command, *options]) == 0
    first = stage_record(out)
    assert main([*command, *options, "--stage", "transformer"]) == 0
    second = stage_record(out)

    assert first["transformer_steps"] == first["decoder_steps"] == first["codec_steps"] == 2
    assert second["transformer_steps"] == 4
    assert second["transformer_windows"] > first["transformer_windows"]
    assert second["decoder_steps"] == 2  # only loaded
    model = load_model(out / "model")
    described = json.loads((out / "model" / "nano.json").read_text())["training"]
    assert described["transformer_steps"] == 2
    assert all(bool(p.isfinite().all()) for p in model.transformer.parameters())


@pytest.fixture
def pairs(tmp_path: Path) -> Pairs:
    random = np.random.default_rng(0)
    hr, lr = (random.integers(0, 256, (4, side, side, 3), np.uint8) for side in (256, 64))
    return Pairs(hr, lr, 1)


def test_a_nano_is_trained_further(pairs: Pairs, tmp_path: Path) -> None:
    """The transformer begins with the weights given; the decoder waits for its judge."""
    nano = nano_to_train("nano")
    before = copy.deepcopy(nano.codec.decoder.state_dict())
    transformer, _condition = train_transformer(
        nano.codec, pairs, TransformerTraining(batch=1).gentle(), Run(tmp_path, 5, steps=1), nano.transformer
    )
    moved = [
        float((a - b).norm() / (b.norm() + 1e-6))
        for a, b in zip(transformer.parameters(), nano.transformer.parameters(), strict=True)
    ]
    assert 0 < max(moved) < 0.05
    settings = DecoderTraining(batch=2, drawn_windows=2, sampling=SamplingSettings(steps=1)).gentle()
    trained = train_decoder(nano.codec, None, pairs, settings, Run(tmp_path, 5, steps=1))
    assert all(torch.equal(value, before[name]) for name, value in trained.decoder.state_dict().items())
    settings = dataclasses.replace(settings, discriminator_start=0)
    trained = train_decoder(nano.codec, None, pairs, settings, Run(tmp_path, 5, steps=1))
    assert any(not torch.equal(value, before[name]) for name, value in trained.decoder.state_dict().items())


def test_a_folder_of_something_else_is_not_trained_further(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="only a nano can be trained further"):
        nano_to_train(str(tmp_path))


def test_training_goes_on_with_what_it_was_begun_with(tmp_path: Path) -> None:
    nano = nano_to_train("nano")
    require_same_beginning(tmp_path, None, begins=False)
    assert list(tmp_path.iterdir()) == []  # nothing has begun
    require_same_beginning(tmp_path, None, begins=True)
    require_same_beginning(tmp_path, nano, begins=True)  # nothing was trained in between
    (tmp_path / "transformer.pt").touch()
    require_same_beginning(tmp_path, nano, begins=True)
    with pytest.raises(SettingsError, match="begun with the weights of a nano"):
        require_same_beginning(tmp_path, None, begins=False)
    other = dataclasses.replace(nano, source_hash="another")
    with pytest.raises(SettingsError, match="the same --from"):
        require_same_beginning(tmp_path, other, begins=True)
    (tmp_path / RECORD).write_text("[]")
    with pytest.raises(CheckpointError, match="cannot be read"):
        require_same_beginning(tmp_path, nano, begins=True)
    (tmp_path / RECORD).write_text('{"begun_with": null}')
    with pytest.raises(CheckpointError, match="does not say"):
        require_same_beginning(tmp_path, None, begins=True)
    (tmp_path / RECORD).unlink()  # by a version that wrote no record
    require_same_beginning(tmp_path, None, begins=True)
    with pytest.raises(SettingsError, match="begun from scratch"):
        require_same_beginning(tmp_path, nano, begins=True)


def test_a_nano_without_guidance_is_not_trained_further(tmp_path: Path) -> None:
    shutil.copytree(str(files("qdit4sr_resources") / "models" / "nano"), tmp_path / "nano")
    path = tmp_path / "nano" / "nano.json"
    described = json.loads(path.read_text())
    described["transformer"]["null_condition"] = False
    path.write_text(json.dumps(described))
    with pytest.raises(CheckpointError, match="not trained for guidance"):
        nano_to_train(str(tmp_path / "nano"))


def test_a_nano_with_few_positions_is_not_trained_further(tmp_path: Path) -> None:
    shutil.copytree(str(files("qdit4sr_resources") / "models" / "nano"), tmp_path / "nano")
    path, weights = tmp_path / "nano" / "nano.json", tmp_path / "nano" / "nano.safetensors"
    described = json.loads(path.read_text())
    described["transformer"] |= {"pos_embed_max_size": 4, "sample_size": 8}
    path.write_text(json.dumps(described))
    tensors = load_file(weights)
    name = "transformer.pos_embed.pos_embed"
    tensors[name] = tensors[name][:, :16].clone()
    save_file(tensors, weights)
    with pytest.raises(CheckpointError, match="4 positions a side, too few"):
        nano_to_train(str(tmp_path / "nano"))


def test_a_model_that_went_astray_is_not_exported(tmp_path: Path) -> None:
    nano = nano_to_train("nano")
    nano.codec.decoder.out.bias.data[0] = 1e6  # more than half precision holds
    with pytest.raises(CheckpointError, match=r"astray: codec\.decoder\.out\.bias"):
        export_nano(nano.transformer, nano.codec, tmp_path, {}, {})
    assert list(tmp_path.iterdir()) == []


def _stage(folder: Path, module: torch.nn.Module, minutes: float = 1.0, steps: int | None = 3) -> Stage:
    return Stage("toy", Run(folder, minutes, steps=steps), {"module": module}, every=2, total_minutes=9)


def test_a_stage_goes_on_where_it_stopped(tmp_path: Path) -> None:
    torch.manual_seed(0)
    module = torch.nn.Linear(2, 2)
    stage = _stage(tmp_path, module)
    for _ in stage:
        stage.samples += 5
        module.weight.data += 1
    again, resumed = torch.nn.Linear(2, 2), None
    resumed = _stage(tmp_path, again)

    assert torch.equal(again.weight, module.weight)
    assert (resumed.step, resumed.samples) == (3, 15)
    assert list(resumed) == [4, 5, 6]
    assert list(_stage(tmp_path, again, minutes=0)) == []  # only loading


def test_a_stage_refuses_what_it_cannot_resume(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="not been trained yet"):
        _stage(tmp_path, torch.nn.Linear(2, 2), minutes=0)
    list(_stage(tmp_path, torch.nn.Linear(2, 2)))
    with pytest.raises(CheckpointError, match="cannot be resumed"):
        _stage(tmp_path, torch.nn.Linear(2, 3))


@pytest.mark.parametrize(
    ("name", "value"),
    [("step", "x"), ("step", -5), ("step", 1.5), ("step", 2**70), ("samples", None), ("spent", "x"),
     ("spent", math.nan), ("spent", -1.0)],
)  # fmt: skip
def test_a_checkpoint_that_counts_wrongly_is_refused(name: str, value: object, tmp_path: Path) -> None:
    list(_stage(tmp_path, torch.nn.Linear(2, 2)))
    state = torch.load(tmp_path / "toy.pt", weights_only=True)
    torch.save(state | {name: value}, tmp_path / "toy.pt")
    with pytest.raises(CheckpointError, match="no checkpoint of a training stage"):
        _stage(tmp_path, torch.nn.Linear(2, 2))


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04"])
def test_a_checkpoint_that_is_none_is_refused_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "codec.pt").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"codec\.pt cannot be resumed: it is damaged or cut short\.$"):
        stage_record(tmp_path)


def test_files_of_others_are_no_stages(tmp_path: Path) -> None:
    (tmp_path / "foreign.pt").write_text("hello")
    assert stage_record(tmp_path) == {}


def test_a_checkpoint_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = _stage(tmp_path, torch.nn.Linear(2, 2))
    list(stage)
    before = (tmp_path / "toy.pt").read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("qdit4sr_core.whole_file.os.replace", full)
    with pytest.raises(OutputError, match=r"The checkpoint .*toy\.pt could not be written: No space left"):
        stage.save()
    assert [path.name for path in tmp_path.iterdir()] == ["toy.pt"]
    assert (tmp_path / "toy.pt").read_bytes() == before


def test_a_planned_length_of_nothing_ends_at_once(tmp_path: Path) -> None:
    stage = Stage("toy", Run(tmp_path, 1.0), {"module": torch.nn.Linear(2, 2)}, every=2, total_minutes=0)
    assert list(stage) == []


def test_curves_need_a_whole_log(tmp_path: Path) -> None:
    with pytest.raises(FigureError, match="no training log"):
        training_curves(tmp_path)
    rows = [{"minutes": m, "loss": 1 / m, "psnr": 20 + m, "psnr_codec": 22 + m} for m in (1, 2, 3)]
    path = tmp_path / "transformer.log.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    training_curves(tmp_path).save(tmp_path / "curves.png")
    with Image.open(tmp_path / "curves.png") as picture:
        assert np.asarray(picture.convert("L")).std() > 5
    path.write_text("{half\n")
    with pytest.raises(FigureError, match="cannot be read"):
        training_curves(tmp_path)


def test_texture_energy_counts_what_is_missing_and_what_is_too_much() -> None:
    noise = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    target = 0.3 * noise
    moved = 0.3 * torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(2))
    soft, strong = 0.1 * noise, 0.9 * noise

    assert float(texture_energy_l1(target, target)) == 0
    assert float(texture_energy_l1(moved, target)) < 0.3  # other texture of the same strength
    assert float(texture_energy_l1(soft, target)) == pytest.approx(2 * np.log(3), rel=0.02)
    assert float(texture_energy_l1(strong, target)) == pytest.approx(2 * np.log(3), rel=0.02)
