"""Quantizing from disk equals quantizing in memory, resumes, and exports under the original names."""

import dataclasses
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from qdit4sr_core.errors import ArtifactError, Cancelled
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.models.checkpoint import load_transformer, open_checkpoint
from qdit4sr_core.quantize import Calibration, LayerStatistics, quantize, quantized_layers, set_sampling_step
from qdit4sr_core.quantize.artifact.export import export_dequantized
from qdit4sr_core.quantize.artifact.format import load_artifact, save_artifact
from qdit4sr_core.quantize.artifact.stream import quantize_checkpoint
from qdit4sr_core.quantize.calibration.file import load_calibration, save_calibration
from qdit4sr_core.quantize.methods import MethodConfig
from qdit4sr_core.quantize.methods.gptq import GPTQ
from qdit4sr_core.quantize.methods.ptq4dit import PTQ4DiT
from qdit4sr_core.quantize.methods.q_dit4sr import QDiT4SR
from qdit4sr_core.quantize.methods.q_dit4sr_plus import QDiT4SRPlus
from qdit4sr_core.quantize.methods.rtn import RTN
from qdit4sr_core.quantize.methods.smoothquant import SmoothQuant
from qdit4sr_core.quantize.methods.svdquant import SVDQuant

Inputs = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


@pytest.fixture
def folder(tiny_model: SuperResolutionModel, tmp_path: Path) -> Path:
    """The tiny transformer as two shards with an index."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(tiny_model.transformer.config.to_dict()))
    state = {n: t.contiguous().clone() for n, t in tiny_model.transformer.state_dict().items()}
    names = sorted(state)
    weight_map = {}
    for part, chosen in enumerate((names[::2], names[1::2]), start=1):
        file = f"diffusion_pytorch_model-{part:05d}-of-00002.safetensors"
        save_file({n: state[n] for n in chosen}, folder / file)
        weight_map |= dict.fromkeys(chosen, file)
    index = {"weight_map": weight_map}
    (folder / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps(index))
    return folder


def pieces_of(path: Path) -> list[Path]:
    """The finished layers of a run that has not ended, beside its result."""
    return sorted((path.parent / f".{path.name}.layers").glob("*.safetensors"))


def test_equals_quantizing_in_memory(
    folder: Path, tiny_calibration: Calibration, tiny_inputs: Inputs, tmp_path: Path
) -> None:
    config = QDiT4SR()
    path = tmp_path / "streamed.safetensors"
    report = quantize_checkpoint(open_checkpoint(folder), config, path, tiny_calibration)
    assert report.resumed == 0
    assert report.bytes == path.stat().st_size
    assert not list(tmp_path.glob(".*"))
    model = quantize(load_transformer(folder), config, tiny_calibration)
    loaded = load_artifact(path)
    for m in (model, loaded):
        set_sampling_step(m, 1, 3)
    assert torch.equal(model(*tiny_inputs), loaded(*tiny_inputs))


def test_interrupted_run_goes_on_at_the_next_layer(
    folder: Path, tiny_calibration: Calibration, tmp_path: Path
) -> None:
    path = tmp_path / "q.safetensors"
    with pytest.raises(Cancelled):
        quantize_checkpoint(
            open_checkpoint(folder),
            QDiT4SR(),
            path,
            tiny_calibration,
            cancelled=lambda: len(pieces_of(path)) >= 7,
        )
    assert not path.exists()
    pieces = pieces_of(path)
    assert len(pieces) == 7
    pieces[3].write_bytes(pieces[3].read_bytes()[:-5])  # a damaged piece is made again
    report = quantize_checkpoint(open_checkpoint(folder), QDiT4SR(), path, tiny_calibration)
    assert report.resumed == 6
    whole = tmp_path / "whole.safetensors"
    quantize_checkpoint(open_checkpoint(folder), QDiT4SR(), whole, tiny_calibration)
    assert path.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("config", [GPTQ(), SVDQuant(), QDiT4SRPlus(), PTQ4DiT()])
def test_calibrated_methods_stream_and_resume_from_stored_statistics(
    config: MethodConfig, folder: Path, tiny_calibration: Calibration, tiny_inputs: Inputs, tmp_path: Path
) -> None:
    stored = tmp_path / "statistics"
    save_calibration(tiny_calibration, stored)
    path = tmp_path / "q.safetensors"
    with pytest.raises(Cancelled):
        quantize_checkpoint(
            open_checkpoint(folder),
            config,
            path,
            load_calibration(stored),
            cancelled=lambda: len(pieces_of(path)) >= 9,
        )
    assert not path.exists()
    report = quantize_checkpoint(open_checkpoint(folder), config, path, load_calibration(stored))
    assert report.resumed == 9
    model = quantize(load_transformer(folder), config, tiny_calibration)
    loaded = load_artifact(path)
    for m in (model, loaded):
        set_sampling_step(m, 1, 3)
    assert torch.equal(model(*tiny_inputs), loaded(*tiny_inputs))


def test_statistics_read_back_layer_by_layer(tiny_calibration: Calibration, tmp_path: Path) -> None:
    path = tmp_path / "statistics"
    save_calibration(tiny_calibration, path)
    stored = load_calibration(path)
    assert stored.provenance == tiny_calibration.provenance
    assert stored.steps == tiny_calibration.steps
    assert list(stored.layers) == list(tiny_calibration.layers)
    assert "absent" not in stored.layers
    for name, statistics in tiny_calibration.layers.items():
        for field in dataclasses.fields(LayerStatistics):
            given, read = getattr(statistics, field.name), getattr(stored.layers[name], field.name)
            assert torch.equal(given, read) if isinstance(given, torch.Tensor) else given == read
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(ArtifactError, match="no calibration statistics"):
        load_calibration(path)


def test_pieces_of_other_settings_are_not_used(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.safetensors"
    with pytest.raises(Cancelled):
        quantize_checkpoint(open_checkpoint(folder), RTN(), path, cancelled=lambda: len(pieces_of(path)) >= 5)
    assert quantize_checkpoint(open_checkpoint(folder), RTN(3), path).resumed == 0


@pytest.mark.parametrize("config", [RTN(), SmoothQuant(), QDiT4SR()])
def test_dequantized_export_loads_as_a_checkpoint(
    config: RTN | SmoothQuant | QDiT4SR,
    tiny_model: SuperResolutionModel,
    tiny_calibration: Calibration,
    tmp_path: Path,
) -> None:
    model = quantize(tiny_model.transformer, config, tiny_calibration)
    path = tmp_path / "q.safetensors"
    save_artifact(model, path)
    out = export_dequantized(path, tmp_path / "plain", torch.float32)
    exported = load_file(out)
    original = tiny_model.transformer.state_dict()
    assert {n: t.shape for n, t in exported.items()} == {n: t.shape for n, t in original.items()}
    loaded = load_transformer(tmp_path / "plain")
    for name, layer in quantized_layers(model).items():
        assert torch.allclose(loaded.get_submodule(name).weight, layer.effective_weight(), atol=1e-6)
        x = torch.randn(3, layer.in_features)
        float_layer = layer.effective_weight() @ x.t()
        assert (float_layer - original[f"{name}.weight"] @ x.t()).norm() < 0.3 * float_layer.norm()
