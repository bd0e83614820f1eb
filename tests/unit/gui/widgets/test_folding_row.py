from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from qdit4sr_gui.widgets.folding_row import FoldingRow


def made(*widths):
    labels = [QLabel() for _ in widths]
    for label, width in zip(labels, widths, strict=True):
        label.setMinimumWidth(width)
    return labels


def shown(row, width):
    row.resize(width, 80)
    row.show()
    QTest.qWait(20)
    return row


def test_a_row_folds_before_it_would_need_more_width(qtbot):
    labels = made(100, 100, 90, 60)
    row = FoldingRow(labels[:2], labels[2:])
    qtbot.addWidget(row)
    assert row.minimumSizeHint().width() == 100 + 10 + 100 + 16
    shown(row, 500)
    assert len({label.y() for label in labels}) == 1
    assert labels[1].width() > labels[3].width()
    shown(row, 300)
    assert labels[2].y() > labels[1].geometry().bottom()
    assert labels[3].geometry().right() < row.width()
    shown(row, 500)
    assert len({label.y() for label in labels}) == 1


def test_hidden_controls_need_no_width(qtbot):
    labels = made(100, 100, 200, 300)
    row = FoldingRow(labels[:2], labels[2:])
    qtbot.addWidget(row)
    shown(row, 450)
    assert row.folded
    labels[3].hide()
    QTest.qWait(20)
    assert not row.folded
