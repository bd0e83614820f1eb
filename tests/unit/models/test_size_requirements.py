"""Which sizes a model can work on."""

import pytest

from qdit4sr_core.errors import SettingsError
from qdit4sr_core.models.size_requirements import SizeRequirements


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((64, 64), (128, 128)),
        ((100, 150), (128, 192)),
        ((77, 60), (164, 128)),
        ((128, 40), (409, 128)),
        ((128, 500), (128, 500)),
        ((300, 200), (300, 200)),
    ],
)
def test_the_shorter_side_reaches_the_minimum(shape, expected):
    assert SizeRequirements(128, 8).working_shape(shape) == expected


def test_models_without_a_minimum_take_photos_as_they_are(tiny_model):
    assert tiny_model.minimum_side == 0
    assert tiny_model.sizes.working_shape((1, 3)) == (1, 3)


def test_sides_are_padded_to_whole_tokens_and_at_least_eight():
    sizes = SizeRequirements(0, 4)
    assert sizes.padded_shape((64, 36)) == (64, 36)
    assert sizes.padded_shape((61, 1)) == (64, 32)


@pytest.mark.parametrize(("tile", "words"), [(130, "positions"), (7, "multiple of 2")])
def test_a_tile_that_does_not_fit_is_refused(tile, words):
    sizes = SizeRequirements(0, 4, tile_multiple=2, tile_limit=128)
    sizes.check_tile(128, "nano")
    with pytest.raises(SettingsError, match=words):
        sizes.check_tile(tile, "nano")
