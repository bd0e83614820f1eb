"""Good files to be spoiled: a small model, its quantized file, a session."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "dit4sr_tiny"


def pixels(height: int = 24, width: int = 32) -> np.ndarray:
    """Noise, uint8 (H, W, 3)."""
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)


def make_tiny_model(folder: Path) -> Path:
    """A random model of the bundled one's structure, as a folder."""
    from qdit4sr_core.models import tiny

    return write_model(tiny.tiny_model(seed=7), folder)


def write_model(model: Any, folder: Path) -> Path:
    """A small model as `qdit4sr train` would have written it."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for prefix, module in (("transformer.", model.transformer), ("codec.", model.codec)):
        tensors |= {prefix + name: tensor.half().clone() for name, tensor in module.state_dict().items()}
    save_file(tensors, folder / "nano.safetensors")
    description = {
        "name": "tiny",
        "transformer": model.transformer.config.to_dict(),
        "codec": model.codec.config.to_dict(),
        "sampling": model.sampling_defaults,
    }
    (folder / "nano.json").write_text(json.dumps(description), encoding="utf-8")
    return folder


def make_artifact(path: Path) -> Path:
    """The tiny model, quantized."""
    from qdit4sr_core.models import tiny
    from qdit4sr_core.quantize import quantize
    from qdit4sr_core.quantize.artifact.format import save_artifact
    from qdit4sr_core.quantize.variants import parse_variant

    config: Any = parse_variant("rtn-w4a4").config
    save_artifact(quantize(tiny.tiny_model(seed=7).transformer, config), path)
    return path


def make_session(path: Path) -> Path:
    """A session of one photo with two results."""
    from qdit4sr_core.metrics.regions import Region
    from qdit4sr_core.session import (
        EmbeddedImage,
        ImageReference,
        SavedPhoto,
        SavedResult,
        Session,
        save_session,
    )

    picture = EmbeddedImage.from_pixels(pixels())
    large = EmbeddedImage.from_pixels(pixels(96, 128))
    results = (SavedResult("fp", "FP", large), SavedResult("bicubic", "Bicubic", large, seconds=1.0))
    photo = SavedPhoto(
        ImageReference("a.png", copy=picture), regions=(Region(1, 2, 30, 40, "hair"),), results=results
    )
    return save_session(Session((photo,), variants=("fp", "bicubic")), path)
