"""A comparison whose output is read from a file still says which variant runs and how long the rest takes."""

import io
import re
from pathlib import Path

import numpy as np
import pytest

from qdit4sr_core.cli.variant_progress import VariantProgress
from qdit4sr_core.compare import VariantResult
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.progress import Activity, Phase
from qdit4sr_core.quantize.variants import parse_variants
from qdit4sr_core.upscale import SamplingSettings

STEPS = 10
PIXELS = np.zeros((64, 64, 3), np.uint8)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def nothing_measured_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("qdit4sr_core.forecast.rates_file", lambda: tmp_path / "rates.json")


def _told(model: SuperResolutionModel, text: str, seconds_a_step: float, stream: io.StringIO) -> list[str]:
    """What is written when every step of every variant takes so long; full precision fails in no case."""
    variants, clock = parse_variants(text), Clock()
    settings = SamplingSettings.for_model(model, steps=STEPS, tile=16)
    told = VariantProgress(model, variants, settings, (16, 16), stream=stream, clock=clock)
    for variant in variants:
        told.start(variant)
        broken = variant.kind == "method" and variant.config is not None and variant.config.weight_bits == 2
        for done in range(0 if broken else STEPS + 1):
            told(done, STEPS, Activity(Phase.SAMPLING, min(done + 1, STEPS), STEPS))
            clock.now += seconds_a_step if done < STEPS else 0.0
        error = "It is broken." if broken else None
        told.finish(VariantResult(variant, PIXELS, STEPS * seconds_a_step, error=error))
    return stream.getvalue().splitlines()


def test_each_variant_ends_with_its_seconds_and_the_time_left(tiny_model: SuperResolutionModel) -> None:
    first, *middle, last = _told(tiny_model, "fp,rtn-w4a4,rtn-w2a4,rtn-w8a8", 0.5, io.StringIO())
    assert first == "[1/4] Full precision"
    assert middle[0].startswith("[1/4] Full precision: 5 s; about ")
    assert middle[0].endswith(" left")
    assert middle[1].startswith("[2/4] RTN W4A4: 5 s; about ")
    assert re.fullmatch(r"\[3/4\] RTN W2A4: failed; about [5-7] s left", middle[2])  # and it is quantized
    assert last == "[4/4] RTN W8A8: 5 s"
    assert len(middle) == 3


def test_a_long_variant_says_its_step_at_most_every_ten_seconds(tiny_model: SuperResolutionModel) -> None:
    lines = _told(tiny_model, "fp", 4.0, io.StringIO())
    assert lines[0] == "[1/1] Full precision"
    assert lines[1:-1] == [
        f"[1/1] Full precision: step {step} of 10; about {left} left"
        for step, left in ((4, "30 s"), (7, "15 s"), (10, "4 s"))
    ]
    assert lines[-1] == "[1/1] Full precision: 40 s"


def test_a_terminal_gets_a_bar_and_no_lines(tiny_model: SuperResolutionModel) -> None:
    stream = Terminal()
    _told(tiny_model, "fp", 4.0, stream)
    assert "[1/1] Full precision: step 1 of 10 |" in stream.getvalue()
    assert "\n" not in stream.getvalue()
