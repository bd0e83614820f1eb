"""The forecast counts exactly the work that the pipeline does."""

import dataclasses

import pytest

from qdit4sr_core.forecast import model_shape, photo_work
from qdit4sr_core.forecast.estimate import CELL_BYTES
from qdit4sr_core.forecast.work import CALIBRATION_PHOTOS, CALIBRATION_SIDE
from qdit4sr_core.models import load_model
from qdit4sr_core.models.memory import WORKING_TENSORS
from qdit4sr_core.upscale import SamplingSettings, latent_tiles
from qdit4sr_core.upscale.calibration import BUNDLED, CROP


@pytest.mark.parametrize("size", [(1, 1), (64, 64), (75, 112), (200, 331)])
def test_tiles_and_cells_are_those_of_the_pipeline(size):
    model = load_model()
    settings = SamplingSettings.for_model(model)
    work = photo_work(model_shape(model), size, settings.to_dict())
    layout = latent_tiles(model, size, settings)
    assert work.tiles == len(layout)
    assert work.tile_cells == layout[0].height * layout[0].width
    assert work.evaluations == settings.steps * len(layout)
    assert dataclasses.replace(work, steps=1).cells == sum(t.height * t.width for t in layout)


def test_calibration_is_the_bundled_one():
    assert (len(BUNDLED), CROP) == (CALIBRATION_PHOTOS, CALIBRATION_SIDE)


def test_a_cell_holds_as_many_tensors_as_the_models_memory_says():
    assert CELL_BYTES == 4 * WORKING_TENSORS
