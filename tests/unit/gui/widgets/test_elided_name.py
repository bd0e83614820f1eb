import pytest
from PySide6.QtGui import QFont, QFontMetricsF

from qdit4sr_gui.widgets.elided_name import elided_name, short_names

NAME = "SVDQuant (g64, signed, GPTQ) W4A4"


@pytest.fixture
def metrics(qapp):
    return QFontMetricsF(QFont())


def test_a_name_that_fits_is_whole(metrics):
    assert elided_name(NAME, metrics, metrics.horizontalAdvance(NAME) + 1) == NAME


def test_brackets_go_before_method_and_bits(metrics):
    assert elided_name(NAME, metrics, metrics.horizontalAdvance(NAME) - 1) == "SVDQuant (…) W4A4"


def test_then_the_brackets_go(metrics):
    assert elided_name(NAME, metrics, metrics.horizontalAdvance("SVDQuant (…) W4A4") - 1) == "SVDQuant… W4A4"


def test_in_no_room_the_middle_goes(metrics):
    short = elided_name(NAME, metrics, metrics.horizontalAdvance("SVDQ…A4"))
    assert (short[0], short[-1]) == ("S", "4")
    assert len(short) < 10


def test_a_sentence_names_methods_shortly_but_never_two_alike():
    names = {"a": "SVDQuant (g64) W4A4", "b": "RTN (keep=a) W4A4", "c": "RTN (keep=b) W4A4"}
    assert short_names(names) == {"a": "SVDQuant W4A4", "b": names["b"], "c": names["c"]}
