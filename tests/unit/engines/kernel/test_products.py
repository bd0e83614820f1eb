"""Codes and integer sums are the reference's for equal inputs, and every build gives the same bits."""

import pytest
import torch

from qdit4sr_core.engines import kernel
from qdit4sr_core.engines.kernel.linear import integer_sums, prepare
from qdit4sr_core.quantize.layer.activations import ActivationSpec
from qdit4sr_core.quantize.layer.codes import encode_absmax
from qdit4sr_core.quantize.layer.linear import QuantizedLinear

from .layers import KINDS, flipped_codes, for_kernel, input_integers, layer, random, weight_integers

SHAPES = ((192, 70), (48, 33), (20, 5))


def check_integers(quantized, x) -> None:
    codes = quantized.weight_codes
    one = for_kernel(quantized)
    assert torch.equal(one.layer.codes(), codes.codes)
    prepared = prepare(one, x)
    assert flipped_codes(quantized, one, prepared) == 0
    inputs, groups = input_integers(one, prepared), one.layer.struct.groups
    weights = weight_integers(codes).view(codes.codes.shape[0], groups, -1)
    sums = torch.einsum("mgk,ngk->mgn", inputs.double(), weights.double())  # exact: below 2^53
    assert torch.equal(integer_sums(one, prepared).double(), sums)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("bits", "weight_bits"), [(2, 2), (3, 4), (4, 3), (5, 5), (6, 4), (7, 6), (8, 8), (4, 4)]
)
def test_codes_and_sums_are_the_references(build, kind, bits, weight_bits, full) -> None:
    for inputs, outputs in SHAPES:
        quantized = layer(inputs, outputs, kind, bits, weight_bits, full=full)
        check_integers(quantized, random(7, inputs))


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("group", [64, 128])
def test_groups(build, kind, group, full) -> None:
    check_integers(layer(384, 70, kind, 4, 4, group, full=full), random(5, 384))
    check_integers(layer(192, 64, kind, 8, 8, group, full=full), random(5, 192))  # 128 becomes 96


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
def test_leading_zeros_are_shared_within_a_group_of_weights(build, bits) -> None:
    spread = torch.exp2(-torch.arange(96.0) % 7)  # groups keep different bits
    codes = encode_absmax(random(40, 96), 4, 32)
    quantized = QuantizedLinear.build(codes, ActivationSpec("leading-zero", bits, 16))
    check_integers(quantized, random(7, 96) * spread)
    check_integers(QuantizedLinear.build(codes, ActivationSpec("leading-zero", bits, 8)), random(7, 96))


@pytest.mark.parametrize("width", [16, 32, 48, 64, 80, 96, 192, 320, 704, 768, 1536, 24, 36, 20, 1152])
@pytest.mark.parametrize("rotation", ["hadamard", "regular", "none"])
def test_rotations_agree_with_the_matrix(build, width, rotation) -> None:
    quantized = layer(width, 16, rotation=rotation)
    x = random(3, width)
    expected = quantized.rotation(x.double())
    assert (prepare(for_kernel(quantized), x).z - expected).norm() < 2e-6 * expected.norm()


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bits", [3, 8])
def test_outputs_are_the_reference_engines(build, kind, bits, full) -> None:
    quantized = layer(
        192, 96, kind, bits, rotation="none", full=full
    )  # no rotation: no rounding ties to differ at
    x = random(9, 192)
    quantized.set_engine("reference")
    expected = quantized(x)
    quantized.set_engine("kernel")
    assert (quantized(x) - expected).norm() < 2e-6 * expected.norm()
    gelu = torch.nn.functional.gelu(quantized(x), approximate="tanh")
    assert (quantized.gelu(x) - gelu).abs().max() < 1e-5 * (1 + gelu.abs().max())


@pytest.mark.parametrize("kind", KINDS)
def test_every_build_gives_the_same_bits(kind) -> None:
    for quantized in (
        layer(192, 70, kind, 4, full=True),
        layer(192, 70, kind, 4, full=True, ranks=21),  # sixteen together, then eights
        layer(96, 40, kind, 8, 8, 64),
        layer(20, 5, kind, 3),
    ):
        one, outputs = for_kernel(quantized), []
        for name, runs in kernel.builds().items():
            if runs:
                with kernel.using_build(name):
                    outputs += [one(random(13, quantized.in_features), gelu) for gelu in (False, True)]
        assert len(outputs) >= 2
        assert all(torch.equal(outputs[i], outputs[i % 2]) for i in range(len(outputs)))


def test_one_row_no_row_and_views(build) -> None:
    quantized = layer(64, 40, full=True)
    one, x = for_kernel(quantized), random(2, 9, 64)
    whole = one(x)
    assert torch.equal(one(x[1, 4]), whole[1, 4])
    assert one(x[:, :0]).shape == (2, 0, 40)
    assert one(torch.empty(0, 64)).shape == (0, 40)
    assert torch.equal(one(x[:, 3:7]), whole[:, 3:7])  # rows of a view, as they lie
    assert torch.equal(one(x.transpose(0, 1)), whole.transpose(0, 1))
    assert torch.equal(one(x[..., None].expand(2, 9, 64, 2)[..., 0]), whole)


@pytest.mark.parametrize("kind", KINDS)
def test_constant_and_zero_rows(build, kind) -> None:
    quantized = layer(64, 40, kind, rotation="none")
    x = torch.stack([torch.zeros(64), torch.full((64,), 2.5), torch.full((64,), -1e-20), random(64)])
    quantized.set_engine("reference")
    expected = quantized(x)
    quantized.set_engine("kernel")
    assert torch.allclose(quantized(x), expected, rtol=1e-5, atol=1e-6 * float(expected.abs().max()))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_what_is_not_finite_becomes_nan_and_spoils_no_other_row(build, kind, value) -> None:
    quantized = layer(64, 40, kind)
    one, x = for_kernel(quantized), random(5, 64)
    good = one(x)
    x[2, 17] = value
    bad = one(x)
    assert bad[2].isnan().all()
    assert torch.equal(bad[[0, 1, 3, 4]], good[[0, 1, 3, 4]])
