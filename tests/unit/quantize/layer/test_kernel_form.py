"""Why the native kernel leaves a layer to another engine."""

import pytest
import torch

from qdit4sr_core.engines import kernel
from qdit4sr_core.quantize.layer.activations import ActivationSpec
from qdit4sr_core.quantize.layer.codes import encode_absmax
from qdit4sr_core.quantize.layer.kernel_form import kernel_refusal
from qdit4sr_core.quantize.layer.linear import QuantizedLinear


@pytest.mark.parametrize(
    ("spec", "width", "weight_groups", "weight_bits", "why"),
    [
        (ActivationSpec("absmax", 4), 192, 1, 4, ""),
        (ActivationSpec("leading-zero", 4, 16), 192, 6, 4, ""),
        (ActivationSpec("none"), 192, 1, 4, "inputs in float"),
        (ActivationSpec("absmax", 8, schedule=(8, 16)), 192, 1, 4, "inputs above 8 bits"),
        (ActivationSpec("absmax", 1), 192, 1, 4, "symmetric inputs of 1 bit"),
        (ActivationSpec("absmax", 4, 4), 192, 1, 4, "groups of fewer than 8 channels"),
        (ActivationSpec("leading-zero", 4, 16), 192, 24, 4, "leading zeros shared beyond a group of weights"),
        (ActivationSpec("minmax", 8), 2**20, 1, 8, "sums beyond 32 bits"),
    ],
)
def test_the_reason_is_named(spec, width, weight_groups, weight_bits, why) -> None:
    assert kernel_refusal(spec, width, weight_groups, weight_bits) == why


@pytest.mark.skipif(not kernel.available(), reason="no kernel compiled here")
def test_ranges_and_widths_that_change_with_the_step_run_on_the_kernel() -> None:
    generator = torch.Generator().manual_seed(0)
    codes = encode_absmax(torch.randn(24, 64, generator=generator), 4)
    ranges = ((-1.0, 2.0), (-3.0, 0.5), (-0.25, 0.25))
    spec = ActivationSpec("static", 4, low=-3, high=2, ranges=ranges, schedule=(4, 8))
    layer = QuantizedLinear.build(codes, spec)
    x = torch.randn(5, 64, generator=generator)
    seen = []
    for engine in ("reference", "kernel"):
        layer.set_engine(engine)
        assert layer.engine == engine
        for step in range(6):
            layer.set_step(step, 6)
            assert (layer.rounding.low, layer.rounding.high) == ranges[step // 2]
            assert layer.rounding.bits == (4 if step < 3 else 8)
            seen.append(layer(x))
    for wanted, found in zip(seen[:6], seen[6:], strict=True):
        assert torch.allclose(wanted, found, atol=1e-4)
    assert len({float(y.sum()) for y in seen[:6]}) == 4  # steps 2 and 3 differ in bits alone


def test_a_layer_remembers_why_the_kernel_left_it() -> None:
    codes = encode_absmax(torch.randn(8, 32, generator=torch.Generator().manual_seed(0)), 4)
    small = QuantizedLinear.build(codes, ActivationSpec("absmax", 4, 4))
    small.set_engine("kernel")
    wanted = "groups of fewer than 8 channels" if kernel.available() else "no kernel here"
    assert (small.engine, small.not_by_kernel) == ("reference", wanted)
    small.set_engine("reference")  # nobody asked for the kernel
    assert small.not_by_kernel == ""
    floating = QuantizedLinear.build(codes, ActivationSpec("none"))
    floating.set_engine("kernel")  # counted as a layer with float inputs
    assert floating.not_by_kernel == ""
