"""A file name with tags is shown as it is, wherever the window shows names."""

import numpy as np
from PySide6.QtGui import QTextDocument

from qdit4sr_core.images import LoadedImage
from qdit4sr_gui.panels.queue import QueuePanel
from qdit4sr_gui.state.workspace import Photo
from qdit4sr_gui.style.plain_tip import plain_tip
from qdit4sr_gui.window.failure_box import short_enough

TAGS = "a <b>bold</b> & <img src='file:///etc/hostname'>.png"


def seen(tip):
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


def test_a_name_with_tags_is_seen_whole(qtbot):
    assert seen(plain_tip(TAGS)) == TAGS
    assert seen(plain_tip("this &amp; that.png")) == "this &amp; that.png"
    assert plain_tip("two\nlines") == "two\nlines"


def test_the_list_of_photos_shows_any_name_on_one_line(qtbot):
    panel = QueuePanel()
    qtbot.addWidget(panel)
    pixels = np.zeros((4, 4, 3), np.uint8)
    names = [TAGS, "two\nlines.png", "\u202egnp.exe\u202c.png"]
    photos = [Photo(name, name, LoadedImage(pixels, sha256=name)) for name in names]
    panel.show_photos(photos, TAGS, lambda _photo: "0 of 1 done")
    items = [panel._list.item(row) for row in range(3)]
    assert [item.text().splitlines()[0] for item in items] == [
        TAGS,
        r"two\nlines.png",
        r"\u202egnp.exe\u202c.png",
    ]
    assert seen(items[0].toolTip()) == TAGS


def test_a_failure_names_a_file_as_it_is():
    assert short_enough("\u202egnp.exe is empty.") == r"\u202egnp.exe is empty."
