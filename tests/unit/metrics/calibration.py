"""pyiqa's five calibration pairs, which its wheel carries, and the values it publishes for them.

The values are the "(ours)" rows of `ResultsCalibra/calibration_summary.csv` in pyiqa's repository, but for
ST-LPIPS, which it does not list: those were computed with pyiqa 0.1.16 from the published weights.
"""

import sysconfig
from pathlib import Path

import numpy as np
import pytest

NAMES = ("I03", "I04", "I06", "I08", "I19")

PUBLISHED: dict[str, tuple[float, ...]] = {
    "psnr": (21.1136, 20.9872, 27.0139, 23.3002, 21.6186),
    "ssim": (0.6997, 0.9978, 0.9989, 0.9671, 0.6521),
    "ms_ssim": (0.6707, 0.9996, 0.9998, 0.9567, 0.8418),
    "cw_ssim": (0.2763, 0.9996, 1.0, 0.9068, 0.8658),
    "gmsd": (0.2203, 0.0005, 0.0004, 0.1346, 0.205),
    "fsim": (0.6891, 0.9702, 0.9927, 0.9575, 0.822),
    "vif": (0.0172, 0.9891, 0.9924, 0.9104, 0.175),
    "vsi": (0.9244, 0.9497, 0.9877, 0.9541, 0.9348),
    "nlpd": (0.5616, 0.0139, 0.011, 0.3033, 0.4335),
    "mad": (195.2796, 80.8379, 30.3918, 84.3542, 202.237),
    "stlpips": (0.580, 0.336, 0.216, 0.043, 0.304),
    "stlpips_vgg": (0.676, 0.395, 0.212, 0.028, 0.411),
    "lpips": (0.7237, 0.2572, 0.0508, 0.0521, 0.4253),
    "dists": (0.4742, 0.1424, 0.0682, 0.0287, 0.3123),
    "musiq": (12.4773, 75.7764, 73.7459, 75.4604, 38.0248),
    "niqe": (15.6538, 3.6549, 3.2342, 3.1921, 9.0722),
    "ilniqe": (115.6107, 24.0661, 19.7494, 22.3251, 54.7635),
    "brisque": (94.6418, -0.1043, 1.0773, 5.1486, 66.8376),
}


def calibration_pair(name: str) -> tuple[np.ndarray, np.ndarray]:
    """The distorted image and its reference, uint8 (384, 512, 3); skips where the wheel lacks them."""
    from PIL import Image

    folder = Path(sysconfig.get_paths()["purelib"]) / "ResultsCalibra"
    if not folder.is_dir():
        pytest.skip("pyiqa's calibration images are not installed")
    paths = [folder / kind / f"{name}.bmp" for kind in ("dist_dir", "ref_dir")]
    first, second = (np.array(Image.open(path).convert("RGB")) for path in paths)
    return first, second
