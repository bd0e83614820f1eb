"""What stands under a picture keeps the variant's name apart from others, however narrow the picture is."""

import numpy as np

from qdit4sr_core.figures import FigureOptions, Panel, fonts
from qdit4sr_core.figures.captions import label_caption

NAME = "SVDQuant (g64, signed, GPTQ) W4A4"


def test_a_name_that_does_not_fit_becomes_the_short_one() -> None:
    options = FigureOptions()
    panel = Panel(NAME, np.zeros((8, 8, 3), np.uint8))

    def shown(width: float) -> str:
        return " ".join(run.text for line in label_caption(panel, options, width).lines[0] for run in line)

    assert shown(400) == NAME
    narrow = fonts.text_width("SVDQuant", options.font, options.font_size) * 0.95
    assert shown(narrow) == "SVDQuant W4A4"
