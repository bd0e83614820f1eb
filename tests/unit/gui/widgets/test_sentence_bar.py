"""The bar's count of places can be read in both themes."""

import pytest
from PySide6.QtGui import QPalette

from qdit4sr_gui.style.theme import palette_for
from qdit4sr_gui.widgets.sentence_bar import SentenceBar
from tests.unit.gui.style.test_theme import contrast


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_number_of_the_place_is_legible(qtbot, name):
    bar = SentenceBar()
    qtbot.addWidget(bar)
    bar.setPalette(palette_for(name))
    bar.say("RTN W4A4 adds 6.7 dB of false grain here.", 1, 8)
    group = QPalette.ColorGroup.Active if bar.count.isEnabled() else QPalette.ColorGroup.Disabled
    text = bar.count.palette().color(group, bar.count.foregroundRole())
    ground = bar.palette().color(bar.backgroundRole())
    assert contrast(text, ground) >= 4.5
