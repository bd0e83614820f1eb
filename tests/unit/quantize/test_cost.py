"""The accounting reproduces the published numbers, and the honest one agrees with real files."""

from pathlib import Path

import pytest

from qdit4sr_core.models import DiT4SRConfig, SuperResolutionModel
from qdit4sr_core.quantize import Calibration, quantize
from qdit4sr_core.quantize.artifact.format import bits_per_weight, read_header, save_artifact, weight_bytes
from qdit4sr_core.quantize.cost import (
    VariantCost,
    Workload,
    cost_of_linears,
    header_costs,
    model_costs,
    total_cost,
    uniform_costs,
    variant_cost,
)
from qdit4sr_core.quantize.methods.q_dit4sr import QDiT4SR
from qdit4sr_core.quantize.methods.rtn import RTN

PUBLISHED = DiT4SRConfig()


@pytest.mark.parametrize(
    ("weight_bits", "act_bits", "rank", "parameters", "operations"),
    [
        (32, 32, 0, 2717, 170476),
        (4, 4, 0, 359, 2664),
        (4, 4, 40, 465, 2776),
        (4, 6, 0, 359, 3995.5),
        (4, 6, 40, 465, 4164.3),
    ],
)
def test_published_numbers(
    weight_bits: int, act_bits: int, rank: int, parameters: float, operations: float
) -> None:
    workload = Workload()
    cost = total_cost(PUBLISHED, uniform_costs(PUBLISHED, workload, weight_bits, act_bits, rank), workload)
    assert round(cost.paper_parameters) == parameters
    digits = 0 if float(operations).is_integer() else 1
    assert round(cost.paper_operations, digits) == operations


def test_published_architecture() -> None:
    workload = Workload()
    linears = uniform_costs(PUBLISHED, workload)
    assert len(linears) == 585
    assert sum(c.weights for c in linears) == pytest.approx(2694.316e6, abs=1e3)
    cost = total_cost(PUBLISHED, linears, workload)
    assert cost.macs["attention"] / 80 == pytest.approx(585.48, abs=0.01)
    assert cost.bytes == 2 * 2716814144 + 2 * 2694316032  # block weights at 32 bit, the rest at 16


def test_honest_counts_what_the_paper_leaves_out() -> None:
    workload = Workload()
    full = total_cost(PUBLISHED, uniform_costs(PUBLISHED, workload, 16, 16), workload)
    low = total_cost(PUBLISHED, uniform_costs(PUBLISHED, workload, 4, 4, 40, True), workload)
    assert full.bytes == 2 * 2716814144
    assert 3.2 < full.bytes / low.bytes < 3.5
    assert full.operations / low.operations < 6  # attention stays in float
    assert low.operations > low.paper_operations


def test_real_models_agree_with_their_files(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration, tmp_path: Path
) -> None:
    workload = Workload(64, 64, steps=3, passes=1)
    for config in (RTN(), QDiT4SR()):
        model = quantize(tiny_model.transformer, config, tiny_calibration)
        path = tmp_path / "q.safetensors"
        size = save_artifact(model, path)
        header = 8 + int.from_bytes(path.read_bytes()[:8], "little")
        linears = model_costs(model, workload)
        cost = total_cost(model.config, linears, workload, float_bits=32)
        assert cost.bytes == pytest.approx(size - header, rel=5e-3)  # a few floats fit fewer bits exactly
        exact = total_cost(model.config, linears, workload, stored_bytes=weight_bytes(model))
        assert exact.bytes == size - header
    rounded = [c.act_bits for c in linears if "norm" not in c.name]  # adaLN's inputs stay in float
    assert sum(rounded) / len(rounded) <= 4


def test_a_variant_is_told_apart_by_storage_and_by_work(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration, tmp_path: Path
) -> None:
    workload = Workload(64, 64, steps=3, passes=1, text_tokens=0)
    model = quantize(tiny_model.transformer, QDiT4SR(), tiny_calibration)
    cost = variant_cost(model, workload)
    linears = model_costs(model, workload)
    multiplies = sum(c.rows * c.weights for c in linears)
    products = sum(c.rows * c.weights * c.weight_bits * c.act_bits for c in linears)
    assert cost.product_bits == pytest.approx(products / multiplies)
    assert cost.bits_per_weight == pytest.approx(bits_per_weight(model))
    assert VariantCost.from_dict(cost.to_dict()).weight_bits == pytest.approx(cost.weight_bits, abs=1e-5)
    full = variant_cost(tiny_model.transformer, workload)
    assert (full.weight_bits, full.act_bits, full.product_bits) == (16, 16, 256)
    path = tmp_path / "q.safetensors"
    save_artifact(model, path)
    header = read_header(path)
    assert cost_of_linears(header.transformer, header_costs(header, workload), workload) == cost


def test_single_precision_counts_as_32_bits_in_storage_products_and_operations() -> None:
    workload = Workload()
    linears = uniform_costs(PUBLISHED, workload, 32, 32)
    cost = cost_of_linears(PUBLISHED, linears, workload, float_bits=32)
    assert (cost.bits_per_weight, cost.weight_bits, cost.act_bits, cost.product_bits) == (32, 32, 32, 1024)
    assert cost.operations == total_cost(PUBLISHED, linears, workload, 32).operations


def test_float_inputs_count_as_float(tiny_model: SuperResolutionModel) -> None:
    workload = Workload(64, 64, steps=3, passes=1, text_tokens=0)
    cost = variant_cost(quantize(tiny_model.transformer, RTN(4, 16)), workload)
    assert (cost.weight_bits, cost.act_bits, cost.product_bits) == (4, 16, 64)
