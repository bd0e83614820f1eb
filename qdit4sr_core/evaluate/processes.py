"""Photos in parallel processes, each with its own copy of the model and its share of the threads."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import QDiT4SRError, SettingsError
from ..progress import CancelCheck, stop_if
from .one_image import Evaluator, ImageOutcome, ImageTask
from .plan import EvaluationPlan

if TYPE_CHECKING:
    from ..models.registry import SuperResolutionModel
    from ..quantize.calibration.statistics import Calibration

_POLL_SECONDS = 0.2
_EVALUATOR: Evaluator | None = None
_STOP: Event | None = None


def outcomes_in_processes(
    tasks: Iterator[ImageTask],
    plan: EvaluationPlan,
    model: SuperResolutionModel | str | Path | None,
    calibration: Calibration | None,
    processes: int,
    threads: int,
    cancelled: CancelCheck,
) -> Iterator[ImageOutcome]:
    """Yield outcomes as they finish. At most one photo more than there are processes is loaded at a time.

    Processes are spawned, not forked: torch's threads do not survive a fork. Errors are those of
    `Evaluator.evaluate`; cancelling stops the workers at their next denoising step.
    """
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    previous = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = str(threads)  # read by the libraries of a process when it starts
    try:
        with ProcessPoolExecutor(
            processes, context, _start_worker, (plan, model, calibration, threads, stop)
        ) as pool:
            try:
                yield from _drain(pool, tasks, processes + 1, cancelled)
            except BaseException:
                stop.set()
                pool.shutdown(wait=True, cancel_futures=True)
                raise
    except BrokenProcessPool as error:
        raise SettingsError(
            "A worker process ended unexpectedly, most likely for lack of memory; use fewer --jobs."
        ) from error
    finally:
        if previous is None:
            os.environ.pop("OMP_NUM_THREADS", None)
        else:
            os.environ["OMP_NUM_THREADS"] = previous


def _drain(
    pool: ProcessPoolExecutor, tasks: Iterator[ImageTask], depth: int, cancelled: CancelCheck
) -> Iterator[ImageOutcome]:
    running: set[Future[ImageOutcome]] = set()
    exhausted = False
    while running or not exhausted:
        while len(running) < depth and not exhausted:
            task = next(tasks, None)
            if task is None:
                exhausted = True
            else:
                running.add(pool.submit(_evaluate, task))
        finished, running = wait(running, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
        stop_if(cancelled)
        for future in finished:
            yield future.result()


def _start_worker(
    plan: EvaluationPlan,
    model: SuperResolutionModel | str | Path | None,
    calibration: Calibration | None,
    threads: int,
    stop: Event,
) -> None:
    global _EVALUATOR, _STOP
    import cv2
    import torch

    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    _STOP = stop
    _EVALUATOR = Evaluator(plan, model, calibration)


def _evaluate(task: ImageTask) -> ImageOutcome:
    if _EVALUATOR is None or _STOP is None:
        raise QDiT4SRError("The worker process was not prepared.")
    return _EVALUATOR.evaluate(task, cancelled=_STOP.is_set)
