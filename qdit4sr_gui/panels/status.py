"""The status bar: the running job, zoom and pixel under the mouse, memory, device."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QWidget

from qdit4sr_gui.state.messages import RunProgress
from qdit4sr_gui.state.progress_meter import duration_text
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control


def resident_bytes() -> int | None:
    """Memory of this process; None where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        import resource
    except (OSError, ImportError, IndexError):
        return None
    return pages * resource.getpagesize()


class StatusPanel(QStatusBar):
    """What is going on, on one line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = QLabel()
        self.bar = QProgressBar()
        self.bar.setMaximumWidth(180)
        self.bar.setMaximumHeight(14)
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.pixel = QLabel()
        self.memory = QLabel()
        self.device = QLabel()
        for widget, name in (
            (self.job, tr("Job")),
            (self.bar, tr("Progress")),
            (self.pixel, tr("Pixel under the mouse")),
            (self.memory, tr("Memory in use")),
            (self.device, tr("Device")),
        ):
            name_control(widget, name)
        self.addWidget(self.job, 1)
        self.addWidget(self.bar)
        for label in (self.pixel, self.memory, self.device):
            self.addPermanentWidget(label)
        self._timer = QTimer(self)
        self._timer.setInterval(2000)
        self._timer.timeout.connect(self._show_memory)
        self._timer.start()
        self._show_memory()

    def show_progress(self, progress: RunProgress) -> None:
        """The variant, its step and the time left."""
        self.job.setText(progress_text(progress))
        self.bar.setRange(0, max(1, progress.total))
        self.bar.setValue(progress.done)
        self.bar.show()

    def show_idle(self, text: str) -> None:
        """No run: one sentence instead of the progress."""
        self.job.setText(text)
        self.bar.hide()

    def show_busy(self, text: str) -> None:
        """Work without a known length."""
        self.job.setText(text)
        self.bar.setRange(0, 0)
        self.bar.show()

    def show_pixel(self, zoom: str, x: int, y: int, rgb: tuple[int, int, int] | None) -> None:
        """Zoom, and colour at an output pixel; without a colour only the zoom."""
        if rgb is None:
            self.pixel.setText(zoom)
        else:
            self.pixel.setText(f"{zoom}  ({x}, {y})  R {rgb[0]} G {rgb[1]} B {rgb[2]}")

    @Slot()
    def _show_memory(self) -> None:
        used = resident_bytes()
        self.memory.setText("" if used is None else f"{used / 2**30:.1f} GB")


def progress_text(progress: RunProgress) -> str:
    """ "Q-DiT4SR W4A4: step 7/20, 12 s left"."""
    text = f"{tr(progress.label)}: {phase_text(progress)}"
    if progress.seconds_left is not None:
        text += ", " + tr("{time} left", time=duration_text(progress.seconds_left))
    return text


def phase_text(progress: RunProgress) -> str:
    """What the worker is at: "step 7/20", "quantizing layer 12/60", "calibrating 3/40"."""
    words = progress.what.split()
    if words[:1] == ["step"] and len(words) == 4:
        return tr("step {step}/{steps}", step=words[1], steps=words[3])
    if words[:1] == ["quantizing"]:
        return tr("quantizing layer {done}/{total}", done=progress.done, total=progress.total)
    if words[:1] == ["calibrating,"]:
        return tr("calibrating {done}/{total}", done=progress.done, total=progress.total)
    if progress.what == "Loading weights":
        return tr("tensor {done}/{total}", done=progress.done, total=progress.total)
    return tr(progress.what)
