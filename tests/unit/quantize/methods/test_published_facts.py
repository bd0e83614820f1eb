"""Each method against a fact of its publication: a formula, a limit case, a small oracle."""

import pytest
import torch

from qdit4sr_core.errors import VariantError
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize import Calibration, quantize, quantized_layers
from qdit4sr_core.quantize.layer.activations import ActivationSpec, leading_zero_codes, quantize_activation
from qdit4sr_core.quantize.layer.input_transform import block_product
from qdit4sr_core.quantize.methods.arhq import residual_branch
from qdit4sr_core.quantize.methods.base import Layer, LayerSettings
from qdit4sr_core.quantize.methods.dirotq import DiRotQ, principal_directions
from qdit4sr_core.quantize.methods.gptq import GPTQ
from qdit4sr_core.quantize.methods.q_diffusion import QDiffusion
from qdit4sr_core.quantize.methods.q_diffusion import quantize_layer as quantize_q_diffusion
from qdit4sr_core.quantize.methods.q_dit4sr import QDiT4SR, vasmp_limits
from qdit4sr_core.quantize.methods.quarot import QuaRot
from qdit4sr_core.quantize.methods.quartz import leading_zero_weight
from qdit4sr_core.quantize.methods.rtn import RTN
from qdit4sr_core.quantize.methods.sdnq import power_of_two_block
from qdit4sr_core.quantize.methods.wush import balancing_transform
from qdit4sr_core.quantize.solvers.hsvd import truncated_svd
from qdit4sr_core.quantize.targets import LayerSource, is_modulation

Inputs = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def _random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_arhq_leaves_the_least_output_of_rounding_errors() -> None:
    weight, errors = _random(40, 24), _random(400, 24, seed=1) * torch.linspace(0.1, 3, 24)

    def left(branch: torch.Tensor) -> float:
        return float((errors @ (weight - branch).t()).square().sum())

    ours = residual_branch(weight, errors, 4, dampening=1e-6).matrix()
    up, down = truncated_svd(weight, 4, exact=True)
    assert ours is not None
    assert left(ours) < 0.9 * left(up @ down)
    alone = torch.eye(24).repeat(4, 1)  # of equal errors the plain SVD's branch is the best
    same = residual_branch(weight, alone, 4).matrix()
    assert same is not None
    assert (same - up @ down).norm() < 0.01 * weight.norm()


def test_wush_gives_inputs_and_weights_the_same_moment() -> None:
    x, w = _random(500, 2, 16) * torch.linspace(0.2, 5, 16), _random(300, 2, 16, seed=1)
    moments = [torch.einsum("sbi,sbj->bij", t, t) / len(t) for t in (x, w)]
    transform = balancing_transform(moments[0], moments[1], dampening=1e-9)
    inverse = torch.linalg.inv(transform)
    inputs = transform.transpose(1, 2) @ moments[0].double() @ transform
    weights = inverse @ moments[1].double() @ inverse.transpose(1, 2)
    assert torch.allclose(inputs, weights, rtol=1e-4, atol=1e-6)
    diagonal = inputs.diagonal(dim1=1, dim2=2)
    assert torch.allclose(diagonal, diagonal.mean(1, keepdim=True).expand_as(diagonal), rtol=1e-4)


def test_quartz_keeps_low_bits_where_a_group_is_small() -> None:
    z = torch.tensor([[127.0, 64.0, 32.0, 10.0, 5.0, 3.0, 2.0, 1.0]])
    codes, scale = leading_zero_codes(z.clone(), 4, 4)
    assert scale.item() == pytest.approx(1.0)
    assert codes[0].tolist() == [112, 64, 32, 16, 5, 3, 2, 1]
    whole, _ = leading_zero_codes(z.clone(), 8, 4)
    assert torch.equal(whole, z)
    weight = _random(6, 64) * torch.logspace(-2, 0, 64)
    grouped, plain = (leading_zero_weight(weight, 4, group).dequantize() for group in (16, 64))
    assert (grouped - weight).norm() < 0.8 * (plain - weight).norm()


