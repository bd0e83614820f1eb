"""Fixtures shared by all tests: offscreen Qt, the reference data folder, a tiny model."""

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["QDIT4SR_CALIBRATIONS"] = ""  # tests keep no calibration between runs

import hypothesis
import pytest

from qdit4sr_core.models import SuperResolutionModel

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")

SHARED = Path(__file__).resolve().parents[2] / "shared"
_frozen_modules = 0
"""How many modules there were when objects were last kept from the garbage collector."""


@pytest.fixture(autouse=True)
def qt_garbage_stays_in_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Worker threads must not free Qt objects that earlier tests left in reference cycles: that crashes."""
    if "qapp" not in request.fixturenames:
        yield
        return
    global _frozen_modules
    if len(sys.modules) > _frozen_modules + 50:
        gc.collect()
        gc.freeze()  # libraries that were imported since: collections are quick without them
        _frozen_modules = len(sys.modules)
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def no_theme_of_another_test() -> None:
    """A test begins with the colours of the system, whatever theme the one before it gave to the program."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    application = widgets and widgets.QApplication.instance()
    if application is not None and application.styleSheet():
        application.setStyleSheet("")
        application.setPalette(application.style().standardPalette())


@pytest.fixture(autouse=True)
def one_calibration_photo(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random models are calibrated with one of the bundled photos: all four take seconds in each test."""
    if "tiny_model" in request.fixturenames:
        monkeypatch.setattr("qdit4sr_core.upscale.calibration.BUNDLED", ("coffee",))


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the reference data folder ../shared is not here")
    return SHARED


@pytest.fixture(scope="session")
def tiny_model() -> SuperResolutionModel:
    """A random two-block model with the bundled model's structure; deterministic, fast, not good."""
    from qdit4sr_core.models import tiny

    return tiny.tiny_model(seed=7)
