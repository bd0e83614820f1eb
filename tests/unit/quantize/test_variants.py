"""The grammar of variants."""

from pathlib import Path

import pytest

from qdit4sr_core.errors import VariantError
from qdit4sr_core.quantize.methods.q_dit4sr import QDiT4SR
from qdit4sr_core.quantize.methods.rtn import RTN
from qdit4sr_core.quantize.variants import (
    method_variant,
    parse_variant,
    parse_variants,
    split_variants,
)


def test_the_main_comparison() -> None:
    fp, rtn, ours = parse_variants("fp,rtn-w4a4,q-dit4sr-w4a4")
    assert (fp.kind, fp.config, fp.label) == ("fp", None, "Full precision")
    assert rtn.config == RTN(weight_bits=4, act_bits=4)
    assert ours.config == QDiT4SR(weight_bits=4, act_bits=4)
    assert [v.key for v in (fp, rtn, ours)] == ["fp", "rtn-w4a4", "q-dit4sr-w4a4"]
    assert ours.label == "Q-DiT4SR W4A4"


def test_bits_and_options() -> None:
    variant = parse_variant("q-dit4sr-w4a6:vasmp=false, global_rank=8,law=kappa,vatmp=none")
    assert variant.config == QDiT4SR(weight_bits=4, act_bits=6, vasmp=False, global_rank=8, law="kappa")
    assert variant.key == "q-dit4sr-w4a6:vasmp=false,global_rank=8,law=kappa"
    assert variant.label == "Q-DiT4SR W4A6 (vasmp=false, global_rank=8, law=kappa)"
    assert variant.file_stem == "q-dit4sr-w4a6_vasmp_false_global_rank_8_law_kappa"


def test_the_canonical_key_reads_back() -> None:
    for text in ("rtn", "rtn-w8a8:group=64", "q-dit4sr-w3a16:vatmp=true,segments=4", "bicubic", "fp"):
        variant = parse_variant(text)
        assert parse_variant(variant.key) == variant


def test_a_name_without_bits_takes_the_methods_own() -> None:
    assert parse_variant("rtn").key == "rtn-w4a4"
    assert parse_variant("RTN-W8A8").key == "rtn-w8a8"


def test_commas_between_options_do_not_separate_variants() -> None:
    text = "fp, q-dit4sr-w4a4:vasmp=false,global_rank=8,rtn-w4a4:group=32,bicubic"
    assert [v.kind for v in parse_variants(text)] == ["fp", "method", "method", "bicubic"]
    assert split_variants("a:b=1,c=2,d") == ["a:b=1,c=2", "d"]
    assert len(parse_variants(["fp,bicubic", "rtn"])) == 3


def test_a_repeated_variant_is_numbered() -> None:
    assert [v.key for v in parse_variants("fp,fp,rtn,fp")] == ["fp", "fp-2", "rtn-w4a4", "fp-3"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("magic-w4a4", ["'magic-w4a4'", "fp, bicubic, rtn"]),
        ("rtn-w4", ["'rtn-w4'", "rtn"]),
        ("rtn:rank=3", ["no option 'rank'", "group"]),
        ("rtn:group", ["'group'", "name=value"]),
        ("rtn:group=many", ["whole number", "'many'"]),
        ("q-dit4sr:vasmp=perhaps", ["true or false", "'perhaps'"]),
        ("q-dit4sr:grid=odd", ["midrise", "'odd'"]),
        ("rtn:group=32,group=64", ["twice"]),
        ("rtn-w1a4", ["rtn-w1a4", "bits"]),
        ("fp:steps=3", ["no options"]),
        ("", ["fp, bicubic"]),
        ("artifact:nowhere.safetensors", ["nowhere.safetensors"]),
    ],
)
def test_mistakes_are_named(text: str, words: list[str]) -> None:
    with pytest.raises(VariantError) as mistake:
        parse_variants([text]) if text else parse_variant(text)
    for word in words:
        assert word in str(mistake.value)


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(VariantError, match="No variant"):
        parse_variants(" , ")


def test_an_artifact_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "my model.safetensors"
    path.touch()
    for text in (str(path), f"artifact:{path}"):
        variant = parse_variant(text)
        assert (variant.kind, variant.path, variant.label) == ("artifact", path, "my model")
        assert variant.file_stem == "artifact_my_model"


def test_a_config_has_a_variant() -> None:
    assert method_variant(RTN(weight_bits=4, act_bits=6, group=64)).key == "rtn-w4a6:group=64"


@pytest.mark.parametrize("kind", ["images", "artifact"])
def test_a_place_that_cannot_be_looked_at_is_one_sentence(kind: str) -> None:
    with pytest.raises(VariantError, match="could not be read: File name too long"):
        parse_variant(f"{kind}:{'n' * 300}")
