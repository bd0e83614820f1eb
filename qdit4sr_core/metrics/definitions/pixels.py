"""PSNR and SSIM, computed here."""

import math

from ..fast import psnr, ssim
from ..registry import Metric, register

register(
    Metric(
        "psnr",
        "PSNR",
        "pixel error over RGB",
        full_reference=True,
        higher_is_better=True,
        range=(0, math.inf),
        minimum_side=1,
        unit="dB",
        engine="fast",
        pyiqa_name="psnr",
        decimals=2,
        compute=psnr,
        order=10,
    ),
    Metric(
        "psnr_y",
        "PSNR-Y",
        "pixel error of luma",
        full_reference=True,
        higher_is_better=True,
        range=(0, math.inf),
        minimum_side=1,
        unit="dB",
        engine="fast",
        pyiqa_name="psnry",
        decimals=2,
        compute=lambda image, reference: psnr(image, reference, y_only=True),
        order=10,
    ),
    Metric(
        "ssim",
        "SSIM",
        "structure of luma in 11x11 windows",
        full_reference=True,
        higher_is_better=True,
        range=(0, 1),
        minimum_side=11,
        engine="fast",
        pyiqa_name="ssim",
        compute=ssim,
        order=10,
    ),
    Metric(
        "ssim_rgb",
        "SSIM-RGB",
        "structure of each RGB channel",
        full_reference=True,
        higher_is_better=True,
        range=(0, 1),
        minimum_side=11,
        engine="fast",
        pyiqa_name="ssimc",
        compute=lambda image, reference: ssim(image, reference, y_only=False),
        order=10,
    ),
)
