"""A banner stays low whatever it says and however narrow it is."""

import pytest
from PySide6.QtWidgets import QPushButton

from qdit4sr_gui.widgets.banner import Banner

LONG = "RTN W4A4 adds 6.7 dB of false grain here; SVDQuant W4A4 adds 0.1 dB; Q-DiT4SR W4A4 loses 0.1 dB. " * 3


@pytest.fixture
def banner(qtbot):
    made = Banner()
    qtbot.addWidget(made)
    made.button = QPushButton("Next place")
    made.add(made.button)
    return made


@pytest.mark.parametrize("text", ["", "Short.", LONG, "一个很长的句子，没有空格。" * 20])
@pytest.mark.parametrize("width", [300, 360, 500, 740, 1200])
def test_a_banner_is_never_high(banner, text, width):
    banner.text.setText(text)
    banner.resize(width, banner.sizeHint().height())
    banner.show()
    banner.resize(width, banner.minimumSizeHint().height())
    assert banner.width() == width
    assert banner.minimumSizeHint().height() <= 90
    assert banner.sizeHint().height() <= 90
    lines = banner.text.shown_lines()
    assert len(lines) <= 2
    assert all(banner.text.fontMetrics().horizontalAdvance(line) <= banner.text.width() for line in lines)
    banner.grab()
    assert bool(banner.text.toolTip()) == (bool(text) and lines[-1].endswith("…"))


def test_buttons_stand_below_where_there_is_little_width(banner):
    banner.text.setText(LONG)
    banner.resize(1000, 50)
    banner.show()
    assert banner.button.y() < banner.text.geometry().bottom()
    banner.resize(420, 80)
    banner.layout().activate()
    assert banner.button.y() > banner.text.geometry().bottom()
    assert banner.text.width() > 380


def lines_at_all_widths(banner):
    banner.text.setText(LONG)
    banner.show()
    for width in range(300, 700, 10):
        banner.resize(width, 60)
        banner.layout().activate()
        yield banner.text.shown_lines()


def test_a_number_and_its_unit_stay_on_one_line(banner):
    for lines in lines_at_all_widths(banner):
        assert not [line for line in lines if line.startswith("dB")]


def test_a_method_s_name_stays_on_one_line(banner):
    for lines in lines_at_all_widths(banner):
        assert not [line for line in lines if line.endswith("Q-")]
        assert "".join(lines).replace(" ", "").startswith(LONG.replace(" ", "")[: len("".join(lines)) // 2])
