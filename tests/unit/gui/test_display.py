"""Where a window can open."""

import importlib.abc
import os
import signal
import socket
import sys

import pytest

from qdit4sr_gui import display, start
from qdit4sr_gui.display import why_no_window


@pytest.mark.parametrize(
    ("platform", "environ", "reason"),
    [
        ("linux", {}, "No display here"),
        ("linux", {"DISPLAY": ""}, "No display here"),
        ("linux", {"DISPLAY": "", "QT_QPA_PLATFORM": "xcb"}, "No display here"),
        ("linux", {"WAYLAND_DISPLAY": "wayland-7"}, "The display wayland-7 does not answer"),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, ""),
        ("linux", {"DISPLAY": ":4711", "QT_QPA_PLATFORM": "offscreen"}, ""),
        ("win32", {}, ""),
        ("darwin", {}, ""),
    ],
)
def test_where_a_window_can_open(platform, environ, reason):
    assert why_no_window(platform, environ) == reason


@pytest.mark.skipif(sys.platform != "linux", reason="X11")
def test_a_display_that_does_not_answer_is_named():
    reason = why_no_window("linux", {"DISPLAY": ":4711"})
    assert reason == "The display :4711 does not answer" or "The window needs lib" in reason


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets")
def test_wayland_is_where_its_socket_answers(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(display, "_why_not_loaded", lambda libraries: asked.append(libraries) or "")
    environ = {"WAYLAND_DISPLAY": "w", "XDG_RUNTIME_DIR": str(tmp_path)}
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "w"))
        assert why_no_window("linux", environ) == "The display w does not answer"  # it does not listen
        compositor.listen()
        assert why_no_window("linux", environ) == ""
        assert why_no_window("linux", {**environ, "XDG_RUNTIME_DIR": ""}) == "The display w does not answer"
    (tmp_path / "file").touch()
    assert why_no_window("linux", {**environ, "WAYLAND_DISPLAY": str(tmp_path / "file")}) != ""
    assert len(asked) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="Qt's platforms on Linux")
@pytest.mark.parametrize(
    ("chosen", "starts"), [("nonsense", False), ("linuxfb:fb=/dev/no", False), ("nonsense;offscreen", True)]
)
def test_platforms_that_the_user_names_are_tried(chosen, starts):
    environ = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    reason = why_no_window("linux", {**environ, "QT_QPA_PLATFORM": chosen})
    assert reason == ("" if starts else f"Qt finds no screen with QT_QPA_PLATFORM={chosen}")


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libEGL.so.1", "libegl1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
    ],
)
def test_a_library_that_is_not_there_is_named_with_its_package(library, package, monkeypatch):
    def load(_path):
        raise OSError(f"{library}: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(display.ctypes, "CDLL", load)
    expected = f"The window needs {library} (in Debian and Ubuntu the package {package})"
    assert why_no_window("linux", {"DISPLAY": ":0"}) == expected


def test_without_the_libraries_of_qt_itself(monkeypatch):
    class Broken(importlib.abc.MetaPathFinder):
        def find_spec(self, name, path, target=None):
            if name == "PySide6.QtWidgets":
                raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.delitem(sys.modules, "PySide6.QtWidgets")
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    assert "the package libegl1" in why_no_window("linux", {"DISPLAY": ":0"})


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
