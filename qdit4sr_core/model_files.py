"""Names of files in model folders: what tells a folder for a model without opening it or loading torch."""

from __future__ import annotations

from pathlib import Path

NANO_DESCRIPTION, NANO_WEIGHTS = "nano.json", "nano.safetensors"
"""What `qdit4sr train` writes."""
PUBLISHED_DESCRIPTION, PUBLISHED_WEIGHTS = "config.json", "diffusion_pytorch_model.safetensors"
"""What the original code reads and diffusers writes; the weights may have other names too."""
PICKLE_SUFFIXES = (".bin", ".pt", ".pth", ".ckpt")
"""Weights that are refused, because reading them can run code."""
WEIGHT_SUFFIXES = (".safetensors", *PICKLE_SUFFIXES)


def is_nano(folder: Path) -> bool:
    """Whether a folder holds a model that `qdit4sr train` made."""
    return (folder / NANO_DESCRIPTION).is_file()
