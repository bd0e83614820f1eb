"""Where a window can open."""

import signal
import sys

import pytest

from qdit4sr_gui import start
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
    assert start.main([]) == 0
    assert calls == [["compare", "--out", "qdit4sr-out"]]  # whose variants are the window's first
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_arguments_go_to_the_command_line(monkeypatch):
    calls = []
    monkeypatch.setattr("qdit4sr_core.cli.main", lambda argv: calls.append(argv) or 7)
    assert start.main(["upscale", "photo.png"]) == 7
    assert calls == [["upscale", "photo.png"]]
    assert start.main(["n" * 300]) == 7  # no possible file, so no window


@pytest.mark.skipif(sys.platform == "win32", reason="no shell ignores the signal there")
def test_ctrl_c_stays_ignored_while_the_window_comes_and_while_it_is_there(qapp, monkeypatch):
    """As the shell does with `qdit4sr &` in a script: the signal would end this very process."""
    from qdit4sr_gui.window.last_defence import Interrupts

    closed = []

    def open_window(_files):
        signal.raise_signal(signal.SIGINT)
        interrupts = Interrupts(lambda: closed.append(True))
        signal.raise_signal(signal.SIGINT)
        qapp.processEvents()
        interrupts.stop()
        return 5

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr("qdit4sr_gui.app.open_window", open_window)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert start.main([]) == 5
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert closed == []
