"""A calibration is made once and then read, and what was read is what was made."""

import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from qdit4sr_core.images import LoadedImage
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize import Calibration, quantize, quantized_layers
from qdit4sr_core.quantize.methods.q_dit4sr_plus import QDiT4SRPlus
from qdit4sr_core.quantize.variants import parse_variant
from qdit4sr_core.quantized_models import QuantizedModels, calibration_is_kept
from qdit4sr_core.upscale import SamplingSettings, kept_calibration
from qdit4sr_core.upscale.kept_calibration import MOST_FILES
from qdit4sr_core.upscale.kept_calibration import kept_calibration as keep
from qdit4sr_core.user_folders import calibration_folder

PHOTOS = [LoadedImage(np.random.default_rng(3).integers(0, 256, (16, 16, 3), np.uint8), sha256="photo")]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """One entry, whether with sensitivities, for each calibration that is really made."""
    calls: list[bool] = []
    original = kept_calibration.calibrate

    def counting(*given: object, sensitivity: bool, **options: object) -> Calibration:
        calls.append(sensitivity)
        return original(*given, sensitivity=sensitivity, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(kept_calibration, "calibrate", counting)
    return calls


def test_the_second_run_reads_and_quantizes_alike(
    tiny_model: SuperResolutionModel, tmp_path: Path, made: list[bool]
) -> None:
    first, second = (keep(tiny_model, tmp_path / "kept", PHOTOS) for _ in range(2))
    keep(tiny_model, tmp_path / "kept", PHOTOS, sensitivity=False)  # served by the richer one
    assert made == [True]
    models = [quantize(tiny_model.transformer, QDiT4SRPlus(), c) for c in (first, second)]
    for name, layer in quantized_layers(models[0]).items():
        assert torch.equal(layer.weight, quantized_layers(models[1])[name].weight)
    settings = SamplingSettings.for_model(tiny_model, steps=2)
    keep(tiny_model, tmp_path / "kept", PHOTOS, settings)
    keep(dataclasses.replace(tiny_model, source_hash="other"), tmp_path / "kept", PHOTOS, sensitivity=False)
    assert made == [True, True, False]


def test_damaged_files_are_made_anew_and_old_ones_go(
    tiny_model: SuperResolutionModel, tmp_path: Path, made: list[bool]
) -> None:
    for seed in range(MOST_FILES + 2):
        keep(tiny_model, tmp_path, PHOTOS, SamplingSettings.for_model(tiny_model, seed=seed, steps=1))
    files = sorted(tmp_path.glob("*"), key=lambda path: path.stat().st_mtime)
    assert len(files) == MOST_FILES
    files[-1].write_bytes(b"no statistics")
    last = SamplingSettings.for_model(tiny_model, seed=MOST_FILES + 1, steps=1)
    keep(tiny_model, tmp_path, PHOTOS, last)
    keep(tiny_model, tmp_path, PHOTOS, last)
    assert len(made) == MOST_FILES + 3


def test_what_was_just_made_is_kept_when_the_clock_was_set_back(
    tiny_model: SuperResolutionModel, tmp_path: Path, made: list[bool]
) -> None:
    for number in range(MOST_FILES):
        later = tmp_path / f"calibration-{number}.safetensors"
        later.write_bytes(b"of a year that has not come yet")
        os.utime(later, (4e9 + number, 4e9 + number))
    settings = SamplingSettings.for_model(tiny_model, steps=1)
    keep(tiny_model, tmp_path, PHOTOS, settings)
    keep(tiny_model, tmp_path, PHOTOS, settings)
    assert len(made) == 1
    assert len(list(tmp_path.iterdir())) == MOST_FILES


def test_nothing_is_kept_where_it_cannot_be(
    tiny_model: SuperResolutionModel, tmp_path: Path, made: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("QDIT4SR_CALIBRATIONS", str(tmp_path / "file"))
    for _ in range(2):
        assert keep(tiny_model, calibration_folder(), PHOTOS, sensitivity=False).layers
    monkeypatch.setenv("QDIT4SR_CALIBRATIONS", "")
    assert calibration_folder() is None
    keep(dataclasses.replace(tiny_model, source_hash=""), tmp_path, PHOTOS, sensitivity=False)
    assert made == [False] * 3
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_is_kept_is_known_without_the_model(
    tiny_model: SuperResolutionModel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QDIT4SR_CALIBRATIONS", str(tmp_path))
    settings = SamplingSettings.for_model(tiny_model, steps=1, seed=9)

    def kept(settings: SamplingSettings, *, sensitivity: bool) -> bool:
        return calibration_is_kept("tiny", tiny_model.minimum_side, settings, sensitivity=sensitivity)

    assert tiny_model.source_hash == "tiny"
    assert not kept(settings, sensitivity=False)
    models = QuantizedModels()
    models.prepare(tiny_model, parse_variant("gptq-w4a4"), settings=settings)
    assert kept(settings, sensitivity=False)
    assert not kept(settings, sensitivity=True)
    assert not kept(dataclasses.replace(settings, steps=2), sensitivity=False)
    assert kept(dataclasses.replace(settings, seed=3), sensitivity=False)  # of no run's own seed
    monkeypatch.setenv("QDIT4SR_CALIBRATIONS", "")
    assert not kept(settings, sensitivity=False)


def test_runs_of_one_process_share_a_calibration_only_where_it_would_be_the_same(
    tiny_model: SuperResolutionModel, made: list[bool]
) -> None:
    whole = SamplingSettings.for_model(tiny_model, steps=1)
    models, variant = QuantizedModels(), parse_variant("gptq-w4a4")
    for settings in (
        whole,
        dataclasses.replace(whole, seed=5, color_fix="wavelet"),
        dataclasses.replace(whole, tile=8, overlap=0),
    ):
        shared = models.prepare(tiny_model, variant, settings=settings)
        alone = QuantizedModels().prepare(tiny_model, variant, settings=settings)
        for name, layer in quantized_layers(alone.transformer).items():
            assert torch.equal(layer.weight, quantized_layers(shared.transformer)[name].weight), name
    assert len(made) == 2 + 3
