"""Tables that line up, and what the comparison's numbers stand for."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qdit4sr_core.cli import compare_report
from qdit4sr_core.cli.compare_report import ComparisonReport
from qdit4sr_core.compare import VariantResult
from qdit4sr_core.errors import ImageError, RegionError
from qdit4sr_core.images import LoadedImage, upscale_bicubic
from qdit4sr_core.metrics import Region, psnr
from qdit4sr_core.metrics.values import compute_region
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize.cost import VariantCost
from qdit4sr_core.quantize.variants import parse_variants
from qdit4sr_core.upscale import SamplingSettings


def _image(seed: int, height: int, width: int) -> LoadedImage:
    return LoadedImage(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8))


def _report(
    model: SuperResolutionModel,
    folder: Path,
    reference: LoadedImage | None = None,
    region: Region | None = None,
) -> ComparisonReport:
    settings = SamplingSettings.for_model(model)
    return ComparisonReport(folder, "photo.png", _image(0, 8, 10), model, settings, reference, region)


def test_the_report_says_where_to_look_first(tiny_model: SuperResolutionModel, tmp_path: Path) -> None:
    fp = _image(2, 32, 40).pixels // 2 + 64
    soft = np.full_like(fp, 128)
    report = _report(tiny_model, tmp_path)
    for variant, pixels in zip(parse_variants("fp,bicubic,rtn-w4a4"), (fp, 255 - fp, soft), strict=True):
        report.add(VariantResult(variant, pixels))
    report.finish()
    place = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))["place"]
    assert place["region"].endswith(",0,32,32")
    assert list(place["variants"]) == ["rtn-w4a4"]  # bicubic is there for orientation
    assert place["variants"]["rtn-w4a4"]["texture_db"] < -10
    assert report.footnotes()[0].startswith(f"Look at {place['region']}: RTN W4A4 loses ")


def test_everything_is_measured_once(
    tiny_model: SuperResolutionModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Table, document, figure and terminal show the same numbers; on a large photo each costs seconds."""
    measured, said = [], []

    def once(names: Any, pixels: Any, target: Any, region: Any, **rest: Any) -> Any:
        measured.append((pixels.tobytes(), target.tobytes(), region))
        return compute_region(names, pixels, target, region, **rest)

    monkeypatch.setattr(compare_report, "compute_region", once)
    report = _report(tiny_model, tmp_path, _image(1, 32, 40), Region(3, 4, 20, 12))
    for seed, variant in enumerate(parse_variants("fp,rtn-w4a4")):
        report.add(VariantResult(variant, _image(seed, 32, 40).pixels))
    report.finish(lambda done, total, what: said.append((done, total, what)))
    report.cells(str)
    assert len(measured) == len(set(measured)) == 2 * 2 * 2  # variants, what against, places
    assert [what for _, _, what in said[:2]] == ["measuring Full precision", "measuring RTN W4A4"]
    assert [done for done, _, _ in said] == [0, 1, 2, 3]


def test_numbers_are_those_of_the_pictures(tiny_model: SuperResolutionModel, tmp_path: Path) -> None:
    truth, fp, other = _image(1, 35, 41), _image(2, 32, 40).pixels, _image(3, 32, 40).pixels
    region = Region(3, 4, 20, 12)
    report = _report(tiny_model, tmp_path, truth, region)
    variants = parse_variants("rtn-w4a4,fp")  # full precision need not come first
    for variant, pixels in zip(variants, (other, fp), strict=True):
        report.add(VariantResult(variant, pixels, seconds=1.0, weight_bytes=10))
    report.finish()
    rtn, full = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))["variants"]
    assert rtn["against_full_precision"]["image"]["psnr"]["value"] == pytest.approx(psnr(other, fp))
    assert rtn["against_reference"]["image"]["psnr"]["value"] == pytest.approx(
        psnr(other, truth.pixels[:32, :40])
    )
    assert rtn["against_full_precision"]["region"]["psnr"]["value"] == pytest.approx(
        psnr(region.crop(other), region.crop(fp))
    )
    assert full["against_full_precision"]["image"]["psnr"]["value"] == "inf"


def test_nothing_fits_nothing_is_written(tiny_model: SuperResolutionModel, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="40 x 32"):
        _report(tiny_model, tmp_path, _image(1, 60, 60))
    with pytest.raises(RegionError, match="40x32"):
        _report(tiny_model, tmp_path, None, Region(30, 0, 11, 5))
    assert list(tmp_path.iterdir()) == []


def test_all_failed_leaves_numbers_but_no_figure(tiny_model: SuperResolutionModel, tmp_path: Path) -> None:
    report = _report(tiny_model, tmp_path)
    (variant,) = parse_variants("rtn")
    report.add(VariantResult(variant, None, error="It broke."))
    report.finish()
    assert {path.name for path in tmp_path.iterdir()} == {"metrics.json", "table.md"}
    assert len(report.failures()) == 1


def test_a_small_result_says_why_it_has_no_ssim(tiny_model: SuperResolutionModel, tmp_path: Path) -> None:
    report = _report(tiny_model, tmp_path, None, Region(0, 0, 5, 5))
    (variant,) = parse_variants("fp")
    report.add(VariantResult(variant, upscale_bicubic(_image(0, 8, 10).pixels)))
    report.finish()
    (row,) = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))["variants"]
    assert row["against_full_precision"]["region"]["ssim"]["value"] is None
    assert "11 px" in row["against_full_precision"]["region"]["ssim"]["reason"]


def test_the_table_tells_equal_storage_from_equal_work(
    tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    report = _report(tiny_model, tmp_path)
    cost = VariantCost(4.51, 4.25, 4.0, 17.0, 12.34, 56.78).to_dict()
    pixels = _image(2, 32, 40).pixels
    for variant, provenance in zip(parse_variants("rtn-w4a4,bicubic"), ({"cost": cost}, {}), strict=True):
        report.add(VariantResult(variant, pixels, provenance=provenance))
    heads, _, rtn, bicubic = ([c.strip() for c in line.split("|")] for line in report.table().splitlines())
    shown = dict(zip(heads, rtn, strict=True))
    assert [shown[name] for name in ("Bits/block weight", "W/multiply (bits)", "A/multiply (bits)")] == [
        "4.51",
        "4.25",
        "4.00",
    ]
    assert (shown["Ops (paper) (G)"], shown["Ops (honest) (G)"]) == ("12.3", "56.8")
    assert dict(zip(heads, bicubic, strict=True))["W/multiply (bits)"] == ""


def test_the_terminal_shows_labels_as_they_are_and_the_file_escapes_them(
    tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    report = _report(tiny_model, tmp_path)
    (variant,) = parse_variants("q-dit4sr-w4a4:min_bits=3")
    report.add(VariantResult(variant, _image(2, 32, 40).pixels))
    report.finish()
    assert r"min\_bits=3" in (tmp_path / "table.md").read_text(encoding="utf-8")
    assert any("min_bits=3" in row[0] for row in report.cells(str)[1])
