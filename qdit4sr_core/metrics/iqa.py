"""pyiqa as the engine of every metric that is not ours.

Importing pyiqa takes seconds, so it happens at the first metric that needs it, in whichever thread asked.
Models are kept for the next image; on the CPU, because quality numbers differ between devices.
"""

from __future__ import annotations

import contextlib
import io
import logging
import math
import pickle
import threading
from functools import lru_cache
from typing import Any

import numpy as np

from .kept_features import KeptFeatures
from .no_network import no_network
from .pyiqa_import import import_pyiqa
from .reasons import NoValueError, Reason
from .registry import Metric, availability, find_metric
from .weights import sha256_of

DEVICE = "cpu"
_SEED = 123
_LOCK = threading.RLock()


@lru_cache(maxsize=1)
def pyiqa_version() -> str:
    """The installed version of pyiqa, without importing it; empty if it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("pyiqa")
    except PackageNotFoundError:
        return ""


def _check_weights(metric: Metric) -> None:
    """Raise `NoValueError` for a weight file whose checksum is known and does not match."""
    for weight in metric.weights:
        path = weight.find()
        if path is not None and weight.sha256 and not sha256_of(path).startswith(weight.sha256):
            raise NoValueError(
                Reason.WEIGHTS_DAMAGED, f"{path} (its SHA-256 does not start with {weight.sha256[:16]})"
            )


@lru_cache(maxsize=6)
def _model(name: str) -> Any:
    metric = find_metric(name)
    found = availability(name)
    if found.why is not None:
        place = f" is missing in {found.folder}" if found.file else ""
        raise NoValueError(found.why.reason, found.why.detail + place)
    _check_weights(metric)
    pyiqa = import_pyiqa()
    logging.getLogger("pyiqa").setLevel(logging.WARNING)
    options: dict[str, Any] = {}
    first = metric.weights[0] if metric.weights else None
    if first is not None and first.package is not None:
        options["pretrained_model_path"] = str(first.find())
    try:
        with contextlib.redirect_stdout(io.StringIO()), no_network():
            model = pyiqa.create_metric(metric.pyiqa_name, device=DEVICE, **options)
    except pickle.UnpicklingError as error:
        files = ", ".join(str(weight.find()) for weight in metric.weights)
        raise NoValueError(Reason.WEIGHTS_UNSAFE, files) from error
    except OSError as error:  # pyiqa looks for another file than those that are here, and may not fetch it
        raise NoValueError(Reason.WEIGHTS_MISSING, f"{name} ({error})") from error
    if metric.compares_features:
        network = model.net.net
        network.forward = KeptFeatures(network.forward)
    return model


def compute_with_pyiqa(name: str, image: np.ndarray, reference: np.ndarray | None) -> float:
    """The value of a metric for uint8 RGB (H, W, 3), by pyiqa, with its random numbers seeded.

    Raises `NoValueError` when weights are missing or damaged, or pyiqa cannot digest the image.
    """
    import torch

    def tensor(pixels: np.ndarray) -> torch.Tensor:
        plane = torch.from_numpy(pixels.transpose(2, 0, 1).astype(np.float32, order="C"))
        return plane[None] / 255  # (1, 3, H, W)

    with _LOCK, torch.inference_mode(), torch.random.fork_rng(devices=[]), no_network():
        model = _model(name)
        torch.manual_seed(_SEED)
        try:
            if find_metric(name).full_reference:
                assert reference is not None
                value = model(tensor(image), tensor(reference))
            else:
                value = model(tensor(image))
        except (RuntimeError, ValueError, AssertionError, IndexError) as error:
            height, width = image.shape[:2]
            raise NoValueError(
                Reason.FAILED, f"pyiqa could not compute {name} on {width}x{height} px: {error}"
            ) from error
    number = float(value)
    if math.isnan(number):
        raise NoValueError(Reason.UNDEFINED, name)
    return number
