"""The window's forecast: nothing before a model is known, and every run makes the next one better known."""

import numpy as np
import pytest

from qdit4sr_core.compare import VariantResult
from qdit4sr_core.forecast import ModelShape
from qdit4sr_core.images import LoadedImage
from qdit4sr_core.progress import Activity, Phase
from qdit4sr_core.quantize.variants import parse_variant
from qdit4sr_gui.controllers import forecast as module
from qdit4sr_gui.controllers.forecast import Forecaster
from qdit4sr_gui.state.messages import RunProgress, WarmedUp
from qdit4sr_gui.state.method_catalogue import STARTING_CATALOGUE
from qdit4sr_gui.state.workspace import Workspace

SHAPE = ModelShape(scale=4, downscale=8, patch=2, minimum_side=0, weights=1_000_000)
WARM = WarmedUp(1, "fake", "f" * 64, {"steps": 4}, STARTING_CATALOGUE, "CPU", SHAPE)
STEPS = 4


class Clock:
    """Stands in for the module `time`."""

    now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch, tmp_path):
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr("qdit4sr_core.forecast.rates_file", lambda: tmp_path / "rates.json")
    return clock


@pytest.fixture
def photo():
    workspace = Workspace(specs=("fp", "rtn-w4a4"))
    added = workspace.add(LoadedImage(np.zeros((64, 64, 3), np.uint8), sha256="a"), "a.png")
    return workspace, added


def run(forecaster, photo, clock, spec="fp", rest=(), seconds_a_step=2.0):
    """One variant, its steps evenly spaced; returns the forecasts (seconds left, seconds in all)."""
    forecaster.begin(photo, spec, rest, ())
    told = []
    for step in range(STEPS + 1):
        what = Activity(Phase.SAMPLING, min(step + 1, STEPS), STEPS)
        told.append(forecaster.update(RunProgress(1, spec, spec, step, STEPS, what, clock.now)))
        clock.now += seconds_a_step * (step < STEPS)
    forecaster.finish(VariantResult(parse_variant(spec), photo.image.pixels))
    return told


def test_nothing_is_known_before_the_model_is(photo, clock):
    workspace, one = photo
    forecaster = Forecaster(workspace)
    assert forecaster.estimate([(one, ("fp",))]) is None
    forecaster.begin(one, "fp", (), ())
    assert forecaster.update(RunProgress(1, "fp", "FP", 1, 4, Activity(Phase.SAMPLING, 1, 4))) == (None, None)
    forecaster.use_model(WARM, 1)
    found = forecaster.estimate([(one, ("fp",))])
    assert found.seconds is None
    assert found.memory_bytes > 0


def test_the_first_run_is_forecast_from_its_own_steps(photo, clock):
    workspace, one = photo
    forecaster = Forecaster(workspace)
    forecaster.use_model(WARM, 1)
    told = run(forecaster, one, clock)
    assert told[0] == (None, None)
    left, total = told[3]
    assert left == pytest.approx(2.0, abs=1.0)  # one step, and decoding
    assert total == pytest.approx(left + 6.0)


def test_a_run_is_remembered_by_this_program_and_by_the_next(photo, clock):
    workspace, one = photo
    forecaster = Forecaster(workspace)
    forecaster.use_model(WARM, 1)
    run(forecaster, one, clock)
    here = forecaster.estimate([(one, ("fp",))])
    assert here.seconds == pytest.approx(8.0, rel=0.3)
    restarted = Forecaster(workspace)
    restarted.use_model(WARM, 1)
    assert restarted.estimate([(one, ("fp",))]).seconds == pytest.approx(here.seconds)
    restarted.use_model(WARM, 2)  # other threads, other rates
    assert restarted.estimate([(one, ("fp",))]).seconds is None


def test_variants_that_follow_count(photo, clock):
    workspace, one = photo
    forecaster = Forecaster(workspace)
    forecaster.use_model(WARM, 1)
    run(forecaster, one, clock)
    alone, followed = (
        run(forecaster, one, clock, rest=rest)[2][0] for rest in ((), ("rtn-w4a4", "images:/elsewhere"))
    )
    assert followed > alone + 4.0


