"""What every training stage shares: the clock, the log, the running average, stopping and resuming."""

from __future__ import annotations

import copy
import io
import json
import math
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from ..errors import CheckpointError
from ..presence import file_is_there
from ..progress import CancelCheck, Cancelled, Progress, ignore_progress, never_cancelled
from ..whole_file import whole_file

TRAINED = ("codec", "transformer", "decoder")
"""The stages that leave a checkpoint, NAME.pt."""

M = TypeVar("M", bound=nn.Module)


@dataclass(frozen=True)
class Run:
    """Where a stage runs and when it stops."""

    folder: Path
    minutes: float
    """Wall-clock budget of this call; a stage stops cleanly when it is spent."""
    device: str = "cpu"
    seed: int = 0
    save_every: float = 120.0
    """Seconds between checkpoints."""
    compile: bool = False
    steps: int | None = None
    """Most steps of this call, None for as many as the minutes allow."""
    progress: Progress = ignore_progress
    cancelled: CancelCheck = never_cancelled

    def autocast(self) -> torch.autocast:
        """bfloat16 for matrix products and convolutions, on CPU and CUDA alike."""
        return torch.autocast(self.device.split(":")[0], torch.bfloat16)


class RunningAverage(Generic[M]):
    """Exponential moving average of a module's parameters (EMA), the weights that are shipped."""

    def __init__(self, module: M, decay: float = 0.999) -> None:
        self.decay = decay
        self.module: M = copy.deepcopy(module).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, module: nn.Module, step: int) -> None:
        """Blend in the current weights; early steps average over a shorter window."""
        decay = min(self.decay, (1 + step) / (10 + step))
        mine, theirs = self.module.state_dict(), module.state_dict()
        for name, value in mine.items():
            if value.dtype.is_floating_point:
                value.lerp_(theirs[name], 1 - decay)


class TrainingLog:
    """Appends one JSON object a line to a file that can be plotted, and prints it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path

    def write(self, **values: Any) -> None:
        """Numbers are rounded to five significant digits; what is none (NaN, infinity) is null."""
        line = {k: _rounded(v) if isinstance(v, float) else v for k, v in values.items()}
        with self.path.open("a+b") as file:
            file.seek(max(0, file.tell() - 1))
            begin = b"" if file.read() in (b"", b"\n") else b"\n"  # a line may have been cut short
            file.write(begin + json.dumps(line).encode() + b"\n")
        print(" ".join(f"{k}={v}" for k, v in line.items()), flush=True)


class Stage:
    """The loop's bookkeeping: resume, time budget, periodic save. Use as `for step in stage:`.

    Raises `Cancelled` from the loop, once the checkpoint is written, where that was asked for.
    """

    def __init__(self, name: str, run: Run, parts: dict[str, Any], every: int, total_minutes: float) -> None:
        self.name, self.run, self.parts, self.every = name, run, parts, every
        self.path = run.folder / f"{name}.pt"
        self.log = TrainingLog(run.folder / f"{name}.log.jsonl")
        self.step = 0
        self.spent = 0.0
        """Seconds of training in all calls so far."""
        self.samples = 0
        """Training windows seen in all calls so far; counted by the stage's loop."""
        self.total = 60 * total_minutes
        self._resume()

    def _resume(self) -> None:
        if not self.path.is_file():
            if self.run.minutes <= 0:
                raise CheckpointError(f"The {self.name} stage has not been trained yet in {self.run.folder}.")
            return
        state = load_checkpoint(self.path, self.run.device)
        try:
            for key, part in self.parts.items():
                part.load_state_dict(state[key])
        except Exception as error:
            raise CheckpointError(
                f"{self.path} cannot be resumed: it is of another model, or damaged."
            ) from error
        self.step, self.spent, self.samples = state["step"], state["spent"], state["samples"]

    def save(self) -> None:
        """Write everything needed to go on; the old file stays until the new one is whole.

        Raises `OutputError`.
        """
        if self.run.minutes <= 0:
            return
        state = {key: part.state_dict() for key, part in self.parts.items()}
        data = io.BytesIO()
        torch.save(state | {"step": self.step, "spent": self.spent, "samples": self.samples}, data)
        with whole_file(self.path, "the checkpoint") as stream:
            stream.write(data.getbuffer())

    @property
    def fraction(self) -> float:
        """How much of the planned training is done, 0 to 1: what learning-rate schedules follow."""
        return min(1.0, self.spent / self.total) if self.total > 0 else 1.0

    def __iter__(self) -> Stage:
        self._begin = self._saved = time.monotonic()
        self._before = self.spent
        self._last = None if self.run.steps is None else self.step + self.run.steps
        return self

    def __next__(self) -> int:
        if self.run.minutes <= 0:  # only loading
            raise StopIteration
        now = time.monotonic()
        elapsed = now - self._begin
        self.spent = self._before + elapsed
        over = elapsed > 60 * self.run.minutes or self.fraction >= 1 or self.step == self._last
        cancelled = self.run.cancelled()
        if over or cancelled:
            self.save()
            raise Cancelled if cancelled else StopIteration
        if now - self._saved > self.run.save_every:
            self._saved = now
            self.save()
            planned = min(60 * self.run.minutes, self.total - self._before)
            self.run.progress(int(elapsed), int(planned), f"{self.name} step {self.step}")
        self.step += 1
        return self.step

    @property
    def due(self) -> bool:
        """Whether this step should be logged and evaluated."""
        return self.step % self.every == 0


def _rounded(value: float) -> float | None:
    return float(f"{value:.5g}") if math.isfinite(value) else None


def load_checkpoint(path: Path, device: str = "cpu") -> dict[str, Any]:
    """What a stage has saved: the states of its parts by name, and "step", "spent" and "samples".

    Raises `CheckpointError`.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # the error says all
            state = torch.load(path, map_location=device, weights_only=True)
    except Exception as error:
        raise CheckpointError(f"{path} cannot be resumed: it is damaged or cut short.") from error
    if not isinstance(state, dict) or not _counted(state):
        raise CheckpointError(f"{path} cannot be resumed: it is no checkpoint of a training stage.")
    return state


def _counted(state: dict[str, Any]) -> bool:
    whole = all(type(state.get(name)) is int and 0 <= state[name] < 2**53 for name in ("step", "samples"))
    spent = state.get("spent")
    return whole and type(spent) is float and math.isfinite(spent) and spent >= 0


def stage_record(folder: Path) -> dict[str, float]:
    """What each stage in a folder has cost so far: steps, windows and minutes. Raises `CheckpointError`."""
    record: dict[str, float] = {}
    for name in TRAINED:
        if file_is_there(folder / f"{name}.pt"):
            state = load_checkpoint(folder / f"{name}.pt")
            record[f"{name}_steps"], record[f"{name}_windows"] = state["step"], state["samples"]
            record[f"{name}_minutes"] = round(state["spent"] / 60, 1)
    return record


def learning_rate(fraction: float, peak: float, warm: float = 0.01, floor: float = 0.02) -> float:
    """Linear warm-up, then a cosine from `peak` to `floor * peak`."""
    if fraction < warm:
        return peak * (fraction / warm + 1e-3)
    return peak * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * (fraction - warm) / (1 - warm))))


def to_images(batch: Any, device: str) -> Tensor:
    """uint8 (N, H, W, 3) array to float (N, 3, H, W) in [-1, 1]."""
    return torch.from_numpy(batch).to(device).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)
