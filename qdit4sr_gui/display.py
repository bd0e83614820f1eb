"""Can a window be opened here? Asked before Qt is, which ends the process where none can."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_WITHOUT_SCREEN = ("offscreen", "minimal", "vnc")
"""Platforms of Qt's that start anywhere."""
_START = """
import sys
from PySide6.QtGui import QGuiApplication
sys.exit(QGuiApplication([]).primaryScreen() is None)
"""
_MISSING = re.compile(r"(lib[\w+.-]+?)\.so(?:\.(\d+))?[.\d]*: cannot open shared object file")


def why_no_window(platform: str, environ: Mapping[str, str]) -> str:
    """Why no window can open, as the beginning of a sentence; empty where one can.

    Args:
        platform: `sys.platform`.
        environ: the process environment. On Linux and the BSDs a window needs an X11 or Wayland display that
            answers, unless `QT_QPA_PLATFORM` names a platform of its own (`offscreen`, `vnc`, ...).

    Libraries that Qt needs are loaded to see whether they are there.
    """
    chosen, display = environ.get("QT_QPA_PLATFORM", ""), environ.get("DISPLAY", "")
    elsewhere = platform in ("win32", "darwin", "cygwin") or chosen in _WITHOUT_SCREEN
    wayland = not chosen and not elsewhere and _wayland_answers(environ)
    if chosen in ("", "xcb") and not elsewhere and not wayland and not display:
        named = environ.get("WAYLAND_DISPLAY") if not chosen else ""
        return f"The display {named} does not answer" if named else "No display here"
    try:
        import PySide6.QtWidgets as widgets
    except ImportError as error:
        return _without_library(str(error))
    if elsewhere:
        return ""
    if chosen not in ("", "xcb"):
        return _why_no_start(chosen, environ)
    plugins = Path(widgets.__file__).parent / "Qt" / "plugins" / "platforms"
    if wayland:
        reason = _why_not_loaded(sorted(plugins.glob("libqwayland*.so")))
        if not reason or not display:
            return reason
    return _why_not_loaded([plugins / "libqxcb.so"]) or _why_no_answer(display)


def _wayland_answers(environ: Mapping[str, str]) -> bool:
    name, folder = environ.get("WAYLAND_DISPLAY", ""), environ.get("XDG_RUNTIME_DIR", "")
    path = os.path.join(folder, name)
    if not name or not os.path.isabs(path) or not hasattr(socket, "AF_UNIX"):
        return False
    with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as asked:
        asked.connect(path)
        return True
    return False


def _why_no_start(chosen: str, environ: Mapping[str, str]) -> str:
    """Try platforms that somebody has named in a process of its own, which Qt ends if none starts."""
    tried = subprocess.run(
        [sys.executable, "-c", _START], env=dict(environ), capture_output=True, stdin=subprocess.DEVNULL
    )
    return f"Qt finds no screen with QT_QPA_PLATFORM={chosen}" if tried.returncode else ""


def _why_not_loaded(libraries: list[Path]) -> str:
    """Empty where one of them can be loaded, or where Qt keeps them elsewhere."""
    reason = ""
    for library in libraries:
        if library.is_file():
            try:
                ctypes.CDLL(str(library))
            except OSError as error:
                reason = _without_library(str(error))
            else:
                return ""
    return reason


def _why_no_answer(display: str) -> str:
    """Empty where an X server lets us in."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        return _without_library(str(error))
    xcb.xcb_connect.restype = ctypes.c_void_p
    for function in (xcb.xcb_connection_has_error, xcb.xcb_disconnect):
        function.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return f"The display {display} does not answer" if refused else ""


def _without_library(error: str) -> str:
    """What the loader says; Debian and Ubuntu name packages after libraries."""
    found = _MISSING.search(error)
    if found is None:
        return f"Qt cannot be loaded ({error})"
    name, version = found[1], found[2] or ""
    package = name.lower() + ("-" if name[-1].isdigit() and version else "") + version
    file = f"{name}.so.{version}" if version else f"{name}.so"
    return f"The window needs {file} (in Debian and Ubuntu the package {package})"
