"""Every metric by name: what it measures, in which direction it is better, and what it needs."""

from __future__ import annotations

import difflib
import importlib.util
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..errors import MetricUnavailableError
from .weights import WEIGHTS, WeightFile


@dataclass(frozen=True)
class Metric:
    """What is known about a metric before anything is computed.

    `higher_is_better` is None for a value that should come close to `target`. `range` holds the values that
    can be expected, in `unit`. `minimum_side` is the smallest side of an image or region in pixels.
    `engine` says who computes it: our own fast code, or pyiqa under the name `pyiqa_name`.
    """

    name: str
    label: str
    measures: str
    full_reference: bool
    higher_is_better: bool | None
    range: tuple[float, float]
    minimum_side: int = 1
    unit: str = ""
    engine: Literal["fast", "pyiqa"] = "pyiqa"
    pyiqa_name: str = ""
    target: float | None = None
    decimals: int = 3

    @property
    def arrow(self) -> str:
        """↑ where higher is better, ↓ where lower is better, →t where the target t is best."""
        if self.higher_is_better is None:
            return f"→{self.target:g}"
        return "↑" if self.higher_is_better else "↓"

    @property
    def weights(self) -> tuple[WeightFile, ...]:
        """The weight files it needs, in the order in which they are fetched."""
        return WEIGHTS.get(self.name, ())

    def rank_key(self, value: float) -> float:
        """A number that is smaller the better `value` is; NaN sorts last."""
        if math.isnan(value):
            return math.inf
        if self.higher_is_better is None:
            return abs(value - (self.target or 0.0))
        return -value if self.higher_is_better else value


def _fr(name: str, label: str, measures: str, higher: bool, top: float, side: int, **rest: object) -> Metric:
    return Metric(name, label, measures, True, higher, (0.0, top), side, pyiqa_name=name, **rest)  # type: ignore[arg-type]


def _nr(
    name: str, label: str, measures: str, higher: bool, span: tuple[float, float], side: int, **rest: object
) -> Metric:
    return Metric(name, label, measures, False, higher, span, side, pyiqa_name=name, **rest)  # type: ignore[arg-type]


