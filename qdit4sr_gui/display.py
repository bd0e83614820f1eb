"""Is there a screen to open a window on?"""

from collections.abc import Mapping


def display_available(platform: str, environ: Mapping[str, str]) -> bool:
    """True where a window can open.

    Args:
        platform: `sys.platform`.
        environ: the process environment. On Linux and the BSDs a window needs an X11 or Wayland display,
            unless `QT_QPA_PLATFORM` names a platform of its own (`offscreen`, `vnc`, ...).
    """
    if platform in ("win32", "darwin", "cygwin"):
        return True
    return any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
