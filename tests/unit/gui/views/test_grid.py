"""Where panes go, and how an image layer paints them."""

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from qdit4sr_gui.state.pyramid import build_pyramid
from qdit4sr_gui.state.viewport import Viewport
from qdit4sr_gui.views.grid import Grid, best_columns
from qdit4sr_gui.views.image_layer import MARGIN, ImageLayer


@pytest.mark.parametrize(
    ("count", "size", "aspect", "columns"),
    [(1, (900, 600), 1.5, 1), (2, (1600, 600), 1.0, 2), (2, (600, 1600), 1.0, 1), (4, (1280, 800), 1.5, 2)],
)
def test_columns_that_show_the_most(count: int, size: tuple[int, int], aspect: float, columns: int) -> None:
    assert best_columns(count, *size, aspect) == columns


def test_panes_keep_their_places_when_a_bar_comes(qtbot: QtBot) -> None:
    """A little less height would be shown a little larger in other rows; a lot less is worth the change."""
    width, height = next(
        (800, h) for h in range(500, 1000) if best_columns(5, 800, h, 1.0) != best_columns(5, 800, h - 1, 1.0)
    )
    grid = Grid()
    qtbot.addWidget(grid)
    grid.set_panes([QWidget() for _ in range(5)])
    grid.resize(width, height)
    grid.show()
    before = grid.columns
    for change in (-1, -20, 15, -15, 0):
        grid.resize(width, height + change)
        assert grid.columns == before
    grid.resize(width, height // 2)
    assert grid.columns == best_columns(5, width, height // 2, 1.0) != before


def test_the_gaps_of_another_arrangement_are_drawn_anew(qtbot: QtBot) -> None:
    """Also beside a last row that is not full, where neither the old panes nor the new ones are."""
    painted = QRegion()

    class Watched(Grid):
        def paintEvent(self, event: QPaintEvent) -> None:
            nonlocal painted
            painted += event.region()
            super().paintEvent(event)

    grid = Watched()
    qtbot.addWidget(grid)
    grid.set_panes([QWidget() for _ in range(5)])
    grid.resize(800, 700)
    grid.show()
    qtbot.waitExposed(grid)
    QApplication.processEvents()
    painted = QRegion()
    grid.set_aspect(1.6)
    QApplication.processEvents()
    covered = QRegion(grid.rect())
    for pane in grid.panes:
        covered -= QRegion(pane.geometry())
    assert (covered - painted).isEmpty()


def test_panes_stand_as_before_when_another_photo_was_shown(qtbot: QtBot) -> None:
    """A bar that is gone for a moment, as on the way back, does not put them elsewhere."""
    width, height = next(
        (800, h) for h in range(500, 1000) if best_columns(5, 800, h, 1.0) != best_columns(5, 800, h - 1, 1.0)
    )
    grid = Grid()
    qtbot.addWidget(grid)
    grid.set_panes([QWidget() for _ in range(5)])
    grid.resize(width, height - 1)
    grid.show()
    before = grid.columns
    grid.set_aspect(2.5)
    grid.resize(width, height)
    grid.set_aspect(1.0)
    assert grid.columns == before


@pytest.mark.parametrize("size", [(801, 603), (1280, 777), (320, 200)])
def test_panes_have_one_size_and_do_not_overlap(qtbot: QtBot, size: tuple[int, int]) -> None:
    grid = Grid()
    qtbot.addWidget(grid)
    panes = [QWidget() for _ in range(5)]
    grid.set_panes(panes)
    grid.resize(*size)
    grid.show()
    assert len({(pane.width(), pane.height()) for pane in panes}) == 1
    for index, pane in enumerate(panes):
        assert grid.rect().contains(pane.geometry())
        assert not any(pane.geometry().intersects(other.geometry()) for other in panes[:index])


def paint(
    layer: ImageLayer, view: Viewport, canvas: tuple[float, float], pane: tuple[int, int]
) -> np.ndarray:
    image = QImage(*pane, QImage.Format.Format_RGB32)
    image.fill(0)
    placement = layer.placement(view, canvas, pane)
    layer.prepare(placement, pane, 0, grid=False)
    painter = QPainter(image)
    layer.paint(painter, placement, pane, 1.0)
    painter.end()
    return np.array(image.constBits()).reshape(pane[1], pane[0], 4)[..., 2::-1]


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (300, 400, 3), dtype=np.uint8)


def test_one_to_one_is_exact(qapp: object, pixels: np.ndarray) -> None:
    layer = ImageLayer(build_pyramid(pixels))
    shown = paint(layer, Viewport(1.0, 200, 150), (400, 300), (100, 80))
    assert (shown == pixels[110:190, 150:250]).all()


@pytest.mark.parametrize("compact", [False, True])
def test_enlargement_is_nearest_neighbour(qapp: object, pixels: np.ndarray, compact: bool) -> None:
    layer = ImageLayer(build_pyramid(pixels, compact))
    shown = paint(layer, Viewport(4.0, 200, 150), (400, 300), (120, 80))
    assert (shown == pixels[140:160, 185:215].repeat(4, axis=0).repeat(4, axis=1)).all()


@pytest.mark.parametrize("scale", [0.31, 0.77, 1.0, 1.41, 2.83, 16.0])
def test_panning_with_the_cache_paints_the_same_as_without(
    qapp: object, pixels: np.ndarray, scale: float
) -> None:
    canvas, pane = (400.0, 300.0), (90, 70)
    pyramid = build_pyramid(pixels)
    kept = ImageLayer(pyramid)
    view = Viewport(scale, 120, 90)
    kept.prepare(kept.placement(view, canvas, pane), pane, MARGIN, grid=False)
    for _ in range(12):
        view = view.panned(-31, -17).clamped(canvas, pane)
        reused = paint(kept, view, canvas, pane).astype(int)
        fresh = paint(ImageLayer(pyramid), view, canvas, pane)
        difference = np.abs(reused - fresh).max(axis=2)
        if scale < 2:  # interpolated: rounding of one level
            assert difference.max() <= 1
        else:  # at a fractional scale one row may belong to either of two pixels
            assert (difference > 0).mean() <= 0.02


def test_a_small_image_covers_the_same_place(qapp: object) -> None:
    small = np.zeros((30, 40, 3), np.uint8)
    small[10, 20] = 255
    large = small.repeat(10, axis=0).repeat(10, axis=1)
    view = Viewport(1.0, 205, 105)
    first = paint(ImageLayer(build_pyramid(small)), view, (400, 300), (60, 60))
    second = paint(ImageLayer(build_pyramid(large)), view, (400, 300), (60, 60))
    assert (first == second).all()
    assert first.max() == 255


def test_reserve_shrinks_while_panning(qapp: object) -> None:
    layer = ImageLayer(build_pyramid(np.zeros((2000, 2000, 3), np.uint8)))
    canvas, pane, view = (2000.0, 2000.0), (100, 100), Viewport(1.0, 1000, 1000)
    layer.prepare(layer.placement(view, canvas, pane), pane, MARGIN, grid=False)
    assert layer.reserve(layer.placement(view, canvas, pane), pane) == MARGIN
    moved = layer.placement(view.panned(-100, 0), canvas, pane)
    assert layer.reserve(moved, pane) == MARGIN - 100
    assert not layer.prepare(moved, pane, 0, grid=False)
    assert layer.reserve(layer.placement(Viewport(2.0, 1000, 1000), canvas, pane), pane) == 0
