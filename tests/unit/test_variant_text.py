"""Variants as text: taken apart and put together again, with readable names, never loading torch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from qdit4sr_core.errors import VariantError
from qdit4sr_core.variant_text import (
    VariantText,
    family_and_widths,
    kind_of,
    label_of,
    method_of,
    read_variant,
    short_label,
    short_labels,
)

TEXTS = [
    "fp",
    "bicubic",
    "rtn-w4a4",
    "q-dit4sr",
    "q-dit4sr-w4a6",
    "q-dit4sr-w4a4:vasmp=false,global_rank=8",
    "artifact:/tmp/a=b,c=d/model.safetensors",
    "images:/tmp/made elsewhere",
]


def write_artifact_header(path: Path, description: dict[str, object]) -> None:
    header = json.dumps({"__metadata__": {"quantization_config": json.dumps(description)}}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header)


@pytest.mark.parametrize("text", ["rtn-w" + "9" * 5000 + "a4", "rtn-w4a" + "9" * 5000])
def test_widths_without_end_are_no_widths(text):
    assert read_variant(text).weight_bits is None
    assert label_of(text)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_taken_apart_gives_itself_again(text):
    assert read_variant(text).text == text


def test_the_parts_of_a_method_whose_name_holds_a_dash_and_a_digit():
    parts = read_variant("q-dit4sr-w3a8: grid=midtread")
    assert parts == VariantText("method", "q-dit4sr", 3, 8, (("grid", "midtread"),))


def test_a_path_is_never_an_option():
    parts = read_variant("artifact:/tmp/a=b,c=d/model.safetensors")
    assert parts == VariantText("artifact", path=Path("/tmp/a=b,c=d/model.safetensors"))
    assert read_variant("my:rank=3.safetensors").options == ()


@pytest.mark.parametrize(
    "text", ["rtn:group", "rtn-w4a4:=3", "rtn:a=1,a=2", "fp:x=1", ":x=1", "", "artifact:", "images: "]
)
def test_a_mistyped_variant_is_one_sentence(text):
    with pytest.raises(VariantError) as mistake:
        read_variant(text)
    assert str(mistake.value).count("\n") == 0
    assert kind_of(text) is None
    assert label_of(text) == text


def test_labels():
    assert label_of("fp") == "Full precision"
    assert label_of("q-dit4sr-w4a4:vasmp=false") == "Q-DiT4SR W4A4 (vasmp=false)"
    assert label_of("unheard-of-w4a4") == "unheard-of W4A4"
    assert label_of("images:/tmp/paper/") == "paper"


def test_an_artifact_tells_its_method_and_bits(tmp_path):
    path = tmp_path / "mine.safetensors"
    write_artifact_header(
        path, {"record": {"label": "Q-DiT4SR", "config": {"weight_bits": 4, "act_bits": 6}}}
    )
    assert label_of(f"artifact:{path}") == "Q-DiT4SR W4A6 (mine)"


@pytest.mark.parametrize("content", [b"", b"\xff" * 20, (9).to_bytes(8, "little") + b"not JSON."])
def test_a_damaged_artifact_is_called_by_its_file(tmp_path, content):
    path = tmp_path / "mine.safetensors"
    path.write_bytes(content)
    assert label_of(f"artifact:{path}") == "mine"


def test_file_stems_are_never_paths():
    for text in TEXTS:
        stem = read_variant(text).file_stem
        assert stem
        assert not set(stem) & set("/\\:=, ")


def test_torch_stays_unloaded():
    code = (
        "import sys; from qdit4sr_core.variant_text import label_of; print(label_of('svdquant-w4a4'));"
        "sys.exit(bool({'torch', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "SVDQuant (g64, signed, GPTQ) W4A4"


def test_a_family_is_the_label_without_its_widths():
    assert family_and_widths("RTN W4A4") == ("RTN", "W4A4")
    assert family_and_widths("Q-DiT4SR W8A8 (vasmp=false)") == ("Q-DiT4SR (vasmp=false)", "W8A8")
    assert family_and_widths("Bicubic") == ("Bicubic", "")


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("rtn-w4a4:group=64", "rtn"),
        ("q-dit4sr", "q-dit4sr"),
        ("hadamard-gptq-w4a16", "hadamard-gptq"),
        ("fp", "fp"),
        ("artifact:a-w4a4.safetensors", "artifact"),
        ("images:elsewhere", "images"),
        ("bicubic:x=1", "bicubic:x=1"),
    ],
)
def test_the_method_of_a_text(text, method):
    assert method_of(text) == method


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("Full precision", "Full precision"),
        ("RTN W4A4", "RTN W4A4"),
        ("SVDQuant (g64, signed, GPTQ) W4A4", "SVDQuant W4A4"),
        ("SVDQuant (g64, signed, GPTQ) W4A4 (rank=8)", "SVDQuant W4A4 (…)"),
        ("Q-DiT4SR W4A4 (vasmp=false)", "Q-DiT4SR W4A4 (…)"),
        ("results (1)", "results (…)"),
    ],
)
def test_a_label_has_one_short_form(label, short):
    assert short_label(label) == short


def test_short_forms_never_name_two_alike():
    labels = {"a": "SVDQuant (g64) W4A4", "b": "RTN W4A4 (keep=a)", "c": "RTN W4A4 (keep=b)"}
    assert short_labels(labels) == {"a": "SVDQuant W4A4", "b": labels["b"], "c": labels["c"]}
