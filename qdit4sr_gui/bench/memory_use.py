"""How much memory the window holds: with twenty large results, and over two hundred runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QApplication

from qdit4sr_core.images import LoadedImage
from qdit4sr_core.process_memory import resident_bytes
from qdit4sr_core.progress import CancelCheck, Progress, ignore_progress
from qdit4sr_core.variant_text import FULL_PRECISION_TEXT
from qdit4sr_gui.commands.menus.run import RunCommand
from qdit4sr_gui.state.model_choice import ModelChoice
from qdit4sr_gui.work.garbage import WindowThreadCollector

from .frame_timing import wait_until
from .studio_timing import no_model, show_results, studio

if TYPE_CHECKING:
    from qdit4sr_core.models import SuperResolutionModel

WARM_RUNS = 20


@dataclass(frozen=True)
class MemoryUse:
    """Megabytes resident before and at the end of something."""

    name: str
    before_mb: float
    after_mb: float

    @property
    def growth(self) -> float:
        """How much more there is at the end, as a share of what was there before."""
        return self.after_mb / self.before_mb - 1


def measure_large_results(side: int = 4096, count: int = 20) -> list[MemoryUse]:
    """Resident memory with `count` results of one photo on the panes, then as differences."""
    found = []
    with studio(load_model=no_model) as window:
        before = _resident_mb()
        show_results(window, side, [f"rtn-w{2 + i % 7}a{2 + i // 7}" for i in range(count - 1)])
        for mode in ("grid", "difference"):
            window.view.set_mode(mode)
            wait_until(
                lambda: (
                    not (
                        window.measure.busy
                        or window.plots_panel.busy
                        or window.view.image_set.busy
                        or window.view.difference.maps.busy
                    )
                ),
                1800,
            )
            found.append(MemoryUse(f"{count} results of {side} x {side}, {mode}", before, _resident_mb()))
    return found


def measure_runs(runs: int = 200, progress: Progress = ignore_progress) -> MemoryUse:
    """Resident memory after a tenth of `runs` (at least one) and after all, each forgetting its results."""
    from qdit4sr_core.models.tiny import tiny_model

    model = tiny_model()

    def load(choice: ModelChoice, tell: Progress, cancelled: CancelCheck) -> SuperResolutionModel:  # noqa: ARG001
        return model

    pixels = np.random.default_rng(0).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    with studio((1280, 800), load) as window:
        collector = WindowThreadCollector(window)
        wait_until(lambda: window.workspace.model_hash != "" and not window.runs.busy, 60)
        window.workspace.add(LoadedImage(pixels, sha256="made up"), "made up")
        window.variants_panel.set_specs((FULL_PRECISION_TEXT, "rtn-w4a4"))
        before = 0.0
        for run in range(1, runs + 1):
            window.action_set.trigger(RunCommand.RERUN)
            wait_until(
                lambda: not (window.runs.running or window.measure.busy or window.plots_panel.busy), 120
            )
            if run == max(1, min(WARM_RUNS, runs // 2)):
                before = _resident_mb()
            progress(run, runs, "runs")
        collector.stop()
        return MemoryUse(f"{runs} runs of a tiny model", before, _resident_mb())


def _resident_mb() -> float:
    QApplication.processEvents()
    return resident_bytes() / 2**20
