"""What a quantized model holds: no more than its artifact, unless it is small; the outputs are the same."""

import copy
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from qdit4sr_core.models import DiT4SR, DiT4SRConfig, SuperResolutionModel
from qdit4sr_core.quantize import METHODS, Calibration, quantize, quantized_layers
from qdit4sr_core.quantize.artifact.format import load_artifact, save_artifact
from qdit4sr_core.quantize.layer.residency import choose_residency
from qdit4sr_core.quantize.methods.q_dit4sr import QDiT4SR

Inputs = tuple[Tensor, ...]
WIDE = DiT4SRConfig(
    num_layers=8,
    num_attention_heads=6,
    attention_head_dim=64,
    joint_attention_dim=64,
    caption_projection_dim=384,
    pooled_projection_dim=32,
    dual_attention_layers=(0, 1, 2, 3),
    pos_embed_max_size=8,
    sample_size=16,
)


def held_bytes(model: nn.Module) -> int:
    """Parameters, buffers and whatever else the quantized layers have kept."""
    tensors = [*model.parameters(), *model.buffers()]
    for layer in quantized_layers(model).values():
        for operands in layer._kept.values():
            tensors += [t for t in vars(operands).values() if t is not None]
    storages = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors}
    return sum(storages.values())


@pytest.fixture(scope="module")
def wide_inputs() -> Inputs:
    generator = torch.Generator().manual_seed(1)
    shapes = [(1, 16, 8, 8), (1, 16, 8, 8), (1, 5, 64), (1, 32)]
    noisy, lr, text, pooled = (torch.randn(shape, generator=generator) for shape in shapes)
    return noisy, lr, torch.tensor([500.0]), text, pooled


@pytest.fixture(scope="module")
def wide_artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Q-DiT4SR W4 with the paper's share of branches: 8 + 2 of 384 is 32 + 8 of 1536."""
    torch.manual_seed(0)
    model = DiT4SR(WIDE).eval().requires_grad_(False)
    path = tmp_path_factory.mktemp("wide") / "w4.safetensors"
    save_artifact(quantize(model, QDiT4SR(vasmp=False, vatmp=False)), path)
    return path


def test_an_artifact_is_a_third_of_half_precision_in_memory(wide_artifact: Path, wide_inputs: Inputs) -> None:
    half = 2 * sum(p.numel() for p in DiT4SR(WIDE).parameters())
    model = load_artifact(wide_artifact)
    choose_residency(model, limit=0)
    with torch.no_grad():
        model(*wide_inputs)
    assert held_bytes(model) <= half / 3
    assert held_bytes(model) <= 1.1 * wide_artifact.stat().st_size
    assert choose_residency(model)
    with torch.no_grad():
        model(*wide_inputs)
    assert held_bytes(model) > 2 * half


def test_loading_makes_no_full_precision_weight(wide_artifact: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from qdit4sr_core.quantize.layer import packed_weight

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a weight was unpacked")

    monkeypatch.setattr(packed_weight, "unpack", refuse)
    monkeypatch.setattr(packed_weight, "unpack_range", refuse)
    load_artifact(wide_artifact)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("engine", ["reference", "int8"])
def test_kept_and_unpacked_operands_give_the_same_bits(
    method: str,
    engine: str,
    tiny_model: SuperResolutionModel,
    tiny_inputs: Inputs,
    tiny_calibration: Calibration,
) -> None:
    model = quantize(tiny_model.transformer, METHODS[method].config_class(), tiny_calibration)
    layers = quantized_layers(model).values()
    outputs = []
    with torch.no_grad():
        for keep in (False, True):
            for layer in layers:
                layer.keep_operands(keep)
                layer.set_engine(engine)
            outputs += [model(*tiny_inputs), model(*tiny_inputs)]
            assert all(bool(layer._kept) == keep for layer in layers)
    assert all(torch.equal(output, outputs[0]) for output in outputs[1:])


def test_small_models_keep_operands_and_changing_the_engine_drops_them(
    tiny_model: SuperResolutionModel, tiny_inputs: Inputs
) -> None:
    model = quantize(tiny_model.transformer, METHODS["rtn"].config_class())
    # adaLN's inputs stay in float, which no integer engine takes
    layers = [layer for name, layer in quantized_layers(model).items() if "norm" not in name]
    with torch.no_grad():
        model(*tiny_inputs)
        assert all(layer._kept for layer in layers)
        weights = [id(operands.weight) for layer in layers for operands in layer._kept.values()]
        model(*tiny_inputs)
        assert weights == [id(operands.weight) for layer in layers for operands in layer._kept.values()]
        for layer in layers:
            assert layer.set_engine("int8")
            assert not layer._kept
        model(*tiny_inputs)
    assert all(o.weight.dtype == torch.int8 for layer in layers for o in layer._kept.values())


def test_a_cast_leaves_the_stored_precision(tiny_model: SuperResolutionModel, tiny_inputs: Inputs) -> None:
    model = copy.deepcopy(quantize(tiny_model.transformer, METHODS["rtn"].config_class()))
    expected = {n: t.clone() for n, t in model.named_buffers() if n.endswith((".scale", ".packed", ".bias"))}
    layer = next(iter(quantized_layers(model).values()))
    x = torch.randn(3, layer.in_features)
    before = layer(x)
    model.to(torch.bfloat16)
    after = dict(model.named_buffers())
    assert all(torch.equal(after[name], tensor) for name, tensor in expected.items() if "blocks" in name)
    assert torch.equal(layer(x), before)
    assert layer(x.bfloat16()).dtype == torch.bfloat16
