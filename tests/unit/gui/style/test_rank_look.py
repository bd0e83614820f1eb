"""Best and second best look alike in both tables of numbers of the window."""

import pytest
from PySide6.QtGui import QFont

from qdit4sr_gui.style.rank_look import rank_colour, ranked_font
from qdit4sr_gui.style.theme import palette_for


def test_the_best_is_bold_and_the_second_underlined(qapp):
    looks = [
        (font.bold(), font.underline()) for font in (ranked_font(QFont(), rank) for rank in (1, 2, 3, None))
    ]
    assert looks == [(True, False), (False, True), (False, False), (False, False)]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_both_have_a_colour_of_their_own(qapp, theme):
    palette = palette_for(theme)
    best, second = rank_colour(palette, 1), rank_colour(palette, 2)
    assert len({best.name(), second.name(), palette.text().color().name()}) == 3
    assert rank_colour(palette, 3) is rank_colour(palette, None) is None
