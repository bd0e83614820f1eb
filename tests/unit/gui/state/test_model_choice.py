"""What dropped paths are: photos, sessions, quantized files, models."""

from pathlib import Path

import pytest

from qdit4sr_gui.state.model_choice import OfferedFiles, looks_like_model, sort_offered


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


@pytest.mark.parametrize(
    "inside",
    [
        ("nano.json", "nano.safetensors"),
        ("config.json", "diffusion_pytorch_model.safetensors"),
        ("transformer/config.json", "transformer/diffusion_pytorch_model-00001-of-00003.safetensors"),
        ("dit4sr_q/transformer/config.json", "dit4sr_q/transformer/model.safetensors", "readme.png"),
        ("model.safetensors",),
        ("model.ckpt",),
    ],
)
def test_model_folders(tmp_path: Path, inside: tuple[str, ...]) -> None:
    for name in inside:
        touch(tmp_path / name)
    assert looks_like_model(tmp_path)


@pytest.mark.parametrize("inside", [(), ("a.png",), ("a.jpg", "q.safetensors"), ("a.png", "config.json")])
def test_folders_of_photos(tmp_path: Path, inside: tuple[str, ...]) -> None:
    for name in inside:
        touch(tmp_path / name)
    assert not looks_like_model(tmp_path)


def test_paths_are_sorted_by_what_they_are(tmp_path: Path) -> None:
    model = touch(tmp_path / "nano" / "nano.json").parent
    weights = touch(model / "nano.safetensors")
    photo, artifact = touch(tmp_path / "a.png"), touch(tmp_path / "w4.safetensors")
    session = touch(tmp_path / "work.qdit4sr")
    offered = sort_offered([photo, weights, artifact, session, model])
    assert offered == OfferedFiles((photo,), (session,), (artifact,), (model,))
