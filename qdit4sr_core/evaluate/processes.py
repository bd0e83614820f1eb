"""Photos in parallel processes, each with its own copy of the model and its share of the threads.

The processes are spawned, not forked (torch's threads do not survive a fork), and talk through pipes alone,
which need no shared memory. A worker whose parent has gone, however it went, ends at once.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Cancelled, SettingsError
from ..parent_watch import end_with_parent, without_interrupts
from ..progress import CancelCheck, stop_if
from .one_image import Evaluator, ImageOutcome, ImageTask
from .plan import EvaluationPlan

if TYPE_CHECKING:
    from ..models.super_resolution_model import SuperResolutionModel
    from ..quantize.calibration.statistics import Calibration

_POLL_SECONDS = 0.2
_GOODBYE_SECONDS = 10.0


def outcomes_in_processes(
    tasks: Iterator[ImageTask],
    plan: EvaluationPlan,
    model: SuperResolutionModel | str | Path | None,
    calibration: Calibration | None,
    processes: int,
    threads: int,
    cancelled: CancelCheck,
) -> Iterator[ImageOutcome]:
    """Yield outcomes as they finish; one photo for each process is loaded at a time.

    A photo on which a worker died is yielded as a failure, and another worker takes its place. Raises
    `SettingsError` when workers cannot start, and what the preparation of the model raises; cancelling stops
    the workers at their next denoising step.
    """
    setup = pickle.dumps((plan, model, calibration))  # by value: tensors would go through shared memory
    workers: list[_Worker] = []
    try:
        for _ in range(processes):
            workers.append(_Worker(setup, threads))
        yield from _drain(workers, tasks, cancelled)
    finally:
        for worker in workers:
            worker.stop()


def _drain(
    workers: list[_Worker], tasks: Iterator[ImageTask], cancelled: CancelCheck
) -> Iterator[ImageOutcome]:
    exhausted = False
    while True:
        for worker in workers:
            if worker.ready and worker.task is None and not exhausted:
                task = next(tasks, None)
                if task is None:
                    exhausted = True
                else:
                    worker.give(task)
        if exhausted and all(worker.task is None for worker in workers):
            return
        for connection in wait([worker.connection for worker in workers], _POLL_SECONDS):
            index = next(i for i, worker in enumerate(workers) if worker.connection is connection)
            worker = workers[index]
            outcome = worker.receive()
            if worker.dead:
                workers[index] = worker.successor()
            if outcome is not None:
                yield outcome
        stop_if(cancelled)


class _Worker:
    """One process: first it prepares the model, then it takes one photo after the other."""

    def __init__(self, setup: bytes, threads: int) -> None:
        self._setup, self._threads = setup, threads
        self.task: ImageTask | None = None
        self.ready = self.dead = False
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self._process: BaseProcess = context.Process(target=_work, args=(other, threads), daemon=True)
        try:
            with _threads_of_a_child(threads), without_interrupts():
                self._process.start()
            other.close()
        except OSError as error:
            raise SettingsError(
                f"A worker process could not start ({error.strerror or error}); use fewer --jobs."
            ) from error
        # It is larger than a pipe holds and waits for the process to start; others can start meanwhile.
        threading.Thread(target=self._send, args=(setup,), daemon=True).start()

    def successor(self) -> _Worker:
        """Another process in the place of one that has died."""
        return _Worker(self._setup, self._threads)

    def _send(self, data: bytes) -> None:
        # A worker that has died shows when its answer is read; one that is stopped closes the pipe meanwhile.
        with contextlib.suppress(OSError, TypeError):
            self.connection.send_bytes(data)

    def give(self, task: ImageTask) -> None:
        """Send a photo."""
        self.task = task
        self._send(pickle.dumps(task))

    def receive(self) -> ImageOutcome | None:
        """What the worker has to say; a failure when it died. Raises what preparing the model raised."""
        try:
            answer: Any = pickle.loads(self.connection.recv_bytes())
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            self.dead = True
            self.stop()
            if self.task is None or not self.ready:
                raise SettingsError(
                    "A worker process ended unexpectedly, most likely for lack of memory; use fewer --jobs."
                ) from error
            task, self.task = self.task, None
            return ImageOutcome.failure(
                task.name, "The worker process died, most likely for lack of memory; use fewer --jobs."
            )
        if isinstance(answer, BaseException):
            raise answer
        if answer is None:
            self.ready = True
            return None
        self.task = None
        outcome: ImageOutcome = answer
        return outcome

    def stop(self) -> None:
        """End the process: its pipe closes, which it takes as a wish to stop; then by force."""
        self.connection.close()
        self._process.join(_GOODBYE_SECONDS if self._process.is_alive() else 0)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


@contextlib.contextmanager
def _threads_of_a_child(threads: int) -> Iterator[None]:
    """The number of threads is read by the libraries of a process when it starts."""
    previous = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = str(threads)
    try:
        yield
    finally:
        if previous is None:
            os.environ.pop("OMP_NUM_THREADS", None)
        else:
            os.environ["OMP_NUM_THREADS"] = previous


def _work(connection: Connection, threads: int) -> None:
    """The life of a worker process."""
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    try:
        setup = connection.recv_bytes()
        try:
            import cv2
            import torch

            torch.set_num_threads(threads)
            cv2.setNumThreads(threads)
            evaluator = Evaluator(*pickle.loads(setup))
        except Exception as error:
            connection.send_bytes(_sendable(error))
            return
        connection.send_bytes(pickle.dumps(None))
        while True:
            task = pickle.loads(connection.recv_bytes())
            try:
                outcome = evaluator.outcome(task, cancelled=lambda: _gone(connection))
            except Exception as error:  # of calibrating: no photo can be evaluated
                connection.send_bytes(_sendable(error))
                return
            connection.send_bytes(pickle.dumps(outcome))
    except (EOFError, OSError, Cancelled):
        return


def _gone(connection: Connection) -> bool:
    """Whether the other end has closed; nobody sends anything while a photo is evaluated."""
    return connection.closed or connection.poll(0)


def _sendable(error: Exception) -> bytes:
    try:
        data = pickle.dumps(error)
        pickle.loads(data)
    except Exception:  # some errors do not survive the way
        return pickle.dumps(SettingsError(f"A worker failed: {type(error).__name__}: {error}"))
    return data
