"""Every method of the registry on the kernel: codes and sums of every layer."""

import dataclasses

import pytest
import torch

from qdit4sr_core.engines.kernel.linear import integer_sums, prepare
from qdit4sr_core.models import DiT4SR, load_model
from qdit4sr_core.models.tiny import tiny_model
from qdit4sr_core.quantize import METHODS, quantize, quantized_layers
from qdit4sr_core.quantize.variants import parse_variant
from qdit4sr_core.upscale.calibration import bundled_calibration_images, calibrate

from .layers import flipped_codes, for_kernel, input_integers, random, weight_integers

WITHOUT_PHOTOS = (
    "rtn-w2a2", "rtn-w5a5", "rtn-w6a7", "rtn-w7a6", "convrot-w4a4", "sdnq-w4a4", "quartz-w3a4",
    "q-dit4sr-w5a6:vatmp=false", "q-dit4sr-w3a8:vatmp=false",
)  # fmt: skip
"""Variants that need no calibration, at the other widths too."""


@pytest.fixture(scope="module")
def calibrated():
    model = tiny_model()
    return model.transformer, calibrate(model, bundled_calibration_images()[:1])


def check_integers(transformer: DiT4SR, least: float) -> None:
    """Codes and sums of every layer with a rounded input, which must be this share of all."""
    layers = quantized_layers(transformer)
    rounded = {name: layer for name, layer in layers.items() if layer.executed_by != "float"}
    assert len(rounded) >= least * len(layers)
    for name, quantized in rounded.items():
        if quantized.rounding.bits >= 16:
            continue  # a step in float
        codes, one = quantized.weight_codes, for_kernel(quantized)
        prepared = prepare(one, random(7, quantized.in_features))
        assert flipped_codes(quantized, one, prepared) == 0, name
        weights = weight_integers(codes).view(quantized.out_features, one.layer.struct.groups, -1)
        inputs = input_integers(one, prepared)
        exact = torch.einsum("mgk,ngk->mgn", inputs.double(), weights.double())
        assert torch.equal(integer_sums(one, prepared).double(), exact), name


@pytest.mark.parametrize("method", METHODS)
def test_every_layer_of_a_model_gives_the_references_integers(method, calibrated) -> None:
    transformer, calibration = calibrated
    for bits in (3, 4, 8):
        config = METHODS[method].config_class(weight_bits=bits, act_bits=bits)
        if hasattr(config, "iterations"):  # what is learned does not matter here
            config = dataclasses.replace(config, iterations=2)
        with torch.no_grad():
            check_integers(quantize(transformer, config, calibration), 0.5)


@pytest.mark.parametrize("text", WITHOUT_PHOTOS)
def test_every_layer_of_the_bundled_model_too(text) -> None:
    with torch.no_grad():
        check_integers(quantize(load_model().transformer, parse_variant(text).config), 0.9)
