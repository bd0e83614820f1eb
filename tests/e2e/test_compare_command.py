"""The user compares three variants of a model on one photo and finds pictures, numbers and a figure."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from qdit4sr_core.cli import main
from qdit4sr_core.images import load_image, load_sample

VARIANTS = "fp,rtn-w4a4,q-dit4sr-w4a4"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(9).integers(0, 256, (33, 41, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def test_the_main_job(tiny_model_folder: Path, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = photo.parent / "results" / "deep"
    arguments = ["compare", str(photo), "--variants", VARIANTS, "--out", str(out)]
    assert main([*arguments, "--model", str(tiny_model_folder), "--region", "8,16,40,50"]) == 0
    names = {path.name for path in out.iterdir()}
    pictures = {"fp.png", "rtn-w4a4.png", "q-dit4sr-w4a4.png"}
    assert names == pictures | {"figure.png", "metrics.json", "table.md"}
    assert all(load_image(out / name).size == (164, 132) for name in pictures)
    document = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    fp, rtn, ours = document["variants"]
    assert fp["against_full_precision"]["image"]["psnr"]["value"] == "inf"
    assert rtn["against_full_precision"]["image"]["psnr"]["value"] > 10
    assert rtn["against_full_precision"]["region"]["ssim"]["value"] <= 1
    assert "against_reference" not in fp
    assert ours["provenance"]["quantization"]["calibration"]["settings"]["steps"] == 3
    assert rtn["weight_bytes"] < fp["weight_bytes"]
    assert rtn["simulated"] == ("reference" in rtn["provenance"]["engines"])
    assert document["settings"]["seed"] == 0
    assert document["region"] == "8,16,40,50"
    said = capsys.readouterr()
    memory, *table = said.out.splitlines()
    assert memory.startswith("Memory: up to about")
    assert table[-1].startswith("Peak memory")
    assert any(line.startswith("Quantized layers: ") for line in table)
    assert table[0].startswith("| Variant")
    assert any(line.startswith("| Q-DiT4SR W4A4") for line in table)
    told = said.err.splitlines()  # piped: no bar, but a line a variant, and more where it is slow
    assert told[0] == "[1/3] Full precision"
    finished = [line for line in told if re.match(r"\[./3\] [^:]+: [\d<]", line)]
    assert [line.split(":")[0] for line in finished] == [
        "[1/3] Full precision",
        "[2/3] RTN W4A4",
        "[3/3] Q-DiT4SR W4A4",
    ]
    later = [line for line in told if line.startswith(("measuring", "drawing"))]  # where that is slow
    assert [*finished[-1:], *later] == told[told.index(finished[-1]) :]
    assert "\r" not in said.err
    assert load_image(out / "figure.png").size[0] > 500


def test_a_reference_adds_its_numbers(tiny_model_folder: Path, tmp_path: Path) -> None:
    high = tmp_path / "high.png"
    Image.fromarray(load_sample("chelsea").pixels[:130, :131]).save(high)
    low = tmp_path / "low.png"
    Image.open(high).crop((0, 0, 128, 128)).resize((32, 32), Image.Resampling.BICUBIC).save(low)
    out = tmp_path / "out"
    arguments = ["compare", str(low), "--reference", str(high), "--variants", "bicubic,fp", "--out", str(out)]
    assert main([*arguments, "--model", str(tiny_model_folder)]) == 0
    bicubic, fp = json.loads((out / "metrics.json").read_text(encoding="utf-8"))["variants"]
    against = bicubic["against_reference"]["image"]["psnr"]["value"]
    assert 20 < against < 50
    assert fp["against_reference"]["image"]["psnr"]["value"] < against  # the tiny model is random
    assert "to HR" in (out / "table.md").read_text(encoding="utf-8")


def test_without_full_precision_the_numbers_say_why(tiny_model_folder: Path, photo: Path) -> None:
    out = photo.parent / "out"
    arguments = ["compare", str(photo), "--variants", "rtn-w8a8", "--out", str(out)]
    assert main([*arguments, "--model", str(tiny_model_folder)]) == 0
    (row,) = json.loads((out / "metrics.json").read_text(encoding="utf-8"))["variants"]
    psnr = row["against_full_precision"]["image"]["psnr"]
    assert psnr["value"] is None
    assert psnr["reason"].startswith("n/a: no full precision")


def test_two_runs_give_the_same_pictures(tiny_model_folder: Path, photo: Path) -> None:
    folders = [photo.parent / "first", photo.parent / "second"]
    for out in folders:
        arguments = ["compare", str(photo), "--variants", "fp,rtn-w4a4", "--seed", "7", "--out", str(out)]
        assert main([*arguments, "--model", str(tiny_model_folder)]) == 0
    for name in ("fp.png", "rtn-w4a4.png"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()


def test_a_broken_variant_is_reported_and_the_rest_kept(
    tiny_model_folder: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = photo.parent / "broken.safetensors"
    broken.write_bytes(b"no model")
    out = photo.parent / "out"
    arguments = ["compare", str(photo), "--variants", f"fp,{broken}", "--out", str(out)]
    assert main([*arguments, "--model", str(tiny_model_folder)]) == 1
    assert "broken.safetensors" in capsys.readouterr().err
    assert (out / "fp.png").is_file()
    rows = json.loads((out / "metrics.json").read_text(encoding="utf-8"))["variants"]
    assert rows[1]["error"]
    assert rows[1]["file"] is None
    assert "failed" in (out / "table.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (70, 9)])
def test_any_photo_size(tiny_model_folder: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    out = tmp_path / "out"
    arguments = ["compare", str(tmp_path / "photo.png"), "--variants", "fp,bicubic", "--out", str(out)]
    assert main([*arguments, "--model", str(tiny_model_folder), "--steps", "1"]) == 0
    assert load_image(out / "fp.png").size == (4 * size[1], 4 * size[0])
    assert (out / "figure.png").is_file()


def test_conversions_are_said_once(
    tiny_model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("CMYK", (12, 10), (0, 100, 200, 20)).save(tmp_path / "print.jpg")
    out = tmp_path / "out"
    arguments = ["compare", str(tmp_path / "print.jpg"), "--variants", "bicubic", "--out", str(out)]
    assert main([*arguments, "--model", str(tiny_model_folder)]) == 0
    assert capsys.readouterr().err.count("CMYK") == 1


def test_upscale_writes_one_png(
    tiny_model_folder: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = photo.parent / "large.png"
    model = ["--model", str(tiny_model_folder)]
    assert main(["upscale", str(photo), "--out", str(out), "--variant", "rtn-w8a8", *model]) == 0
    assert load_image(out).size == (164, 132)
    assert "164 x 132, RTN W8A8" in capsys.readouterr().out


def test_an_interrupt_leaves_no_half_written_file(tiny_model_folder: Path, photo: Path) -> None:
    """Ctrl-C while the first variant runs: exit code 130, one word, no folder."""
    import signal

    out = photo.parent / "out"
    # A shell starts background jobs with interrupts ignored, and children inherit that.
    code = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    command = [sys.executable, "-c", code + "from qdit4sr_core.cli import main; sys.exit(main())"]
    arguments = ["compare", str(photo), "--out", str(out), "--variants", "fp", "--steps", "1000"]
    process = subprocess.Popen(
        [*command, *arguments, "--model", str(tiny_model_folder)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    try:
        for _ in range(600):
            if out.is_dir():
                break
            assert process.poll() is None
            import time

            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    *progress, last = error.splitlines()
    assert last == "qdit4sr: Cancelled."
    assert all(line.startswith("[1/1] Full precision") for line in progress)
    assert not out.exists()


def test_no_peak_is_told_where_no_model_ran(photo, tmp_path, capsys):
    out = tmp_path / "o.png"
    assert main(["upscale", str(photo), "--out", str(out), "--variant", "bicubic"]) == 0
    assert "Peak memory" not in capsys.readouterr().out


def test_upscale_does_not_replace_the_picture_that_it_is_given(photo, tmp_path, capsys):
    given = tmp_path / "given" / photo.name
    given.parent.mkdir()
    given.write_bytes(photo.read_bytes())
    arguments = ["upscale", str(photo), "--variant", f"images:{given.parent}", "--out", str(given)]
    assert main(arguments) == 2
    assert "would replace" in capsys.readouterr().err
    assert given.read_bytes() == photo.read_bytes()
