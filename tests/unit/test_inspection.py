"""What is measured on each quantized layer."""

import math

import numpy as np
import pytest

from qdit4sr_core.inspection import inspect_model, layer_spectrum, ratio_db
from qdit4sr_core.quantize.artifact.format import weight_bytes
from qdit4sr_core.quantize.variants import parse_variant
from qdit4sr_core.quantized_models import QuantizedModels
from qdit4sr_core.upscale import SamplingSettings

PHOTO = np.random.default_rng(3).integers(0, 256, (16, 16, 3), np.uint8)


@pytest.fixture
def inspected(tiny_model):
    settings = SamplingSettings.for_model(tiny_model)

    def inspect(spec):
        quantized = QuantizedModels().prepare(tiny_model, parse_variant(spec), None, settings)
        return quantized, inspect_model(tiny_model, quantized, PHOTO, settings)

    return inspect


def test_more_bits_make_every_layer_more_faithful(inspected):
    low, high = inspected("rtn-w4a4")[1], inspected("rtn-w8a8")[1]
    for coarse, fine in zip(low.layers, high.layers, strict=True):
        assert fine.snr_db > coarse.snr_db + 10


def test_bits_and_bytes_are_those_of_the_model(inspected):
    quantized, found = inspected("rtn-w4a4")
    assert {layer.weight_bits for layer in found.layers} == {4}
    of_adaln = {layer.activation_bits for layer in found.layers if "norm" in layer.name}
    of_others = {layer.activation_bits for layer in found.layers if "norm" not in layer.name}
    assert (of_adaln, of_others) == ({(16, 16, 16)}, {(4, 4, 4)})
    assert sum(found.bytes_by_part().values()) == weight_bytes(quantized.transformer)


def test_a_branch_takes_the_largest_singular_values(inspected, tiny_model):
    quantized, found = inspected("q-dit4sr-w4a4")
    spectrum = layer_spectrum(tiny_model, quantized, found.layers[1].name)
    assert spectrum.weight[0] == pytest.approx(1.0)
    assert spectrum.residual[0] < spectrum.weight[0]
    assert spectrum.error[0] < spectrum.residual[0]
    assert 0 < spectrum.block_energy.sum() < 1


def test_ratios_without_noise_or_signal():
    assert ratio_db(1.0, 0.0) == math.inf
    assert ratio_db(0.0, 1.0) == -math.inf
    assert ratio_db(100.0, 1.0) == pytest.approx(20.0)
