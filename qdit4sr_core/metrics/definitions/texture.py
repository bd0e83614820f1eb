"""Measures of texture, computed here."""

import math

from ..registry import Metric, register
from ..spectrum import hf_error, hf_ratio, spectrum_distance
from ..texture import texture_added, texture_lost

register(
    Metric(
        "hf_ratio",
        "HF ratio",
        "energy above half of Nyquist over the reference's",
        full_reference=True,
        higher_is_better=None,
        range=(0, math.inf),
        minimum_side=32,
        engine="fast",
        target=1.0,
        compute=hf_ratio,
        order=20,
    ),
    Metric(
        "hf_error",
        "HF error",
        "net texture energy, |10 log10 ratio|: loss and gain in one picture cancel",
        full_reference=True,
        higher_is_better=False,
        range=(0, 60),
        minimum_side=32,
        unit="dB",
        engine="fast",
        decimals=2,
        compute=hf_error,
        order=20,
    ),
    Metric(
        "texture_lost",
        "Texture lost",
        "mean local loss of energy above half of Nyquist; gains elsewhere do not make up for it",
        full_reference=True,
        higher_is_better=False,
        range=(0, 60),
        minimum_side=32,
        unit="dB",
        engine="fast",
        decimals=2,
        compute=texture_lost,
        order=20,
    ),
    Metric(
        "texture_added",
        "Texture added",
        "mean local gain of energy above half of Nyquist: noise or false detail",
        full_reference=True,
        higher_is_better=False,
        range=(0, 60),
        minimum_side=32,
        unit="dB",
        engine="fast",
        decimals=2,
        compute=texture_added,
        order=20,
    ),
    Metric(
        "spectrum_distance",
        "Spectrum",
        "rms difference of the radially averaged power spectra",
        full_reference=True,
        higher_is_better=False,
        range=(0, 60),
        minimum_side=32,
        unit="dB",
        engine="fast",
        decimals=2,
        compute=spectrum_distance,
        order=20,
    ),
)
