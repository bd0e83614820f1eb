"""Where a window can open."""

import pytest

from qdit4sr_gui import __main__ as program
from qdit4sr_gui.display import display_available


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_display_available(platform, environ, expected):
    assert display_available(platform, environ) is expected


def test_without_a_display_one_line_and_the_headless_comparison(monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    calls = []
    monkeypatch.setattr("qdit4sr_core.cli.main", lambda argv: calls.append(argv) or 0)
    assert program.main([]) == 0
    assert calls == [["compare", "--variants", "fp,rtn-w4a4,q-dit4sr-w4a4", "--out", "qdit4sr-out"]]
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_arguments_go_to_the_command_line(monkeypatch):
    calls = []
    monkeypatch.setattr("qdit4sr_core.cli.main", lambda argv: calls.append(argv) or 7)
    assert program.main(["upscale", "photo.png"]) == 7
    assert calls == [["upscale", "photo.png"]]
