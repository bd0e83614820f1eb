"""A user draws figures from a saved session, from a comparison's folder and from a quantized file."""

import dataclasses
import json
import re

import numpy as np
import pytest
from PIL import Image

from qdit4sr_core.cli import main
from qdit4sr_core.images import save_png
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.session import (
    EmbeddedImage,
    ImageReference,
    SavedPhoto,
    SavedResult,
    Session,
    load_session,
    save_session,
    session_figure,
)

RNG = np.random.default_rng(5)
SHARP = np.clip(
    128 + 90 * np.sin(np.arange(128)[None, :, None] / 5) + RNG.normal(0, 15, (96, 128, 3)), 0, 255
).astype(np.uint8)


def damaged(spread: float) -> np.ndarray:
    return np.clip(SHARP + RNG.normal(0, spread, SHARP.shape), 0, 255).astype(np.uint8)


RESULTS = {
    "fp": ("Full precision", SHARP),
    "rtn-w4a4": ("RTN W4A4", damaged(25)),
    "svdquant-w4a4": ("SVDQuant W4A4", damaged(15)),
    "q-dit4sr-w4a4": ("Q-DiT4SR W4A4", damaged(5)),
}


@pytest.fixture
def session_file(tmp_path):
    results = tuple(
        SavedResult(variant, label, EmbeddedImage.from_pixels(pixels))
        for variant, (label, pixels) in RESULTS.items()
    )
    photo = SavedPhoto(
        image=ImageReference("tree.png", copy=EmbeddedImage.from_pixels(SHARP[::4, ::4].copy())),
        truth=ImageReference("tree-hr.png", copy=EmbeddedImage.from_pixels(SHARP)),
        regions=(Region(20, 20, 40, 40, "leaves"),),
        results=results,
    )
    return save_session(Session(photos=(photo,), variants=tuple(RESULTS)), tmp_path / "tree.qdit4sr")


@pytest.fixture
def comparison_folder(tmp_path):
    folder = tmp_path / "comparison"
    folder.mkdir()
    rows = []
    for variant, (label, pixels) in RESULTS.items():
        save_png(pixels, folder / f"{variant}.png")
        rows.append(
            {
                "variant": variant, "label": label, "file": f"{variant}.png", "error": None, "seconds": 1.0,
                "quantize_seconds": 0.5, "weight_bytes": 10, "simulated": True, "provenance": {},
            }
        )  # fmt: skip
    document = {
        "program": {"name": "qdit4sr", "version": "0.1.0"},
        "photo": {"file": "gone.png", "sha256": "", "width": 32, "height": 24, "notes": []},
        "reference": None,
        "model": {"name": "nano", "sha256": "abc"},
        "settings": {"steps": 4},
        "region": "leaves (20,20,40,40)",
        "variants": rows,
    }
    (folder / "metrics.json").write_text(json.dumps(document))
    return folder


def pdf_text(path) -> str:
    pypdf = pytest.importorskip("pypdf")
    return " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def svg_text(path) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text(encoding="utf-8"))


