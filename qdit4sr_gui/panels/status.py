"""The status bar: the running job, zoom and pixel under the mouse, memory, device."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QTimer, Slot
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from qdit4sr_core.process_memory import bytes_text, resident_bytes
from qdit4sr_core.progress import duration_text, text_of
from qdit4sr_gui.state.messages import RunProgress
from qdit4sr_gui.style.translation import listed, said_of, tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.elided_label import ElidedLabel


class StatusPanel(QStatusBar):
    """What is going on, on one line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = ElidedLabel()
        self.note = ElidedLabel()
        self.note.hide()
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
            (self.bar, tr("Progress of the whole run")),
            (self.note, tr("Message")),
            (self.pixel, tr("Pixel under the mouse")),
            (self.memory, tr("Memory in use")),
            (self.device, tr("Device")),
        ):
            name_control(widget, name)
        self.addWidget(self.job, 1)
        self.addWidget(self.bar)
        self.addWidget(self.note, 1)
        self.act = QToolButton()
        self.act.setAutoRaise(True)
        self.act.clicked.connect(self._do)
        self.act.hide()
        self._idle = ""
        self._deed: Callable[[], None] | None = None
        self.addWidget(self.act)
        for label in (self.pixel, self.memory, self.device):
            self.addPermanentWidget(label)
        self._note_timer = QTimer(self, singleShot=True)
        self._note_timer.timeout.connect(self.clearMessage)
        self._timer = QTimer(self)
        self._timer.setInterval(2000)
        self._timer.timeout.connect(self._show_memory)
        self._timer.start()
        self._show_memory()
        self._reserve_height()

    def changeEvent(self, event: QEvent) -> None:
        """Another font or style has other heights."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "act"):
            self._reserve_height()

    def _reserve_height(self) -> None:
        """Room for the tallest of what comes and goes, so that nothing above moves."""
        tallest = max(widget.sizeHint().height() for widget in (self.job, self.bar, self.act))
        self.job.setMinimumHeight(tallest)
        self.note.setMinimumHeight(tallest)

    def showMessage(self, text: str, timeout: int | None = 0) -> None:
        """A sentence in a place of its own: beside a job's progress, instead of an idle one's text."""
        self.note.setText(text)
        self.note.show()
        self.act.hide()
        self.job.setVisible(not self.bar.isHidden())
        if timeout:
            self._note_timer.start(timeout)
        else:
            self._note_timer.stop()

    def currentMessage(self) -> str:
        """The sentence shown, empty if none is."""
        return "" if self.note.isHidden() else self.note.text()

    def offer(self, text: str, deed: Callable[[], None]) -> None:
        """A button after the sentence, for as long as it is shown."""
        self._deed = deed
        self.act.setText(text)
        name_control(self.act, text)
        self.act.show()

    @Slot()
    def _do(self) -> None:
        if self._deed is not None:
            self._deed()

    @Slot()
    def clearMessage(self) -> None:
        """Take the sentence away."""
        self.note.hide()
        self.act.hide()
        self.job.show()

    def show_zoom(self, zoom: str) -> None:
        """The zoom of the panes while no pixel is under the mouse."""
        self.pixel.setText(tr("Zoom {zoom}", zoom=zoom))

    def show_progress(self, progress: RunProgress) -> None:
        """The variant, its step and the time left; the bar is the whole run's, which no pane shows."""
        self.job.show()
        self.job.setText(progress_text(progress))
        if progress.share is None:
            self.bar.setRange(0, max(1, progress.total))
            self.bar.setValue(progress.done)
        else:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(1000 * progress.share))
        self.bar.setToolTip(whole_run_text(progress))
        self.bar.show()

    def show_tip(self, tip: str) -> None:
        """What the command under the mouse does, "" when it is left; a running job says more."""
        if self.bar.isHidden():
            self.job.setText(tip or self._idle)

    def show_idle(self, text: str) -> None:
        """No run: one sentence instead of the progress."""
        self._idle = text
        self.job.setText(text)
        self.bar.hide()
        self.job.setVisible(self.note.isHidden())

    def show_busy(self, text: str) -> None:
        """Work without a known length."""
        self.job.show()
        self.job.setText(text)
        self.bar.setRange(0, 0)
        self.bar.setToolTip(text)
        self.bar.show()

    def show_pixel(self, zoom: str, x: int, y: int, rgb: tuple[int, int, int] | None) -> None:
        """Zoom, and colour at an output pixel; without a colour only the zoom."""
        self.show_zoom(zoom)
        if rgb is not None:
            self.pixel.setText(f"{self.pixel.text()}  ({x}, {y})  R {rgb[0]} G {rgb[1]} B {rgb[2]}")

    @Slot()
    def _show_memory(self) -> None:
        self.memory.setText(bytes_text(resident_bytes(), 1))


def progress_text(progress: RunProgress) -> str:
    """ "photo 3 of 31, SVDQuant W4A4, step 7 of 12, 2 min 10 s left of 41 min"."""
    parts = [tr(progress.label)] if progress.label else []
    if progress.photos > 1:
        parts.insert(0, tr("photo {number} of {count}", number=progress.photo, count=progress.photos))
    elif progress.variants > 1:
        parts.insert(0, tr("variant {number} of {count}", number=progress.variant, count=progress.variants))
    parts.append(step_text(progress))
    left, whole = progress.seconds_left, progress.seconds_total
    if left is not None and whole is not None and whole >= 60:
        parts.append(
            tr("{time} left of {whole}", time=duration_text(left, tr), whole=duration_text(whole, tr))
        )
    elif left is not None:
        parts.append(tr("{time} left", time=duration_text(left, tr)))
    return listed(parts)


def whole_run_text(progress: RunProgress) -> str:
    """ "The whole run: 34 %, variant 2 of 4"; what is done where no run is."""
    if progress.share is None:
        return progress_text(progress)
    number = tr("variant {number} of {count}", number=progress.variant, count=progress.variants)
    return said_of(tr("The whole run"), listed([f"{progress.share:.0%}".replace("%", " %"), number]))


def step_text(progress: RunProgress) -> str:
    """ "step 7 of 12": for a pane, which names the variant already and is not the whole run."""
    return text_of(progress.what, tr)


def estimate_sentence(seconds: float | None, memory: int) -> str:
    """ "That takes about 2 min 10 s and 1.2 GB.", also before the first run; empty where all is done."""
    if seconds is None:
        size = bytes_text(memory, 1)
        return tr("It needs about {size}; how long it takes is known after the first run.", size=size)
    return tr("That takes {cost}.", cost=estimate_text(seconds, memory)) if seconds > 0 else ""


def estimate_text(seconds: float | None, memory: int) -> str:
    """ "about 2 min 10 s and 1.2 GB"; no time before the first run, nothing where all is done."""
    size = bytes_text(memory, 1)
    if seconds is None:
        return tr("the time is not known before the first run; about {size}", size=size)
    return tr("about {time} and {size}", time=duration_text(seconds, tr), size=size) if seconds > 0 else ""
