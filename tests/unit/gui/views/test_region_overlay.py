"""A region's name can be read beside the pane's chip."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from qdit4sr_gui.views.region_overlay import beside_chip, free_tag, in_sight, tag_rect

CHIP = QRectF(8, 8, 100, 40)


def test_a_tag_away_from_the_chip_stays():
    tag = QRectF(8, 60, 20, 16)
    assert beside_chip(tag, QRectF(8, 78, 50, 50), CHIP) == tag


def test_a_tag_under_the_chip_moves_off_it():
    tag = QRectF(20, 10, 20, 16)
    wide, narrow = QRectF(20, 28, 200, 100), QRectF(20, 28, 60, 100)
    assert beside_chip(tag, wide, CHIP) == QRectF(110, 10, 20, 16)
    assert beside_chip(tag, narrow, CHIP) == QRectF(20, 50, 20, 16)
    for outline in (wide, narrow):
        assert not beside_chip(tag, outline, CHIP).intersects(CHIP)


PANE = QRectF(0, 0, 300, 200)


def test_a_tag_lies_whole_in_the_pane(qapp):
    metrics = QFontMetricsF(qapp.font())
    corners = [(290, 50), (-20, 50), (250, 195), (290, -30), (-30, 190)]
    for x, y in corners:
        outline = QRectF(x, y, 40, 40)
        for chip in (QRectF(), CHIP):
            tag = tag_rect("left ear", outline, metrics, PANE)
            moved = in_sight(beside_chip(tag, outline & PANE, chip), PANE)
            assert PANE.contains(moved), (x, y)
            assert moved.width() == tag.width()


def test_a_tag_that_would_leave_the_pane_beside_the_chip_goes_below_it():
    outline, tag = QRectF(20, 4, 400, 100), QRectF(20, 4, 200, 16)
    moved = in_sight(beside_chip(tag, outline & PANE, CHIP), PANE)
    assert PANE.contains(moved)
    assert not moved.intersects(CHIP)


def test_no_tag_hides_another_while_a_corner_is_free(qapp):
    metrics = QFontMetricsF(qapp.font())
    for outline in (
        QRectF(120, 80, 60, 50),
        QRectF(0, 0, 60, 50),
        QRectF(0, 0, 300, 200),
        QRectF(290, 190, 4, 4),
    ):
        taken = [CHIP]
        for name in "ABCD":
            tag = in_sight(beside_chip(tag_rect(name, outline, metrics, PANE), outline & PANE, CHIP), PANE)
            placed = free_tag(tag, outline & PANE, PANE, taken)
            assert PANE.contains(placed)
            assert not any(placed.intersects(other) for other in taken), name
            taken.append(placed)


def test_a_tag_stays_where_nothing_is_in_its_way():
    tag = QRectF(120, 60, 20, 16)
    assert free_tag(tag, QRectF(120, 78, 50, 50), PANE, [CHIP, QRectF()]) == tag
    assert free_tag(QRectF(), QRectF(0, 0, 5, 5), PANE, [CHIP]) == QRectF()
