"""Exports are read back by the other programs' published layout rules."""

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor

from qdit4sr_core.errors import ArtifactError
from qdit4sr_core.models import DiT4SR
from qdit4sr_core.quantize import LayerStatistics, QuantizedLinear, quantize, quantized_layers
from qdit4sr_core.quantize.artifact.export_layout import export_layout
from qdit4sr_core.quantize.artifact.format import save_artifact
from qdit4sr_core.quantize.calibration.statistics import Calibration
from qdit4sr_core.quantize.layer.rotation import regular_hadamard_matrix
from qdit4sr_core.quantize.methods.convrot import ConvRot
from qdit4sr_core.quantize.methods.rtn import RTN
from qdit4sr_core.quantize.methods.svdquant import SVDQuant
from qdit4sr_core.quantize.targets import is_modulation
from tests.one_block import one_block

NAME = "transformer_blocks.0.attn.to_q"


@pytest.fixture(scope="module")
def wide_model() -> DiT4SR:
    """One block of width 64: the least that has a whole group of 64."""
    return one_block(32)


def _nibbles(packed: Tensor) -> Tensor:
    """(N, K / 2) int8, even columns low, to (N, K) in -8..7."""
    whole = packed.to(torch.int16) & 255
    pairs = torch.stack([whole & 15, whole >> 4], -1).flatten(1)
    return torch.where(pairs > 7, pairs - 16, pairs).float()


def _exported(model: DiT4SR, layout: str, folder: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    save_artifact(model, folder / "q.safetensors")
    export = export_layout(folder / "q.safetensors", folder / "out", layout)
    assert export.layers + export.floats == len(quantized_layers(model))
    with safe_open(export.path, framework="pt") as file:
        return load_file(export.path), dict(file.metadata())


def _layer(model: DiT4SR) -> QuantizedLinear:
    return quantized_layers(model)[NAME]


def test_comfy_convrot(wide_model: DiT4SR, tmp_path: Path) -> None:
    model = quantize(wide_model, ConvRot(pad=False))
    tensors, metadata = _exported(model, "convrot_w4a4", tmp_path)
    described = json.loads(bytes(tensors[f"{NAME}.comfy_quant"].tolist()))
    assert described == {"format": "convrot_w4a4", "convrot_groupsize": 64}
    layers = json.loads(metadata["_quantization_metadata"])
    assert layers["format_version"] == "1.0"
    assert layers["layers"][NAME] == described
    rotated = _nibbles(tensors[f"{NAME}.weight"]) * tensors[f"{NAME}.weight_scale"][:, None]
    weight = rotated @ regular_hadamard_matrix(64).t()
    assert torch.allclose(weight, _layer(model).effective_weight(), atol=1e-6)
    assert not any(is_modulation(name) for name in layers["layers"])
    modulation = tensors["transformer_blocks.0.norm1.linear.weight"]
    assert modulation.dtype == torch.float16


def test_comfy_convrot_takes_no_padding(wide_model: DiT4SR, tmp_path: Path) -> None:
    model = quantize(wide_model, ConvRot(group=256))
    save_artifact(model, tmp_path / "q.safetensors")
    export = export_layout(tmp_path / "q.safetensors", tmp_path / "out", "convrot_w4a4")
    written = load_file(export.path)
    fits = [name for name, layer in quantized_layers(model).items() if layer.in_features % 256 == 0]
    assert export.layers == len([name for name in fits if not is_modulation(name)])
    assert written[f"{NAME}.weight"].dtype == torch.float16
    assert written[f"{NAME}.weight"].shape == (64, 64)
    assert "pad=false" in export.loses


def test_comfy_int8(wide_model: DiT4SR, tmp_path: Path) -> None:
    model = quantize(wide_model, RTN(4, 8, group=16))
    tensors, metadata = _exported(model, "int8_tensorwise", tmp_path)
    assert len(json.loads(metadata["_quantization_metadata"])["layers"]) == len(quantized_layers(model))
    scale = tensors[f"{NAME}.weight_scale"]
    assert scale.shape == ()
    weight = tensors[f"{NAME}.weight"].float() * scale
    assert (weight - _layer(model).effective_weight()).abs().max() <= 0.501 * scale
    assert torch.equal(tensors[f"{NAME}.bias"].float(), _layer(model).bias.half().float())  # type: ignore[union-attr]


def test_nunchaku_lite(wide_model: DiT4SR, tmp_path: Path) -> None:
    samples = torch.randn(64, 64, generator=torch.Generator().manual_seed(2)) * torch.linspace(0.3, 3, 64)
    statistics = LayerStatistics(
        torch.ones(1), samples.abs().amax(0)[None], samples.amin(0), samples.amax(0),
        samples.t() @ samples / 64, samples, torch.zeros(64, dtype=torch.long), 64,
    )  # fmt: skip
    model = quantize(wide_model, SVDQuant(), Calibration({NAME: statistics}, 1))
    tensors, metadata = _exported(model, "nunchaku_lite", tmp_path)
    config = json.loads((tmp_path / "out" / "config.json").read_text())["quantization_config"]
    assert config == json.loads(metadata["quantization_config"])
    assert config["quant_method"] == "nunchaku_lite"
    assert NAME in config["svdq_w4a4"]["targets"]
    assert tensors[f"{NAME}.wscales"].shape == (1, 64)
    assert tensors[f"{NAME}.proj_down"].shape == (64, config["svdq_w4a4"]["rank"])
    smooth = tensors[f"{NAME}.smooth_factor"].float()
    codes = _nibbles(tensors[f"{NAME}.qweight"]) * tensors[f"{NAME}.wscales"].float().t()
    low_rank = tensors[f"{NAME}.proj_up"].float() @ tensors[f"{NAME}.proj_down"].float().t()
    weight = codes / smooth + low_rank
    expected = _layer(model).effective_weight()
    assert (weight - expected).norm() < 2e-3 * expected.norm()


def test_a_layout_without_a_single_layer_is_refused(wide_model: DiT4SR, tmp_path: Path) -> None:
    save_artifact(quantize(wide_model, RTN()), tmp_path / "q.safetensors")
    with pytest.raises(ArtifactError, match="No layer of"):
        export_layout(tmp_path / "q.safetensors", tmp_path / "out", "nunchaku_lite")
