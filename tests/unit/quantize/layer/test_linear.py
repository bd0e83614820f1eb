"""The quantized product: equals its formula, is exact on integers, shares inputs without keeping them."""

import gc

import pytest
import torch
from torch import Tensor

from qdit4sr_core.quantize.layer import linear
from qdit4sr_core.quantize.layer.activations import ActivationSpec, quantize_activation
from qdit4sr_core.quantize.layer.codes import (
    encode_absmax,
    encode_asymmetric,
    encode_gaussian,
    encode_symmetric,
    search_symmetric_scale,
    storage_dtype,
)
from qdit4sr_core.quantize.layer.linear import LinearSpec, QuantizedLinear
from qdit4sr_core.quantize.layer.rotation import Rotation
from qdit4sr_core.quantize.solvers.hsvd import hsvd

K, N = 64, 48


@pytest.fixture
def weight() -> Tensor:
    return torch.randn(N, K, generator=torch.Generator().manual_seed(1)) * 0.05


@pytest.fixture
def x() -> Tensor:
    tokens = torch.randn(2, 9, K, generator=torch.Generator().manual_seed(2))
    tokens[..., 3] *= 20
    return tokens


def test_formula_with_every_part(weight: Tensor, x: Tensor) -> None:
    smooth = torch.linspace(0.5, 2, K).half().float()
    rotation = Rotation("hadamard", K)
    rotated = rotation(weight * smooth)
    branch, _ = hsvd(rotated, 3, 2)
    low_rank = branch.matrix()
    assert low_rank is not None
    codes = encode_gaussian(rotated - low_rank, 4)
    bias = torch.randn(N)
    activation = ActivationSpec("gaussian", 4)
    layer = QuantizedLinear.build(
        codes, activation, bias=bias, smooth=smooth, rotation="hadamard", branch=branch
    )
    z = rotation(x.reshape(-1, K) / smooth)
    values, scale = quantize_activation(z, activation)
    expected = (values * scale) @ codes.dequantize().t() + z @ low_rank.t() + bias
    assert torch.allclose(layer(x).reshape(-1, N), expected, atol=1e-4)
    exact = x @ weight.t() + bias
    assert torch.allclose(
        layer.effective_weight() @ x[0].t(),
        (rotation.inverse(codes.dequantize() + low_rank) / smooth) @ x[0].t(),
        atol=1e-3,
    )
    assert (layer(x) - exact).norm() < 0.3 * exact.norm()


@pytest.mark.parametrize("kind", ["gaussian", "absmax", "minmax", "static"])
@pytest.mark.parametrize("bits", [3, 4, 6])
def test_int8_engine_gives_the_same_numbers(kind: str, bits: int, weight: Tensor, x: Tensor) -> None:
    activation = ActivationSpec(kind, bits, low=-4.0, high=8.0)  # type: ignore[arg-type]
    for codes in (encode_absmax(weight, bits), encode_gaussian(weight, bits)):
        layer = QuantizedLinear.build(codes, activation, bias=torch.ones(N))
        reference = layer(x)
        assert layer.set_engine("int8")
        assert torch.allclose(layer(x), reference, rtol=1e-5, atol=1e-5)
        assert not layer.set_engine("reference")
        assert torch.equal(layer(x), reference)


def test_int8_is_refused_where_it_is_not_exact(weight: Tensor) -> None:
    dynamic = ActivationSpec("absmax", 4)
    for codes, activation in (
        (encode_absmax(weight, 4, 16), dynamic),
        (encode_asymmetric(weight, 4), dynamic),
        (encode_gaussian(weight, 8), dynamic),
        (encode_absmax(weight, 4), ActivationSpec("none")),
        (encode_absmax(weight, 4), ActivationSpec("absmax", 4, 16)),
        (encode_absmax(weight, 4), ActivationSpec("absmax", 4, schedule=(4, 16))),
    ):
        assert not QuantizedLinear.build(codes, activation).set_engine("int8")


def test_schedule_lookup_is_proportional() -> None:
    spec = ActivationSpec("absmax", 4, schedule=(8, 4, 2))
    assert [spec.bits_at(i, 3) for i in range(3)] == [8, 4, 2]
    assert [spec.bits_at(i, 6) for i in range(6)] == [8, 8, 4, 4, 2, 2]
    assert [spec.bits_at(i, 1) for i in range(1)] == [4]
    assert LinearSpec.from_dict(LinearSpec(8, 8, 4, spec).to_dict()).activation == spec


def test_spreading_blocks_and_group_activations(x: Tensor) -> None:
    tokens = x.reshape(-1, K)
    whole, _ = quantize_activation(tokens, ActivationSpec("absmax", 4)), None
    grouped, scale = quantize_activation(tokens, ActivationSpec("absmax", 4, 16))
    assert scale is None
    error = (grouped - tokens).norm()
    assert error < (whole[0] * whole[1] - tokens).norm()


def test_searched_scales_beat_the_maximum(weight: Tensor) -> None:
    weight = weight.clone()
    weight[:, 0] = 1.0
    scale = search_symmetric_scale(weight, 4, None)
    searched = (encode_symmetric(weight, scale, 4).dequantize() - weight).norm()
    assert searched < (encode_absmax(weight, 4).dequantize() - weight).norm()


@pytest.mark.parametrize("encode", [encode_absmax, encode_asymmetric, encode_gaussian])
def test_scales_are_what_is_stored(encode: object, weight: Tensor) -> None:
    codes = encode(weight, 4)  # type: ignore[operator]
    assert storage_dtype(codes.scale) == torch.float16
    tiny = encode(weight * 1e-7, 4)  # type: ignore[operator]
    relative = (tiny.dequantize() / 1e-7 - weight).norm() / weight.norm()
    assert relative < 0.2


def test_layers_share_an_input_and_let_it_go(weight: Tensor) -> None:
    layers = [
        QuantizedLinear.build(encode_absmax(weight, 4), ActivationSpec("absmax", 4), rotation=r)
        for r in ("none", "hadamard", "hadamard")
    ]
    plain = QuantizedLinear.build(encode_absmax(weight, 4), ActivationSpec("none", 16))
    gc.collect()
    before = len(linear._SHARED._entries)
    with torch.no_grad():
        for _ in range(3):
            tokens = torch.randn(1, 4, K) + 1
            outputs = [layer(tokens) for layer in (*layers, plain)]
            assert torch.equal(outputs[1], outputs[2])
            assert len(linear._SHARED._entries) == before + 1
            changed = layers[1](tokens.mul_(2))
            assert not torch.equal(changed, outputs[1])
            del tokens
    assert len(linear._SHARED._entries) == before
