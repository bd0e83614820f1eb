"""Saving and loading a quantized model: bit-identical, honest in size, strict about damage."""

import dataclasses
from pathlib import Path

import pytest
import torch

from qdit4sr_core.errors import ArtifactError, OutputError
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize import METHODS, Calibration, quantize, quantized_layers, set_sampling_step
from qdit4sr_core.quantize.artifact.format import (
    bits_per_weight,
    load_artifact,
    read_header,
    save_artifact,
    weight_bytes,
)
from qdit4sr_core.quantize.methods.q_dit4sr import QDiT4SR
from qdit4sr_core.quantize.methods.rtn import RTN
from qdit4sr_core.quantize.targets import is_modulation

Inputs = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


@pytest.mark.parametrize("name", list(METHODS))
@pytest.mark.parametrize("bits", [3, 4, 8])
def test_reload_is_bit_identical(
    name: str,
    bits: int,
    tiny_model: SuperResolutionModel,
    tiny_calibration: Calibration,
    tiny_inputs: Inputs,
    tmp_path: Path,
) -> None:
    config = METHODS[name].config_class(bits, 4)
    if hasattr(config, "iterations"):
        config = dataclasses.replace(config, iterations=5)
    model = quantize(tiny_model.transformer, config, tiny_calibration, source_hash="abc")
    path = tmp_path / "model.safetensors"
    size = save_artifact(model, path)
    loaded = load_artifact(path, expected_source="abc")
    for step in range(3):
        set_sampling_step(model, step, 3)
        set_sampling_step(loaded, step, 3)
        assert torch.equal(model(*tiny_inputs), loaded(*tiny_inputs))
    header = 8 + int.from_bytes(path.read_bytes()[:8], "little")
    assert size - header == weight_bytes(model) == weight_bytes(loaded)
    assert [p.name for p in tmp_path.iterdir()] == ["model.safetensors"]


def test_size_is_what_the_bits_promise(tiny_model: SuperResolutionModel) -> None:
    four, eight = (quantize(tiny_model.transformer, RTN(bits, 8)) for bits in (4, 8))
    weights = sum(q.weight_codes.codes.numel() for q in quantized_layers(four).values())
    assert weight_bytes(eight) - weight_bytes(four) == weights // 2
    assert 4.0 < bits_per_weight(four) < 5.0
    assert bits_per_weight(tiny_model.transformer) == 32


def test_header_tells_everything(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration, tmp_path: Path
) -> None:
    path = tmp_path / "q.safetensors"
    save_artifact(quantize(tiny_model.transformer, QDiT4SR(), tiny_calibration, source_hash="abc"), path)
    header = read_header(path)
    assert header.record.method == "q-dit4sr"
    assert header.record.source_hash == "abc"
    assert header.record.calibration == {"images": ["made up"]}
    assert header.record.resolved["local_rank"] == 2
    for name, spec in header.layers.items():
        assert len(spec.activation.schedule or ()) == (0 if is_modulation(name) else 3)
    with pytest.raises(ArtifactError, match="other weights"):
        load_artifact(path, expected_source="def")


@pytest.mark.parametrize("where", ["header", "tensors"])
def test_altered_file_is_refused(where: str, tiny_model: SuperResolutionModel, tmp_path: Path) -> None:
    path = tmp_path / "q.safetensors"
    save_artifact(quantize(tiny_model.transformer, RTN()), path)
    data = bytearray(path.read_bytes())
    if where == "header":
        position = data.index(b'weight_bits\\": 4')
        data[position + 15] = ord("5")
    else:
        data[-100] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ArtifactError, match="altered"):
        load_artifact(path)


def test_truncated_and_foreign_files_are_refused(tiny_model: SuperResolutionModel, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    path = tmp_path / "q.safetensors"
    save_artifact(quantize(tiny_model.transformer, RTN()), path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ArtifactError, match="truncated"):
        load_artifact(path)
    save_file({"a": torch.zeros(2)}, path)
    with pytest.raises(ArtifactError, match="no quantized artifact"):
        load_artifact(path)
    with pytest.raises(ArtifactError, match="does not exist"):
        load_artifact(tmp_path / "none.safetensors")
    with pytest.raises(ArtifactError, match="Only a quantized model"):
        save_artifact(tiny_model.transformer, path)
    with pytest.raises(OutputError):
        save_artifact(quantize(tiny_model.transformer, RTN()), tmp_path / "no" / "q.safetensors")
