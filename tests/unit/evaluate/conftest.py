"""Photos small enough for the tiny model."""

from pathlib import Path

import numpy as np
import pytest

from qdit4sr_core.images import save_png


@pytest.fixture
def photos(tmp_path: Path) -> tuple[Path, Path]:
    """Folders of three LR photos of 20x16 pixels and their ground truths of 80x64."""
    random = np.random.default_rng(8)
    lr, hr = tmp_path / "lr", tmp_path / "hr"
    lr.mkdir()
    hr.mkdir()
    for name in ("bark", "fur", "stone"):
        truth = random.integers(0, 256, (64, 80, 3), dtype=np.uint8)
        save_png(truth, hr / f"{name}.png")
        save_png(truth.reshape(16, 4, 20, 4, 3).mean(axis=(1, 3)).astype(np.uint8), lr / f"{name}.png")
    return lr, hr
