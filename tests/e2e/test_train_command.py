"""A user trains a nano of their own: all stages, stopped and resumed, to a model that upscales."""

import json
import signal
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from qdit4sr_core.cli import main
from qdit4sr_core.models import load_model
from qdit4sr_core.progress import CancelCheck, stop_if
from qdit4sr_core.training.run import stage_record
from qdit4sr_core.upscale import upscale


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("training")
    photos = folder / "photos"
    photos.mkdir()
    for name in ("coffee.png", "astronaut.png"):
        (photos / name).write_bytes((files("qdit4sr_resources") / "samples" / name).read_bytes())
    arguments = ["train", str(photos), "--out", str(folder), "--crops", "24", "--batch", "2"]
    assert main([*arguments, "--stage", "pairs"]) == 0
    assert main([*arguments, "--stage", "codec", "--minutes", "0.02"]) == 0
    assert main([*arguments, "--stage", "transformer", "--minutes", "0.04"]) == 0
    before = (folder / "transformer.pt").stat().st_size
    assert main([*arguments, "--stage", "transformer", "--minutes", "0.02"]) == 0  # goes on
    assert (folder / "transformer.pt").stat().st_size == pytest.approx(before, rel=0.01)
    assert main([*arguments, "--stage", "export"]) == 0
    return folder


def copy_pairs(trained: Path, folder: Path) -> None:
    for name in ("hr.npy", "lr.npy", "pairs.json"):
        (folder / name).write_bytes((trained / name).read_bytes())


def train_further(trained: Path, folder: Path, stage: str, *options: str) -> None:
    """One step of a stage from the trained model, and the export."""
    copy_pairs(trained, folder)
    arguments = ["train", str(trained / "photos"), "--out", str(folder), "--steps", "1", *options]
    arguments += ["--from", str(trained / "model")]
    assert main([*arguments, "--stage", stage]) == 0
    assert main([*arguments, "--stage", "export"]) == 0


def test_ctrl_c_ends_a_stage_with_its_step_and_a_checkpoint(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from qdit4sr_core.training import transformer_stage

    def pressed_at_the_second(*given: float) -> float:
        calls.append(given)
        if len(calls) == 2:
            signal.raise_signal(signal.SIGINT)
        return 0.0001

    copy_pairs(trained, tmp_path)
    calls: list[tuple[float, ...]] = []
    monkeypatch.setattr(transformer_stage, "learning_rate", pressed_at_the_second)
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        arguments = ["train", str(trained / "photos"), "--out", str(tmp_path), "--batch", "2"]
        code = main([*arguments, "--from", str(trained / "model"), "--steps", "9"])
    finally:
        signal.signal(signal.SIGINT, handler)
    assert code == 130
    assert "Stopping after this step" in capsys.readouterr().err
    assert stage_record(tmp_path)["transformer_steps"] == len(calls) == 2
    assert not (tmp_path / "decoder.pt").exists()  # nothing else was begun


def test_ctrl_c_while_crops_are_cut_promises_no_checkpoint(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from qdit4sr_core.training import pairs

    def pressed(*_: object, cancelled: CancelCheck, **__: object) -> None:
        signal.raise_signal(signal.SIGINT)
        stop_if(cancelled)

    monkeypatch.setattr(pairs, "make_pairs", pressed)
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        code = main(["train", str(trained / "photos"), "--out", str(tmp_path)])
    finally:
        signal.signal(signal.SIGINT, handler)
    assert code == 130
    assert "qdit4sr: Stopping; crops are kept once all are cut." in capsys.readouterr().err


def test_the_model_upscales(trained: Path) -> None:
    model = load_model(trained / "model")
    lr = np.random.default_rng(0).integers(0, 256, (32, 36, 3), dtype=np.uint8)
    assert upscale(model, lr).pixels.shape == (128, 144, 3)


def test_resuming_counts_on(trained: Path) -> None:
    import torch

    state = torch.load(trained / "transformer.pt", weights_only=True)
    assert state["spent"] >= 60 * 0.06 * 0.9
    assert state["step"] >= 2


def test_a_stage_that_was_not_trained_is_named(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_pairs(trained, tmp_path)
    assert main(["train", str(trained / "photos"), "--out", str(tmp_path), "--stage", "export"]) == 2
    assert "codec stage has not been trained" in capsys.readouterr().err


def test_a_trained_model_is_trained_further(trained: Path, tmp_path: Path) -> None:
    train_further(trained, tmp_path, "transformer", "--batch", "2")
    assert not (tmp_path / "codec.pt").exists()
    ours, theirs = (load_model(folder / "model") for folder in (tmp_path, trained))
    described = json.loads((tmp_path / "model" / "nano.json").read_text(encoding="utf-8"))
    assert described["training"]["begun_with"] == theirs.source_hash != ours.source_hash
    before = json.loads((trained / "model" / "nano.json").read_text(encoding="utf-8"))
    assert described["training"]["before"] == before["training"]


def test_the_decoder_alone_is_trained_further(trained: Path, tmp_path: Path) -> None:
    train_further(trained, tmp_path, "decoder", "--drawn", "2")
    assert {path.name for path in tmp_path.glob("*.pt")} == {"decoder.pt"}
    ours, theirs = (load_model(folder / "model").transformer for folder in (tmp_path, trained))
    assert all((a == b).all() for a, b in zip(ours.parameters(), theirs.parameters(), strict=True))


def test_pictures_made_beside_the_photos_would_be_trained_on(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = trained / "photos" / "model"
    assert main(["train", str(trained / "photos"), "--out", str(out)]) == 2
    assert "lies in the folder of photos" in capsys.readouterr().err
    assert not out.exists()


def test_a_device_or_compiler_that_is_not_there_is_named(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch

    def refuse(*_: object) -> None:
        raise RuntimeError("InvalidCxxCompiler")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch, "compile", lambda function: refuse)
    arguments = ["train", str(trained / "photos"), "--out", str(tmp_path / "new")]
    assert main([*arguments, "--device", "cuda"]) == 2
    assert "There is no CUDA device" in capsys.readouterr().err
    assert main([*arguments, "--compile"]) == 2
    assert "leave --compile out" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
