"""The one way in which pyiqa comes in: its files of weights are read as weights, whatever pyiqa asks for."""

from __future__ import annotations

import contextlib
import io
import os
from typing import Any

from .torchvision_operators import import_torchvision


def import_pyiqa() -> Any:
    """The package pyiqa; from now on `torch.load` in this process reads tensors and plain values only.

    pyiqa reads many of its files with `weights_only=False`, which runs whatever code a file holds.
    """
    os.environ.pop("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", None)
    os.environ["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] = "1"
    import_torchvision()
    with contextlib.redirect_stdout(io.StringIO()):
        import pyiqa
    return pyiqa
