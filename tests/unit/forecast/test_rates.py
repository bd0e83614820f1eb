import json
from pathlib import Path

import pytest

from qdit4sr_core.forecast import Rates
from qdit4sr_core.forecast.typical import quantizing_cells, run_ratio


def test_unknown_variants_follow_their_relatives_then_the_usual_ratio() -> None:
    rates = Rates()
    assert rates.cell_seconds("rtn-w4a4", 1000) is None
    rates.add_cells("fp", 1000, 2.0)
    for method in ("rtn", "svdquant"):
        for kernel in (False, True):
            wanted = 2.0 * run_ratio(method, kernel=kernel)
            assert rates.cell_seconds(f"{method}-w4a4", 1000, kernel=kernel) == pytest.approx(wanted)
    rates.add_cells("rtn-w8a8", 1000, 7.0)
    assert rates.cell_seconds("rtn-w4a4", 1000) == 7.0


def test_the_most_similar_tile_counts_and_new_measurements_weigh_half() -> None:
    rates = Rates()
    rates.add_cells("fp", 100, 1.0)
    rates.add_cells("fp", 4096, 3.0)
    rates.add_cells("fp", 4096, 5.0)
    assert rates.cell_seconds("fp", 200) == 1.0
    assert rates.cell_seconds("fp", 3000) == 4.0


def test_rates_survive_a_file(tmp_path: Path) -> None:
    rates = Rates()
    rates.add_cells("q-dit4sr-w4a4:vasmp=false", 64, 0.25)
    rates.add_quantizing("rtn-w4a4", 3.0)
    rates.add_calibrating("plain", 9.0)
    rates.add_pixels(1e-6)
    rates.add_pixel_bytes(120.0)
    path = tmp_path / "cache" / "rates.json"
    assert rates.save(path, "nano|CPU|2")
    assert Rates.load(path, "nano|CPU|2") == rates
    assert Rates.load(path, "nano|CPU|4") == Rates()


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"version": 1, "rates": {"k": {"pixels": -1}}}', '{"version": 1, "rates": {"k": 3}}'],
)
def test_a_damaged_file_counts_as_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rates.json"
    path.write_text(text, encoding="utf-8")
    assert Rates.load(path, "k") == Rates()
    assert Rates().save(path, "k")
    assert json.loads(path.read_text(encoding="utf-8"))["rates"]["k"]["pixels"] is None


def test_an_unwritable_cache_costs_only_the_estimate(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    assert not Rates().save(blocked / "rates.json", "k")


def test_quantizing_is_known_from_the_method_at_other_widths_and_not_from_other_methods() -> None:
    rates = Rates()
    rates.add_quantizing("rtn-w4a4", 0.1)
    rates.add_quantizing("svdquant-w8a8:rank=8", 7.0)
    assert rates.quantizing_seconds("svdquant-w4a4", 1e-3) == 7.0
    assert rates.quantizing_seconds("gptq-w4a4", 1e-3) == pytest.approx(quantizing_cells("gptq") * 1e-3)
