"""What the worker does with a request: loading once, running what can be run, describing the model."""

import numpy as np
import pytest

from qdit4sr_core.errors import Cancelled
from qdit4sr_core.images import LoadedImage
from qdit4sr_core.progress import Activity, Phase, never_cancelled, phase_of
from qdit4sr_gui.state.messages import (
    Preview,
    RunProgress,
    RunRequest,
    VariantFinished,
    VariantStarted,
    WarmedUp,
    WarmUpRequest,
)
from qdit4sr_gui.state.model_choice import ModelChoice
from qdit4sr_gui.work.inference import Inference

PHOTO = LoadedImage(np.random.default_rng(1).integers(0, 256, (16, 16, 3)).astype(np.uint8), sha256="photo")


@pytest.fixture
def loaded():
    return []


@pytest.fixture
def inference(tiny_model, loaded):
    def load(choice, progress, cancelled):
        loaded.append(choice)
        return tiny_model

    return Inference(load)


def perform(inference, request, cancelled=never_cancelled):
    reports = []
    inference.perform(request, reports.append, cancelled)
    return reports


def run(*specs, **fields):
    return RunRequest(1, "photo1", PHOTO, specs, settings={"steps": 3}, **fields)


def test_a_model_is_loaded_once_and_anew_for_another_choice(inference, loaded):
    perform(inference, WarmUpRequest(1))
    perform(inference, run("bicubic"))
    perform(inference, WarmUpRequest(2, ModelChoice("elsewhere")))
    assert [choice.folder for choice in loaded] == ["", "elsewhere"]


def test_warming_up_describes_model_and_methods(inference, tiny_model):
    report = perform(inference, WarmUpRequest(1))[-1]
    assert isinstance(report, WarmedUp)
    assert (report.model_hash, report.device) == (tiny_model.source_hash, "CPU")
    assert report.catalogue.entry("rtn") is not None


def test_what_cannot_be_read_has_its_sentence_and_the_rest_is_run(inference, tiny_model):
    reports = perform(inference, run("nothing-w4a4", "bicubic", "fp"))
    finished = [report for report in reports if isinstance(report, VariantFinished)]
    assert [report.spec for report in finished] == ["nothing-w4a4", "bicubic", "fp"]
    assert finished[0].result.pixels is None
    assert "nothing" in finished[0].result.error
    for report in finished[1:]:
        assert report.result.pixels.shape == (64, 64, 3)
        assert report.model_hash == tiny_model.source_hash
    started = [report.spec for report in reports if isinstance(report, VariantStarted)]
    assert started == ["bicubic", "fp"]


def test_previews_come_only_when_wanted(inference):
    assert any(isinstance(report, Preview) for report in perform(inference, run("fp")))
    assert not any(isinstance(report, Preview) for report in perform(inference, run("fp", preview=False)))


def test_cancelling_ends_the_run(inference):
    with pytest.raises(Cancelled):
        perform(inference, run("fp"), cancelled=lambda: True)


def test_loading_and_every_phase_of_a_run_are_told_by_their_phase(tiny_model):
    def load(choice, progress, cancelled):
        progress(1, 2, Activity(Phase.LOADING, 1, 2))
        return tiny_model

    reports = perform(Inference(load), run("fp", "rtn-w4a4"))
    told = [(report.spec, phase_of(report.what)) for report in reports if isinstance(report, RunProgress)]
    assert told[0] == ("", Phase.LOADING)
    assert {phase for spec, phase in told if spec == "rtn-w4a4"} == {
        Phase.PLANNING,
        Phase.QUANTIZING,
        Phase.ENCODING,
        Phase.SAMPLING,
        Phase.DECODING,
    }
