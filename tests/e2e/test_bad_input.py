"""Whatever cannot be compared is refused in one sentence, with exit code 2 and without an output folder."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from qdit4sr_core.cli import main


def _bomb() -> bytes:
    """A PNG of under 2 KB that claims 60,000 x 60,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(500_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(2).integers(0, 256, (24, 24, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def _refused(arguments: list[str], out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main([*arguments, "--out", str(out)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.rstrip().endswith(".")
    assert "Traceback" not in said.err
    assert not out.exists()
    return said.err


@pytest.mark.parametrize("kind", ["text", "empty", "truncated", "folder", "absent", "bomb"])
def test_bad_photos(kind: str, photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.png"
    if kind == "text":
        bad.write_text("this is a letter, no picture")
    elif kind == "empty":
        bad.touch()
    elif kind == "truncated":
        bad.write_bytes(photo.read_bytes()[:900])
    elif kind == "folder":
        bad.mkdir()
    elif kind == "bomb":
        bad.write_bytes(_bomb())
        assert bad.stat().st_size < 2048
    assert "bad.png" in _refused(["compare", str(bad), "--variants", "fp"], tmp_path / "out", capsys)


def test_an_unreadable_photo(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    message = _refused(["compare", str(photo), "--variants", "fp"], tmp_path / "out", capsys)
    assert "Permission denied" in message


@pytest.mark.parametrize(
    ("extra", "word"),
    [
        (["--variants", "fp,rnt-w4a4"], "rtn"),
        (["--variants", "rtn-w4a4:rank=2"], "rank"),
        (["--variants", ","], "No variant"),
        (["--region", "1,2,3"], "region"),
        (["--region", "90,0,20,20"], "sticks out"),
        (["--steps", "0"], "steps"),
        (["--steps", "many"], "--steps"),
        (["--tile", "1"], "tile"),
        (["--guidance", "500"], "guidance"),
        (["--threads", "0"], "threads"),
        (["--color-fix", "sepia"], "sepia"),
        (["--model", "nowhere"], "nowhere"),
        (["--reference", "nowhere.png"], "nowhere.png"),
        (["--surprise"], "--surprise"),
    ],
)
def test_bad_arguments(
    extra: list[str],
    word: str,
    photo: Path,
    tiny_model_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    model = [] if "--model" in extra else ["--model", str(tiny_model_folder)]
    assert word in _refused(["compare", str(photo), *model, *extra], tmp_path / "out", capsys)


def test_a_reference_of_another_size(
    photo: Path, tiny_model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["compare", str(photo), "--model", str(tiny_model_folder), "--reference", str(photo)]
    assert "24 x 24" in _refused(arguments, tmp_path / "out", capsys)


def test_a_file_where_the_folder_should_be(
    photo: Path, tiny_model_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = ["--model", str(tiny_model_folder)]
    assert main(["compare", str(photo), *model, "--out", str(photo)]) == 2
    assert "is a file" in capsys.readouterr().err
    assert main(["compare", str(photo), *model, "--out", str(photo / "below"), "--variants", "bicubic"]) == 2
    assert "could not be made" in capsys.readouterr().err


def test_upscale_refuses_before_it_works(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ".png" in _refused(["upscale", str(photo)], tmp_path / "out.jpg", capsys)
    assert "does not exist" in _refused(["upscale", str(photo)], tmp_path / "no" / "out.png", capsys)
    assert "one variant" in _refused(
        ["upscale", str(photo), "--variant", "fp,rtn"], tmp_path / "o.png", capsys
    )


def test_an_unknown_command_lists_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contrast"]) == 2
    assert "compare" in capsys.readouterr().err


def test_help_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "compare" in capsys.readouterr().out
    assert main(["compare", "--help"]) == 0
    assert "--variants" in capsys.readouterr().out
