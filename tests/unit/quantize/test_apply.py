"""Quantizing a whole model: which layers, input untouched, step-dependent bits, the ladder."""

import pytest
import torch
from torch import nn

from qdit4sr_core.errors import Cancelled, QDiT4SRError, VariantError
from qdit4sr_core.models import DiT4SR, SuperResolutionModel
from qdit4sr_core.quantize import (
    METHODS,
    Calibration,
    QuantizedLinear,
    collect_statistics,
    quantization_record,
    quantize,
    quantized_layers,
    set_sampling_step,
)
from qdit4sr_core.quantize.apply import make_plan
from qdit4sr_core.quantize.methods.q_dit4sr import QDiT4SR
from qdit4sr_core.quantize.methods.rtn import RTN
from qdit4sr_core.quantize.targets import linear_sources


def test_every_block_linear_and_nothing_else(tiny_model: SuperResolutionModel) -> None:
    model = tiny_model.transformer
    before = {k: v.clone() for k, v in model.state_dict().items()}
    quantized = quantize(model, RTN())
    expected = {
        n
        for n, m in model.named_modules()
        if isinstance(m, nn.Linear) and n.startswith("transformer_blocks.")
    }
    assert set(quantized_layers(quantized)) == expected
    assert "transformer_blocks.0.norm1.linear" in expected
    assert isinstance(quantized.proj_out, nn.Linear)
    assert isinstance(quantized.norm_out.linear, nn.Linear)
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())
    assert not quantized_layers(model)
    assert quantized.proj_out.weight.data_ptr() == model.proj_out.weight.data_ptr()


@pytest.mark.parametrize("name", list(METHODS))
def test_every_method_at_eight_bits_is_close(
    name: str,
    tiny_model: SuperResolutionModel,
    tiny_calibration: Calibration,
    tiny_inputs: tuple[torch.Tensor, ...],
) -> None:
    spec = METHODS[name]
    exact = tiny_model.transformer(*tiny_inputs)
    errors = {}
    for bits in (8, 4):
        quantized = quantize(tiny_model.transformer, spec.config_class(bits, bits), tiny_calibration)
        set_sampling_step(quantized, 0, 3)
        output = quantized(*tiny_inputs)
        assert torch.isfinite(output).all()
        errors[bits] = float((output - exact).norm() / exact.norm())
    assert errors[8] < 0.1
    assert errors[8] < errors[4] < 1.0
    record = quantization_record(quantized)
    assert record is not None
    assert record.method == name
    assert record.config["weight_bits"] == 4


@pytest.mark.parametrize("name", list(METHODS))
def test_zero_weights_and_silent_layers_survive(
    name: str,
    tiny_model: SuperResolutionModel,
    tiny_calibration: Calibration,
    tiny_inputs: tuple[torch.Tensor, ...],
) -> None:
    model = DiT4SR(tiny_model.transformer.config).eval().requires_grad_(False)
    model.load_state_dict(tiny_model.transformer.state_dict())
    silent = "transformer_blocks.0.attn.to_k_control"
    model.get_submodule(silent).weight.zero_()
    layers = {n: s for n, s in tiny_calibration.layers.items() if n != silent}
    quantized = quantize(model, METHODS[name].config_class(4, 4), Calibration(layers, tiny_calibration.steps))
    assert torch.isfinite(quantized(*tiny_inputs)).all()
    layer = quantized_layers(quantized)[silent]
    constant = torch.zeros(1, 2, layer.in_features)
    assert torch.allclose(layer(constant), layer.bias.expand(1, 2, -1), atol=1e-6)


def test_step_changes_the_bits(tiny_model: SuperResolutionModel, tiny_calibration: Calibration) -> None:
    quantized = quantize(tiny_model.transformer, QDiT4SR(), tiny_calibration)
    layer = max(
        quantized_layers(quantized).values(), key=lambda q: len(set(q.spec.activation.schedule or ()))
    )
    schedule = layer.spec.activation.schedule
    assert schedule is not None
    assert len(schedule) == tiny_calibration.steps
    seen = []
    for step in range(6):  # twice as many steps: every entry is used twice
        set_sampling_step(quantized, step, 6)
        seen.append(layer.rounding.bits)
    assert seen == [b for b in schedule for _ in range(2)]


