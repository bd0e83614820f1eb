"""The program around its window."""

import subprocess
import sys

CLOSE_EARLY = """
import sys, time
from PySide6.QtCore import QSettings, QTimer
from qdit4sr_gui.app import create_application, open_window
from qdit4sr_gui.window import main_window
from qdit4sr_gui.work.jobs import JobRunner

QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, sys.argv[1])
started = []

def slow(*_):
    started.append(1)
    time.sleep(600)

main_window.MainWindow.__init__.__defaults__ = (slow, None)
JobRunner.close.__defaults__ = (200,)
application = create_application()
timer = QTimer(interval=50)
timer.timeout.connect(lambda: started and [w.close() for w in application.topLevelWidgets()])
timer.start()
sys.exit(open_window())
"""


def test_a_window_closed_while_the_model_loads_ends_in_order(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", CLOSE_EARLY, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert (done.returncode, "Destroyed" in done.stderr) == (0, False), done.stderr
