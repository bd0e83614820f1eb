import json

from qdit4sr_gui.__main__ import main

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
