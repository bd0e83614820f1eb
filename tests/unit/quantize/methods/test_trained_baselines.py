"""Trained baselines against facts of their publications: limits, oracles, and what learning must gain."""

import dataclasses
import itertools
import json
from pathlib import Path

import pytest
import torch

from qdit4sr_core.errors import Cancelled
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize import METHODS, Calibration, quantize, quantized_layers
from qdit4sr_core.quantize.artifact.content import shape_problem
from qdit4sr_core.quantize.artifact.format import load_artifact, save_artifact
from qdit4sr_core.quantize.layer.activations import ActivationSpec, quantize_activation
from qdit4sr_core.quantize.layer.codes import encode_symmetric, search_symmetric_scale
from qdit4sr_core.quantize.layer.input_transform import transform_input
from qdit4sr_core.quantize.layer.linear import QuantizedLinear
from qdit4sr_core.quantize.layer.spec import LinearSpec
from qdit4sr_core.quantize.methods.base import Layer, LayerSettings
from qdit4sr_core.quantize.methods.efficientdm import EfficientDM, initial_adapter, known_moment, product_step
from qdit4sr_core.quantize.methods.efficientdm import output_error as efficientdm_error
from qdit4sr_core.quantize.methods.efficientdm import quantize_layer as quantize_efficientdm
from qdit4sr_core.quantize.methods.flatquant import FlatQuant, kronecker_sizes
from qdit4sr_core.quantize.methods.flatquant import quantize_layer as quantize_flatquant
from qdit4sr_core.quantize.methods.passionsr import PassionSR, initial_scale
from qdit4sr_core.quantize.methods.passionsr import quantize_layer as quantize_passionsr
from qdit4sr_core.quantize.methods.q_diffusion import learned_codes
from qdit4sr_core.quantize.methods.q_dit4sr_plus import QDiT4SRPlus
from qdit4sr_core.quantize.methods.quest import QuEST, is_sensitive
from qdit4sr_core.quantize.methods.quest import quantize_layer as quantize_quest
from qdit4sr_core.quantize.methods.rtn import RTN
from qdit4sr_core.quantize.methods.rtn import quantize_layer as round_to_nearest
from qdit4sr_core.quantize.methods.svdquant import SVDQuant, search_smoothing, split_weight
from qdit4sr_core.quantize.solvers.smoothing import smoothing_factors
from qdit4sr_core.quantize.solvers.static_range import StepRanges, static_range, step_ranges
from qdit4sr_core.quantize.solvers.straight_through import (
    asymmetric_through,
    descend,
    encode_range,
    static_through,
)
from qdit4sr_core.quantize.targets import LayerSource

NAME = "transformer_blocks.1.attn.to_q"


@pytest.fixture
def layer(tiny_model: SuperResolutionModel, tiny_calibration: Calibration) -> Layer:
    linear = tiny_model.transformer.get_submodule(NAME)
    weight, bias = linear.weight.detach().float(), linear.bias.detach().float()
    source = LayerSource(NAME, (32, 32), lambda: (weight, bias))
    return Layer(source, weight, bias, tiny_calibration.layers[NAME])


def output_error(made: QuantizedLinear, layer: Layer) -> float:
    """On the sampled inputs, each in its own sampling step."""
    statistics = layer.statistics
    assert statistics is not None
    exact = torch.nn.functional.linear(statistics.samples, layer.weight, layer.bias)
    missed = torch.zeros_like(exact)
    steps = len(statistics.energy)
    for step in range(steps):
        rows = statistics.sample_steps == step
        made.set_step(step, steps)
        missed[rows] = made(statistics.samples[rows]) - exact[rows]
    return float(missed.square().mean() / (exact - exact.mean(0)).square().mean())


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


def test_what_is_learned_through_is_what_is_run() -> None:
    z, weight = 2 * random(9, 12), random(5, 12)
    low, high = torch.tensor(-1.5), torch.tensor(2.5)
    spec = ActivationSpec("static", 4, low=-1.5, high=2.5)
    values, scale = quantize_activation(z, spec)
    assert scale is not None
    assert torch.allclose(static_through(z, low, high, 4), values * scale, atol=1e-6)
    low, high = 0.8 * weight.amin(1, keepdim=True), 0.9 * weight.amax(1, keepdim=True)
    codes = encode_range(weight, low, high, 8)
    step = float(codes.scale.max())
    assert torch.allclose(asymmetric_through(weight, low, high, 8), codes.dequantize(), atol=1.01 * step)
    assert int(codes.codes.min()) == -128
    assert int(codes.codes.max()) == 127


