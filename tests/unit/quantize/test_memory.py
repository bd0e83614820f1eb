"""What a comparison is expected to hold, against what its models then hold."""

from pathlib import Path

import pytest
import torch

from qdit4sr_core.errors import ArtifactError
from qdit4sr_core.models import DiT4SR, DiT4SRConfig, SuperResolutionModel
from qdit4sr_core.quantize import quantize, quantized_layers
from qdit4sr_core.quantize.artifact.format import save_artifact
from qdit4sr_core.quantize.memory import estimate_comparison, variant_bytes
from qdit4sr_core.quantize.variants import parse_variant, parse_variants

CONFIG = DiT4SRConfig(
    num_layers=2, num_attention_heads=3, joint_attention_dim=32, caption_projection_dim=192,
    pooled_projection_dim=16, dual_attention_layers=(0,), pos_embed_max_size=8,
)  # fmt: skip


@pytest.mark.parametrize("text", ["rtn-w4a4", "rtn-w8a8", "q-dit4sr-w4a4:vasmp=false,vatmp=false"])
def test_estimated_layers_are_what_is_held(text: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    variant = parse_variant(text)
    assert variant.config is not None
    model = quantize(DiT4SR(CONFIG), variant.config)
    held = sum(t.nbytes for layer in quantized_layers(model).values() for t in layer.buffers(recurse=False))
    expected = variant_bytes(CONFIG, variant, torch.float32)
    assert expected is not None
    assert expected.layers == pytest.approx(held, rel=0.05)
    save_artifact(model, tmp_path / "a.safetensors")
    stored = variant_bytes(CONFIG, parse_variant(str(tmp_path / "a.safetensors")), torch.float32)
    assert stored is not None
    assert stored.layers == pytest.approx(held, rel=0.05)
    quantized = sum(layer.in_features * layer.out_features for layer in quantized_layers(model).values())
    assert expected.numbers == 4 * quantized


def test_quantized_models_add_up(tiny_model: SuperResolutionModel) -> None:
    def peak(text: str) -> int:
        return estimate_comparison(tiny_model, parse_variants(text), tile=16, guided=False).peak

    assert peak("fp") == peak("fp,bicubic")
    assert peak("fp") < peak("fp,rtn-w4a4") < peak("fp,rtn-w4a4,rtn-w8a8")


def test_large_models_count_one_layer_in_numbers(
    tiny_model: SuperResolutionModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qdit4sr_core.quantize import memory

    small = estimate_comparison(tiny_model, parse_variants("rtn-w4a4"), tile=16, guided=False)
    monkeypatch.setattr(memory, "KEPT_BYTES", 0)
    large = estimate_comparison(tiny_model, parse_variants("rtn-w4a4"), tile=16, guided=False)
    assert small.unpacked == 0
    assert 0 < large.unpacked < small.transformer - large.transformer


def test_an_unreadable_artifact_counts_nothing(tiny_model: SuperResolutionModel, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"cut")
    broken = parse_variant(str(path))
    with pytest.raises(ArtifactError):
        variant_bytes(tiny_model.transformer.config, broken, torch.float32)
    with_it, without = (
        estimate_comparison(tiny_model, variants, tile=16, guided=False) for variants in ([broken], [])
    )
    assert with_it == without
