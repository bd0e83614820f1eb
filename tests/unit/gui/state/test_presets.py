"""Variants as text: taken apart and put together again, with readable names."""

import pytest

from qdit4sr_gui.state.presets import BUILT_IN_PRESETS, label_of, split_spec


@pytest.mark.parametrize(
    "spec", ["fp", "rtn-w4a4", "q-dit4sr-w4a6", "q-dit4sr-w4a4:vasmp=false,global_rank=8", "q-dit-w8a16"]
)
def test_a_spec_taken_apart_gives_itself_again(spec):
    assert split_spec(spec).text() == spec


def test_parts_of_a_method_whose_name_holds_a_dash_and_a_digit():
    parts = split_spec("q-dit4sr-w3a8:grid=midtread")
    assert (parts.method, parts.weight_bits, parts.act_bits) == ("q-dit4sr", 3, 8)
    assert parts.options == (("grid", "midtread"),)


def test_labels():
    assert label_of("fp") == "Full precision"
    assert label_of("q-dit4sr-w4a4:vasmp=false") == "Q-DiT4SR W4A4 (vasmp=false)"


def test_every_preset_starts_with_the_reference():
    assert all(preset.specs[0] == "fp" for preset in BUILT_IN_PRESETS)
