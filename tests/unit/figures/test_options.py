import pytest

from qdit4sr_core.errors import FigureError
from qdit4sr_core.figures import FigureOptions


def test_options_survive_json():
    options = FigureOptions(layout="grid", width=4.5, metrics=("psnr",), columns=3)
    assert FigureOptions.from_json(options.to_json()) == options


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"layout": "circle"}, "layout 'circle' is unknown"),
        ({"width": "triple"}, "single, text, double"),
        ({"width": 100.0}, "1 to 40"),
        ({"dpi": 5000}, "dpi"),
        ({"font_size": 1.0}, "points"),
        ({"columns": 0}, "columns"),
        ({"colour": "red"}, "Unknown figure option 'colour'"),
        ({"dpi": "many"}, "wrong type"),
    ],
)
def test_bad_options_are_one_sentence(values, match):
    with pytest.raises(FigureError, match=match):
        FigureOptions.from_json(values)
