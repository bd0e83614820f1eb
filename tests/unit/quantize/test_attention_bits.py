"""The option `attention_bits` of every method: what it changes, what it costs, and that files keep it."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from qdit4sr_core.compare import compare
from qdit4sr_core.engines import RoundedAttention, attention_rounding
from qdit4sr_core.errors import ArtifactError, VariantError
from qdit4sr_core.images import LoadedImage
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize import quantize
from qdit4sr_core.quantize.artifact.format import (
    encode_header,
    load_artifact,
    model_entries,
    read_header,
    save_artifact,
)
from qdit4sr_core.quantize.cost import Workload, cost_of_linears, header_costs, total_cost, variant_cost
from qdit4sr_core.quantize.layer.linear import quantized_layers
from qdit4sr_core.quantize.methods.q_dit4sr import QDiT4SR
from qdit4sr_core.quantize.methods.rtn import RTN
from qdit4sr_core.quantize.record import quantization_record
from qdit4sr_core.quantize.tensor_file import checksum, write_tensors
from qdit4sr_core.quantize.variants import parse_variant

Inputs = tuple[Tensor, Tensor, Tensor]
WORKLOAD = Workload(512, 512, steps=3, passes=1, text_tokens=0)


def test_attention_is_float_unless_asked_and_then_every_layer_rounds(
    tiny_model: SuperResolutionModel, tiny_inputs: Inputs
) -> None:
    exact = tiny_model.transformer(*tiny_inputs)
    outputs = []
    for config in (RTN(8, 16), RTN(8, 16, attention_bits=8), RTN(8, 16, attention_bits=3)):
        model = quantize(tiny_model.transformer, config)
        assert attention_rounding(model) == config.attention
        outputs.append(float((model(*tiny_inputs) - exact).norm() / exact.norm()))
    assert attention_rounding(tiny_model.transformer) is None
    assert outputs[0] < outputs[1] < 1.5 * outputs[0] + 2e-3
    assert outputs[2] > 3 * outputs[1]


def test_a_file_keeps_it_bit_by_bit(
    tiny_model: SuperResolutionModel, tiny_inputs: Inputs, tmp_path: Path
) -> None:
    path = tmp_path / "q.safetensors"
    config = RTN(4, 4, attention_bits=8, softmax_grid="fixed")
    model = quantize(tiny_model.transformer, config)
    save_artifact(model, path)
    loaded = load_artifact(path)
    assert attention_rounding(loaded) == RoundedAttention(8, "all", "fixed")
    assert torch.equal(loaded(*tiny_inputs), model(*tiny_inputs))
    header = read_header(path)
    cost = cost_of_linears(
        header.transformer, header_costs(header, WORKLOAD), WORKLOAD, header.record.attention
    )
    assert cost == variant_cost(model, WORKLOAD)


def test_a_file_that_asks_for_an_impossible_attention_is_refused(
    tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    path = tmp_path / "q.safetensors"
    model = quantize(tiny_model.transformer, RTN(4, 4, attention_bits=8))
    record = quantization_record(model)
    assert record is not None
    record.config["attention_bits"] = 99
    entries = model_entries(model)
    sums = {entry.name: checksum(entry.load()) for entry in entries}
    specs = {name: layer.spec for name, layer in quantized_layers(model).items()}
    write_tensors(path, entries, encode_header(record, model.config, specs, sums))
    with pytest.raises(ArtifactError, match="cannot be read"):
        load_artifact(path)


def test_rounded_attention_costs_less_work_and_no_bytes(tiny_model: SuperResolutionModel) -> None:
    model = quantize(tiny_model.transformer, RTN(4, 4))
    costs = [
        variant_cost(
            quantize(tiny_model.transformer, RTN(4, 4, attention_bits=8, attention_operands=who)), WORKLOAD
        )
        for who in ("all", "softmax")
    ]
    plain = variant_cost(model, WORKLOAD)
    attention = total_cost(model.config, [], WORKLOAD).macs["attention"]
    saved = [plain.operations - cost.operations for cost in costs]
    assert saved[0] == pytest.approx(attention * (16 * 16 - 8 * 8) / 1024)
    assert saved[1] == pytest.approx(attention * (16 * 16 - 8 * 16) / 2 / 1024)
    for cost in costs:
        assert cost.paper_operations == plain.paper_operations  # which leave attention out
        assert cost.bits_per_weight == plain.bits_per_weight


def test_the_paper_setting_is_a_variant_and_its_label_says_so() -> None:
    text = "q-dit4sr-w4a4:modulation=rounded,attention_bits=8,attention_operands=softmax"
    variant = parse_variant(text)
    assert variant.config == QDiT4SR(modulation="rounded", attention_bits=8, attention_operands="softmax")
    assert variant.label == (
        "Q-DiT4SR W4A4 (modulation=rounded, attention_bits=8, attention_operands=softmax)"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("attention_bits=12", "2 to 8 bits"),
        ("softmax_grid=fixed", "do nothing"),
        ("attention_operands=softmax", "do nothing"),
        ("attention_bits=8,softmax_grid=log", "row, fixed"),
    ],
)
def test_what_cannot_be_is_refused(options: str, said: str) -> None:
    with pytest.raises(VariantError, match=said):
        parse_variant(f"rtn-w4a4:{options}")


def test_a_result_says_that_attention_was_simulated(
    tiny_model: SuperResolutionModel,
) -> None:
    pixels = torch.randint(0, 256, (8, 8, 3), generator=torch.Generator().manual_seed(2), dtype=torch.uint8)
    photo = LoadedImage(pixels.numpy(), sha256="photo")
    variants = [parse_variant(f"rtn-w4a4{options}") for options in ("", ":attention_bits=8")]
    plain, rounded = compare(photo, variants, model=tiny_model)
    assert "simulated" not in plain.provenance["attention"]
    assert rounded.provenance["attention"].startswith("queries, keys, values and softmax at 8 bits")
    assert rounded.provenance["attention_rounding"] == rounded.provenance["attention"]
    assert plain.provenance["attention_rounding"] == ""
    assert rounded.simulated
    assert rounded.cost is not None
    assert plain.cost is not None
    assert rounded.cost.operations < plain.cost.operations
