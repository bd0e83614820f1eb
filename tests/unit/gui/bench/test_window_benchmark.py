import json

import numpy as np

from qdit4sr_core.images import LoadedImage
from qdit4sr_gui.bench.forecast_accuracy import measure_forecast
from qdit4sr_gui.start import main

SMALL = ["--side", "96", "--panes", "2", "--frames", "2", "--results", "3", "--runs", "4", "--rounds", "1"]


def measured(capsys, *parts):
    arguments = [argument for part in parts for argument in ("--only", part)]
    assert main(["bench", "gui", *SMALL, *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_frames_and_numbers_are_timed_from_the_command_line(qapp, capsys):
    times = measured(capsys, "frames", "numbers")["times"]
    assert {"name", "frames", "median_ms", "p95_ms", "worst_ms"} == set(times[0])
    assert all(result["worst_ms"] >= result["median_ms"] > 0 for result in times)
    assert times[-1]["name"].startswith("mouse to numbers")
    assert main(["bench", "gui", *SMALL, "--only", "frames"]) == 0
    assert "| what" in capsys.readouterr().out


def test_the_window_is_timed_from_a_fresh_process(qapp, capsys):
    (shown,) = measured(capsys, "start")["times"]
    assert shown["frames"] == 1
    assert shown["median_ms"] > 50


def test_memory_is_measured_with_results_and_over_runs(qapp, capsys):
    memory = measured(capsys, "results", "runs")["memory"]
    assert [use["name"].split(",")[0] for use in memory] == [
        "4 runs of a tiny model",
        "3 results of 96 x 96",
        "3 results of 96 x 96",
    ]
    assert all(use["after_mb"] > 20 for use in memory)


def test_a_wrong_argument(capsys):
    assert main(["bench", "gui", "--panes", "many"]) == 2
    assert "--panes" in capsys.readouterr().err


def test_a_forecast_is_held_against_the_truth_at_a_first_and_a_second_run(qapp, tiny_model):
    photo = LoadedImage(np.full((16, 16, 3), 90, np.uint8), sha256="grey")
    marks = measure_forecast(("fp", "gptq-w4a4"), lambda *_: tiny_model, photo)
    assert [(m.run, m.variant) for m in marks] == [
        (run, at) for run in ("first run", "second run") for at in ("before Run", "fp", "gptq-w4a4")
    ]
    first, second = marks[:3], marks[3:]
    assert first[0].told_seconds is None  # nothing was measured yet
    assert first[1].at_seconds > 0  # in the middle of full precision
    assert first[2].told_seconds is not None
    assert all(m.told_seconds for m in second)
    assert all(m.true_seconds > m.at_seconds >= 0 for m in marks)