def test_descent_keeps_the_best_state_it_met() -> None:
    x = torch.tensor([3.0], requires_grad=True)
    assert descend([(x, 0.5)], lambda: (x**2).sum(), 100) < 1e-2
    assert float(x.detach()) ** 2 < 1e-2
    start = torch.tensor([0.0], requires_grad=True)
    descend([(start, 0.5)], lambda: start.abs().sum() - start.sum() * 0.1 + (start != 0).sum(), 20)
    assert float(start.detach()) == 0.0


@pytest.mark.parametrize("group", [8, 32])
def test_svdquant_searches_by_the_error_of_the_layer_it_makes(group: int, layer: Layer) -> None:
    """Also where one group of 32 spans the whole input."""
    statistics = layer.statistics
    assert statistics is not None
    spread = dataclasses.replace(statistics, samples=statistics.samples * torch.linspace(0.01, 9, 32))
    spread = dataclasses.replace(spread, absmax=spread.samples.abs().amax(0, keepdim=True))
    config, settings = SVDQuant(group=group), LayerSettings(4, 4, global_rank=2)
    found = search_smoothing(config, dataclasses.replace(layer, statistics=spread), settings)
    assert found is not None

    def error(smooth: torch.Tensor) -> float:
        branch, codes = split_weight(layer.weight * smooth, 2, 4, group, 1)
        activation = ActivationSpec("absmax", 4, group)
        made = QuantizedLinear.build(codes, activation, smooth=smooth, branch=branch)
        return float((made(spread.samples) - spread.samples @ layer.weight.t()).square().sum())

    spans = spread.absmax.amax(0), layer.weight.abs().amax(0)
    alphas = torch.linspace(0, 1, config.grid_points).tolist()
    others = [smoothing_factors(*spans, a, b) for a in alphas for b in (1 - a, 0.0)]
    assert error(found) <= 1.001 * min(map(error, others))


def test_passionsr_starts_from_spans_to_the_power_of_three_tenths(layer: Layer) -> None:
    statistics = layer.statistics
    assert statistics is not None
    span = 0.5 * (statistics.maximum - statistics.minimum)
    wanted = (span / layer.weight.abs().amax(0)) ** 0.3
    ratio = initial_scale(statistics, layer.weight, 0.3) / wanted
    assert torch.allclose(ratio, ratio.mean().expand_as(ratio), rtol=2e-3)


def test_passionsr_offset_is_made_up_for_by_the_bias(layer: Layer) -> None:
    made = quantize_passionsr(PassionSR(8, 16, iterations=5), layer, LayerSettings(8, 16))
    assert made.shift is not None
    assert float(made.shift.abs().max()) > 0
    assert output_error(made, layer) < 1e-3


def test_passionsr_learns_and_has_static_bounds(layer: Layer) -> None:
    start, learned = (
        quantize_passionsr(PassionSR(iterations=n), layer, LayerSettings(4, 4)) for n in (0, 80)
    )
    assert learned.spec.activation.kind == "static"
    assert output_error(learned, layer) < 0.8 * output_error(start, layer)


