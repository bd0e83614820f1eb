"""The user quantizes a model to a file, looks into it, uses it again, counts its cost."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from qdit4sr_core.cli import main
from qdit4sr_core.images import load_image


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in (1, 2):
        pixels = np.random.default_rng(seed).integers(0, 256, (32, 32, 3), np.uint8)
        Image.fromarray(pixels).save(folder / f"{seed}.png")
    return folder


def test_quantize_inspect_and_use(
    tiny_model_folder: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "q.safetensors"
    model = ["--model", str(tiny_model_folder)]
    guided = ["--calibration", str(photos), "--guidance", "2"]
    assert main(["quantize", "q-dit4sr-w4a4", "--out", str(out), *guided, *model]) == 0
    size = out.stat().st_size
    said = capsys.readouterr().out
    assert "bits a block weight" in said
    assert f"{size / 1e6:.2f} MB on disk" in said
    assert main(["inspect", str(out), "--layers", "--verify"]) == 0
    said = capsys.readouterr().out
    assert f"size: {size:,} bytes on disk = " in said
    assert "Q-DiT4SR" in said
    assert "calibrated with 2 photos: 1.png, 2.png" in said
    assert "mean 4.00 code bits" in said
    assert "transformer_blocks.0.attn.to_q" in said
    assert "mean bits a step" in said
    assert "steps, 2 model calls a step, as it was calibrated" in said
    assert main(["inspect", str(out), "--json"]) == 0
    described = json.loads(capsys.readouterr().out)
    header = 8 + int.from_bytes(out.read_bytes()[:8], "little")
    assert sum(described["size_by_part"].values()) == out.stat().st_size - header

    results = tmp_path / "results"
    photo = str(photos / "1.png")
    variants = f"fp,artifact:{out}"
    assert main(["compare", photo, "--variants", variants, "--out", str(results), *model]) == 0
    pictures = sorted(p.name for p in results.glob("*.png") if p.name != "figure.png")
    assert len(pictures) == 2
    assert all(load_image(results / p).size == (128, 128) for p in pictures)


def test_no_file_of_the_base_is_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base, model = tmp_path / "base", tmp_path / "models" / "dit4sr"
    model.mkdir(parents=True)
    files = [base / "vae" / "weights.safetensors", base / "text_encoder_2" / "weights.safetensors"]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_bytes(b"kept")
    (base / "vae" / "config.json").write_text("{}")
    for file in files:
        for given in ([], ["--base", str(base)]):  # beside the model, and named
            assert main(["quantize", "rtn-w4a4", "--out", str(file), "--model", str(model), *given]) == 2
            assert f"The result {file} would replace" in capsys.readouterr().err
            assert file.read_bytes() == b"kept"


def test_export_under_the_original_names(
    tiny_model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from qdit4sr_core.models import load_model
    from qdit4sr_core.models.checkpoint import load_transformer

    arguments = ["quantize", "rtn-w8a8", "--out", str(tmp_path / "q.safetensors")]
    export = ["--export", str(tmp_path / "plain"), "--model", str(tiny_model_folder)]
    assert main([*arguments, *export]) == 0
    assert "dequantized" in capsys.readouterr().out
    exported = load_transformer(tmp_path / "plain").state_dict()
    original = load_model(tiny_model_folder).transformer.state_dict()
    assert exported.keys() == original.keys()


def test_cost_of_the_published_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost"]) == 0
    said = capsys.readouterr().out
    for number in ("2,716.8", "170,475.9", "359.3", "2,663.7", "465.4", "2,776.2", "3,995.5", "4,164.3"):
        assert number in said
    assert "paper:" in said
    assert "honest:" in said


def test_cost_counts_the_calls_of_the_models_own_sampling(capsys: pytest.CaptureFixture[str]) -> None:
    from qdit4sr_core.models import load_model
    from qdit4sr_core.upscale import SamplingSettings
    from qdit4sr_core.upscale.workload import run_workload

    model = load_model()
    workload = run_workload(model, SamplingSettings.for_model(model), (128, 128))
    assert 1 < workload.passes < 2  # guided within some noise levels
    assert main(["cost", "--model", "nano"]) == 0
    assert workload.steps_text in capsys.readouterr().out


def test_cost_of_a_file(tiny_model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "q.safetensors"
    assert main(["quantize", "rtn-w4a4", "--out", str(out), "--model", str(tiny_model_folder)]) == 0
    capsys.readouterr()
    assert main(["cost", "--model", str(tiny_model_folder), "--artifact", str(out), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    header = 8 + int.from_bytes(out.read_bytes()[:8], "little")
    assert rows[-1]["name"] == "q.safetensors"
    assert rows[-1]["bytes"] == out.stat().st_size - header
    assert main(["cost", "--model", str(tiny_model_folder), "--artifact", str(out)]) == 0
    said = capsys.readouterr().out
    assert f"on disk: {out.stat().st_size:,} bytes = {rows[-1]['bytes']:,} counted" in said


def test_a_file_of_another_model_says_whose_sampling_is_counted(
    tiny_model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, model = tmp_path / "q.safetensors", ["--model", str(tiny_model_folder)]
    assert main(["quantize", "rtn-w4a4", "--out", str(path), *model]) == 0
    assert main(["inspect", str(path)]) == 0
    assert "--model NAME counts as its own does" in capsys.readouterr().out
    assert main(["inspect", str(path), *model]) == 0
    assert "3 steps, 1 model call a step, as tiny samples by itself" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["quantize", "fp"], "no quantization method"),
        (["quantize", "nonsense-w4a4"], "There is no variant"),
        (["quantize", "rtn-w1a4"], "2 to 8 bits"),
        (["quantize", "rtn-w4a4", "--out", "model.bin"], "must end so"),
        (["quantize", "rtn-w4a4", "--out", "/nowhere/at/all.safetensors"], "does not exist"),
        (["quantize", "rtn-w4a4", "--stream"], "--model"),
        (["inspect", "absent.safetensors"], "does not exist"),
        (["cost", "--model", "absent"], "does not exist"),
    ],
)
def test_bad_input_is_one_sentence(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert not list(tmp_path.iterdir())
