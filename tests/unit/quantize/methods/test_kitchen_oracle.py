"""ConvRot and SVDQuant layers against comfy-kitchen's eager linears, where that package is installed."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

kitchen = pytest.importorskip("comfy_kitchen", reason="comfy-kitchen is not installed")

from qdit4sr_core.models import DiT4SR  # noqa: E402
from qdit4sr_core.quantize import (  # noqa: E402
    Calibration,
    MethodConfig,
    QuantizedLinear,
    collect_statistics,
    quantize,
    quantized_layers,
)
from qdit4sr_core.quantize.artifact.export_layout import export_layout  # noqa: E402
from qdit4sr_core.quantize.artifact.format import save_artifact  # noqa: E402
from qdit4sr_core.quantize.methods import convrot, svdquant  # noqa: E402
from qdit4sr_core.quantize.methods.base import Layer, LayerSettings  # noqa: E402
from qdit4sr_core.quantize.methods.convrot import ConvRot  # noqa: E402
from qdit4sr_core.quantize.methods.svdquant import SVDQuant  # noqa: E402
from qdit4sr_core.quantize.targets import LayerSource  # noqa: E402
from tests.one_block import one_block  # noqa: E402

K, N, TOKENS = 256, 128, 40
NAME = "transformer_blocks.0.attn.to_q"


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


@pytest.fixture(scope="module")
def wide_model() -> DiT4SR:
    """One block of width 128, with inputs for calibration."""
    return one_block(64)


def _exported(
    model: DiT4SR, config: MethodConfig, layout: str, folder: Path
) -> tuple[dict[str, torch.Tensor], QuantizedLinear, torch.Tensor]:
    """The tensors of one exported layer by suffix, that layer, and inputs (40, K)."""
    generator = torch.Generator().manual_seed(4)
    given = [torch.randn(1, channels, 8, 8, generator=generator) for channels in (4, 8)]

    def run(transformer: DiT4SR) -> None:
        transformer(*given, torch.tensor([400.0]))

    calibration: Calibration = collect_statistics(model, run, steps=1)
    made = quantize(model, config, calibration)
    save_artifact(made, folder / "q.safetensors")
    written = load_file(export_layout(folder / "q.safetensors", folder / "out", layout).path)
    tensors = {name.removeprefix(f"{NAME}."): t for name, t in written.items() if name.startswith(f"{NAME}.")}
    return tensors, quantized_layers(made)[NAME], calibration.layers[NAME].samples[:40]


def _agree(ours: torch.Tensor, theirs: torch.Tensor) -> None:
    assert (ours - theirs).norm() < 0.02 * ours.norm()


def test_an_exported_convrot_layer_runs_there(wide_model: DiT4SR, tmp_path: Path) -> None:
    tensors, layer, x = _exported(wide_model, ConvRot(group=64), "convrot_w4a4", tmp_path)
    bias = tensors["bias"].float()
    _agree(layer(x), kitchen.convrot_w4a4_linear(x, tensors["weight"], tensors["weight_scale"], bias, 64))


def test_an_exported_int8_layer_runs_there(wide_model: DiT4SR, tmp_path: Path) -> None:
    tensors, layer, x = _exported(wide_model, SVDQuant(8, 8), "int8_tensorwise", tmp_path)
    weight = kitchen.dequantize_int8_simple(tensors["weight"], tensors["weight_scale"])
    _agree(layer(x), torch.nn.functional.linear(x, weight.float(), tensors["bias"].float()))
    output = kitchen.int8_linear(x, tensors["weight"], tensors["weight_scale"], tensors["bias"].float())
    _agree(layer(x), output.float())


def test_an_exported_svdquant_layer_runs_there(wide_model: DiT4SR, tmp_path: Path) -> None:
    tensors, layer, x = _exported(wide_model, SVDQuant(), "nunchaku_lite", tmp_path)
    down, up = tensors["proj_down"].float(), tensors["proj_up"].float()
    act, scales, low = kitchen.quantize_svdquant_w4a4(x, tensors["smooth_factor"].float(), down)
    output = kitchen.scaled_mm_svdquant_w4a4(
        act, tensors["qweight"], scales, tensors["wscales"].float(), low, up, tensors["bias"].float()
    )
    _agree(layer(x), output[: len(x)].float())
