"""The pictures of Help come in the size in which they are shown."""

import pytest
from PySide6.QtGui import QTextDocument

from qdit4sr_gui.dialogs.seeing import PICTURE_WIDTH, SeeingPage, picture
from qdit4sr_gui.state.glossary import TERMS

PICTURED = [term for term in TERMS if term.picture]


@pytest.mark.parametrize("term", PICTURED, ids=lambda term: term.picture)
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_picture_has_a_dot_for_every_dot_of_the_screen(qapp, term, ratio):
    made = picture(term, ratio)
    assert made.width() == round(PICTURE_WIDTH * ratio)
    assert made.devicePixelRatio() == ratio


def test_the_page_shows_them_unscaled(qtbot):
    page = SeeingPage()
    qtbot.addWidget(page)
    kind = QTextDocument.ResourceType.ImageResource.value
    for term in PICTURED:
        image = page.text.document().resource(kind, f"help:{term.picture}")
        assert image.width() == round(PICTURE_WIDTH * page.devicePixelRatioF())


@pytest.mark.parametrize("name", ["crops.png", "change.png"])
def test_the_page_is_seen_between_two_pictures(qapp, name):
    made = picture(next(term for term in PICTURED if term.picture == name))
    row = [made.pixelColor(x, made.height() // 2).alpha() for x in range(made.width())]
    assert 0 in row
    assert row.count(255) > 0.97 * len(row)