def test_dirotq_spares_the_leading_directions(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    moment = tiny_calibration.layers["transformer_blocks.1.attn.to_q"].second_moment
    assert moment is not None
    directions = principal_directions(moment)
    energies = (directions.t() @ moment @ directions).diag()
    assert bool((energies[:-1] >= energies[1:] - 1e-4).all())
    model = quantize(tiny_model.transformer, DiRotQ(), tiny_calibration)
    layer = quantized_layers(model)["transformer_blocks.1.attn.to_q"]
    exact = tiny_model.transformer.get_submodule("transformer_blocks.1.attn.to_q")
    leading = directions[:, :8].t()  # inputs along the leading directions pass almost unharmed
    others = directions[:, -8:].t()
    wrong = [(layer(x) - exact(x)).norm() / (exact(x) - exact.bias).norm() for x in (leading, others)]
    assert wrong[0] < 0.02 < wrong[1]
    assert torch.allclose(layer.effective_weight(), exact.weight, atol=0.15)


def test_block_product_is_a_block_diagonal_matrix() -> None:
    x, blocks = _random(5, 12), _random(3, 4, 4, seed=2)
    assert torch.allclose(block_product(x, blocks), x @ torch.block_diag(*blocks), atol=1e-5)


def test_sdnq_blocks() -> None:
    assert [power_of_two_block(width, 256) for width in (1536, 6144, 192, 30)] == [256, 256, 64, 2]


@pytest.mark.parametrize("config", [GPTQ(), QuaRot()])
def test_symmetric_codes_use_every_value(
    config: GPTQ | QuaRot, tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    model = quantize(tiny_model.transformer, config, tiny_calibration)
    lowest = min(int(layer.weight_codes.codes.min()) for layer in quantized_layers(model).values())
    assert lowest == -8


def test_clipped_inputs_use_every_code() -> None:
    z = torch.tensor([[-10.0, 10.0, 1.0]])
    codes, _ = quantize_activation(z, ActivationSpec("absmax", 4, clip=0.9))
    assert codes[0].tolist() == [-8, 7, 1]


def test_adaln_inputs_are_float_for_every_method_unless_asked(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    for config in (RTN(), QDiT4SR()):
        bits = {}
        for name, layer in quantized_layers(
            quantize(tiny_model.transformer, config, tiny_calibration)
        ).items():
            bits.setdefault(is_modulation(name), set()).add(layer.spec.activation.bits)
        assert bits == {True: {16}, False: {4}}
    rounded = quantize(tiny_model.transformer, RTN(modulation="rounded"))
    assert {layer.spec.activation.bits for layer in quantized_layers(rounded).values()} == {4}


def test_kept_layers_stay_at_eight_bits(tiny_model: SuperResolutionModel, tiny_inputs: Inputs) -> None:
    exact = tiny_model.transformer(*tiny_inputs)
    errors = []
    for keep in ("", "blocks.0+ff"):
        model = quantize(tiny_model.transformer, RTN(3, 3, keep=keep))
        errors.append(float((model(*tiny_inputs) - exact).norm()))
    assert errors[1] < 0.9 * errors[0]
    kept = {n for n, layer in quantized_layers(model).items() if layer.spec.weight_bits == 8}
    assert kept == {n for n in quantized_layers(model) if ".0." in n[:22] or ".ff." in n}
    with pytest.raises(VariantError, match=r"keep=blocks\.9 fits no layer"):
        quantize(tiny_model.transformer, RTN(keep="blocks.9"))


@pytest.mark.parametrize(("bits", "limits"), [(3, (2, 4)), (4, (3, 5)), (6, (5, 7))])
def test_vasmp_limits_follow_the_width(bits: int, limits: tuple[int, int]) -> None:
    assert vasmp_limits(QDiT4SR(bits)) == limits


def test_vasmp_that_can_do_nothing_is_said() -> None:
    with pytest.raises(VariantError, match="do nothing"):
        vasmp_limits(QDiT4SR(3, min_bits=3, max_bits=5))
    assert not QDiT4SR(8).uses_vasmp
    assert QDiT4SR(6).uses_vasmp


def test_learned_rounding_serves_the_output_better_than_the_nearest(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    """AdaRound's fact: the nearest code is not the best one for the layer's output."""
    name = "transformer_blocks.1.attn.to_q"
    x = tiny_calibration.layers[name].samples
    weight = tiny_model.transformer.get_submodule(name).weight.detach().float()
    exact = x @ weight.t()
    source = LayerSource(name, (32, 32), lambda: (weight, None))
    layer = Layer(source, weight, None, tiny_calibration.layers[name])
    errors = []
    for iterations in (0, 200):
        made = quantize_q_diffusion(QDiffusion(3, 16, iterations=iterations), layer, LayerSettings(3, 16))
        errors.append(float((x @ made.effective_weight().t() - exact).square().sum()))
    assert errors[1] < 0.8 * errors[0]
