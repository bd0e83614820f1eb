"""Images come to the comparison view, as previews, results, errors and dropped files, and go."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.views.pane import Pane
from qdit4sr_gui.views.view_mode import ViewMode

from .view_gestures import (
    HEIGHT,
    LEFT,
    NO_KEYS,
    WIDTH,
    pane_of,
    photo,
)


def test_every_image_has_a_named_pane(view: ComparisonView) -> None:
    names = [pane.accessibleName() for pane in view.grid.panes]
    assert names == ["Full precision", "RTN W4A4", "Same again", "Input (LR)"]
    assert pane_of(view, "fp").accessibleDescription() == "Reference. 320 by 240 pixels. NIQE 4.10"
    for widget in (
        view,
        view.grid,
        view.wipe,
        view.difference,
        view.difference.kind_box,
        view.difference.legend,
    ):
        assert widget.accessibleName()


def test_a_chip_carries_the_headline_number(view: ComparisonView) -> None:
    view.set_headlines({"rtn": "PSNR 25.1 dB, added 5.8 dB"})
    pane = pane_of(view, "rtn")
    assert pane.image.chip_line == "PSNR 25.1 dB, added 5.8 dB"
    assert "25.1 dB" in pane.accessibleDescription()
    assert pane_of(view, "fp").image.chip_line == "NIQE 4.10"
    assert "added 5.8 dB" in view.wipe_bar.chip(1, "rtn").toolTip()


def test_dropped_files_arrive(view: ComparisonView) -> None:
    pane = pane_of(view, "lr")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/photos/a.png"), QUrl("https://example.org/b.png")])
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, LEFT, NO_KEYS)
    QApplication.sendEvent(pane, enter)
    assert enter.isAccepted()
    assert pane.drop_target
    drop = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, LEFT, NO_KEYS)
    seen: list[object] = []
    view.filesDropped.connect(seen.append)
    view.filesDroppedOn.connect(lambda key, paths: seen.append((key, paths)))
    QApplication.sendEvent(pane, drop)
    assert seen == [["/photos/a.png"], ("lr", ["/photos/a.png"])]
    assert not pane.drop_target


def test_preview_progress_result_and_error_of_one_pane(
    view: ComparisonView, images: list[ViewImage], settle: Callable[[], None]
) -> None:
    def give(image: ViewImage) -> Pane:
        view.set_images([images[0], image], (WIDTH, HEIGHT))
        settle()
        return pane_of(view, "rtn")

    pane = give(ViewImage("rtn", "RTN W4A4", hint="Not run yet"))
    assert pane.shown is None
    assert pane.accessibleDescription() == "Not run yet"
    view.set_progress("rtn", 3, 20, "step 3 of 20")
    view.set_preview("rtn", images[2].pixels)
    settle()
    assert pane.shown.pixel(4, 4) == tuple(images[2].pixels[4, 4])
    assert pane.accessibleDescription() == "step 3 of 20"
    view.set_images(images[:2], (WIDTH, HEIGHT))
    assert pane.shown.pixel(4, 4) == tuple(images[2].pixels[4, 4])  # no blank moment before the result
    assert pane.progress is None
    settle()
    assert pane.shown.pixel(4, 4) == tuple(images[1].pixels[4, 4])
    pane = give(ViewImage("rtn", "RTN W4A4", error="The file is damaged."))
    assert pane.shown is None
    assert pane.accessibleDescription() == "Failed: The file is damaged."


def test_unusable_pixels_are_an_error_in_their_pane_only(
    view: ComparisonView, images: list[ViewImage], settle: Callable[[], None]
) -> None:
    view.set_images([images[0], ViewImage("bad", "Bad", np.zeros((4, 4), np.uint8))], (WIDTH, HEIGHT))
    settle()
    assert "Failed" in pane_of(view, "bad").accessibleDescription()
    assert pane_of(view, "fp").shown is not None


def test_a_larger_canvas_keeps_the_apparent_view(view: ComparisonView, images: list[ViewImage]) -> None:
    lr = ViewImage("lr", "Input", photo(4, 80, 60))
    view.set_images([lr])
    view.set_scale(8.0)
    assert view.canvas_size == (80, 60)
    view.set_images([lr, ViewImage("fp", "Full precision", photo(5))])
    assert view.canvas_size == (WIDTH, HEIGHT)
    assert view.scale == 2.0


def test_no_images_again(view: ComparisonView) -> None:
    view.set_images([])
    assert view.grid.panes == [view.grid.empty]
    for mode in ViewMode:
        view.set_mode(mode)
        assert not view.grab_view().isNull()
