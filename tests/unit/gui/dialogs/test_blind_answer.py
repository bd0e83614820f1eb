"""The answer of a blind test is seen whole."""

from qdit4sr_gui.dialogs.blind_answer import BlindAnswerDialog
from qdit4sr_gui.state.blind_test import BlindAnswer


def test_no_column_of_the_answer_is_cut_off(qtbot):
    heads = tuple(f"Texture added {n}" for n in range(5))
    row = ("1", "3", "SVDQuant (g64, signed, GPTQ) W4A4", *("12.34",) * 5)
    dialog = BlindAnswerDialog(BlindAnswer(heads, (row,)), "A sentence.")
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    assert not dialog.table.horizontalScrollBar().isVisible()
