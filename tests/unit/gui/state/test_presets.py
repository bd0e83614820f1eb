"""The presets of variants."""

from qdit4sr_core.variant_text import read_variant
from qdit4sr_gui.state.presets import BUILT_IN_PRESETS


def test_every_preset_starts_with_the_reference():
    assert all(preset.specs[0] == "fp" for preset in BUILT_IN_PRESETS)


def test_every_preset_is_in_the_grammar():
    for preset in BUILT_IN_PRESETS:
        assert [read_variant(spec).text for spec in preset.specs] == list(preset.specs)
