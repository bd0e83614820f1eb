"""The parts of Q-DiT4SR+: sensitivity, spending of bits, noise-aware weights, matched budget."""

import dataclasses
from pathlib import Path

import pytest
import torch

from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.models.checkpoint import load_transformer
from qdit4sr_core.quantize import Calibration, LayerStatistics, quantize, quantized_layers
from qdit4sr_core.quantize.artifact.export import export_dequantized
from qdit4sr_core.quantize.artifact.format import bits_per_weight, load_artifact, save_artifact
from qdit4sr_core.quantize.cost import Workload, model_costs
from qdit4sr_core.quantize.layer.codes import encode_symmetric
from qdit4sr_core.quantize.methods.q_dit4sr import QDiT4SR
from qdit4sr_core.quantize.methods.q_dit4sr_plus import QDiT4SRPlus
from qdit4sr_core.quantize.solvers.gptq import feedback_basis, gptq_round
from qdit4sr_core.quantize.solvers.treatment import Treatment, candidates, input_error, treated_input

Inputs = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def test_error_feedback_shapes_white_errors(tiny_calibration: Calibration) -> None:
    """The errors behind those of GPTQ are those of plain rounding: at most half a step each."""
    moment = tiny_calibration.layers["transformer_blocks.1.attn.to_q"].second_moment
    assert moment is not None
    weight = torch.randn(200, len(moment), generator=torch.Generator().manual_seed(4))
    step = 0.05  # the grid is wide enough for no error to be clipped
    template = encode_symmetric(weight, torch.full((200, 1), step), 8)
    wrong = weight - gptq_round(weight, moment, template).dequantize()
    order = moment.diag().argsort(descending=True)  # the basis is triangular in the order of rounding
    basis = feedback_basis(moment)[:, order]
    white = torch.linalg.solve_triangular(basis, wrong[:, order], upper=True, left=False)
    assert white.abs().max() < 0.501 * template.scale.max()
    assert float(white.square().mean()) == pytest.approx(step**2 / 12, rel=0.05)


