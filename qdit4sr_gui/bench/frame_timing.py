"""How long a frame takes while the user pans, zooms and drags a region over large images.

Real mouse and wheel events go to a shown `ComparisonView`; a frame is the time from the event until every
pane has been painted. Works under the offscreen platform.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from qdit4sr_core.progress import Progress, ignore_progress
from qdit4sr_gui.state.regions import MarkedRegion
from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.views.comparison_view import ComparisonView

SCALES = (0.125, 0.3, 0.7, 1.0, 1.5, 4.0, 16.0, 32.0)
FRAMES = 60
PAN_STEP = QPointF(13, 7)


@dataclass(frozen=True)
class FrameTimes:
    """Milliseconds a frame of one kind of movement, over `frames` frames."""

    name: str
    frames: int
    median_ms: float
    p95_ms: float
    worst_ms: float


def measure_frames(
    side: int = 4096,
    panes: int = 4,
    window: tuple[int, int] = (1920, 1080),
    frames: int = FRAMES,
    progress: Progress = ignore_progress,
) -> list[FrameTimes]:
    """Time pan at every scale of `SCALES`, wheel zoom and region drag for `panes` images of `side`^2 pixels.

    Needs a `QApplication`; shows a window of `window` logical pixels and closes it again.
    """
    view = ComparisonView()
    view.resize(*window)
    view.show()
    view.set_images(
        [ViewImage(f"image{index}", f"Image {index + 1}", noise(side, index)) for index in range(panes)]
    )
    wait_until(lambda: not view.image_set.busy)
    jobs: list[Callable[[], FrameTimes]] = [
        *(lambda scale=scale: time_pan(view, scale, frames) for scale in SCALES),
        lambda: time_zoom(view, frames),
        lambda: time_region_drag(view, frames),
    ]
    results = []
    try:
        for done, job in enumerate(jobs):
            results.append(job())
            progress(done + 1, len(jobs), results[-1].name)
    finally:
        view.close()
        view.deleteLater()
        QCoreApplication.processEvents()
    return results


def time_pan(view: ComparisonView, scale: float, frames: int = FRAMES) -> FrameTimes:
    """Drag the picture back and forth with the left button at one scale."""
    width, height = view.canvas_size
    view.set_regions([])
    view.fit()
    view.set_scale(scale)
    rest()
    pane = view.grid.panes[0]
    position = QPointF(pane.width() / 2, pane.height() / 2)
    send_mouse(pane, QEvent.Type.MouseButtonPress, position)
    times = []
    for frame in range(frames):
        direction = 1 if (frame // 40) % 2 == 0 else -1
        position = position + PAN_STEP * direction
        times.append(_frame(lambda at=position: send_mouse(pane, QEvent.Type.MouseMove, at)))  # type: ignore[misc]
    send_mouse(pane, QEvent.Type.MouseButtonRelease, position)
    return summary_of(f"pan at {scale:g}x of {width} x {height}", times)


def time_zoom(view: ComparisonView, frames: int = FRAMES) -> FrameTimes:
    """Turn the wheel in from the fitted view to 16x and out again, about an off-centre point."""
    view.set_regions([])
    view.fit()
    rest()
    pane = view.grid.panes[0]
    position = QPointF(pane.width() * 0.4, pane.height() * 0.6)
    times = []
    for frame in range(frames):
        notch = 120 if (frame // 14) % 2 == 0 else -120
        times.append(_frame(lambda turn=notch: _wheel(pane, position, turn)))  # type: ignore[misc]
    return summary_of("wheel zoom", times)


def time_region_drag(view: ComparisonView, frames: int = FRAMES) -> FrameTimes:
    """Move a region with the mouse in the fitted view; all panes show it."""
    width, height = view.canvas_size
    view.fit()
    view.set_region_tool(True)
    view.set_regions([MarkedRegion(width // 4, height // 4, width // 4, height // 4, "A")], active=0)
    rest()
    pane = view.grid.panes[0]
    ratio = pane.devicePixelRatioF()
    x, y = view.state.viewport.to_device(width * 0.375, height * 0.375, view.state.pane)
    position = QPointF(x / ratio, y / ratio)
    send_mouse(pane, QEvent.Type.MouseButtonPress, position)
    times = []
    for frame in range(frames):
        position = position + QPointF(1, 1) * (1 if (frame // 20) % 2 == 0 else -1)
        times.append(_frame(lambda at=position: send_mouse(pane, QEvent.Type.MouseMove, at)))  # type: ignore[misc]
    send_mouse(pane, QEvent.Type.MouseButtonRelease, position)
    view.set_region_tool(False)
    return summary_of("region drag", times)


def noise(side: int, seed: int) -> np.ndarray:
    """A (side, side, 3) uint8 image with detail at every scale."""
    generator = np.random.default_rng(seed)
    image = generator.integers(0, 64, (side, side, 3), dtype=np.uint8)
    coarse = generator.integers(0, 192, (-(-side // 16), -(-side // 16), 3), dtype=np.uint8)
    image += coarse.repeat(16, axis=0).repeat(16, axis=1)[:side, :side]
    return image


def _frame(action: Callable[[], None]) -> float:
    start = perf_counter()
    action()
    QCoreApplication.processEvents()  # the update requests of all panes become one paint
    return (perf_counter() - start) * 1000


def summary_of(name: str, times: list[float]) -> FrameTimes:
    """Median, 95th percentile and worst of some milliseconds."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return FrameTimes(name, len(times), median(ordered), p95, ordered[-1])


def send_mouse(widget: QWidget, kind: QEvent.Type, position: QPointF) -> None:
    """A press, move or release of the left button at a logical pixel of a widget."""
    button = Qt.MouseButton.LeftButton
    moving = kind == QEvent.Type.MouseMove
    event = QMouseEvent(
        kind,
        position,
        widget.mapToGlobal(position),
        Qt.MouseButton.NoButton if moving else button,
        Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def _wheel(widget: QWidget, position: QPointF, turn: int) -> None:
    event = QWheelEvent(
        position,
        widget.mapToGlobal(position),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def rest(milliseconds: int = 200) -> None:
    """Let the event loop run for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(ready: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let the event loop run until something holds; TimeoutError when that takes too long."""
    end = perf_counter() + seconds
    while not ready():
        if perf_counter() > end:
            raise TimeoutError("the images were not prepared in time")
        rest(20)