_ALL = (
    Metric(
        "psnr",
        "PSNR",
        "pixel error over RGB",
        True,
        True,
        (0, math.inf),
        1,
        "dB",
        "fast",
        "psnr",
        decimals=2,
    ),
    Metric(
        "psnr_y",
        "PSNR-Y",
        "pixel error of luma",
        True,
        True,
        (0, math.inf),
        1,
        "dB",
        "fast",
        "psnry",
        decimals=2,
    ),
    Metric("ssim", "SSIM", "structure of luma in 11x11 windows", True, True, (0, 1), 11, "", "fast", "ssim"),
    Metric(
        "ssim_rgb", "SSIM-RGB", "structure of each RGB channel", True, True, (0, 1), 11, "", "fast", "ssimc"
    ),
    Metric(
        "hf_ratio",
        "HF ratio",
        "energy above half of Nyquist over the reference's",
        True,
        None,
        (0, math.inf),
        32,
        "",
        "fast",
        target=1.0,
    ),
    Metric(
        "hf_error",
        "HF error",
        "net texture energy, |10 log10 ratio|: loss and gain in one picture cancel",
        True,
        False,
        (0, 60),
        32,
        "dB",
        "fast",
        decimals=2,
    ),
    Metric(
        "texture_lost",
        "Texture lost",
        "mean local loss of energy above half of Nyquist; gains elsewhere do not make up for it",
        True,
        False,
        (0, 60),
        32,
        "dB",
        "fast",
        decimals=2,
    ),
    Metric(
        "texture_added",
        "Texture added",
        "mean local gain of energy above half of Nyquist: noise or false detail",
        True,
        False,
        (0, 60),
        32,
        "dB",
        "fast",
        decimals=2,
    ),
    Metric(
        "spectrum_distance",
        "Spectrum",
        "rms difference of the radially averaged power spectra",
        True,
        False,
        (0, 60),
        32,
        "dB",
        "fast",
        decimals=2,
    ),
    _fr("stlpips", "ST-LPIPS", "perceptual distance, tolerant of small shifts (AlexNet)", False, 1, 32),
    Metric(
        "stlpips_vgg",
        "ST-LPIPS-VGG",
        "perceptual distance, tolerant of small shifts (VGG)",
        True,
        False,
        (0, 1),
        32,
        pyiqa_name="stlpips-vgg",
    ),
    _fr("ms_ssim", "MS-SSIM", "structure of luma on five scales", True, 1, 176),
    _fr("gmsd", "GMSD", "spread of gradient differences", False, 1, 16),
    _fr("fsim", "FSIM", "phase congruency and gradients", True, 1, 32),
    _fr("vif", "VIF", "information shared with the reference", True, 1, 48),
    _fr("cw_ssim", "CW-SSIM", "structure of complex wavelets, tolerant of shifts", True, 1, 64),
    _fr("nlpd", "NLPD", "normalised Laplacian pyramid distance", False, 1, 64),
    _fr("vsi", "VSI", "visual saliency and gradients", True, 1, 32),
    _fr("mad", "MAD", "most apparent distortion", False, 300, 64, decimals=1),
    _fr("lpips", "LPIPS", "perceptual distance (AlexNet)", False, 1, 64),
    Metric(
        "lpips_vgg",
        "LPIPS-VGG",
        "perceptual distance (VGG)",
        True,
        False,
        (0, 1),
        32,
        pyiqa_name="lpips-vgg",
    ),
    _fr("dists", "DISTS", "structure and texture distance (VGG)", False, 1, 32),
    _fr("topiq_fr", "TOPIQ-FR", "quality against a reference (ResNet-50)", True, 1, 64),
    _nr("piqe", "PIQE", "blockiness and noise, no reference", False, (0, 100), 64, decimals=1),
    _nr("niqe", "NIQE", "naturalness of local statistics, no reference", False, (0, 100), 96, decimals=2),
    _nr("ilniqe", "IL-NIQE", "naturalness, no reference", False, (0, 200), 96, decimals=2),
    _nr(
        "brisque", "BRISQUE", "distortion of local statistics, no reference", False, (0, 150), 64, decimals=1
    ),
    _nr("musiq", "MUSIQ", "learned quality, no reference", True, (0, 100), 32, decimals=2),
    _nr("maniqa", "MANIQA", "learned quality, no reference; prefers noise", True, (0, 1), 224),
    _nr("clipiqa", "CLIP-IQA", "quality by language prompts, no reference", True, (0, 1), 32),
    _nr("clipiqa+", "CLIP-IQA+", "quality by learned prompts, no reference", True, (0, 1), 32),
    _nr("liqe", "LIQE", "learned quality, no reference", True, (1, 5), 224),
    _nr("topiq_nr", "TOPIQ", "learned quality, no reference", True, (0, 1), 64),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}
"""Every metric by its name, those that work at once first in each kind."""


def find_metric(name: str) -> Metric:
    """The metric with this name or label (case and dashes do not matter). Raises `MetricUnavailableError`."""
    plain = name.strip().lower().replace("-", "_")
    if plain in METRICS:
        return METRICS[plain]
    for metric in METRICS.values():
        if metric.label.lower().replace("-", "_") == plain:
            return metric
    close = difflib.get_close_matches(plain, METRICS, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise MetricUnavailableError(f"There is no metric {name!r}.{hint} Known metrics: {', '.join(METRICS)}.")


@dataclass(frozen=True)
class Availability:
    """Whether a metric can be computed here; if not, why, and which file is missing from which folder."""

    ok: bool
    reason: str = ""
    file: str = ""
    folder: Path | None = None


def availability(name: str) -> Availability:
    """Look, without importing pyiqa or torch, whether a metric can be computed. Raises for unknown names."""
    metric = find_metric(name)
    if metric.engine == "pyiqa" and importlib.util.find_spec("pyiqa") is None:
        return Availability(False, "n/a: pyiqa is not installed (pip install pyiqa)")
    for weight in metric.weights:
        if weight.find() is None:
            path = weight.path
            return Availability(False, "n/a: weights not downloaded", path.name, path.parent)
    return Availability(True)