def test_full_precision_ignores_the_step(
    tiny_model: SuperResolutionModel, tiny_inputs: tuple[torch.Tensor, ...]
) -> None:
    before = tiny_model.transformer(*tiny_inputs)
    set_sampling_step(tiny_model.transformer, 1, 3)
    assert torch.equal(tiny_model.transformer(*tiny_inputs), before)


def test_ladder_is_four_configs(tiny_model: SuperResolutionModel, tiny_calibration: Calibration) -> None:
    base = QDiT4SR(hsvd=False, vasmp=False, vatmp=False)
    ladder = [base, QDiT4SR(vasmp=False, vatmp=False), QDiT4SR(vatmp=False), QDiT4SR()]
    models = [quantize(tiny_model.transformer, c, tiny_calibration) for c in ladder]
    first = [quantized_layers(m)["transformer_blocks.0.attn.to_q"] for m in models]
    assert first[0].local_up is None
    assert first[1].local_up is not None
    widths = [{q.spec.weight_bits for q in quantized_layers(m).values()} for m in models]
    assert widths[1] == {4}
    assert len(widths[2]) > 1
    assert first[2].spec.activation.schedule is None
    assert first[3].spec.activation.schedule is not None


def test_refusals(tiny_model: SuperResolutionModel) -> None:
    with pytest.raises(VariantError, match="calibration"):
        quantize(tiny_model.transformer, QDiT4SR())
    with pytest.raises(VariantError, match="already"):
        quantize(quantize(tiny_model.transformer, RTN()), RTN())
    with pytest.raises(VariantError, match="2 to 8 bits"):
        RTN(weight_bits=1)
    with pytest.raises(Cancelled):
        quantize(tiny_model.transformer, RTN(), cancelled=lambda: True)
    broken = DiT4SR(tiny_model.transformer.config).requires_grad_(False)
    broken.transformer_blocks[1].attn.to_v.weight[0, 0] = float("nan")
    with pytest.raises(QDiT4SRError, match=r"transformer_blocks\.1\.attn\.to_v"):
        quantize(broken, RTN())


def test_statistics(tiny_model: SuperResolutionModel, tiny_calibration: Calibration) -> None:
    name = "transformer_blocks.0.attn.to_q"
    layer = tiny_calibration.layers[name]
    width = layer.minimum.shape[0]
    assert layer.energy.shape == (tiny_calibration.steps,)
    assert (layer.energy > 0).all()
    assert layer.second_moment is not None
    assert float(layer.second_moment.diag().mean()) == pytest.approx(float(layer.energy.mean()), rel=0.2)
    assert layer.samples.shape[1] == width
    assert torch.equal(layer.absmax.amax(0), torch.maximum(-layer.minimum, layer.maximum))


def test_collecting_leaves_no_hooks(tiny_model: SuperResolutionModel) -> None:
    def fail(model: DiT4SR) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        collect_statistics(tiny_model.transformer, fail, steps=3)
    assert not any(m._forward_pre_hooks for m in tiny_model.transformer.modules())


def test_never_two_layers_share_codes(tiny_model: SuperResolutionModel) -> None:
    layers = quantized_layers(quantize(tiny_model.transformer, RTN()))
    assert all(isinstance(q, QuantizedLinear) for q in layers.values())
    assert len({q.packed.data_ptr() for q in layers.values()}) == len(layers)


def test_a_plan_says_which_block_search_was_possible(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    sources, width = linear_sources(tiny_model.transformer), tiny_model.transformer.config.width
    config = QDiT4SR(act_bits=6)  # needs no photos
    assert make_plan(config, sources, width, None).resolved["block_search"] == "energy"
    assert make_plan(config, sources, width, tiny_calibration).resolved["block_search"] == "output"
    assert "block_search" not in make_plan(QDiT4SR(act_bits=6, hsvd=False), sources, width, None).resolved
