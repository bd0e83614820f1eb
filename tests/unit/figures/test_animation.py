import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from qdit4sr_core.errors import FigureError, OutputError, RegionError
from qdit4sr_core.figures.animation import KINDS, blinking, save_blinking
from qdit4sr_core.figures.panel import Panel
from qdit4sr_core.metrics.regions import Region

REGION = Region(10, 20, 40, 30)


@pytest.mark.parametrize("kind", KINDS)
def test_each_picture_is_a_frame(panels, kind):
    image = Image.open(io.BytesIO(blinking(panels, REGION, kind, seconds=0.5)))
    frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]
    assert len(frames) == len(panels)
    assert image.info["loop"] == 0
    assert frames[0].shape[1] == 40 * 12
    if kind != "gif":
        enlarged = panels[2].pixels[20:50, 10:50].repeat(12, 0).repeat(12, 1)
        assert np.array_equal(frames[2][: 30 * 12], enlarged)
    assert frames[2][30 * 12 :].max() > 200  # its name


def test_what_cannot_be_shown_is_refused(panels, tmp_path):
    with pytest.raises(FigureError, match="at least two"):
        blinking(panels[:1])
    with pytest.raises(OutputError, match="'mp4'"):
        save_blinking(tmp_path / "a.mp4", panels)
    with pytest.raises(RegionError):
        blinking(panels, Region(100, 0, 60, 10))
    with pytest.raises(FigureError, match="seconds"):
        blinking(panels, seconds=0.0)


@pytest.mark.parametrize(("kind", "side"), [("gif", 65_536), ("webp", 16_384)])
def test_a_picture_longer_than_the_kind_takes_is_refused_in_a_sentence(kind, side):
    long = [Panel("a", np.zeros((1, side, 3), np.uint8)), Panel("b", np.ones((1, side, 3), np.uint8))]
    with pytest.raises(OutputError, match="at most"):
        blinking(long, None, kind)
    assert blinking(long, Region(0, 0, 9, 1), kind)
