"""Starts the window."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.resources import files as resources
from pathlib import Path

from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from qdit4sr_core.version import PROGRAM
from qdit4sr_gui.style.theme import apply_theme
from qdit4sr_gui.style.translation import install_language
from qdit4sr_gui.window.settings import SettingsStore


def create_application(arguments: Sequence[str] = ()) -> QApplication:
    """The program's one `QApplication`, made if there is none yet."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication([sys.argv[0], *arguments])
    application.setApplicationName("qdit4sr")
    application.setApplicationDisplayName(PROGRAM)
    application.setDesktopFileName("io.github.qdit4sr.Studio")
    icon = resources("qdit4sr_resources") / "icons" / "qdit4sr.png"
    if icon.is_file():
        pixmap = QPixmap()
        pixmap.loadFromData(icon.read_bytes())
        application.setWindowIcon(QIcon(pixmap))
    return application


def open_window(files: Sequence[Path] = ()) -> int:
    """Show the window with `files` open and run until it is closed; returns the exit status."""
    application = create_application()
    store = SettingsStore()
    preferences = store.preferences()
    apply_theme(application, preferences.theme)
    install_language(application, preferences.language)
    from qdit4sr_gui.window.last_defence import Interrupts, UncaughtErrors
    from qdit4sr_gui.window.main_window import MainWindow
    from qdit4sr_gui.work.garbage import WindowThreadCollector

    window = MainWindow(store=store)
    if files:
        window.photos.offer(files)
    window.show()
    WindowThreadCollector(application)
    uncaught = UncaughtErrors(window.ask.fail)
    interrupts = Interrupts(window.interrupt)
    try:
        status = application.exec()
    finally:
        interrupts.stop()
        uncaught.close()
    if not window.work_ended:  # within an import or one long step: nothing waits for it, all is saved
        os._exit(status)
    return status
