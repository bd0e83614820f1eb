"""`qdit4sr methods`: what it lists is what variants accept."""

import re

import pytest

from qdit4sr_core.errors import VariantError
from qdit4sr_core.quantize import METHODS
from qdit4sr_core.quantize.variants import parse_variants
from qdit4sr_gui.start import main


def test_the_list_names_every_method_with_its_label(capsys) -> None:
    assert main(["methods"]) == 0
    shown = capsys.readouterr().out
    for spec in METHODS.values():
        assert re.search(rf"^{re.escape(spec.name)} +{re.escape(spec.label)}$", shown, re.MULTILINE)
        assert spec.summary in shown


@pytest.mark.parametrize("name", METHODS)
def test_every_option_can_be_given_as_it_is_printed(name: str, capsys) -> None:
    assert main(["methods", name]) == 0
    shown = capsys.readouterr().out
    given = re.findall(r"^(\w+=\S+)", shown, re.MULTILINE)
    assert any(option.startswith("modulation=") for option in given)
    for option, least, most in re.findall(r"^(\w+)=\S+  \(([\d.e,-]+) to ([\d,.]+)\)", shown, re.MULTILINE):
        with pytest.raises(VariantError, match=f"{option} must be from {least} to {most}, not"):
            parse_variants(f"{name}-w4a4:{option}=9999999")
    for option in given:
        assert parse_variants(f"{name}-w4a4:{option}")[0].config == METHODS[name].config_class()


def test_an_unknown_method_is_one_sentence(capsys) -> None:
    assert main(["methods", "no-such"]) == 2
    assert "There is no method 'no-such'" in capsys.readouterr().err