def test_a_failed_variant_teaches_nothing(photo, clock):
    workspace, one = photo
    forecaster = Forecaster(workspace)
    forecaster.use_model(WARM, 1)
    forecaster.begin(one, "fp", (), ())
    clock.now += 50.0
    forecaster.finish(VariantResult(parse_variant("fp"), None, error="It is broken."))
    forecaster.end()
    assert forecaster.estimate([(one, ("fp",))]).seconds is None


def after_a_run(workspace, one, clock):
    """A forecaster that has seen one run, and what it says of a variant of that photo."""
    forecaster = Forecaster(workspace)
    forecaster.use_model(WARM, 1)
    run(forecaster, one, clock)
    return forecaster, lambda spec: forecaster.estimate([(one, (spec,))]).seconds


def test_a_calibration_on_the_disk_is_not_waited_for(photo, clock, monkeypatch):
    workspace, one = photo
    kept = set()
    monkeypatch.setattr(
        "qdit4sr_core.quantized_models.calibration_is_kept",
        lambda _hash, _side, settings, *, sensitivity: (settings.steps, sensitivity) in kept,
    )
    _, seconds = after_a_run(workspace, one, clock)
    first = seconds("svdquant-w4a4")
    kept.add((STEPS, False))
    second = seconds("svdquant-w4a4")
    assert second < first - 20.0
    assert seconds("rtn-w4a4") < second
    more = seconds("q-dit4sr-plus-w4a4")
    kept.add((STEPS, True))
    assert seconds("q-dit4sr-plus-w4a4") < more - 50.0
    workspace.use_model(settings={"steps": 2 * STEPS})  # whose calibration nobody made
    assert seconds("svdquant-w4a4") > first


def test_layers_on_the_disk_are_not_learned_again(photo, clock, monkeypatch):
    workspace, one = photo
    kept = set()
    monkeypatch.setattr(
        "qdit4sr_core.quantized_models.model_is_kept",
        lambda _hash, _side, settings, config: (settings.steps, config) in kept,
    )
    forecaster, seconds = after_a_run(workspace, one, clock)
    learned = seconds("efficientdm-w4a4")
    kept.add((STEPS, parse_variant("efficientdm-w4a4").config))
    assert seconds("efficientdm-w4a4") < 0.1 * learned
    assert seconds("efficientdm-w4a4:rank=8") == pytest.approx(learned)
    forecaster.begin(one, "efficientdm-w4a4", (), ())
    for phase in (Phase.QUANTIZING, Phase.SAMPLING):  # read in half a second
        report = RunProgress(1, "efficientdm-w4a4", "", 0, STEPS, Activity(phase, 1, STEPS), clock.now)
        forecaster.update(report)
        clock.now += 0.5
    forecaster.finish(VariantResult(parse_variant("efficientdm-w4a4"), one.image.pixels))
    assert seconds("efficientdm-w4a4:rank=8") > 0.5 * learned
    workspace.use_model(settings={"steps": 2 * STEPS})  # learned from other statistics
    assert seconds("efficientdm-w4a4") > learned


def test_settings_that_no_run_can_have_are_not_forecast(photo, clock):
    workspace, one = photo
    forecaster = Forecaster(workspace)
    forecaster.use_model(WARM, 1)
    run(forecaster, one, clock)
    workspace.use_model(settings={"overlap": 99})
    assert forecaster.estimate([(one, ("fp",))]) is None


def test_other_settings_during_a_run_leave_its_forecast_alone(photo, clock):
    workspace, one = photo
    forecaster = Forecaster(workspace)
    forecaster.use_model(WARM, 1)
    run(forecaster, one, clock)
    forecaster.begin(one, "fp", (), ())
    report = RunProgress(1, "fp", "FP", 0, STEPS, Activity(Phase.SAMPLING, 1, STEPS), clock.now)
    left = forecaster.update(report)[0]
    workspace.use_model(settings={"steps": 2 * STEPS})
    assert forecaster.estimate([(one, ("fp",))]).seconds > 1.5 * left
    assert forecaster.update(report)[0] == pytest.approx(left)
