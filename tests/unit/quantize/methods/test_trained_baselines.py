"""Trained baselines against facts of their publications: limits, oracles, and what learning must gain."""

from pathlib import Path

import pytest
import torch

from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize import Calibration, quantize, quantized_layers
from qdit4sr_core.quantize.artifact.content import shape_problem
from qdit4sr_core.quantize.artifact.format import load_artifact, save_artifact
from qdit4sr_core.quantize.layer.input_transform import transform_input
from qdit4sr_core.quantize.methods.base import Layer, LayerSettings
from qdit4sr_core.quantize.methods.flatquant import FlatQuant, kronecker_sizes
from qdit4sr_core.quantize.methods.flatquant import quantize_layer as quantize_flatquant
from qdit4sr_core.quantize.methods.rtn import RTN
from qdit4sr_core.quantize.methods.rtn import quantize_layer as round_to_nearest
from qdit4sr_core.quantize.targets import LayerSource

NAME = "transformer_blocks.1.attn.to_q"


@pytest.fixture
def layer(tiny_model: SuperResolutionModel, tiny_calibration: Calibration) -> Layer:
    linear = tiny_model.transformer.get_submodule(NAME)
    weight, bias = linear.weight.detach().float(), linear.bias.detach().float()
    source = LayerSource(NAME, (32, 32), lambda: (weight, bias))
    return Layer(source, weight, bias, tiny_calibration.layers[NAME])


def output_error(made: torch.nn.Module, layer: Layer) -> float:
    assert layer.statistics is not None
    x = layer.statistics.samples
    exact = torch.nn.functional.linear(x, layer.weight, layer.bias)
    return float((made(x) - exact).square().mean() / (exact - exact.mean(0)).square().mean())


def random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize(
    ("width", "sizes"), [(1536, (32, 48)), (768, (24, 32)), (192, (12, 16)), (7, (1, 7))]
)
def test_flatquant_splits_a_width_near_its_root(width: int, sizes: tuple[int, int]) -> None:
    assert kronecker_sizes(width) == sizes


def test_the_transform_is_a_kronecker_product() -> None:
    x, within, across = random(5, 12), random(4, 4), random(3, 3)
    assert torch.allclose(transform_input(x, within[None], across), x @ torch.kron(across, within), atol=1e-5)


def test_flatquant_changes_nothing_but_the_rounding(layer: Layer) -> None:
    made = quantize_flatquant(FlatQuant(8, 16, iterations=10), layer, LayerSettings(8, 16))
    assert made.across is not None
    assert output_error(made, layer) < 1e-3
    assert torch.allclose(made.effective_weight(), layer.weight, atol=0.02 * float(layer.weight.abs().max()))


def test_flatquant_learns(layer: Layer) -> None:
    start, learned = (
        output_error(quantize_flatquant(FlatQuant(iterations=n), layer, LayerSettings(4, 4)), layer)
        for n in (0, 60)
    )
    plain = output_error(round_to_nearest(RTN(), layer, LayerSettings(4, 4)), layer)
    assert learned < 0.8 * start
    assert learned < 0.9 * plain


def test_a_kronecker_transform_is_stored_and_checked(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration, tmp_path: Path
) -> None:
    made = quantize(tiny_model.transformer, FlatQuant(iterations=1), tiny_calibration)
    save_artifact(made, tmp_path / "flat.safetensors")
    read = quantized_layers(load_artifact(tmp_path / "flat.safetensors"))[NAME]
    written = quantized_layers(made)[NAME]
    x = random(6, 32)
    assert torch.equal(read(x), written(x))
    stored = {f"{NAME}.input_transform": (1, 8, 8), f"{NAME}.input_across": (4, 4)}
    assert shape_problem(NAME, written.spec, stored) == ""
    wrong = stored | {f"{NAME}.input_across": (3, 3)}
    assert "across" in shape_problem(NAME, written.spec, wrong)
