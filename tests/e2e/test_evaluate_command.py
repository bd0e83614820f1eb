"""The user evaluates a folder of photos, is interrupted, goes on, and finds tables and a page."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from qdit4sr_core.cli import main

REPORT = {"table.md", "table.tex", "images.csv", "means.csv", "results.json", "report.html", "tradeoff.pdf"}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    random = np.random.default_rng(2)
    for kind in ("lr", "hr"):
        (tmp_path / kind).mkdir()
    for name in ("one", "two", "three"):
        truth = random.integers(0, 256, (64, 64, 3), dtype=np.uint8)
        Image.fromarray(truth).save(tmp_path / "hr" / f"{name}.png")
        Image.fromarray(truth[::4, ::4].copy()).save(tmp_path / "lr" / f"{name}_LR4.png")
    return tmp_path / "lr", tmp_path / "hr"


def _arguments(folders: tuple[Path, Path], model: Path, out: Path) -> list[str]:
    return [
        *("evaluate", "--lr", str(folders[0]), "--hr", str(folders[1]), "--out", str(out)),
        *("--model", str(model), "--variants", "fp,bicubic,rtn-w4a4,q-dit4sr-w4a6", "--steps", "2"),
        *("--metrics", "psnr,ssim,hf_error"),
    ]


def test_the_table_of_a_folder(
    folders: tuple[Path, Path], tiny_model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(_arguments(folders, tiny_model_folder, out)) == 0
    said = capsys.readouterr()
    assert re.match(r"\| Variant +\| +PSNR to FP ↑ \(dB\) \|", said.out)
    assert all(" %" in line for line in said.err.splitlines())  # on a slow machine it says how far it is
    assert {path.name for path in out.iterdir()} == REPORT | {"images", "journal.jsonl"}
    assert len(list((out / "images").glob("*/*.png"))) == 12
    results = json.loads((out / "results.json").read_text())
    seeds = [image["settings"]["seed"] for image in results["images"]]
    assert len(set(seeds)) == 3
    assert results["best_baseline"]["psnr_fp"] == "rtn-w4a4"


def test_a_comparison_with_the_seed_of_a_photo_repeats_its_pictures(
    folders: tuple[Path, Path], tiny_model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the base seed is: methods are calibrated alike."""
    out, again = tmp_path / "out", tmp_path / "again"
    assert main([*_arguments(folders, tiny_model_folder, out), "--limit", "1", "--seed", "5"]) == 0
    said = capsys.readouterr().out
    rows = list(csv.DictReader((out / "images.csv").read_text().splitlines()))
    (seed,) = {row["seed"] for row in rows}
    assert f"`compare --seed {seed}` gives the same pictures" in said
    photo = folders[0] / f"{rows[0]['image']}.png"
    command = ["compare", str(photo), "--out", str(again), "--model", str(tiny_model_folder), "--steps", "2"]
    assert main([*command, "--seed", seed, "--variants", "fp,rtn-w4a4,q-dit4sr-w4a6"]) == 0
    for name in ("fp", "rtn-w4a4", "q-dit4sr-w4a6"):
        ours = next((out / "images" / rows[0]["image"]).glob(f"{name}*.png"))
        theirs = next(path for path in again.glob("*.png") if path.stem.endswith(name))
        assert np.array_equal(np.asarray(Image.open(ours)), np.asarray(Image.open(theirs))), name


def test_a_killed_evaluation_goes_on_without_repeating_an_image(
    folders: tuple[Path, Path], tiny_model_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    arguments = _arguments(folders, tiny_model_folder, out)
    code = "import sys; from qdit4sr_core.cli import main; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], env=os.environ)
    journal = out / "journal.jsonl"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        if journal.exists() and journal.read_bytes().count(b"\n") >= 2:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = journal.read_bytes()
    kept = before[: before.rfind(b"\n") + 1]
    assert kept.count(b"\n") >= 2
    assert main(arguments) == 0
    after = journal.read_bytes()
    assert after.startswith(kept)
    names = [json.loads(line)["image"] for line in after.splitlines()[1:]]
    assert sorted(names) == ["one_LR4", "three_LR4", "two_LR4"]


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (["--metrics", "lpsip"], "Did you mean 'lpips'"),
        (["--jobs", "0"], "--jobs must be at least 1"),
        (["--border", "40"], "leaves nothing"),
        (["--variants", "rtm-w4a4"], "There is no variant"),
        (["--hr", "nowhere"], "nowhere does not exist"),
        (["--caption", "a cat"], ".txt file beside each photo"),
    ],
)
def test_bad_input_is_one_sentence(
    folders: tuple[Path, Path],
    tiny_model_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    extra: list[str],
    words: str,
) -> None:
    assert main([*_arguments(folders, tiny_model_folder, tmp_path / "out"), *extra]) == 2
    said = capsys.readouterr().err
    assert said.startswith("qdit4sr: ")
    assert words in said
    assert said.count("\n") == 1


def test_metrics_whose_weights_are_missing_say_how_to_get_them(
    folders: tuple[Path, Path],
    tiny_model_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    arguments = _arguments(folders, tiny_model_folder, tmp_path / "out")
    assert main([*arguments, "--metrics", "musiq"]) == 2
    said = capsys.readouterr().err
    assert "qdit4sr metrics --download musiq" in said
    assert "musiq_koniq_ckpt-e95806b9.pth" in said
