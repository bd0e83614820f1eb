"""Speed of what needs no published weights: starting, and the bundled model (or another) at work.

Engine by engine, method by method.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from ...errors import QDiT4SRError
from ...models.super_resolution_model import SuperResolutionModel
from ...progress import Progress, ignore_progress
from .timing import Timing, interleaved

STARTS = {
    "python alone": ["-c", "pass"],
    "qdit4sr --help": ["-m", "qdit4sr_gui", "--help"],
    "qdit4sr compare --help": ["-m", "qdit4sr_gui", "compare", "--help"],
    "bundled model loaded": ["-c", "from qdit4sr_core.models import load_model; load_model()"],
}
"""Fresh interpreters, by what they do before they exit."""


def time_startup(rounds: int, progress: Progress = ignore_progress) -> list[Timing]:
    """Wall clock of fresh processes; the ratio is to an interpreter that does nothing.

    Raises `QDiT4SRError` when one of them fails.
    """

    def start(arguments: list[str]) -> Callable[[], None]:
        def run() -> None:
            done = subprocess.run(
                [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            if done.returncode:
                last = (done.stderr.strip().splitlines() or ["no message"])[-1]
                raise QDiT4SRError(f"`python {' '.join(arguments)}` failed: {last}")

        return run

    return interleaved({name: start(a) for name, a in STARTS.items()}, rounds, progress=progress)


def time_quantize(
    model: SuperResolutionModel, rounds: int, progress: Progress = ignore_progress
) -> list[Timing]:
    """Quantizing the model by every method with its defaults; calibration is timed apart."""
    from ...quantize import METHODS, needs_calibration, quantize
    from ...quantize.artifact.format import weight_bytes
    from ...upscale.calibration import calibrate

    began = perf_counter()
    calibration = calibrate(model, progress=progress)
    seconds = perf_counter() - began
    cases: dict[str, Callable[[], Any]] = {}
    facts: dict[str, dict[str, Any]] = {}
    for spec in METHODS.values():
        config = spec.config_class()
        given = calibration if needs_calibration(config) else None

        def run(config: Any = config, given: Any = given) -> Any:
            return quantize(model.transformer, config, given)

        name = f"{spec.label} W{config.weight_bits}A{config.act_bits}"
        cases[name] = run
        facts[name] = {"calibrated": given is not None, "weight_bytes": weight_bytes(run())}
    timings = interleaved(cases, rounds, facts=facts, progress=progress)
    return [Timing("calibration (bundled photos)", (seconds,), (seconds / timings[0].median,)), *timings]
