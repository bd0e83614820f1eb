import json

from qdit4sr_gui.__main__ import main


def test_frames_are_timed_from_the_command_line(qapp, capsys):
    assert main(["bench", "gui", "--side", "96", "--panes", "2", "--frames", "2", "--json"]) == 0
    results = json.loads(capsys.readouterr().out)
    assert {"name", "frames", "median_ms", "p95_ms", "worst_ms"} == set(results[0])
    assert all(result["worst_ms"] >= result["median_ms"] > 0 for result in results)
    assert main(["bench", "gui", "--side", "96", "--panes", "2", "--frames", "2"]) == 0
    assert "| movement" in capsys.readouterr().out


def test_a_wrong_argument(capsys):
    assert main(["bench", "gui", "--panes", "many"]) == 2
    assert "--panes" in capsys.readouterr().err
