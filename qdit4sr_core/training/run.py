"""What every training stage shares: the clock, the log, the running average, stopping and resuming."""

from __future__ import annotations

import copy
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from ..errors import CheckpointError
from ..progress import CancelCheck, Progress, ignore_progress, never_cancelled

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
        """Numbers are rounded to five significant digits."""
        line = {k: float(f"{v:.5g}") if isinstance(v, float) else v for k, v in values.items()}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(" ".join(f"{k}={v}" for k, v in line.items()), flush=True)


class Stage:
    """The loop's bookkeeping: resume, time budget, periodic save. Use as `for step in stage:`."""

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
        try:
            state = torch.load(self.path, map_location=self.run.device, weights_only=True)
            for key, part in self.parts.items():
                part.load_state_dict(state[key])
        except Exception as error:
            raise CheckpointError(f"{self.path} cannot be resumed: {error}.") from error
        self.step, self.spent, self.samples = state["step"], state["spent"], state.get("samples", 0)

    def save(self) -> None:
        """Write everything needed to go on; the old file stays until the new one is whole."""
        if self.run.minutes <= 0:
            return
        state = {key: part.state_dict() for key, part in self.parts.items()}
        part_file = self.path.with_suffix(".part")
        counted = {"step": self.step, "spent": self.spent, "samples": self.samples}
        torch.save(state | counted, part_file)
        part_file.replace(self.path)

    @property
    def fraction(self) -> float:
        """How much of the planned training is done, 0 to 1: what learning-rate schedules follow."""
        return min(1.0, self.spent / self.total)

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
        if over or self.run.cancelled():
            self.save()
            raise StopIteration
        if now - self._saved > self.run.save_every:
            self._saved = now
            self.save()
            self.run.progress(int(elapsed), int(60 * self.run.minutes), f"{self.name} step {self.step}")
        self.step += 1
        return self.step

    @property
    def due(self) -> bool:
        """Whether this step should be logged and evaluated."""
        return self.step % self.every == 0


def stage_record(folder: Path) -> dict[str, float]:
    """What each stage in a folder has cost so far: steps, windows and minutes."""
    record: dict[str, float] = {}
    for path in sorted(folder.glob("*.pt")):
        state = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        record[f"{path.stem}_steps"] = state["step"]
        record[f"{path.stem}_windows"] = state.get("samples", 0)
        record[f"{path.stem}_minutes"] = round(state["spent"] / 60, 1)
    return record


def learning_rate(fraction: float, peak: float, warm: float = 0.01, floor: float = 0.02) -> float:
    """Linear warm-up, then a cosine from `peak` to `floor * peak`."""
    import math

    if fraction < warm:
        return peak * (fraction / warm + 1e-3)
    return peak * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * (fraction - warm) / (1 - warm))))


def to_images(batch: Any, device: str) -> Tensor:
    """uint8 (N, H, W, 3) array to float (N, 3, H, W) in [-1, 1]."""
    return torch.from_numpy(batch).to(device).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)
