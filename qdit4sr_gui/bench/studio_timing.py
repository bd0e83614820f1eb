"""How soon the whole window is shown, how evenly it ticks in a run, how fast numbers follow the mouse."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, QSettings, Qt, QTimer, Slot

from qdit4sr_core.images import LoadedImage
from qdit4sr_core.variant_text import FULL_PRECISION_TEXT
from qdit4sr_gui.commands.menus.run import RunCommand
from qdit4sr_gui.window.settings import SettingsStore

from .frame_timing import FrameTimes, noise, rest, send_mouse, summary_of, wait_until

if TYPE_CHECKING:
    from qdit4sr_gui.window.main_window import MainWindow
    from qdit4sr_gui.work.inference import ModelLoader

TICK_MS = 5
SHOWN = """
import sys, time
from PySide6.QtCore import QSettings
from qdit4sr_gui.app import create_application
from qdit4sr_gui.window.main_window import MainWindow
from qdit4sr_gui.window.settings import SettingsStore
from qdit4sr_gui.style.theme import apply_theme
application = create_application()
apply_theme(application, "system")
window = MainWindow(store=SettingsStore(QSettings(sys.argv[1], QSettings.Format.IniFormat)))
window.show()
window.grab()
print(time.time(), flush=True)
import os
os._exit(0)
"""


class _Clock(QObject):
    """Notes the time between two ticks of the window's event loop."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []
        self._last = perf_counter()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    @Slot()
    def _tick(self) -> None:
        now = perf_counter()
        self.times.append((now - self._last) * 1000)
        self._last = now

    def stop(self) -> None:
        self._timer.stop()


@contextmanager
def studio(
    size: tuple[int, int] = (1920, 1080), load_model: ModelLoader | None = None
) -> Iterator[MainWindow]:
    """A shown window with settings of its own, closed at the end."""
    from qdit4sr_gui.window.main_window import MainWindow

    with tempfile.TemporaryDirectory() as folder:
        store = SettingsStore(QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat))
        window = MainWindow(store=store) if load_model is None else MainWindow(load_model, store)
        window.resize(*size)
        window.show()
        try:
            yield window
        finally:
            window.close_at_once()
            window.deleteLater()
            QCoreApplication.processEvents()


def time_start(rounds: int = 5) -> FrameTimes:
    """From starting a process to the painted window, without the model, which loads afterwards."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            began = time()
            done = subprocess.run(
                [sys.executable, "-c", SHOWN, str(Path(folder) / "settings.ini")],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                check=True,
            )
            times.append((float(done.stdout.split()[-1]) - began) * 1000)
    return summary_of("window shown", times)


def time_tick(
    specs: tuple[str, ...] = (FULL_PRECISION_TEXT, "rtn-w4a4"), load_model: ModelLoader | None = None
) -> FrameTimes:
    """Time between ticks of a 5 ms timer while the sample photo runs with previews."""
    with studio((1440, 900), load_model) as window:
        wait_until(lambda: window.workspace.model_hash != "" and not window.runs.busy, 120)
        window.variants_panel.set_specs(specs)
        clock = _Clock()
        window.action_set.trigger(RunCommand.RUN)
        wait_until(lambda: not window.runs.running, 600)
        clock.stop()
        return summary_of("tick while a model runs", clock.times)


def time_numbers(side: int = 4096, variants: int = 3, frames: int = 60) -> FrameTimes:
    """From a mouse move that drags a region to its new numbers in the table, painted."""
    with studio(load_model=no_model) as window:
        show_results(window, side, [f"rtn-w{bits}a8" for bits in range(8, 8 - variants, -1)])
        window.regions.add(side // 4, side // 4, side // 4, side // 4)
        wait_until(lambda: not window.measure.busy and not window.view.image_set.busy, 300)
        view = window.view
        view.fit()
        view.set_region_tool(True)
        rest(300)
        pane = view.grid.panes[0]
        ratio = pane.devicePixelRatioF()
        x, y = view.state.viewport.to_device(side * 0.375, side * 0.375, view.state.pane)
        position = QPointF(x / ratio, y / ratio)
        step = max(1.0, view.scale / ratio)  # at least one pixel of the image
        send_mouse(pane, QEvent.Type.MouseButtonPress, position)
        position = position + QPointF(3 * step, 3 * step)
        send_mouse(pane, QEvent.Type.MouseMove, position)  # a press becomes a drag after a little way
        times = []
        for frame in range(frames):
            position = position + QPointF(step, step) * (1 if (frame // 20) % 2 == 0 else -1)
            before = window.measure.table
            start = perf_counter()
            send_mouse(pane, QEvent.Type.MouseMove, position)
            QCoreApplication.processEvents()
            times.append((perf_counter() - start) * 1000)
            if window.measure.table is before:
                raise RuntimeError("the numbers did not follow the mouse")
        send_mouse(pane, QEvent.Type.MouseButtonRelease, position)
        return summary_of(f"mouse to numbers, {variants} of {side} x {side}", times)


def show_results(window: MainWindow, side: int, specs: list[str]) -> None:
    """Fill the window with made-up results of `side` x `side` pixels for full precision and `specs`."""
    from qdit4sr_core.compare import VariantResult
    from qdit4sr_core.quantize.variants import parse_variant

    wait_until(lambda: not window.runs.busy, 60)
    for photo in list(window.workspace.photos):
        window.photos.remove(photo.key)
    photo = window.workspace.add(LoadedImage(noise(side // 4, 0), sha256="made up"), "made up")
    window.workspace.model_hash = "made up"
    window.variants_panel.set_specs((FULL_PRECISION_TEXT, *specs))
    for number, spec in enumerate(window.workspace.specs):
        result = VariantResult(parse_variant(spec), noise(side, number), 1.0)
        window.workspace.keep(photo, spec, result, "made up", window.workspace.settings)
        del result
    window.photo_display.refresh()


def no_model(*_arguments: object) -> Any:
    """What the window needs to know of a model, and nothing that could run."""
    from types import SimpleNamespace

    import torch

    return SimpleNamespace(
        name="none",
        source_hash="none",
        sampling_defaults={},
        transformer=torch.nn.Linear(1, 1),
    )