def test_pdf_of_a_session_has_real_text(session_file, tmp_path, capsys):
    out = tmp_path / "figure.pdf"
    assert main(["figure", str(session_file), "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    text = pdf_text(out)
    for wanted in ("LR photo", "Full precision", "RTN W4A4", "Q-DiT4SR W4A4", "PSNR", "Ground truth"):
        assert wanted in text


def test_command_and_window_give_the_same_pixels(session_file, tmp_path):
    out = tmp_path / "figure.png"
    assert main(["figure", str(session_file), "--out", str(out)]) == 0
    drawn = session_figure(load_session(session_file)).render()
    assert np.array_equal(np.asarray(Image.open(out).convert("RGB")), drawn)


def test_options_override_the_session(session_file, tmp_path):
    out = tmp_path / "figure.svg"
    arguments = ["--layout", "strip", "--metrics", "psnr", "--no-input", "--no-reference", "--width", "4.5"]
    assert main(["figure", str(session_file), "--out", str(out), *arguments]) == 0
    texts = svg_text(out)
    assert "RTN W4A4" in texts
    assert "LR photo" not in texts
    assert "Full precision" not in texts
    assert "PSNR ↑" in texts
    assert "SSIM ↑" not in texts
    assert 'width="324' in out.read_text(encoding="utf-8")  # 4.5 inches in points


def test_numbers_against_the_ground_truth(session_file, tmp_path):
    out = tmp_path / "figure.svg"
    arguments = ["--against", "ground-truth", "--region", "8,8,32,32:bark", "--layout", "grid"]
    assert main(["figure", str(session_file), "--out", str(out), *arguments]) == 0
    texts = svg_text(out)
    assert "∞" in texts  # full precision is this photo's ground truth
    assert "bark" in texts
    assert "leaves" not in texts


@pytest.mark.parametrize("kind", ["spectrum", "spectrum-absolute", "texture-change"])
def test_other_kinds(session_file, tmp_path, kind):
    out = tmp_path / "figure.pdf"
    assert main(["figure", str(session_file), "--kind", kind, "--out", str(out)]) == 0
    assert "Q-DiT4SR W4A4" in pdf_text(out)


def test_the_folder_of_a_comparison_needs_no_option(comparison_folder, tmp_path, capsys):
    one, two = tmp_path / "one.png", tmp_path / "two.png"
    assert main(["figure", str(comparison_folder), "--out", str(one), "--no-input"]) == 0
    assert main(["figure", "--results", str(comparison_folder), "--out", str(two), "--no-input"]) == 0
    assert one.read_bytes() == two.read_bytes()
    (tmp_path / "empty").mkdir()
    assert main(["figure", str(tmp_path / "empty"), "--out", str(one)]) != 0
    assert "metrics.json" in capsys.readouterr().err


def test_figure_of_a_comparison_folder(comparison_folder, tmp_path, capsys):
    out = tmp_path / "figure.svg"
    source = str(comparison_folder / "metrics.json")
    assert main(["figure", "--results", source, "--out", str(out)]) == 0
    assert "gone.png is not found" in capsys.readouterr().err
    assert "LR photo" not in svg_text(out)
    photo = tmp_path / "lr.png"
    save_png(SHARP[::4, ::4].copy(), photo)
    assert (
        main(["figure", "--results", str(comparison_folder), "--photo", str(photo), "--out", str(out)]) == 0
    )
    assert "LR photo" in svg_text(out)
    assert capsys.readouterr().err == ""


def test_comparison_gives_the_same_figure_as_its_session(comparison_folder, session_file, tmp_path):
    lr, hr = tmp_path / "lr.png", tmp_path / "hr.png"
    save_png(SHARP[::4, ::4].copy(), lr)
    save_png(SHARP, hr)
    first, second = tmp_path / "a.png", tmp_path / "b.png"
    arguments = ["--results", str(comparison_folder), "--photo", str(lr), "--reference", str(hr)]
    assert main(["figure", *arguments, "--out", str(first)]) == 0
    assert main(["figure", str(session_file), "--out", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--out", "f.pdf"], "Give one thing to draw"),
        (["SESSION", "--results", "x", "--out", "f.pdf"], "Give one thing to draw"),
        (["SESSION", "--out", "f.gif"], "choose .png, .pdf or .svg"),
        (["absent.qdit4sr", "--out", "f.pdf"], "There is no session"),
        (["--results", "absent.json", "--out", "f.pdf"], "could not be read"),
        (["--bits", "absent.safetensors", "--out", "f.pdf"], "absent.safetensors"),
        (["SESSION", "--out", "f.pdf", "--photo", "dog"], "it has tree.png"),
        (["SESSION", "--out", "f.pdf", "--region", "1,2"], "is not a region"),
        (["SESSION", "--out", "f.pdf", "--region", "100,0,40,40"], "sticks out"),
        (["SESSION", "--out", "f.pdf", "--width", "wide"], "single, text, double"),
        (["SESSION", "--out", "f.pdf", "--metrics", "beauty"], "beauty"),
        (["SESSION", "--out", "f.pdf", "--dpi", "1"], "dpi"),
        (["SESSION", "--out", "f.pdf", "--layout", "circle"], "circle"),
        (["SESSION", "--out", "f.pdf", "--overview", "nobody"], "nobody"),
    ],
)
def test_bad_input_is_one_sentence(session_file, tmp_path, capsys, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    given = [str(session_file) if argument == "SESSION" else argument for argument in arguments]
    assert main(["figure", *given]) == 2
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert captured.err.count("\n") == 1
    assert not list(tmp_path.glob("f.*"))


def test_damaged_results_are_one_sentence(comparison_folder, tmp_path, capsys):
    source = comparison_folder / "metrics.json"
    good = json.loads(source.read_text())
    rows = [row | {"against_full_precision": []} for row in good["variants"]]
    wrong = json.dumps(good | {"variants": rows})
    for text in ("{", "[]", "{}", '{"photo": 3}', wrong):
        source.write_text(text)
        assert main(["figure", "--results", str(source), "--out", str(tmp_path / "f.pdf")]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_bit_grid_of_a_quantized_file(tiny_model, tmp_path):
    from qdit4sr_core.quantize import quantize
    from qdit4sr_core.quantize.artifact.format import save_artifact
    from qdit4sr_core.quantize.variants import parse_variant

    variant = parse_variant("rtn-w4a8")
    artifact = tmp_path / "small.safetensors"
    save_artifact(quantize(tiny_model.transformer, variant.config), artifact)
    out = tmp_path / "bits.svg"
    assert main(["figure", "--bits", str(artifact), "--steps", "3", "--out", str(out)]) == 0
    texts = svg_text(out)
    assert "4 bits" in texts
    assert "8 bits" in texts
    assert "Activations at sampling step" in texts


@pytest.mark.parametrize("region", [(), ("--region", "8,16,40,50")], ids=["suggested", "given"])
def test_the_figure_of_compare_can_be_drawn_again(tiny_model_folder, tmp_path, region):
    photo, out, again = tmp_path / "photo.png", tmp_path / "out", tmp_path / "again.png"
    save_png(SHARP[:24, :28].copy(), photo)
    arguments = ["compare", str(photo), "--variants", "fp,rtn-w4a4,rtn-w8a8", "--out", str(out), *region]
    assert main([*arguments, "--model", str(tiny_model_folder)]) == 0
    assert main(["figure", "--results", str(out), "--out", str(again)]) == 0
    assert again.read_bytes() == (out / "figure.png").read_bytes()


def test_a_figure_never_replaces_what_it_is_drawn_from(session_file, comparison_folder, tmp_path, capsys):
    photo, truth, linked = tmp_path / "photo.png", tmp_path / "truth.png", tmp_path / "linked.png"
    save_png(SHARP[::4, ::4], photo)
    save_png(SHARP, truth)
    linked.symlink_to(photo)
    session = load_session(session_file)
    image = ImageReference("photo.png", str(photo), copy=session.photos[0].image.copy)
    kept = dataclasses.replace(session, photos=(dataclasses.replace(session.photos[0], image=image),))
    save_session(kept, session_file)
    compared = ["--results", str(comparison_folder), "--photo", str(photo), "--reference", str(truth)]
    for arguments, out in (
        ([str(session_file)], photo),
        ([str(session_file)], linked),
        (compared, photo),
        (compared, truth),
        (compared, comparison_folder / "rtn-w4a4.png"),
    ):
        before = out.read_bytes()
        assert main(["figure", *arguments, "--out", str(out)]) == 2
        assert f"The result {out} would replace" in capsys.readouterr().err
        assert out.read_bytes() == before
    beside = comparison_folder / "figure.png"
    assert main(["figure", *compared, "--out", str(beside)]) == 0
    assert beside.exists()


def test_results_of_different_sizes_are_named(comparison_folder, tmp_path, capsys):
    save_png(SHARP[:64], comparison_folder / "rtn-w4a4.png")
    assert main(["figure", str(comparison_folder), "--out", str(tmp_path / "f.png"), "--no-input"]) == 2
    said = "The results differ in size: Full precision has 128x96 pixels, RTN W4A4 128x64."
    assert said in capsys.readouterr().err
