"""The command line's own streams may be of any encoding, absent, closed, full, or a pipe that ends."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

PROGRAM = [sys.executable, "-m", "qdit4sr_gui"]
unix = pytest.mark.skipif(os.name != "posix", reason="descriptors and devices of Unix")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(2).integers(0, 256, (16, 16, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def _run(*arguments: str, **more: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, env=os.environ | more, timeout=200, check=False
    )


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_a_table_is_printed_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    done = _run("metrics", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"psnr" in done.stdout
    assert ("↑" if encoding == "utf-8" else "^").encode() in done.stdout


def _shell(script: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["sh", "-c", script], capture_output=True, timeout=200, check=False)


@unix
def test_without_stderr_and_with_a_reader_that_went_the_work_is_done(photo: Path, tmp_path: Path) -> None:
    program = " ".join(f"'{part}'" for part in PROGRAM)
    for number, end in enumerate(("2>&-", ">&- 2>&-", "| true")):
        out = tmp_path / f"out{number}.png"
        _shell(f"{program} upscale '{photo}' --variant bicubic --out '{out}' {end}")
        assert Image.open(out).size == (64, 64), end


@unix
def test_a_full_stdout_is_a_sentence(photo: Path) -> None:
    program = " ".join(f"'{part}'" for part in PROGRAM)
    done = _shell(f"{program} metrics > /dev/full")
    assert done.returncode == 2
    assert done.stderr == b"qdit4sr: The output could not be written: No space left on device.\n"


@unix
def test_a_name_that_is_no_text_is_printed_and_kept(photo: Path, tmp_path: Path) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png")
    photo.rename(odd)
    out = tmp_path / "out"
    done = _run("compare", odd, "--variants", "bicubic", "--out", str(out), "--reference", odd)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    done = _run("compare", odd, "--variants", "bicubic", "--out", str(out))
    assert done.returncode == 0
    assert [line.split(b": ")[0] for line in done.stderr.splitlines()] == [b"[1/1] Bicubic"] * 2
    from qdit4sr_core.strict_json import read_json

    assert read_json((out / "metrics.json").read_bytes())["photo"]["file"] == odd
