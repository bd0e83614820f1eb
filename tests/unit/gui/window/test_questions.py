"""The ending of an exported file."""

from pathlib import Path

import pytest

from qdit4sr_gui.window.questions import with_ending

FILTERS = "PNG (*.png);;PDF (*.pdf);;SVG (*.svg)"


@pytest.mark.parametrize(
    ("typed", "kind", "written"),
    [
        ("comparison.png", "PDF (*.pdf)", "comparison.pdf"),  # the offered name, another kind chosen
        ("comparison.png", "PNG (*.png)", "comparison.png"),
        ("mine.svg", "PNG (*.png)", "mine.svg"),  # an ending typed by hand wins
        ("mine", "SVG (*.svg)", "mine.svg"),
        ("w4.a4", "PDF (*.pdf)", "w4.a4.pdf"),
        ("mine", "", "mine"),
    ],
)
def test_the_ending(typed: str, kind: str, written: str) -> None:
    assert with_ending(Path("out") / typed, "comparison.png", kind, FILTERS) == Path("out") / written
