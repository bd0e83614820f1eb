"""The user asks what can be measured, and measures a picture."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from qdit4sr_core.cli import main
from qdit4sr_core.metrics import METRICS


def test_the_list_says_what_is_missing_and_where_it_belongs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    assert main(["metrics"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert list(lines) == list(METRICS)
    assert "[ready]" in lines["psnr"]
    folder = tmp_path / "hub" / "pyiqa"
    assert f"weights not downloaded: niqe_modelparameters.mat into {folder}" in lines["niqe"]


def test_a_picture_against_its_reference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pixels = np.random.default_rng(1).integers(0, 250, (48, 40, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    Image.fromarray(pixels + np.uint8(5)).save(tmp_path / "b.png")
    measured = ["metrics", str(tmp_path / "b.png"), "--reference", str(tmp_path / "a.png")]
    assert main(measured) == 0
    assert "34.15 dB" in capsys.readouterr().out
    assert main([*measured, "--metrics", "ssim,psnr", "--region", "0,0,8,8"]) == 1
    out = capsys.readouterr().out
    assert "n/a: region under 11 px" in out
    assert "34.15 dB" in out


def test_mistakes_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", "--region", "0,0,8,8"]) == 2
    assert main(["metrics", "--download", "nonsense"]) == 2
    assert main(["metrics", str(tmp_path / "absent.png")]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3
    assert all(line.startswith("qdit4sr: ") for line in said)
