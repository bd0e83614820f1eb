import pytest
from PySide6.QtGui import QFont, QFontMetricsF

from qdit4sr_gui.widgets.elided_name import elided_name

NAME = "SVDQuant (g64, signed, GPTQ) W4A4"


@pytest.fixture
def metrics(qapp):
    return QFontMetricsF(QFont())


def test_a_name_that_fits_is_whole(metrics):
    assert elided_name(NAME, metrics, metrics.horizontalAdvance(NAME) + 1) == NAME


def test_brackets_go_before_method_and_bits(metrics):
    assert elided_name(NAME, metrics, metrics.horizontalAdvance(NAME) - 1) == "SVDQuant W4A4"


def test_options_are_marked_until_there_is_no_room(metrics):
    name = "RTN W4A4 (keep=norm)"
    assert elided_name(name, metrics, metrics.horizontalAdvance(name) - 1) == "RTN W4A4 (…)"
    assert elided_name(name, metrics, metrics.horizontalAdvance("RTN W4A4 (…)") - 1) == "RTN W4A4"


def test_in_no_room_the_middle_goes(metrics):
    short = elided_name(NAME, metrics, metrics.horizontalAdvance("SVDQ…A4"))
    assert (short[0], short[-1]) == ("S", "4")
    assert len(short) < 10
