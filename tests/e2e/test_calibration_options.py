"""The user chooses the photos and the crop that statistics of a comparison or an evaluation come from."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from qdit4sr_core.cli import main
from qdit4sr_core.images import load_image


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two photos to calibrate with, one to measure."""
    random = np.random.default_rng(4)
    for name in ("calibration/a", "calibration/b", "shown/c"):
        path = tmp_path / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(random.integers(0, 256, (40, 36, 3), np.uint8)).save(path)
    return tmp_path / "calibration", tmp_path / "shown"


def _made_from(folder: Path, crop: int) -> tuple[list[dict[str, str]], int]:
    return [{"name": n, "sha256": load_image(folder / n).sha256} for n in ("a.png", "b.png")], crop


def test_a_comparison_takes_them(
    folders: tuple[Path, Path], tiny_model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos, shown = folders
    out = tmp_path / "out"
    arguments = ["compare", str(shown / "c.png"), "--model", str(tiny_model_folder), "--steps", "2"]
    arguments += ["--variants", "fp,rtn-w4a4,q-dit4sr-w4a4", "--calibration-crop", "32"]
    (photos / "broken.png").write_bytes(b"no picture")
    assert main([*arguments, "--calibration", str(photos), "--out", str(out), "--seed", "5"]) == 1
    assert "Left out of the calibration" in capsys.readouterr().err
    variants = json.loads((out / "metrics.json").read_text(encoding="utf-8"))["variants"]
    assert variants[1]["provenance"]["quantization"]["calibration"] is None
    calibration = variants[2]["provenance"]["quantization"]["calibration"]
    assert (calibration["images"], calibration["crop"]) == _made_from(photos, 32)
    assert calibration["settings"]["seed"] == 0  # whatever the run's own is
    assert main([*arguments, "--calibration", str(shown), "--out", str(tmp_path / "other")]) == 2
    assert "c.png is to be measured" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()
    assert main([*arguments[:-1], "-1", "--out", str(tmp_path / "other")]) == 2
    assert "The calibration crop" in capsys.readouterr().err


def test_an_evaluation_takes_them_and_goes_on_with_no_others(
    folders: tuple[Path, Path], tiny_model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos, shown = folders
    out = tmp_path / "out"
    arguments = ["evaluate", "--lr", str(shown), "--model", str(tiny_model_folder), "--steps", "2"]
    arguments += ["--variants", "fp,q-dit4sr-w4a4", "--metrics", "psnr", "--out", str(out)]
    chosen = [*arguments, "--calibration", str(photos), "--calibration-crop", "32"]
    assert main(chosen) == 0
    header = json.loads((out / "journal.jsonl").read_text(encoding="utf-8").splitlines()[0])
    calibration = json.dumps(header)
    assert all(image["sha256"] in calibration for image in _made_from(photos, 32)[0])
    assert main(chosen) == 0  # goes on
    capsys.readouterr()
    assert main(arguments) == 2
    assert capsys.readouterr().err
    assert main([*arguments, "--restart", "--calibration", str(shown)]) == 2
    assert "c.png is to be measured" in capsys.readouterr().err
