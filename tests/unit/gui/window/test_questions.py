"""The ending of an exported file."""

from pathlib import Path

import pytest

from qdit4sr_core.figures.animation import KINDS
from qdit4sr_gui.controllers.file_kinds import ANIMATIONS
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


@pytest.mark.parametrize("kind", KINDS)
def test_every_ending_of_an_animation_can_be_typed(kind: str) -> None:
    typed = Path(f"mine.{kind}")
    assert with_ending(typed, "blink.gif", "GIF (*.gif)", ANIMATIONS) == typed


def test_a_kind_may_have_several_endings() -> None:
    kind, filters = "JPEG (*.jpg *.jpeg)", "PNG (*.png);;JPEG (*.jpg *.jpeg)"
    for typed, written in (
        ("a.jpeg", "a.jpeg"),
        ("a.JPG", "a.JPG"),
        ("a", "a.jpg"),
        ("offered.png", "offered.jpg"),
    ):
        assert with_ending(Path(typed), "offered.png", kind, filters) == Path(written)
