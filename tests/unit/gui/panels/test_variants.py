"""The list of variants and the form below it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from qdit4sr_gui.panels.variants import VariantsPanel
from qdit4sr_gui.style.translation import install_language
from qdit4sr_gui.work.method_descriptions import describe_methods


@pytest.fixture
def panel(qtbot):
    made = VariantsPanel()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    return made


def test_the_focus_alone_leaves_the_form_as_it_is(panel):
    panel.preset.setFocus()
    panel.list.setFocus(Qt.FocusReason.TabFocusReason)
    assert panel.list.currentRow() == 0
    assert panel.method.currentData() == "q-dit4sr"
    assert panel.weight_bits.isEnabled()
    QTest.mouseClick(panel.remove_button, Qt.MouseButton.LeftButton)
    assert panel.list.count() == 4


def test_what_is_selected_is_offered_for_a_change_and_can_be_removed(panel):
    panel.list.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    assert panel.method.currentData() == "rtn"
    QTest.mouseClick(panel.remove_button, Qt.MouseButton.LeftButton)
    assert "rtn-w4a4" not in panel.specs()
    panel.list.setCurrentRow(0)
    assert panel.method.currentData() == "fp"


def test_the_list_that_a_preset_replaced_comes_back_as_it_was(panel):
    told = []
    panel.edited.connect(told.append)
    panel.list.item(1).setCheckState(Qt.CheckState.Unchecked)
    before = [(item.text(), item.checkState()) for item in panel._items()]
    panel.preset.setCurrentIndex(1)
    panel.preset.activated.emit(1)
    after = [item.text() for item in panel._items()]
    assert after != [text for text, _ in before]
    panel.preset.activated.emit(1)  # once more changes nothing
    assert len(told) == 1
    panel.show_list(told[0])
    assert [(item.text(), item.checkState()) for item in panel._items()] == before


@pytest.mark.parametrize("options", ["rank=1", "rounding=rank", "rounding=gptq,rounding=rank", "rank"])
def test_options_that_cannot_be_run_are_refused_at_once(panel, options):
    panel.set_catalogue(describe_methods())
    before = panel.list.count()
    panel.method.setCurrentIndex(panel.method.findData("q-dit4sr"))
    panel.options.setText(options)
    QTest.mouseClick(panel.add_button, Qt.MouseButton.LeftButton)
    assert panel.list.count() == before
    assert panel.refusal.isVisible()
    assert panel.refusal.text().endswith(".")
    panel.options.setText("rounding=gptq")
    assert not panel.refusal.isVisible()
    QTest.mouseClick(panel.add_button, Qt.MouseButton.LeftButton)
    assert panel.list.count() == before + 1


def test_a_variant_that_is_there_is_not_added_twice_and_that_is_said(panel):
    said = []
    panel.noted.connect(said.append)
    for name in ("bicubic", "bicubic"):
        panel.method.setCurrentIndex(panel.method.findData(name))
        QTest.mouseClick(panel.add_button, Qt.MouseButton.LeftButton)
    assert said == ["Bicubic is in the list already."]
    assert panel.listed_specs().count("bicubic") == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_buttons_show_their_whole_texts_in_a_narrow_dock(qapp, qtbot, language):
    install_language(qapp, language)
    try:
        panel = VariantsPanel()
    finally:
        install_language(qapp, "en")
    qtbot.addWidget(panel)
    assert panel.minimumSizeHint().width() <= 184
    buttons = (panel.add_button, panel.grid_button, panel.remove_button)
    for width in (panel.minimumSizeHint().width(), 184, 230, 400):
        panel.resize(width, 500)
        panel.show()
        panel.layout().activate()
        qtbot.wait(20)
        for button in buttons:
            assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()) + 10
            assert button.geometry().right() < button.parentWidget().width()


def test_what_was_added_is_taken_back_before_the_preset(panel):
    told = []
    panel.edited.connect(told.append)
    first = panel.listed_specs()
    panel.preset.activated.emit(1)
    chosen = panel.listed_specs()
    panel.add_spec("rtn-w8a8")
    panel.add_specs(("rtn-w6a6", "rtn-w8a8"))
    panel.add_spec("rtn-w8a8")  # there already, and ticked
    assert len(told) == 3
    panel.show_list(told.pop())
    assert panel.listed_specs() == (*chosen, "rtn-w8a8")
    panel.show_list(told.pop())
    assert panel.listed_specs() == chosen
    panel.show_list(told.pop())
    assert panel.listed_specs() == first
