"""Help explains the words, and a tip on a chip does so on the spot."""

from PySide6.QtWidgets import QApplication

from qdit4sr_gui.dialogs.seeing import SeeingPage
from qdit4sr_gui.widgets.explained import explaining_tip


def test_help_opens_the_page_with_its_pictures(window):
    window.action_set.trigger("seeing")
    (page,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, SeeingPage) and w.isVisible()]
    shown = page.text.toPlainText()
    assert "Round to nearest" in shown
    assert "Texture change" in shown
    assert page.text.toHtml().count("<img") == 3
    page.reject()


def test_variants_and_columns_explain_their_words(window):
    tips = [item.toolTip() for item in window.variants_panel._items()]
    assert "Round to nearest" in next(tip for tip in tips if "rtn-w4a4" in tip)
    assert "Energy of fine detail" in explaining_tip("Texture lost")
    assert explaining_tip("Input (LR)") == ""
