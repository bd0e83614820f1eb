"""ConvRot's padding: what it is, that every engine and a file agree on it, and that it is counted."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from qdit4sr_core.engines import kernel
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize import quantize, quantized_layers
from qdit4sr_core.quantize.artifact.content import shape_problem, spec_problem
from qdit4sr_core.quantize.artifact.format import bits_per_weight, load_artifact, save_artifact
from qdit4sr_core.quantize.cost import Workload
from qdit4sr_core.quantize.cost.linears import model_costs
from qdit4sr_core.quantize.layer.linear import LinearSpec, QuantizedLinear
from qdit4sr_core.quantize.layer.rotation import Rotation, largest_power_of_four, regular_hadamard_matrix
from qdit4sr_core.quantize.methods.base import Layer, LayerSettings
from qdit4sr_core.quantize.methods.convrot import ConvRot, quantize_layer
from qdit4sr_core.quantize.targets import LayerSource

K, N = 192, 40


def _layer(config: ConvRot) -> tuple[QuantizedLinear, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(2)
    weight = torch.randn(N, K, generator=generator)
    x = torch.randn(9, K, generator=generator)
    source = LayerSource("transformer_blocks.0.attn.to_q", (N, K), lambda: (weight, None))
    return quantize_layer(config, Layer(source, weight, None, None), LayerSettings(4, 4)), weight, x


def test_a_padded_rotation_keeps_products() -> None:
    rotation = Rotation("regular", K, 256)
    a, b = torch.randn(2, 7, K, generator=torch.Generator().manual_seed(1))
    assert rotation(a).shape == (7, 256)
    assert torch.allclose(rotation(a), F.pad(a, (0, 64)) @ regular_hadamard_matrix(256), atol=1e-5)
    assert torch.allclose(rotation.by_factors(a), rotation(a), atol=1e-5)
    assert torch.allclose(rotation(a) @ rotation(b).t(), a @ b.t(), atol=1e-4)
    assert torch.allclose(rotation.inverse(rotation(a)), a, atol=1e-5)
    moment = rotation(a).t() @ rotation(a)
    assert torch.allclose(rotation.moment(a.t() @ a), moment, atol=1e-4)


def test_the_layer_is_the_official_padded_one() -> None:
    made, weight, x = _layer(ConvRot())
    h = regular_hadamard_matrix(256)
    rotated, z = F.pad(weight, (0, 64)) @ h, F.pad(x, (0, 64)) @ h
    scale = (rotated.abs().amax(1, keepdim=True) / 7).half().float()
    step = z.abs().amax(1, keepdim=True) / 7
    wanted = ((z / step).round() * step) @ ((rotated / scale).round().clamp(-7, 7) * scale).t()
    assert torch.allclose(made(x), wanted, atol=2e-3 * float(wanted.abs().max()))
    assert made.effective_weight().shape == (N, K)
    assert (made.effective_weight() - weight).norm() < 0.2 * weight.norm()


@pytest.mark.parametrize("engine", ["int8", "kernel"])
def test_the_engines_agree(engine: str) -> None:
    if engine == "kernel" and not kernel.available():
        pytest.skip("no kernel compiled here")
    made, _, x = _layer(ConvRot())
    exact, gelu = made(x), made.gelu(x)
    assert made.set_engine(engine)
    assert made.engine == engine
    assert torch.allclose(made(x), exact, atol=2e-3 * float(exact.abs().max()))
    assert torch.allclose(made.gelu(x), gelu, atol=2e-3 * float(exact.abs().max()))
    twin, _, _ = _layer(ConvRot())
    assert twin.set_engine(engine)
    for output in made.together([made, twin], x):
        assert torch.allclose(output, exact, atol=2e-3 * float(exact.abs().max()))
    assert made(x[:0]).shape == made(x[None, :0])[0].shape == (0, N)


def test_zeros_are_stored_counted_and_read_back(
    tiny_model: SuperResolutionModel, tiny_inputs: tuple[torch.Tensor, ...], tmp_path: Path
) -> None:
    padded, plain = (quantize(tiny_model.transformer, ConvRot(pad=pad)) for pad in (True, False))
    assert bits_per_weight(padded) > 1.5 * bits_per_weight(plain)  # widths of 32 and 128
    costs = [{c.name: c for c in model_costs(m, Workload())} for m in (padded, plain)]
    for name, layer in quantized_layers(padded).items():
        assert costs[0][name].products == layer.out_features * 256
        assert costs[1][name].products == costs[0][name].weights == layer.out_features * layer.in_features
    save_artifact(padded, tmp_path / "q.safetensors")
    read = load_artifact(tmp_path / "q.safetensors")
    assert torch.equal(read(*tiny_inputs), padded(*tiny_inputs))


def test_a_file_with_impossible_padding_is_refused() -> None:
    made, _, _ = _layer(ConvRot())
    assert spec_problem(made.spec) == ""
    for rotation, block in (("regular", 4096), ("hadamard", 256), ("regular", 0)):
        values = {**made.spec.to_dict(), "rotation": rotation, "rotation_block": block}
        assert "rotation of blocks" in spec_problem(LinearSpec.from_dict(values))
    assert "qweight" in shape_problem("a", made.spec, {"a.qweight": (N * K // 2,)})
    assert shape_problem("a", made.spec, {"a.qweight": (N * 128,), "a.wscales": (N, 1)}) == ""


def test_groups_are_powers_of_four() -> None:
    assert [largest_power_of_four(n) for n in (1, 3, 4, 100, 256, 300)] == [1, 1, 4, 64, 256, 256]
    assert _layer(ConvRot(group=100))[0].spec.rotation_block == 64
    assert _layer(ConvRot(pad=False))[0].spec.columns == K
