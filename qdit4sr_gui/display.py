"""Can a window be opened here? Asked before Qt is, which ends the process where none can."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Mapping
from pathlib import Path

_MISSING = re.compile(r"(lib[\w+.-]+?)\.so(?:\.(\d+))?[.\d]*: cannot open shared object file")


def why_no_window(platform: str, environ: Mapping[str, str]) -> str:
    """Why no window can open, as the beginning of a sentence; empty where one can.

    Args:
        platform: `sys.platform`.
        environ: the process environment. On Linux and the BSDs a window needs an X11 or Wayland display that
            answers, unless `QT_QPA_PLATFORM` names a platform of its own (`offscreen`, `vnc`, ...).

    Libraries that Qt needs are loaded to see whether they are there.
    """
    chosen = environ.get("QT_QPA_PLATFORM", "")
    wayland = x11 = False
    display, socket = environ.get("DISPLAY", ""), environ.get("WAYLAND_DISPLAY", "")
    if platform not in ("win32", "darwin", "cygwin"):
        wayland = not chosen and bool(socket) and Path(environ.get("XDG_RUNTIME_DIR", ""), socket).exists()
        x11 = not wayland and chosen in ("", "xcb")
        if x11 and not display:
            return f"The display {socket} does not answer" if socket and not chosen else "No display here"
    try:
        import PySide6.QtWidgets as widgets
    except ImportError as error:
        return _without_library(str(error))
    plugins = Path(widgets.__file__).parent / "Qt" / "plugins" / "platforms"
    if wayland:
        return _why_not_loaded(sorted(plugins.glob("libqwayland*.so")))
    if x11:
        return _why_not_loaded([plugins / "libqxcb.so"]) or _why_no_answer(display)
    return ""


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
