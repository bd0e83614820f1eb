"""How a result says which engines ran its layers."""

from typing import Any

from qdit4sr_core.engine_names import count_engines, count_reasons, describe_engines, engine_notes


def entry(label: str, build: str = "", **engines: int) -> dict[str, Any]:
    return {"label": label, "engines": engines, "kernel": build}


def test_layers_are_counted_by_engine() -> None:
    assert count_engines(["int8", "kernel", "kernel"]) == {"kernel": 2, "int8": 1}
    assert describe_engines({"kernel": 96}) == "96 layers by kernel"
    assert describe_engines({"kernel": 90, "reference": 6}) == "90 of 96 layers by kernel, 6 by reference"
    assert describe_engines({"kernel": 90, "float": 6}) == "90 of 96 layers by kernel, 6 with float inputs"
    assert count_engines(["float", "kernel"]) == {"kernel": 1, "float": 1}
    assert describe_engines({}) == ""


def test_equal_counts_are_told_once() -> None:
    (note,) = engine_notes(
        [entry("Full precision"), entry("A", "AVX2", kernel=5), entry("B", "AVX2", kernel=5)]
    )
    assert note == "Quantized layers: 5 layers by kernel (kernel: AVX2). Times are those of integer products."


def test_a_simulated_layer_keeps_times_from_being_called_real() -> None:
    (note,) = engine_notes([entry("A", kernel=4, reference=1), entry("B", int8=5)])
    assert note == "Quantized layers: A: 4 of 5 layers by kernel, 1 by reference; B: 5 layers by int8."


def test_why_the_kernel_left_layers_is_told() -> None:
    reasons = count_reasons(["", "inputs above 8 bits", "", "inputs above 8 bits"])
    assert reasons == {"inputs above 8 bits": 2}
    (note,) = engine_notes(
        [entry("A", kernel=4, reference=2) | {"not_by_kernel": reasons}, entry("B", kernel=6)]
    )
    left = "4 of 6 layers by kernel, 2 by reference (not by kernel: 2 with inputs above 8 bits)"
    assert note == f"Quantized layers: A: {left}; B: 6 layers by kernel."


def test_full_precision_alone_says_nothing() -> None:
    assert engine_notes([entry("Full precision")]) == []


def test_rounded_attention_is_told_and_then_times_are_not_those_of_integers() -> None:
    rounding = "softmax at 8 bits, a scale a row, simulated"
    layers, attention = engine_notes(
        [entry("A", kernel=5), entry("B", kernel=5) | {"attention_rounding": rounding}]
    )
    assert "integer products" not in layers
    assert attention == f"Attention of B: {rounding}."
    (plain,) = engine_notes([entry("A", kernel=5)])
    assert "integer products" in plain
