"""Upscaling: from an LR photo to an image, with any model and at any size."""

from ..setting_words import COLOR_FIXES, ColorFix
from .pipeline import Preview, Upscaled, initial_noise, latent_tiles, upscale
from .schedule import sigmas
from .settings import SamplingSettings

__all__ = [
    "COLOR_FIXES",
    "ColorFix",
    "Preview",
    "SamplingSettings",
    "Upscaled",
    "initial_noise",
    "latent_tiles",
    "sigmas",
    "upscale",
]
