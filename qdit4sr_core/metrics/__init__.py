"""What can be measured on an image, alone or against a reference.

Importing this package is cheap; pyiqa, torch and cv2 come in with the first value that needs them.
"""

from importlib import import_module
from pkgutil import iter_modules

from . import definitions
from .fast import psnr, ssim
from .region_meter import DRAGGABLE, RegionMeter
from .regions import Region
from .registry import METRICS, Availability, Metric, availability, find_metric
from .reveal import Place, reveal
from .reveal_text import place_sentence
from .spectrum import high_frequency_energy, radial_spectrum, spectrum_distance
from .texture import texture_added, texture_loss_map, texture_lost, worst_texture_loss
from .values import MetricValue, compute, compute_region

for _module in iter_modules(definitions.__path__):
    import_module(f"{definitions.__name__}.{_module.name}")

__all__ = [
    "DRAGGABLE",
    "METRICS",
    "Availability",
    "Metric",
    "MetricValue",
    "Place",
    "Region",
    "RegionMeter",
    "availability",
    "compute",
    "compute_region",
    "find_metric",
    "high_frequency_energy",
    "place_sentence",
    "psnr",
    "radial_spectrum",
    "reveal",
    "spectrum_distance",
    "ssim",
    "texture_added",
    "texture_loss_map",
    "texture_lost",
    "worst_texture_loss",
]
