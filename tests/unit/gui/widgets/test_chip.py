"""Chips side by side share the room by what their short names need."""

from PySide6.QtGui import QFontMetricsF

from qdit4sr_core.variant_text import short_label
from qdit4sr_gui.widgets.chip import Chip


def test_a_chip_asks_for_its_short_name_alone(qtbot):
    long = "SVDQuant (g64, signed, GPTQ) W4A4"
    chips = [Chip("a"), Chip("b")]
    for chip, name in zip(chips, (long, short_label(long)), strict=True):
        qtbot.addWidget(chip)
        chip.describe("4", name, "")
    assert chips[0].sizeHint() == chips[1].sizeHint()
    assert chips[0].sizeHint().width() < QFontMetricsF(chips[0].font()).horizontalAdvance(long)
