"""What went wrong is told in a box that fits the screen, and whole in its details."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from qdit4sr_gui.window.failure_box import LONGEST_LINE, MOST_LINES, short_enough, show_failure_box

MANY = "\n".join(f"/photos/bad{n}.png is not an image." for n in range(300))


@pytest.fixture
def box_of(qtbot):
    def show(sentence, details=""):
        parent = QWidget()
        qtbot.addWidget(parent)
        parent.show()
        show_failure_box(parent, sentence, details)
        return parent.findChild(QMessageBox), parent

    return show


def test_three_hundred_failures_leave_the_button_on_the_screen(box_of):
    box, _parent = box_of(MANY)
    assert box.text().splitlines()[:MOST_LINES] == MANY.splitlines()[:MOST_LINES]
    assert box.text().endswith("… and 290 more.")
    assert box.detailedText() == MANY
    assert box.sizeHint().height() < 500
    next(button for button in box.buttons() if button.text() == "Copy details").click()
    assert QGuiApplication.clipboard().text() == MANY


def test_a_word_without_end_does_not_widen_the_box(box_of):
    sentence = f"/{'n' * 4000}.png could not be read: File name too long."
    box, _parent = box_of(sentence, "Traceback")
    assert len(box.text()) < LONGEST_LINE + 10
    assert box.text().endswith("File name too long.")
    assert box.detailedText() == f"{sentence}\n\nTraceback"


def test_a_short_sentence_stands_alone(box_of):
    box, _parent = box_of("It is broken.")
    assert (box.text(), box.detailedText()) == ("It is broken.", "")
    assert short_enough("a\nb") == "a\nb"
