"""The window's figure has the window's numbers and draws from its arrays."""

import numpy as np
import pytest

from qdit4sr_core.measured_against import FULL_PRECISION, GROUND_TRUTH
from qdit4sr_core.session import document, figure, load_session, save_session, session_figure
from qdit4sr_gui.controllers.session_document import session_of
from tests.e2e.waiting import wait_until
from tests.fake_studio import noisy


@pytest.fixture
def measured(fakes, studio):
    studio.workspace.tick(("fp", "rtn-w4a4", "q-dit4sr-w4a4"))
    key = fakes.add_photo(side=32)
    from qdit4sr_core.images import LoadedImage

    studio.workspace.set_reference(key, LoadedImage(noisy(128, 128, 9), sha256="truth"))
    studio.regions.add(8, 8, 40, 40)
    studio.runs.run_current()
    wait_until(lambda: not studio.runs.busy and not studio.measure.busy)
    return studio


@pytest.mark.parametrize("against", [FULL_PRECISION, GROUND_TRUTH])
def test_every_number_says_what_it_was_measured_against(measured, against):
    measured.measure.set_reference(against)
    wait_until(lambda: not measured.measure.busy)
    values = [
        cell.value
        for block in measured.measure.table.blocks
        for row in block.rows
        for cell in row.cells.values()
        if cell.value is not None
    ]
    assert values
    assert {value.reference for value in values} == {against}


@pytest.mark.parametrize("against", [FULL_PRECISION, GROUND_TRUTH])
def test_the_figure_computes_nothing_again(measured, against, monkeypatch, tmp_path):
    measured.measure.set_reference(against)
    wait_until(lambda: not measured.measure.busy)
    session = session_of(measured.workspace, measured.sessions.state())
    again = load_session(save_session(session, tmp_path / "a.qdit4sr"))

    def refuse(*_given, **_named):
        raise AssertionError("computed again")

    monkeypatch.setattr(figure, "compute_region", refuse)
    assert session_figure(session).render().ndim == 3
    assert session_figure(again).render().ndim == 3


def test_a_figure_of_the_photo_shown_encodes_no_picture_and_reads_no_other_photo(
    fakes, measured, monkeypatch
):
    monkeypatch.setattr(
        document.EmbeddedImage, "png", property(lambda self: pytest.fail("a picture was encoded"))
    )
    first = measured.workspace.current
    fakes.add_photo("other.png")
    measured.photos.select(first)
    asked = []
    pixels = measured.workspace.pixels
    monkeypatch.setattr(
        measured.workspace, "pixels", lambda photo, spec: asked.append(photo.key) or pixels(photo, spec)
    )
    session = session_of(measured.workspace, measured.sessions.state(), current_only=True)
    photo = measured.workspace.photo()
    assert session.photos[0].results[0].image.pixels is pixels(photo, "fp")
    assert session_figure(session).render().dtype == np.uint8
    assert set(asked) == {first}
