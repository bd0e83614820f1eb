"""The parts of Q-DiT4SR+: sensitivity, spending of bits, noise-aware weights, matched budget."""

import itertools

import pytest
import torch

from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize import Calibration, quantize, quantized_layers
from qdit4sr_core.quantize.allocation import spend_bits
from qdit4sr_core.quantize.artifact import bits_per_weight
from qdit4sr_core.quantize.compensation import input_model, weighted_branch
from qdit4sr_core.quantize.cost import Workload, model_costs
from qdit4sr_core.quantize.grids import kappa
from qdit4sr_core.quantize.hsvd import truncated_svd
from qdit4sr_core.quantize.methods import QDiT4SR, QDiT4SRPlus
from qdit4sr_core.quantize.sensitivity import output_sensitivity

Inputs = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def test_spending_is_optimal_for_equal_costs() -> None:
    weights = [0.2, 1.0, 3.0, 11.0]
    tables = [{b: w * kappa(b) for b in range(2, 7)} for w in weights]
    bits = spend_bits([2.0] * 4, tables, 4)
    assert sum(bits) == 16
    best = min(
        sum(t[b] for t, b in zip(tables, choice, strict=True))
        for choice in itertools.product(range(2, 7), repeat=4)
        if sum(choice) <= 16
    )
    assert sum(t[b] for t, b in zip(tables, bits, strict=True)) == pytest.approx(best)


def test_free_items_get_the_most() -> None:
    table = {b: kappa(b) for b in range(2, 9)}
    assert spend_bits([0.0, 1.0], [table, table], 4) == [8, 4]


def test_sensitivity_predicts_the_effect_of_noise(
    tiny_model: SuperResolutionModel, tiny_inputs: Inputs
) -> None:
    model = tiny_model.transformer
    name = "transformer_blocks.1.ff.net.2"
    predicted = sum(output_sensitivity(model, tiny_inputs, {}, seed)[name] for seed in range(8)) / 8
    exact = model(*tiny_inputs)
    generator = torch.Generator().manual_seed(0)
    energy = 0.0
    for _ in range(8):
        handle = model.get_submodule(name).register_forward_hook(
            lambda m, i, out: out + 1e-2 * torch.randn(out.shape, generator=generator)
        )
        energy += float((model(*tiny_inputs) - exact).square().mean()) / 1e-4 / 8
        handle.remove()
    assert predicted == pytest.approx(energy, rel=0.3)


def test_calibration_measures_sensitivity_at_every_step(tiny_calibration: Calibration) -> None:
    layer = tiny_calibration.layers["transformer_blocks.0.attn.to_v"]
    assert layer.sensitivity is not None
    assert layer.sensitivity.shape == (3,)
    assert (layer.sensitivity > 0).all()


def test_fitting_the_rounded_input_beats_keeping_the_weight() -> None:
    torch.manual_seed(0)
    basis = torch.linalg.qr(torch.randn(32, 32)).Q
    spread = torch.logspace(0, -3, 32)
    z = torch.randn(20000, 32) * spread.sqrt() @ basis.t()
    noise = 0.1 * torch.randn_like(z)
    weight = torch.randn(16, 32)
    model = input_model(z.t() @ z / len(z), torch.full((32,), 0.01), dampening=1e-6)

    def error(w: torch.Tensor, low_rank: torch.Tensor) -> float:
        return float(((z + noise) @ w.t() + z @ low_rank.t() - z @ weight.t()).square().mean())

    nothing = torch.zeros_like(weight)
    plain, fitted = error(weight, nothing), error(weight @ model.wiener(), nothing)
    assert fitted < 0.7 * plain
    predicted = float(torch.einsum("ok,kl,ol->", weight, model.remaining(), weight)) / 16
    assert fitted == pytest.approx(predicted, rel=0.05)
    low_rank = weighted_branch(weight, model.remaining(), 4).matrix()
    up, down = truncated_svd(weight, 4, exact=True)
    assert low_rank is not None
    ours = error((weight - low_rank) @ model.wiener(), low_rank)
    theirs = error((weight - up @ down) @ model.wiener(), up @ down)
    assert ours < theirs < fitted


def test_budget_equals_that_of_the_paper_method(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    workload = Workload(64, 64, steps=3, passes=1)
    theirs = quantize(tiny_model.transformer, QDiT4SR(), tiny_calibration)
    ours = quantize(tiny_model.transformer, QDiT4SRPlus(), tiny_calibration)
    assert bits_per_weight(ours) <= bits_per_weight(theirs) + 1e-6
    assert bits_per_weight(ours) > bits_per_weight(theirs) - 0.2
    costs = [c for c in model_costs(ours, workload) if c.rows > 1]
    operations = sum(c.rows * c.weights for c in costs)
    assert sum(c.act_bits * c.rows * c.weights for c in costs) <= 4 * operations * 1.0001


def test_every_switch_works(tiny_model: SuperResolutionModel, tiny_calibration: Calibration) -> None:
    for name in ("mixed_weights", "mixed_activations", "wiener", "gptq", "float_modulation", "rotate"):
        config = QDiT4SRPlus(**{name: False})
        model = quantize(tiny_model.transformer, config, tiny_calibration)
        assert all(torch.isfinite(layer.weight).all() for layer in quantized_layers(model).values())
