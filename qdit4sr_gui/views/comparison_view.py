"""The window's central widget: the same images as a grid, a wipe, a blink or differences, in one shared view.

It knows nothing of models or of how images come about: it is given `ViewImage`s and says what the user
does with them. Keys of the window's actions are not handled here, only what must react to a held key
(Space) and the arrows, which belong to whatever has the focus.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from qdit4sr_gui.state.pyramid import Pixels
from qdit4sr_gui.state.regions import MarkedRegion
from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.state.viewport import Viewport, stepped_scale
from qdit4sr_gui.widgets.events_first import EventsFirst

from .blink import BlinkPane
from .canvas import Canvas
from .decorations import Progress
from .difference_view import DifferenceView
from .grid_view import GridView
from .image_set import ImageSet, largest_size
from .pair_bar import PairBar, under_bar
from .pane import Pane
from .region_keys import arrow, handle_region_key, wants_region_key
from .view_mode import ViewMode
from .view_state import PAN_TOOL, REGION_TOOL, ViewState
from .wipe import WipeView


class ComparisonView(QWidget):
    """Grid, wipe, blink and difference over one `ViewState`."""

    cursorMoved = Signal(float, float, object)
    """Canvas x, y and (red, green, blue) of the pane under the mouse; (-1, -1, None) when it left."""
    regionsChanged = Signal()
    regionDragging = Signal()
    viewChanged = Signal()
    modeChanged = Signal(str)
    toolChanged = Signal(str)
    selectionChanged = Signal(str)
    imageClicked = Signal(str)
    referenceChanged = Signal(str)
    filesDropped = Signal(list)
    filesDroppedOn = Signal(str, list)
    menuRequested = Signal(str, QPoint)
    imagesReady = Signal()
    """Every image given so far is prepared for painting."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        EventsFirst(self, self._take_event)
        self.state = ViewState(self)
        self.image_set = ImageSet(self)
        self._mode = ViewMode.GRID
        self._holding = self._blinking = False
        self.grid = GridView(self.state, self.image_set)
        self.wipe = WipeView(self.state)
        self.blink = BlinkPane(self.state)
        self.difference = DifferenceView(self.state, self.image_set)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self.wipe_bar, self.blink_bar = PairBar(), PairBar(blinks=True)
        wiping, blinking = under_bar(self.wipe_bar, self.wipe), under_bar(self.blink_bar, self.blink)
        for page in (self.grid, wiping, blinking, self.difference):
            self._stack.addWidget(page)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Image comparison"))
        self.invite_files()
        for canvas in (self.grid.empty, self.wipe, self.blink):
            self._adopt(canvas)
        self._connect()

    def _connect(self) -> None:
        self.grid.paneAdded.connect(self._adopt)
        self.difference.paneAdded.connect(self._adopt)
        self.blink.beat.connect(self._on_beat)
        for bar in (self.wipe_bar, self.blink_bar):
            bar.firstChosen.connect(self.image_set.choose_first)
            bar.secondChosen.connect(self.image_set.choose_second)
        self.blink_bar.speedChosen.connect(self.blink.change_beat)
        self.blink_bar.pauseToggled.connect(self.set_blinking)
        self.image_set.changed.connect(self._refresh)
        self.image_set.progressChanged.connect(self._show_progress)
        self.image_set.selectionChanged.connect(self.selectionChanged)
        self.image_set.referenceChanged.connect(self.referenceChanged)
        self.image_set.ready.connect(self.imagesReady)
        self.state.cursorChanged.connect(self._on_cursor)
        self.state.regionsChanged.connect(self.regionsChanged)
        self.state.regionDragging.connect(self.regionDragging)
        self.state.viewportChanged.connect(self.viewChanged)
        self.state.toolChanged.connect(self.toolChanged)

    # Images ----------------------------------------------------------------------------------------

    @property
    def images(self) -> tuple[ViewImage, ...]:
        """What is compared, in order."""
        return self.image_set.images

    def set_images(self, images: Sequence[ViewImage], canvas: tuple[int, int] | None = None) -> None:
        """Compare these. Keys must be unique.

        `canvas` is (width, height) of the output, which regions and cursor positions count in; without
        it the largest image decides. An image given again with other contents updates its pane only.
        """
        width, height = canvas or largest_size(images)
        # here alone: what else the images tell may come while another photo is on its way
        if width and height:
            self.state.set_canvas(width, height)
        self.image_set.set_images(images, canvas)

    def set_preview(self, key: str, pixels: Pixels | None) -> None:
        """Show an estimate in the pane of an image that has no pixels yet."""
        self.image_set.set_preview(key, pixels)

    def set_headlines(self, headlines: dict[str, str]) -> None:
        """The number that says most about each image, by key; shown first on its chip."""
        self.image_set.set_headlines(headlines)

    def set_progress(self, key: str, done: int, total: int, text: str) -> None:
        """Show how far the computation of an image is; `total` 0 means unknown."""
        self.image_set.set_progress(key, Progress(done, total, text))

    def clear_progress(self, key: str) -> None:
        """Take the progress bar away."""
        self.image_set.set_progress(key, None)

    def set_empty_text(self, text: str) -> None:
        """The sentence shown while there are no images at all."""
        self.grid.set_empty_text(text)

    @Slot()
    def invite_files(self) -> None:
        """Say while there are no images how to get some."""
        self.set_empty_text(self.tr("Drop a photo here, or open one, to compare."))

    # Looking ---------------------------------------------------------------------------------------

    @property
    def mode(self) -> ViewMode:
        """How the images are shown."""
        return self._mode

    def set_mode(self, mode: ViewMode | str) -> None:
        """Grid, wipe, blink or difference; the view stays where it is."""
        mode = ViewMode(mode)
        if mode != ViewMode.BLINK:
            self.set_blinking(False)
        if mode != self._mode:
            self._mode = mode
            self._stack.setCurrentIndex(list(ViewMode).index(mode))
            self._refresh()
            self.wipe.cross(self.state.regions.active_region)
            self.modeChanged.emit(mode.value)

    def toggle_mode(self, mode: ViewMode | str) -> None:
        """That mode, or the grid where it is that mode already."""
        self.set_mode(ViewMode.GRID if self._mode == ViewMode(mode) else mode)

    @property
    def reference(self) -> str:
        """Key of the image the others are compared with."""
        return self.image_set.reference

    @property
    def selected(self) -> str:
        """Key of the selected image."""
        return self.image_set.selected

    @Slot(str)
    def set_reference(self, key: str) -> None:
        """Choose the image that Space shows, the wipe has on its left, and differences are taken from."""
        self.image_set.set_reference(key)

    @Slot(str)
    def select(self, key: str) -> None:
        """Select an image: framed in the grid, shown in blink, on the right of the wipe."""
        self.image_set.select(key)

    def select_number(self, number: int) -> None:
        """Select the image with this number, counted from 1, as on its chip.

        In the grid it is then shown large, and once more with the same number the grid comes back.
        """
        if not 1 <= number <= len(self.image_set.images):
            return
        key = self.image_set.images[number - 1].key
        again = self._mode == ViewMode.BLINK and key == self.selected
        self.select(key)
        if again or self._mode == ViewMode.GRID:
            self.set_mode(ViewMode.GRID if again else ViewMode.BLINK)

    def set_reference_number(self, number: int) -> None:
        """Make the image with this number the reference."""
        if 1 <= number <= len(self.image_set.images):
            self.set_reference(self.image_set.images[number - 1].key)

    def next(self) -> None:
        """Select the next image."""
        self.image_set.step(1)

    def previous(self) -> None:
        """Select the image before."""
        self.image_set.step(-1)

    def hold_reference(self, on: bool) -> None:
        """Show the reference in every pane for as long as a key is held."""
        self._holding = on
        self._show_peek()

    @property
    def blinking(self) -> bool:
        """True while the selected image and the reference alternate by themselves."""
        return self._blinking

    @Slot(bool)
    def set_blinking(self, on: bool) -> None:
        """Alternate between the selected image and the reference, or stop."""
        if on:
            self.set_mode(ViewMode.BLINK)
        if on != self._blinking:
            self._blinking = on
            self.blink.set_beat(self.blink_bar.milliseconds() if on else 0)
            self.blink_bar.set_blinking(on)
            self._show_peek()

    def selected_pixels(self) -> Pixels | None:
        """The pixels of the selected image, None while there are none."""
        return next((image.pixels for image in self.images if image.key == self.selected), None)

    def fit(self) -> None:
        """Show the whole image."""
        self.state.fit()

    def set_scale(self, scale: float) -> None:
        """Zoom about the middle; 1.0 shows one image pixel on one device pixel."""
        self.state.zoom_to(scale)

    def zoom_steps(self, steps: int) -> None:
        """Zoom about the middle by half octaves."""
        self.state.zoom_to(stepped_scale(self.state.viewport.scale, steps))

    def centre_on(self, region: MarkedRegion, share: float = 0.5) -> None:
        """Bring a region to the middle, enlarged to fill this share of the pane."""
        state = self.state
        wanted = share * min(state.pane[0] / region.width, state.pane[1] / region.height)
        state.move_to(Viewport(wanted, region.x + region.width / 2, region.y + region.height / 2))
        self.wipe.cross(region)

    def chip_bottom(self) -> float:
        """How far the names of the pictures in sight reach down, in logical pixels; 0 without any."""
        return max((canvas.chip_bottom() for canvas in self._canvases() if canvas.isVisible()), default=0.0)

    @property
    def scale(self) -> float:
        """Device pixels per output pixel."""
        return self.state.viewport.scale

    @property
    def canvas_size(self) -> tuple[int, int]:
        """Width and height of the output, in which regions count."""
        return int(self.state.canvas[0]), int(self.state.canvas[1])

    def grab_view(self) -> QImage:
        """What is on screen, in device pixels."""
        pages = (self.grid, self.wipe, self.blink, self.difference)
        image = pages[self._stack.currentIndex()].grab().toImage()
        image.setDevicePixelRatio(1)  # one pixel of the picture is one dot of the screen
        return image

    # Regions ---------------------------------------------------------------------------------------

    @property
    def regions(self) -> tuple[MarkedRegion, ...]:
        """All regions, in canvas pixels."""
        return self.state.regions.regions

    def set_regions(self, regions: Iterable[MarkedRegion], active: int = -1) -> None:
        """Replace all regions; one undo step."""
        self.state.regions.replace_all(regions, active)

    @property
    def tool(self) -> str:
        """`"pan"` or `"region"`."""
        return self.state.tool

    @property
    def drawing_regions(self) -> bool:
        """True while the mouse draws regions instead of moving the image."""
        return self.tool == REGION_TOOL

    def set_region_tool(self, on: bool) -> None:
        """With the region tool the left button draws."""
        self.state.set_tool(REGION_TOOL if on else PAN_TOOL)

    def clear_tool(self) -> None:
        """Esc: give up the current drag, else the active region, else the tool, else the mode."""
        if any(canvas.overlay.cancel() for canvas in self._canvases()):
            return
        if self.state.regions.active >= 0:
            self.state.regions.activate(-1)
        elif self.tool != PAN_TOOL:
            self.state.set_tool(PAN_TOOL)
        else:
            self.set_mode(ViewMode.GRID)

    # Keys that are held or nudge -------------------------------------------------------------------

    def _take_event(self, event: QEvent) -> bool:
        """Claim the keys handled here before the window's shortcuts get them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            space = event.key() == Qt.Key.Key_Space and not event.modifiers()
            if space or wants_region_key(self.state, event):
                event.accept()
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space held shows the reference; arrows nudge the active region, or step through the images."""
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            if not event.isAutoRepeat():
                self.hold_reference(True)
        elif not (handle_region_key(self.state, event) or self._slide_or_step(event)):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space released: back to what was there."""
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.hold_reference(False)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key held while the focus goes is let go."""
        if self._holding:
            self.hold_reference(False)
        super().focusOutEvent(event)

    def _slide_or_step(self, event: QKeyEvent) -> bool:
        """Shift with left or right moves the wipe; up and down go through the images."""
        sliding = self._mode == ViewMode.WIPE and self.state.regions.active < 0
        across = arrow(event, Qt.KeyboardModifier.ShiftModifier)[0] if sliding else 0
        down = arrow(event)[1]
        if across:
            self.wipe.step(across)
        elif down:
            self.image_set.step(down)
        return bool(across or down)

    # Keeping the pages up to date ------------------------------------------------------------------

    def _canvases(self) -> list[Canvas]:
        return [*self.grid.image_panes, self.wipe, self.blink, *self.difference.panes]

    @Slot(object)
    def _adopt(self, canvas: Canvas) -> None:
        canvas.setFocusProxy(self)
        canvas.peeking = self._holding
        canvas.clicked.connect(self.select)
        canvas.clicked.connect(self.imageClicked)
        canvas.doubleClicked.connect(self._on_double_click)
        canvas.filesDropped.connect(self._on_files)
        canvas.menuRequested.connect(self.menuRequested)

    @Slot()
    def _refresh(self) -> None:
        self.grid.refresh()
        self.blink.refresh(self.image_set)
        self.wipe.refresh(self.image_set)
        for bar in (self.wipe_bar, self.blink_bar):
            bar.refresh(self.image_set)
        self.difference.refresh(active=self._mode == ViewMode.DIFFERENCE)
        self._show_peek()

    def _show_peek(self) -> None:
        image, pyramid = self.image_set.image(self.reference), self.image_set.pyramid(self.reference)
        peek = (image.label, pyramid) if self._holding and image is not None and pyramid is not None else None
        for canvas in self._canvases():
            canvas.peeking = self._holding
            if isinstance(canvas, Pane):
                canvas.set_peek(peek)
        self.wipe.set_peek(peek is not None)

    @Slot(str)
    def _show_progress(self, key: str) -> None:
        self.grid.show_progress(key)
        if key == self.selected:
            self.blink.set_progress(self.image_set.progress(key))

    @Slot()
    def _on_beat(self) -> None:
        other = self.image_set.image(self.reference)
        pyramid = self.image_set.pyramid(self.reference)
        if other is not None and pyramid is not None and not self._holding:
            self.blink.set_peek(None if self.blink.peeking_at else (other.label, pyramid))

    @Slot(str)
    def _on_double_click(self, key: str) -> None:
        if key:
            self.select(key)
            self.set_mode(ViewMode.GRID if self._mode == ViewMode.BLINK else ViewMode.BLINK)

    @Slot(str, list)
    def _on_files(self, key: str, paths: list[str]) -> None:
        self.filesDropped.emit(paths)
        self.filesDroppedOn.emit(key, paths)

    @Slot()
    def _on_cursor(self) -> None:
        point, canvas = self.state.cursor, self.state.hovered
        if point is None or not isinstance(canvas, Canvas):
            self.cursorMoved.emit(-1.0, -1.0, None)
            return
        self.cursorMoved.emit(point[0], point[1], canvas.colour_at(point))
