"""Streamed quantization of full-width blocks with random weights: time, and the memory it takes."""

from __future__ import annotations

import json
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import TracebackType

import torch

from ...errors import VariantError
from ...model_files import PUBLISHED_DESCRIPTION, PUBLISHED_WEIGHTS
from ...models.checkpoint import expected_shapes, open_checkpoint
from ...models.config import DiT4SRConfig
from ...models.published import KEPT_POSITIONS
from ...process_memory import anonymous_bytes, bytes_text
from ...progress import Progress, ignore_progress
from ...quantize import needs_calibration
from ...quantize.artifact.format import read_header
from ...quantize.artifact.stream import quantize_checkpoint
from ...quantize.cost import Workload, uniform_costs
from ...quantize.variants import parse_variant
from .published import shallow_config

INTERVAL = 0.01
"""Seconds between two looks at the process's memory."""


@dataclass(frozen=True)
class StreamTiming:
    """One streamed quantization, and what it says of the whole model."""

    variant: str
    blocks: int
    layers: int
    weights: int
    """Quantized weights."""
    whole_weights: int
    """The same of the published model."""
    seconds: float
    layer_bytes: int
    """Stored bytes of the quantized layers."""
    artifact_bytes: int
    before_bytes: int
    """Anonymous memory of the process before."""
    peak_bytes: int
    """The most it had while quantizing."""

    @property
    def whole_minutes(self) -> float:
        """Minutes for the published model, by the number of weights."""
        return self.seconds * self.whole_weights / self.weights / 60

    @property
    def whole_artifact_bytes(self) -> float:
        """Size of its artifact: the layers by the number of weights, the rest as it is."""
        rest = self.artifact_bytes - self.layer_bytes
        return rest + self.layer_bytes * self.whole_weights / self.weights

    def lines(self) -> list[str]:
        """A Markdown table."""
        whole = self.weights == self.whole_weights
        note = "" if whole else f" (extrapolated by weights from {self.blocks} of 24 blocks)"
        before = f"{bytes_text(self.before_bytes)} of it the program before it began"
        peak = f"{bytes_text(self.peak_bytes)}, {before}"
        return [
            f"| {self.variant}, streamed | |",
            "| --- | --- |",
            f"| {self.layers} layers, {self.weights / 1e6:.0f} M weights | {self.seconds:.1f} s |",
            f"| whole model, {self.whole_weights / 1e9:.2f} G weights{note} | {self.whole_minutes:.1f} min |",
            f"| its artifact{note} | {bytes_text(round(self.whole_artifact_bytes))} |",
            f"| peak of anonymous memory (independent of depth) | {peak} |",
        ]


class _MemoryWatch:
    """Looks at the process's anonymous memory from a thread of its own while a block runs."""

    def __init__(self) -> None:
        self.peak = anonymous_bytes()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._stop.wait(INTERVAL):
            self.peak = max(self.peak, anonymous_bytes())

    def __enter__(self) -> _MemoryWatch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()


def write_random_checkpoint(folder: Path, config: DiT4SRConfig) -> None:
    """A checkpoint of `config` with normal weights in half precision, as published ones lie on disk."""
    from safetensors.torch import save_file

    generator = torch.Generator().manual_seed(0)
    tensors = {
        name: torch.randn(shape, generator=generator).mul_(0.02).half()
        for name, shape in expected_shapes(config).items()
    }
    folder.mkdir(parents=True)
    save_file(tensors, folder / PUBLISHED_WEIGHTS)
    (folder / PUBLISHED_DESCRIPTION).write_text(json.dumps(config.to_dict()), encoding="utf-8")


def time_stream(
    variant: str, *, layers: int = 1, folder: Path | None = None, progress: Progress = ignore_progress
) -> StreamTiming:
    """Quantize a random checkpoint of `layers` full-width blocks as a stream.

    Args:
        variant: a method that needs no calibration, in the grammar of `qdit4sr_core.quantize.variants`.
        layers: blocks, 24 for the whole model (5.4 GB on disk).
        folder: where the checkpoint is written for the time being; the system's temporary folder when None.
        progress: layers done.

    Raises:
        VariantError: the variant is no method, or needs a calibration.
        SettingsError: for a number of blocks out of range.
    """
    method = parse_variant(variant)
    if method.config is None or needs_calibration(method.config):
        raise VariantError(f"The stream takes a method without calibration, not {variant!r}.")
    config = shallow_config(layers)
    whole = sum(cost.weights for cost in uniform_costs(DiT4SRConfig(), Workload()))
    weights = sum(cost.weights for cost in uniform_costs(config, Workload()))
    with tempfile.TemporaryDirectory(prefix="qdit4sr-bench-", dir=folder) as place:
        progress(0, 1, "writing random weights")
        write_random_checkpoint(Path(place) / "transformer", config)
        checkpoint = open_checkpoint(Path(place), positions=KEPT_POSITIONS)
        path = Path(place) / "artifact.safetensors"
        before = anonymous_bytes()
        began = perf_counter()
        with _MemoryWatch() as watch:
            report = quantize_checkpoint(checkpoint, method.config, path, progress=progress)
        seconds = perf_counter() - began
        header = read_header(path)
        return StreamTiming(
            method.label,
            layers,
            report.layers,
            weights,
            whole,
            seconds,
            header.layer_bytes,
            report.bytes,
            before,
            watch.peak,
        )
