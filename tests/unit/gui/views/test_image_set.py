"""Which image the others are compared with, when images go and come."""

import numpy as np
import pytest

from qdit4sr_gui.state.view_image import LR_KEY, TRUTH_KEY, ViewImage, usual_reference
from qdit4sr_gui.views.image_set import ImageSet


def images(*keys):
    return [ViewImage(key, key, np.zeros((4, 4, 3), np.uint8)) for key in keys]


@pytest.mark.parametrize(
    ("keys", "reference"),
    [
        ((), ""),
        (("rtn-w4a4", "fp", LR_KEY), "fp"),
        ((LR_KEY, TRUTH_KEY, "rtn-w4a4"), "rtn-w4a4"),
        ((LR_KEY,), LR_KEY),
    ],
)
def test_the_others_are_compared_with_full_precision_else_with_a_variant(keys, reference):
    assert usual_reference(images(*keys)) == reference


def test_the_reference_comes_back_with_full_precision(qapp):
    shown = ImageSet()
    shown.set_images(images("fp", "rtn", LR_KEY), None)
    shown.set_images(images("rtn", LR_KEY), None)
    assert shown.reference == "rtn"
    shown.set_images(images(LR_KEY), None)
    shown.set_images(images("rtn", "fp", LR_KEY), None)
    assert shown.reference == "fp"


def test_a_chosen_reference_comes_back_too(qapp):
    told = []
    shown = ImageSet()
    shown.referenceChanged.connect(told.append)
    shown.set_images(images("fp", "rtn", "gptq"), None)
    shown.set_reference("gptq")
    shown.set_images(images("fp", "rtn"), None)
    shown.set_images(images("fp", "gptq", "rtn"), None)
    shown.set_reference("nobody")
    assert shown.reference == "gptq"
    assert told == ["fp", "gptq", "fp", "gptq"]
