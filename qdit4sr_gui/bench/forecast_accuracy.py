"""How well the window foretells a run: what it said as each variant was finished, against the truth.

The same run twice: with nothing measured and no calibration kept, as at the very first start, and by a new
window that finds what the first one left.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from qdit4sr_gui.commands.menus.run import RunCommand
from qdit4sr_gui.state.messages import RunProgress

from .frame_timing import wait_until
from .studio_timing import studio

if TYPE_CHECKING:
    from qdit4sr_core.images import LoadedImage
    from qdit4sr_gui.work.inference import ModelLoader

_CALIBRATIONS = "QDIT4SR_CALIBRATIONS"


@dataclass(frozen=True)
class ForecastMark:
    """What was foretold at one moment of a run."""

    run: str
    variant: str
    """The one that begins at the moment, or "before Run"."""
    at_seconds: float
    told_seconds: float | None
    """Of the whole run; None where nothing could be said."""
    true_seconds: float

    @property
    def error(self) -> float | None:
        """What was told over the truth, less one."""
        return None if self.told_seconds is None else self.told_seconds / self.true_seconds - 1


class _Listener(QObject):
    """Notes the first forecast that is told in each variant."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, tuple[float, float | None]] = {}

    @Slot(object)
    def listen(self, report: RunProgress | None) -> None:
        if report is not None and report.spec and self.told.get(report.spec, (0.0, None))[1] is None:
            self.told[report.spec] = (monotonic(), report.seconds_total)


def measure_forecast(
    specs: tuple[str, ...] | None = None,
    load_model: ModelLoader | None = None,
    photo: LoadedImage | None = None,
) -> list[ForecastMark]:
    """Run `specs` (the window's own first ones when None) on `photo` (the window's first sample) twice."""
    with tempfile.TemporaryDirectory() as folder, _calibrations_in(Path(folder) / "calibrations"):
        rates = Path(folder) / "rates.json"
        return [
            mark
            for run in ("first run", "second run")
            for mark in _marks(run, rates, specs, load_model, photo)
        ]


def _marks(
    run: str,
    rates: Path,
    specs: tuple[str, ...] | None,
    load_model: ModelLoader | None,
    photo: LoadedImage | None,
) -> list[ForecastMark]:
    with studio((1440, 900), load_model) as window:
        window.runs.forecast.rates_path = rates
        wait_until(lambda: window.workspace.model_hash != "" and not window.runs.busy, 120)
        if specs is not None:
            window.variants_panel.set_specs(specs)
        if photo is not None:
            for shown in list(window.workspace.photos):
                window.photos.remove(shown.key)
            window.workspace.add(photo, "photo")
        listener = _Listener()
        window.runs.progressed.connect(listener.listen)
        before = window.runs.estimate(window.workspace.photos)
        began = monotonic()
        window.action_set.trigger(RunCommand.RUN)
        wait_until(lambda: not window.runs.running, 3600)
        truth = monotonic() - began
        told = [("before Run", 0.0, None if before is None else before.seconds)]
        told += [(spec, at - began, seconds) for spec, (at, seconds) in listener.told.items()]
        return [ForecastMark(run, spec, at, seconds, truth) for spec, at, seconds in told]


@contextmanager
def _calibrations_in(folder: Path) -> Iterator[None]:
    before = os.environ.get(_CALIBRATIONS)
    os.environ[_CALIBRATIONS] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_CALIBRATIONS]
        else:
            os.environ[_CALIBRATIONS] = before
