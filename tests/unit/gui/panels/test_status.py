from dataclasses import replace

from qdit4sr_core.progress import Activity, Phase
from qdit4sr_gui.panels.status import StatusPanel, progress_text, step_text
from qdit4sr_gui.state.messages import RunProgress

RUNNING = RunProgress(
    1,
    "rtn-w4a4",
    "RTN W4A4",
    7,
    12,
    Activity(Phase.SAMPLING, 7, 12),
    seconds_left=130.0,
    seconds_total=2460.0,
    photo=3,
    photos=31,
)


def test_the_status_bar_says_photo_variant_step_and_the_time_of_the_whole_run():
    assert progress_text(RUNNING) == "photo 3 of 31, RTN W4A4, step 7 of 12, 2 min 10 s left of 41 min"


def test_a_pane_says_its_step_and_not_the_time_of_the_whole_run():
    assert step_text(RUNNING) == "step 7 of 12"


def test_an_unknown_time_is_not_said():
    started = RunProgress(1, "rtn-w4a4", "RTN W4A4", 0, 12, Activity(Phase.SAMPLING, 0, 12))
    assert progress_text(started) == "RTN W4A4, step 0 of 12"


def test_the_bar_and_its_tip_tell_of_the_whole_run(qtbot):
    panel = StatusPanel()
    qtbot.addWidget(panel)
    one = replace(RUNNING, photo=1, photos=1, variant=2, variants=4, share=0.34)
    panel.show_progress(one)
    assert panel.bar.value() / panel.bar.maximum() == 0.34
    assert panel.bar.toolTip() == "The whole run: 34 %, variant 2 of 4"
    assert panel.job.text().startswith("variant 2 of 4, RTN W4A4, step 7 of 12")
    panel.show_progress(replace(RUNNING, share=None))
    assert (panel.bar.value(), panel.bar.maximum()) == (7, 12)


def test_what_comes_and_goes_changes_no_height(qtbot):
    panel = StatusPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 10)
    panel.show_idle("Ready")
    heights = {panel.sizeHint().height()}
    panel.showMessage("Saved.")
    panel.offer("Show in folder", lambda: None)
    heights.add(panel.sizeHint().height())
    panel.show_progress(RUNNING)
    heights.add(panel.sizeHint().height())
    panel.clearMessage()
    heights.add(panel.sizeHint().height())
    assert len(heights) == 1


def test_a_sentence_that_is_seen_whole_has_no_tip(qtbot):
    panel = StatusPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 30)
    panel.show_idle("Ready")
    panel.show()
    qtbot.wait(50)
    assert panel.job.toolTip() == ""
    panel.resize(200, 30)
    panel.show_idle("A sentence that is much longer than the little room that is left beside the others")
    qtbot.wait(50)
    assert panel.job.toolTip().startswith("A sentence")