@pytest.mark.parametrize("name", ["efficientdm", "quest"])
def test_each_sampling_step_has_a_range_of_its_own(name: str, layer: Layer) -> None:
    """Inputs that grow along sampling: one range is too wide for the first steps or clips the last."""
    statistics = layer.statistics
    assert statistics is not None
    steps = len(statistics.energy)
    growth = 4.0 ** torch.arange(steps)
    samples = statistics.samples * growth[statistics.sample_steps, None]
    largest = torch.stack([samples[statistics.sample_steps == t].abs().amax(0) for t in range(steps)])
    grown = dataclasses.replace(
        statistics, samples=samples, absmax=largest, minimum=samples.amin(0), maximum=samples.amax(0)
    )
    grown_layer = dataclasses.replace(layer, statistics=grown)
    made = (
        quantize_efficientdm(EfficientDM(iterations=4), grown_layer, LayerSettings(8, 4))
        if name == "efficientdm"
        else quantize_quest(QuEST(iterations=4), grown_layer, LayerSettings(8, 4))
    )
    ranges = made.spec.activation.ranges
    assert ranges is not None
    assert [high > 2 * before for (_, before), (_, high) in itertools.pairwise(ranges)] == [True] * (
        steps - 1
    )
    whole = static_range(grown, torch.ones_like(grown.minimum), 4)
    for step in range(steps):
        made.set_step(step, steps)
        assert (made.rounding.low, made.rounding.high) == ranges[step]
        first = samples[statistics.sample_steps == step]
        errors = []
        for spec in (made.rounding, ActivationSpec("static", 4, low=whole[0], high=whole[1])):
            values, scale = quantize_activation(first, spec)
            assert scale is not None
            errors.append(float((values * scale - first).square().mean()))
        assert errors[0] < 1.05 * errors[1]
    assert LinearSpec.from_dict(json.loads(json.dumps(made.spec.to_dict()))) == made.spec


def test_a_step_without_inputs_has_the_range_of_all(layer: Layer) -> None:
    assert layer.statistics is not None
    unseen = dataclasses.replace(
        layer.statistics, sample_steps=torch.zeros_like(layer.statistics.sample_steps)
    )
    ranges = step_ranges(unseen, 4)
    whole = static_range(unseen, torch.ones_like(unseen.minimum), 4)
    assert ranges[1].tolist() == pytest.approx(whole)


def test_quest_is_q_diffusion_where_nothing_is_tuned_and_better_where_it_is(layer: Layer) -> None:
    settings = LayerSettings(4, 4)
    assert layer.statistics is not None
    inputs = StepRanges(layer.statistics, 4).rounded(layer.statistics.samples).detach()
    base = learned_codes(layer, 4, inputs, 30)
    made = [quantize_quest(QuEST(iterations=30, tuning=n), layer, settings) for n in (0, 2)]
    assert torch.equal(made[0].weight, base.dequantize())
    started = torch.tensor(made[0].spec.activation.ranges)
    assert torch.equal(started, step_ranges(layer.statistics, 4))
    assert torch.equal(made[1].weight_codes.codes, base.codes)
    assert output_error(made[1], layer) < 0.97 * output_error(made[0], layer)


def test_quest_tunes_scales_of_sensitive_layers_only(layer: Layer) -> None:
    names = [NAME, "transformer_blocks.0.ff.net.2", "transformer_blocks.0.norm1.linear"]
    assert all(is_sensitive(name) for name in names)
    other = "transformer_blocks.0.attn.to_out.0"
    assert not is_sensitive(other)
    settings = LayerSettings(4, 4)
    elsewhere = dataclasses.replace(layer, source=dataclasses.replace(layer.source, name=other))
    tuned, left = (quantize_quest(QuEST(iterations=5, tuning=40), x, settings) for x in (layer, elsewhere))
    assert layer.statistics is not None
    base = quantize_quest(QuEST(iterations=5, tuning=0), layer, settings)
    assert torch.equal(left.weight, base.weight)
    assert not torch.equal(torch.tensor(left.spec.activation.ranges), step_ranges(layer.statistics, 4))
    assert not torch.equal(tuned.weight, base.weight)


def test_efficientdm_starts_as_plain_rounding_and_its_adapter_is_merged(layer: Layer) -> None:
    up, down = initial_adapter(6, 10, 4)
    assert torch.equal(up @ down, torch.zeros(6, 10))
    assert layer.statistics is not None
    moment = known_moment(layer.statistics)
    errors = []
    for iterations in (0, 60):
        config = EfficientDM(3, 16, rank=8, iterations=iterations)
        made = quantize_efficientdm(config, layer, LayerSettings(3, 16))
        assert made.branch.parameters() == 0
        missed = made.weight - layer.weight
        errors.append(float(((missed @ moment) * missed).sum()))
    scale = search_symmetric_scale(layer.weight, 3, None, full=True)
    missed = encode_symmetric(layer.weight, scale, 3, full=True).dequantize() - layer.weight
    assert errors[0] == pytest.approx(float(((missed @ moment) * missed).sum()), rel=1e-3)
    assert errors[1] < 0.95 * errors[0]


