from qdit4sr_core.progress import Activity, Phase
from qdit4sr_gui.panels.status import progress_text, step_text
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
