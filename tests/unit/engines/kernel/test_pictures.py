"""Whole pictures of the bundled model: the kernel's are as far from full precision as the reference engine's.

Integers are equal layer by layer for equal inputs, but a rounding tie that float arithmetic breaks otherwise
changes a code, and the sampling carries it on: pictures agree in what they lose, not number by number.
"""

import numpy as np
import pytest
import torch

from qdit4sr_core.cli.bench.pictures import PHOTOS
from qdit4sr_core.images import lr_sample
from qdit4sr_core.models import load_model
from qdit4sr_core.quantize import quantize, quantized_layers
from qdit4sr_core.quantize.variants import parse_variant
from qdit4sr_core.upscale import SamplingSettings, upscale
from qdit4sr_core.upscale.calibration import bundled_calibration_images, calibrate, middle

SIDE = 36


@pytest.fixture(scope="module")
def model():
    return load_model()


@pytest.fixture(scope="module")
def calibration(model):
    settings = SamplingSettings.for_model(model, steps=2)
    return calibrate(model, bundled_calibration_images()[:1], settings, crop=16, sensitivity=False)


def pictures(model, transformer) -> np.ndarray:
    """(photos, H, W, 3) of the middle of each photo, two steps each."""
    used = model.with_transformer(transformer)
    settings = SamplingSettings.for_model(model, steps=2)
    made = [upscale(used, middle(lr_sample(name).pixels, SIDE), settings).pixels for name in PHOTOS]
    return np.stack(made).astype(np.float64)


@pytest.fixture(scope="module")
def full(model):
    return pictures(model, model.transformer)


def psnr(made: np.ndarray, full: np.ndarray) -> np.ndarray:
    """(photos,) dB."""
    return 20 * np.log10(255) - 10 * np.log10(((made - full) ** 2).mean((1, 2, 3)))


@pytest.mark.parametrize("variant", ["q-dit4sr-w4a4", "rtn-w4a4"])
def test_as_much_is_lost_as_by_the_reference_engine(variant, model, calibration, full) -> None:
    with torch.no_grad():
        quantized = quantize(model.transformer, parse_variant(variant).config, calibration)
    values = {}
    for engine in ("reference", "kernel"):
        for layer in quantized_layers(quantized).values():
            layer.set_engine(engine)
            assert layer.executed_by in (engine, "float")
        values[engine] = psnr(pictures(model, quantized), full)
    assert (values["reference"] < 60).all()  # quantizing changes every picture
    difference = values["kernel"] - values["reference"]
    assert abs(difference.mean()) <= 0.2
    assert np.abs(difference).max() <= 1.0  # one small picture alone