def test_efficientdm_error_is_that_of_the_samples_even_where_inputs_are_clipped() -> None:
    samples, weight = random(40, 12), random(5, 12)
    rounded = weight + 0.1 * random(5, 12).flip(0)
    noise = samples.clamp(-0.5, 0.5) - samples  # points against the input
    moment = samples.t() @ samples / len(samples)
    missed = rounded - weight
    plain = ((missed @ moment) * missed).sum() / 5
    exact = ((samples + noise) @ rounded.t() - samples @ weight.t()).square().sum(1).mean() / 5
    measured = efficientdm_error(rounded, weight, moment, samples, noise)
    assert float(measured) == pytest.approx(float(plain + exact) / 2, rel=1e-4)


def test_efficientdm_error_has_a_lower_bound_whatever_the_samples_are() -> None:
    """Where the samples' moment is larger than that of all tokens a difference of both falls without end."""
    samples, weight = 3 * random(6, 12), random(5, 12)
    moment = torch.eye(12) / 9
    for size in (1.0, 10.0, 1000.0):
        against = weight - size * samples[:5]
        noise = 0.1 * random(6, 12).flip(1)
        assert float(efficientdm_error(against, weight, moment, samples, noise)) > 0


def test_efficientdm_beats_rounding_to_nearest_where_moment_and_samples_differ(layer: Layer) -> None:
    """On calibrated inputs rounded like its own, and on the moment of all tokens."""
    statistics = layer.statistics
    assert statistics is not None
    moment = statistics.dense_moment
    assert moment is not None
    other = dataclasses.replace(layer, statistics=dataclasses.replace(statistics, second_moment=0.5 * moment))
    for case in (layer, other):
        start, learned = (
            quantize_efficientdm(EfficientDM(iterations=n), case, LayerSettings(4, 4)) for n in (0, 150)
        )
        assert output_error(learned, layer) < 0.9 * output_error(start, layer)
        assert output_error(learned, layer) < output_error(
            round_to_nearest(RTN(), layer, LayerSettings(4, 4)), layer
        )
        missed = learned.weight - layer.weight
        nearest = round_to_nearest(RTN(), layer, LayerSettings(4, 4)).weight - layer.weight
        assert float(((missed @ moment) * missed).sum()) < float(((nearest @ moment) * nearest).sum())


def test_efficientdm_moves_weights_by_its_rate_in_steps_of_the_grid() -> None:
    for rank in (4, 32, 128):
        _, down = initial_adapter(6, 4000, rank)
        assert float(down.abs().sum(0).mean()) == pytest.approx(product_step(rank), rel=0.05)


@pytest.mark.parametrize("name", ["flatquant", "q-diffusion", "efficientdm", "quest", "passionsr", "ptq4dit"])
def test_a_long_rule_stops_within_its_layer(name: str, layer: Layer) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    config = dataclasses.replace(METHODS[name].config_class(), iterations=10**6)
    with pytest.raises(Cancelled):
        METHODS[name].quantize_layer(
            config, dataclasses.replace(layer, cancelled=cancelled), LayerSettings(4, 4)
        )
    assert asked == 4


def test_a_plan_stops_between_layers(tiny_model: SuperResolutionModel, tiny_calibration: Calibration) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 5

    with pytest.raises(Cancelled):
        quantize(tiny_model.transformer, QDiT4SRPlus(), tiny_calibration, cancelled=cancelled)
    assert asked == 6


@pytest.mark.parametrize("share", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("name", [name for name, spec in METHODS.items() if spec.learns])
def test_what_learns_beats_rounding_to_nearest_whatever_the_moment_says(
    name: str, share: float, layer: Layer
) -> None:
    """On its calibration inputs; a loss without a lower bound would run away in one of the three."""
    statistics = layer.statistics
    assert statistics is not None
    assert statistics.second_moment is not None
    moment = share * statistics.second_moment
    case = dataclasses.replace(layer, statistics=dataclasses.replace(statistics, second_moment=moment))
    made = METHODS[name].quantize_layer(METHODS[name].config_class(), case, LayerSettings(4, 4))
    nearest = round_to_nearest(RTN(), layer, LayerSettings(4, 4))
    assert output_error(made, layer) < output_error(nearest, layer)
