"""Every tick of the horizontal axis is seen, beside its title."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from qdit4sr_gui.panels.plot_axis import HorizontalAxis


class Recorder:
    """Keeps what is written, and where."""

    def __init__(self):
        self.written = []

    def drawText(self, where, *given):
        self.written.append((given[-1], where))


@pytest.mark.parametrize(("width", "height"), [(435, 300), (250, 300), (250, 140), (180, 130)])
def test_the_last_tick_is_seen_whole(qapp, width, height):
    metrics = QFontMetricsF(QFont())
    axis = HorizontalAxis("cycles per pixel", width, height, metrics)
    area = QRectF(30, 20, width - 40, height - 80)
    ticks = [(tick / 10, area.left() + tick / 5 * area.width()) for tick in range(6)]
    painter = Recorder()
    axis.draw(painter, area, ticks)
    *labels, (title, box) = painter.written
    assert [text for text, _ in labels] == ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]
    ends = [place.x() + metrics.horizontalAdvance(text) for text, place in labels]
    assert ends[-1] <= width
    assert all(end < place.x() for end, (_, place) in zip(ends, labels[1:], strict=False))
    assert title.startswith("cycles per pixel")
    assert box.top() > labels[0][1].y() or box.bottom() < area.top()
