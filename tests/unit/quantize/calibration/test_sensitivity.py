"""The meter predicts what disturbances of one layer do to the output."""

import copy

import pytest
import torch

from qdit4sr_core.models import DiT4SR, SuperResolutionModel
from qdit4sr_core.quantize import Calibration
from qdit4sr_core.quantize.calibration.sensitivity import Sensitivity, SensitivityMeter, random_signs

Inputs = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
NAME = "transformer_blocks.1.ff.net.2"


def _measured(model: DiT4SR, inputs: Inputs, probes: int, rows: int) -> Sensitivity:
    meter = SensitivityMeter(model, 1, rows=rows)
    for probe in range(probes):
        meter.probe = probe
        with meter.watching():
            output = model(*inputs)
            (output * random_signs(tuple(output.shape), probe)).sum().div(output.numel() ** 0.5).backward()
    return meter.result()[NAME]


def test_it_predicts_the_effect_of_noise(tiny_model: SuperResolutionModel, tiny_inputs: Inputs) -> None:
    model = tiny_model.transformer
    predicted = float(_measured(model, tiny_inputs, 8, 16).noise[0])
    exact = model(*tiny_inputs)
    generator = torch.Generator().manual_seed(0)
    energy = 0.0
    for _ in range(8):
        handle = model.get_submodule(NAME).register_forward_hook(
            lambda m, i, out: out + 1e-2 * torch.randn(out.shape, generator=generator)
        )
        energy += float((model(*tiny_inputs) - exact).square().mean()) / 1e-4 / 8
        handle.remove()
    assert predicted == pytest.approx(energy, rel=0.3)


def test_it_predicts_the_effect_of_a_wrong_weight(
    tiny_model: SuperResolutionModel, tiny_inputs: Inputs
) -> None:
    """An error of the weight is the same for every token, so noise of its energy is no substitute."""
    model = copy.deepcopy(tiny_model.transformer)
    linear = model.get_submodule(NAME)
    weight = linear.weight.clone()
    root = _measured(model, tiny_inputs, 16, 32).root
    predicted = 1e-6 * float(root[:, :-1].square().sum())
    exact = model(*tiny_inputs)
    generator, energy = torch.Generator().manual_seed(3), 0.0
    for _ in range(12):
        linear.weight.copy_(weight + 1e-3 * torch.randn(weight.shape, generator=generator))
        energy += float((model(*tiny_inputs) - exact).square().mean()) / 12
    assert predicted == pytest.approx(energy, rel=0.35)


def test_a_sketch_keeps_the_energy_of_the_whole_gradient(
    tiny_model: SuperResolutionModel, tiny_inputs: Inputs
) -> None:
    whole, sketch = (_measured(tiny_model.transformer, tiny_inputs, 4, rows) for rows in (32, 8))
    assert len(sketch.root) < len(whole.root)
    assert float(sketch.root.square().sum()) == pytest.approx(float(whole.root.square().sum()), rel=0.3)


def test_every_step_is_measured(tiny_calibration: Calibration) -> None:
    layer = tiny_calibration.layers["transformer_blocks.0.attn.to_v"]
    assert layer.sensitivity is not None
    assert layer.sensitivity.shape == (3,)
    assert (layer.sensitivity > 0).all()
