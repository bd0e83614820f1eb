"""The inspector shows what belongs to the photo and the variant in sight; it offers what can be opened."""

from types import SimpleNamespace

import numpy as np
import pytest

from qdit4sr_core.inspection import LayerInspection, LayerSpectrum, ModelInspection
from qdit4sr_core.variant_text import FULL_PRECISION_TEXT
from qdit4sr_gui.panels.inspector import InspectorPanel
from qdit4sr_gui.panels.status import StatusPanel
from qdit4sr_gui.panels.variants import VariantsPanel
from qdit4sr_gui.window.run_display import RunDisplay
from tests.e2e.waiting import wait_until

MEASURED = ModelInspection((LayerInspection("blocks.0.attn.qkv", 4, (4,), 20.0, {"codes": 8}, 4),), 1, 0)
SPECTRUM = LayerSpectrum("blocks.0.attn.qkv", *(np.ones(3),) * 3)


@pytest.fixture
def inspector(fakes, studio):
    panel = InspectorPanel()
    panels = SimpleNamespace(status=StatusPanel(), variants=VariantsPanel(), inspector=panel)
    panel.display = RunDisplay(studio, panels, fakes.owner)
    fakes.inference.inspection = MEASURED
    return panel


def offered(panel):
    return [panel.variant.itemData(i) for i in range(panel.variant.count())]


def test_results_made_elsewhere_are_not_offered(inspector, studio, tmp_path):
    specs = (
        FULL_PRECISION_TEXT,
        "bicubic",
        f"images:{tmp_path}",
        "rtn-w4a4",
        f"artifact:{tmp_path}/a.safetensors",
    )
    inspector.set_variants([(spec, studio.workspace.label(spec)) for spec in specs])
    assert offered(inspector) == [*specs[3:]]


def test_with_nothing_to_inspect_it_says_what_to_do(inspector, tmp_path):
    inspector.set_variants([(FULL_PRECISION_TEXT, "Full precision"), (f"images:{tmp_path}", "theirs")])
    assert "Tick a quantized variant" in inspector.what.text()
    assert not inspector.first_button.isVisibleTo(inspector)
    inspector.set_variants([("rtn-w4a4", "RTN W4A4")])
    assert inspector.first_button.isVisibleTo(inspector)
    asked = []
    inspector.inspectionWanted.connect(asked.append)
    inspector.first_button.click()
    assert asked == ["rtn-w4a4"]


def test_an_inspection_of_one_photo_is_never_shown_under_another(inspector, fakes, studio):
    inspector.set_variants([("rtn-w4a4", "RTN W4A4")])
    fakes.add_photo("a.png")
    first = studio.workspace.photo()
    fakes.add_photo("b.png")
    second = studio.workspace.photo()
    inspector.show_subject(studio.workspace.result_key(second, ""))
    studio.runs.inspect(first, "rtn-w4a4")
    wait_until(lambda: not studio.runs.busy)
    assert inspector.pages.currentIndex() == 0
    inspector.show_subject(studio.workspace.result_key(first, ""))  # it was kept for its own photo
    assert inspector.pages.currentIndex() == 1
    inspector.show_subject(studio.workspace.result_key(second, ""))
    inspector.first_button.click()
    wait_until(lambda: not studio.runs.busy)
    assert inspector.pages.currentIndex() == 1


def test_a_layer_of_one_variant_is_never_shown_under_another(inspector):
    inspector.set_variants([("rtn-w4a4", "RTN W4A4"), ("gptq-w4a4", "GPTQ W4A4")])
    for spec in ("rtn-w4a4", "gptq-w4a4"):
        inspector.show_inspection(None, spec, MEASURED)
    inspector.variant.setCurrentIndex(0)
    inspector.show_spectrum(None, "gptq-w4a4", SPECTRUM)
    assert not inspector.plot.drawn
    inspector.show_spectrum("another photo", "rtn-w4a4", SPECTRUM)
    assert not inspector.plot.drawn
    inspector.show_spectrum(None, "rtn-w4a4", SPECTRUM)
    assert len(inspector.plot.drawn) == 3
    inspector.variant.setCurrentIndex(1)
    assert not inspector.plot.drawn


def test_a_second_click_asks_nothing_more(inspector, fakes, studio):
    inspector.set_variants([("rtn-w4a4", "RTN W4A4")])
    fakes.add_photo()
    wait_until(lambda: not studio.runs.busy)
    fakes.inference.requests.clear()
    for _ in range(3):
        inspector.first_button.click()
    wait_until(lambda: not studio.runs.busy)
    assert len(fakes.inference.requests) == 1
