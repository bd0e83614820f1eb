"""What all panes share: the viewport, the cursor, the regions, and how things are drawn."""

from __future__ import annotations

from weakref import ReferenceType, ref

from PySide6.QtCore import QObject, QTimer, Signal

from qdit4sr_gui.state.regions import RegionsModel
from qdit4sr_gui.state.viewport import Drift, Size, Viewport, fit

SETTLE_MILLISECONDS = 80
PAN_TOOL = "pan"
REGION_TOOL = "region"


class ViewState(QObject):
    """One per comparison: panes read it, write it through its methods and repaint on its signals."""

    viewportChanged = Signal()
    settled = Signal()
    """The wheel has rested: panes may spend time on caches again."""
    stepChanged = Signal()
    """A pane was moved alone, or all panes show the same part again."""
    cursorChanged = Signal()
    regionsChanged = Signal()
    regionDragging = Signal()
    toolChanged = Signal(str)
    appearanceChanged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.viewport = Viewport()
        self._wanted = self.viewport
        """The view last asked for: panes of another size may not reach it, and come back to it later."""
        self._drifts: dict[str, Drift] = {}
        self.canvas: Size = (0.0, 0.0)
        self.pane: Size = (1.0, 1.0)
        """Size of every pane in device pixels."""
        self.fitted = True
        self.moving = False
        """True while the wheel turns: draw now, cache later."""
        self.cursor: tuple[float, float] | None = None
        """Canvas point under the mouse."""
        self._hovered: ReferenceType[QObject] | None = None  # weak: panes hold the state
        self.tool = PAN_TOOL
        self.loupe = False
        self.pixel_grid = True
        self.show_labels = True
        self.show_regions = True
        self.regions = RegionsModel()
        self.regions.changed.connect(self._tell_regions)
        self.regions.dragging.connect(self._tell_drag)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MILLISECONDS)
        self._settle.timeout.connect(self._on_settled)

    def set_canvas(self, width: float, height: float) -> None:
        """Say how large the output is. The same picture at another size keeps its apparent view.

        For another picture say `show_other`.
        """
        old = self.canvas
        if (width, height) == old:
            return
        self.canvas = (width, height)
        self.regions.set_canvas(int(width), int(height))
        same_shape = min(*old, width, height) > 0 and abs(width * old[1] - height * old[0]) <= max(
            width, old[0]
        )
        if self.fitted or not same_shape:
            self.fit()
        else:
            self._apply(self.viewport.rescaled(width / old[0]))

    def show_other(self, width: float, height: float, viewport: Viewport | None) -> None:
        """Another picture of this output size comes: whole, or at the part where it was left."""
        self.canvas = (width, height)
        self.regions.set_canvas(int(width), int(height))
        self.fit()
        if viewport is not None:  # the panes may still have the size that suits the picture before
            self.fitted = False
            self._wanted = viewport
            self._show(viewport.clamped(self.canvas, self.pane))

    @property
    def left_at(self) -> Viewport | None:
        """What `show_other` needs to come back to this part; None where the whole is shown."""
        return None if self.fitted else self._wanted

    def set_pane(self, size: Size) -> None:
        """Say how large the panes are (device pixels); a fitted view stays fitted."""
        if size != self.pane and min(size) > 0:
            self.pane = size
            if self.fitted:
                self.fit()
            else:
                self._show(self._wanted.clamped(self.canvas, self.pane))

    def move_to(self, viewport: Viewport) -> None:
        """Show another part; clamped to the canvas."""
        self.fitted = False
        self._apply(viewport)

    def viewport_of(self, key: str) -> Viewport:
        """What one pane shows: the shared view, unless the pane was moved on its own."""
        drift = self._drifts.get(key)
        return (
            self.viewport if drift is None else drift.added_to(self.viewport).clamped(self.canvas, self.pane)
        )

    def move_from(self, key: str, own: Viewport, alone: bool = False) -> None:
        """Make a pane show `own`: by moving all panes, which keep their drifts, or this one alone."""
        if not (alone and key):
            drift = self._drifts.get(key)
            self.move_to(own if drift is None else drift.taken_from(own))
        elif min(self.canvas) > 0:
            was_in_step = self.in_step
            self._drifts[key] = Drift.between(self.viewport, own.clamped(self.canvas, self.pane))
            self.viewportChanged.emit()
            if was_in_step:
                self.stepChanged.emit()

    def zoom_from(self, key: str, scale: float, x: float, y: float, alone: bool = False) -> None:
        """Zoom a pane to `scale` about its device pixel (x, y), with all the others or alone."""
        self._turn()
        self.move_from(key, self.viewport_of(key).zoomed_about(scale, x, y, self.pane), alone)

    def out_of_step(self, key: str) -> bool:
        """Was this pane moved on its own?"""
        return key in self._drifts

    @property
    def in_step(self) -> bool:
        """Do all panes show the same part?"""
        return not self._drifts

    def bring_into_step(self) -> None:
        """All panes show the shared view again."""
        if self._drifts:
            self._drifts = {}
            self.viewportChanged.emit()
            self.stepChanged.emit()

    def zoom_to(self, scale: float, device_x: float | None = None, device_y: float | None = None) -> None:
        """Zoom to `scale` about a device pixel of the panes (their middle when none is given)."""
        x = self.pane[0] / 2 if device_x is None else device_x
        y = self.pane[1] / 2 if device_y is None else device_y
        self._turn()
        self.move_to(self.viewport.zoomed_about(scale, x, y, self.pane))

    def fit(self) -> None:
        """Show the whole canvas in every pane, and keep showing it when panes change size."""
        self.fitted = True
        self.bring_into_step()
        self._apply(fit(self.canvas, self.pane))

    def set_cursor(self, point: tuple[float, float] | None, pane: QObject | None) -> None:
        """Tell every pane which canvas point the mouse is on, and which pane it is in."""
        if (point, pane) != (self.cursor, self.hovered):
            self.cursor, self._hovered = point, None if pane is None else ref(pane)
            self.cursorChanged.emit()

    @property
    def hovered(self) -> QObject | None:
        """The pane under the mouse."""
        return None if self._hovered is None else self._hovered()

    def set_tool(self, tool: str) -> None:
        """Choose `PAN_TOOL` or `REGION_TOOL`."""
        if tool != self.tool:
            self.tool = tool
            self.toolChanged.emit(tool)

    def set_appearance(self, **options: bool) -> None:
        """Switch any of `loupe`, `pixel_grid`, `show_labels`, `show_regions`."""
        for name, value in options.items():
            if name not in ("loupe", "pixel_grid", "show_labels", "show_regions"):
                raise ValueError(f"no appearance option {name!r}")
            setattr(self, name, value)
        self.appearanceChanged.emit()

    def _tell_regions(self) -> None:
        self.regionsChanged.emit()

    def _tell_drag(self) -> None:
        self.regionDragging.emit()

    def _turn(self) -> None:
        self.moving = True
        self._settle.start()

    def _apply(self, viewport: Viewport) -> None:
        if min(self.canvas) <= 0:
            return
        self._wanted = viewport.clamped(self.canvas, self.pane)
        self._show(self._wanted)

    def _show(self, viewport: Viewport) -> None:
        if viewport != self.viewport:
            self.viewport = viewport
            self.viewportChanged.emit()

    def _on_settled(self) -> None:
        self.moving = False
        self.settled.emit()
