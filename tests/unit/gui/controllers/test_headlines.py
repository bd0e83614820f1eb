"""The line of numbers on a chip."""

from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.metrics.values import MetricValue
from qdit4sr_gui.controllers.headlines import headlines
from qdit4sr_gui.state.measurement_table import Block, Cell, MeasurementTable, Row

NAMES = ("psnr", "texture_lost", "texture_added")


def row(spec, *values, is_reference=False):
    cells = {
        name: Cell(MetricValue(name, value), is_reference=is_reference)
        for name, value in zip(NAMES, values, strict=True)
    }
    return Row(spec, spec, cells)


def table(*blocks):
    return MeasurementTable(NAMES, "full precision", blocks)


def test_the_first_metric_and_the_larger_change_of_texture():
    rows = (
        row("fp", float("inf"), 0.0, 0.0, is_reference=True),
        row("rtn", 25.12, 0.3, 5.84),
        row("q", 40.0, 1.26, 0.1),
        row("same", 60.0, 0.01, 0.02),
    )
    assert headlines(table(Block(None, "", "", rows)), None) == {
        "rtn": "PSNR 25.12 dB, added 5.8 dB",
        "q": "PSNR 40.00 dB, lost 1.3 dB",
        "same": "PSNR 60.00 dB",
    }


def test_the_region_asked_for_else_the_whole_picture():
    eye = Region(0, 0, 8, 8, "eye")
    blocks = (
        Block(None, "", "", (row("rtn", 25.0, 0.0, 0.0),)),
        Block(eye, "eye", "", (row("rtn", 30.0, 0.0, 0.0),)),
    )
    assert headlines(table(*blocks), eye) == {"rtn": "eye: PSNR 30.00 dB"}
    assert headlines(table(*blocks), Region(1, 1, 4, 4)) == {"rtn": "PSNR 25.00 dB"}
    assert headlines(table(), None) == {}


def test_what_is_still_computed_says_nothing():
    waiting = Row("rtn", "rtn", {"psnr": Cell()})
    assert headlines(table(Block(None, "", "", (waiting,))), None) == {}
