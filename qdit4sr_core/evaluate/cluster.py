"""Photos on an existing Dask cluster: pixels go out, numbers and PNG bytes come back.

The workers need this package and its dependencies, but no shared folder. The bundled model is loaded there;
a model given as a folder must lie at the same path on every worker.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Cancelled, SettingsError
from ..progress import CancelCheck, stop_if
from .one_image import Evaluator, ImageOutcome, ImageTask
from .plan import EvaluationPlan

if TYPE_CHECKING:
    from ..models.super_resolution_model import SuperResolutionModel
    from ..quantize.calibration.statistics import Calibration

_POLL_SECONDS = 0.2


def outcomes_on_cluster(
    address: str,
    tasks: Iterator[ImageTask],
    plan: EvaluationPlan,
    model: SuperResolutionModel | str | Path | None,
    calibration: Calibration | None,
    cancelled: CancelCheck,
) -> Iterator[ImageOutcome]:
    """Yield outcomes as the workers behind the scheduler at `address` finish them.

    Two photos a worker thread are sent ahead. Raises `SettingsError` when `distributed` is not installed or
    nobody answers at the address, otherwise as `Evaluator.evaluate`.
    """
    client = _connect(address)
    try:
        setup = client.scatter((plan, model, calibration), broadcast=True, hash=False)
        depth = 2 * max(1, sum(client.nthreads().values()))
        yield from _drain(client, setup, tasks, depth, cancelled)
    finally:
        client.close()


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise SettingsError(
            "Working on a cluster needs dask.distributed; install it with: pip install 'qdit4sr[cluster]'."
        ) from error
    try:
        return Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise SettingsError(
            f"No Dask scheduler answers at {address} ({error}); start one with: dask scheduler."
        ) from error


def _drain(
    client: Any, setup: Any, tasks: Iterator[ImageTask], depth: int, cancelled: CancelCheck
) -> Iterator[ImageOutcome]:
    running: dict[Any, str] = {}
    exhausted = False
    try:
        while running or not exhausted:
            while len(running) < depth and not exhausted:
                task = next(tasks, None)
                if task is None:
                    exhausted = True
                else:
                    running[client.submit(evaluate_on_worker, setup, task, pure=False)] = task.name
            if not running:
                break
            finished = [future for future in running if future.done()]
            if not finished:
                time.sleep(_POLL_SECONDS)
            stop_if(cancelled)
            for future in finished:
                yield _result(future, running.pop(future))
    except (Cancelled, KeyboardInterrupt):
        client.cancel(list(running), force=True)
        raise


def _result(future: Any, name: str) -> ImageOutcome:
    from distributed.scheduler import KilledWorker

    try:
        outcome: ImageOutcome = future.result()
    except KilledWorker:
        return ImageOutcome.failure(name, "The workers died, most likely for lack of memory.")
    return outcome


Setup = tuple[EvaluationPlan, "SuperResolutionModel | str | Path | None", "Calibration | None"]

_KEPT: list[tuple[Setup, Evaluator]] = []
"""The evaluator of the latest setup, kept between the photos of a worker."""
_LOCK = threading.Lock()


def evaluate_on_worker(setup: Setup, task: ImageTask) -> ImageOutcome:
    """Runs on a worker: evaluate one photo with the model that the setup names.

    A worker with several threads loads the model once and takes one photo at a time.
    """
    with _LOCK:
        if not _KEPT or _KEPT[0][0] is not setup:
            plan, model, calibration = setup
            _KEPT[:] = [(setup, Evaluator(plan, model, calibration))]
        evaluator = _KEPT[0][1]
    return evaluator.outcome(task)