def test_treatments_change_the_basis_but_not_the_product(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    name = "transformer_blocks.1.attn.to_q"
    linear = tiny_model.transformer.get_submodule(name)
    x = tiny_calibration.layers[name].samples
    g = torch.randn(len(x), linear.out_features, generator=torch.Generator().manual_seed(2))
    gradient = g.t() @ torch.cat([x, torch.ones(len(x), 1)], 1)
    statistics = dataclasses.replace(
        tiny_calibration.layers[name],
        second_moment=x.t() @ x / len(x),
        mean=x.mean(0),
        response_root=gradient,
    )
    exact = x @ linear.weight.t() + linear.bias
    seen = set()
    for treatment in candidates(None, True, True):
        seen.add(str(treatment))
        assert Treatment.parse(str(treatment)) == treatment
        treated = treated_input(treatment, linear.weight, statistics)
        bias = treated.bias(linear.weight, linear.bias)
        z, weight = treated.samples(x), treated.weight(linear.weight)
        assert torch.allclose(z @ weight.t() + bias, exact, atol=1e-4)
        moment = treated.moment(statistics)
        expected = z.t() @ z / len(z)
        assert (moment - expected).norm() < 1e-3 * expected.norm()
        expected = g.t() @ z
        root = treated.response_root(statistics)
        assert root is not None
        assert (root - expected).norm() < 1e-3 * expected.norm()
    assert len(seen) == 24


def test_centring_helps_inputs_with_a_common_part() -> None:
    torch.manual_seed(0)
    x = torch.randn(256, 64) + 30 * torch.randn(64)
    statistics = LayerStatistics(
        torch.ones(1), x.abs().amax(0)[None], x.amin(0), x.amax(0), x.t() @ x / 256, x,
        torch.zeros(256, dtype=torch.long), 256, None, x.mean(0),
    )  # fmt: skip
    weight = torch.randn(32, 64)
    plain = input_error(Treatment("hadamard", "gaussian"), 4, None, weight, statistics)
    centred = input_error(Treatment("hadamard", "gaussian", centred=True), 4, None, weight, statistics)
    assert centred < plain / 100


def test_budget_equals_that_of_the_paper_method(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    workload = Workload(64, 64, steps=3, passes=1)
    theirs = quantize(tiny_model.transformer, QDiT4SR(3), tiny_calibration)
    ours = quantize(tiny_model.transformer, QDiT4SRPlus(3), tiny_calibration)
    assert bits_per_weight(ours) <= bits_per_weight(theirs) + 1e-6
    assert bits_per_weight(ours) > bits_per_weight(theirs) - 0.2
    costs = [c for c in model_costs(ours, workload) if c.rows > 1]
    operations = sum(c.rows * c.weights for c in costs)
    assert sum(c.act_bits * c.rows * c.weights for c in costs) <= 4 * operations * 1.0001


def test_equal_work_binds_the_bits_of_every_multiply(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    """adaLN layers hold many weights and do next to no multiplies: storage alone does not bind these."""
    workload = Workload(64, 64, steps=3, passes=1)

    def mean_bits(config: QDiT4SRPlus) -> float:
        costs = model_costs(quantize(tiny_model.transformer, config, tiny_calibration), workload)
        multiplies = sum(c.rows * c.weights for c in costs)
        return sum(c.rows * c.weights * c.weight_bits for c in costs) / multiplies

    assert mean_bits(QDiT4SRPlus(budget="work")) <= 4.0 < mean_bits(QDiT4SRPlus())
    model = quantize(tiny_model.transformer, QDiT4SRPlus(budget="work"), tiny_calibration)
    theirs = quantize(tiny_model.transformer, QDiT4SR(), tiny_calibration)
    assert bits_per_weight(model) <= bits_per_weight(theirs) + 1e-6


def test_every_switch_works(tiny_model: SuperResolutionModel, tiny_calibration: Calibration) -> None:
    for name in ("mixed_weights", "mixed_activations", "rotate", "centre"):
        config = QDiT4SRPlus(**{name: not getattr(QDiT4SRPlus(), name)})
        model = quantize(tiny_model.transformer, config, tiny_calibration)
        assert all(torch.isfinite(layer.weight).all() for layer in quantized_layers(model).values())


def test_optional_branch_and_factors(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration, tiny_inputs: Inputs, tmp_path: Path
) -> None:
    config = QDiT4SRPlus(8, 8, rank=2, smooth=True, centre=True)
    model = quantize(tiny_model.transformer, config, tiny_calibration)
    layers = quantized_layers(model).values()
    assert all(layer.global_up is not None for layer in layers)
    assert any(layer.shift is not None for layer in layers)
    exact = tiny_model.transformer(*tiny_inputs)
    assert (model(*tiny_inputs) - exact).norm() < 0.05 * exact.norm()
    path = tmp_path / "q.safetensors"
    save_artifact(model, path)
    assert torch.equal(load_artifact(path)(*tiny_inputs), model(*tiny_inputs))
    export_dequantized(path, tmp_path / "plain", torch.float32)
    plain = load_transformer(tmp_path / "plain")
    assert (plain(*tiny_inputs) - exact).norm() < 0.05 * exact.norm()


@pytest.mark.parametrize(("width", "floor"), [(2, 2), (3, 2), (4, 3), (6, 3), (8, 3)])
def test_the_fewest_bits_follow_the_width(width: int, floor: int) -> None:
    assert QDiT4SRPlus(weight_bits=width).floor == floor
    assert QDiT4SRPlus(act_bits=width).act_floor == (3 if width == 4 else 2)


def test_no_step_gets_fewer_input_bits_than_the_floor(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    def fewest(config: QDiT4SRPlus) -> int:
        layers = quantized_layers(quantize(tiny_model.transformer, config, tiny_calibration)).values()
        return min(bits for layer in layers for bits in layer.spec.activation.schedule or (4,))

    assert fewest(QDiT4SRPlus()) == 3
    assert fewest(QDiT4SRPlus(min_act_bits=2)) == 2


def test_outputs_are_not_shrunk(tiny_model: SuperResolutionModel, tiny_calibration: Calibration) -> None:
    """The mean of (q x)(w x) over (w x)^2 is nearer to 1 with row gains."""

    def wrong(unbiased: bool) -> float:
        config = QDiT4SRPlus(2, 8, unbiased=unbiased, mixed_weights=False)
        quantized = quantize(tiny_model.transformer, config, tiny_calibration)
        errors = []
        for name, layer in quantized_layers(quantized).items():
            moment = tiny_calibration.layers[name].dense_moment
            assert moment is not None
            exact = tiny_model.transformer.get_submodule(name).weight.float()  # type: ignore[operator]
            seen = exact @ moment
            whole = (seen * exact).sum(1)
            rows = whole > 1e-3 * whole.max()
            errors.append(float(((seen * layer.effective_weight()).sum(1) / whole - 1)[rows].abs().mean()))
        return sum(errors) / len(errors)

    assert wrong(True) < 0.5 * wrong(False)
