"""A region's name can be read beside the pane's chip."""

from PySide6.QtCore import QRectF

from qdit4sr_gui.views.region_overlay import beside_chip

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
