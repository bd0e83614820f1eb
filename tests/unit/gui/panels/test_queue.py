"""The list of photos."""

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtTest import QTest

from qdit4sr_gui.panels.queue import QueuePanel

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def panel(fakes, qtbot):
    made = QueuePanel()
    qtbot.addWidget(made)
    made.resize(240, 400)
    fakes.add_photo("cat.png")
    fakes.add_photo("dog.png", seed=1)
    photos = fakes.studio.workspace.photos
    made.show_photos(photos, photos[0].key, lambda photo: photo.name)
    made.show()
    return made


def test_the_photo_shown_stays_highlighted_whatever_is_clicked(panel):
    photos = panel._list
    shown = panel.selected()
    place = photos.visualItemRect(photos.item(0)).center()
    for click, held in ((QPoint(100, 350), Qt.KeyboardModifier.NoModifier), (place, CTRL)):
        QTest.mouseClick(photos.viewport(), LEFT, held, click)
        assert panel.selected() == shown
    QTest.mouseClick(photos.viewport(), LEFT, pos=photos.visualItemRect(photos.item(1)).center())
    assert panel.selected() == [photos.item(1).data(Qt.ItemDataRole.UserRole)]


def test_a_thumbnail_keeps_its_colours_when_its_row_is_selected(panel):
    icon = panel._list.item(0).icon()
    normal, *others = (
        icon.pixmap(QSize(56, 56), mode).toImage()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected, QIcon.Mode.Active)
    )
    assert all(image == normal for image in others)
    assert not normal.isNull()
