"""ConvRot and SVDQuant layers against comfy-kitchen's eager linears, where that package is installed."""

import pytest
import torch

kitchen = pytest.importorskip("comfy_kitchen", reason="comfy-kitchen is not installed")

from qdit4sr_core.quantize.methods import convrot, svdquant  # noqa: E402  # noqa: E402
from qdit4sr_core.quantize.methods.base import Layer, LayerSettings  # noqa: E402
from qdit4sr_core.quantize.methods.convrot import ConvRot  # noqa: E402  # noqa: E402
from qdit4sr_core.quantize.methods.svdquant import SVDQuant  # noqa: E402  # noqa: E402
from qdit4sr_core.quantize.targets import LayerSource  # noqa: E402

K, N, TOKENS = 256, 128, 40


def _layer() -> tuple[Layer, torch.Tensor]:
    generator = torch.Generator().manual_seed(11)
    weight = torch.randn(N, K, generator=generator) * 0.04
    bias = torch.randn(N, generator=generator)
    x = torch.randn(TOKENS, K, generator=generator)
    x[:, 5] *= 12
    source = LayerSource("transformer_blocks.0.attn.to_q", (N, K), lambda: (weight, bias))
    return Layer(source, weight, bias, None), x


def test_convrot() -> None:
    layer, x = _layer()
    assert layer.bias is not None
    ours = convrot.quantize_layer(ConvRot(), layer, LayerSettings(4, 4))
    qweight, scales = kitchen.quantize_convrot_w4a4_weight(layer.weight, 256)
    theirs = kitchen.dequantize_convrot_w4a4_weight(qweight, scales, 256)
    step = scales.max()
    assert torch.allclose(ours.scale.float().view(-1), scales, rtol=1e-3)  # ours are stored in half precision
    difference = (ours.effective_weight() - theirs).abs()
    assert difference.max() < 1.1 * step
    assert difference.mean() < 0.02 * step
    output = kitchen.convrot_w4a4_linear(x, qweight, scales, layer.bias, 256)
    assert (ours(x) - output).norm() < 0.02 * output.norm()
    ours.set_engine("int8")
    assert (ours(x) - output).norm() < 0.02 * output.norm()


def test_svdquant() -> None:
    layer, x = _layer()
    smooth = x.abs().amax(0).sqrt().half().float()
    branch, codes = svdquant.split_weight(layer.weight * smooth, 8, 4, 64, 5)
    from qdit4sr_core.quantize.layer.activations import ActivationSpec
    from qdit4sr_core.quantize.layer.linear import QuantizedLinear

    assert SVDQuant().group == 64
    activation = ActivationSpec("absmax", 4, 64)
    ours = QuantizedLinear.build(codes, activation, bias=layer.bias, smooth=smooth, branch=branch)
    assert branch.global_up is not None
    assert branch.global_down is not None
    pairs = codes.codes.to(torch.int32) & 15
    packed = (pairs[:, 0::2] | (pairs[:, 1::2] << 4)).to(torch.int8)
    down = (branch.global_down / smooth).t().contiguous()  # their branch sees the unsmoothed input
    act, act_scales, low = kitchen.quantize_svdquant_w4a4(x, smooth, down)
    wscales = codes.scale.t().contiguous()
    output = kitchen.scaled_mm_svdquant_w4a4(
        act, packed, act_scales, wscales, low, branch.global_up, layer.bias
    )[:TOKENS]
    assert torch.allclose(ours(x), output, atol=1e-3 * float(output.abs().max()))
