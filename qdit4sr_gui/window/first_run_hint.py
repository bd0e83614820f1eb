"""A bar over the panes that says, once, how to begin."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from qdit4sr_core.errors import VariantError
from qdit4sr_core.variant_text import FULL_PRECISION_TEXT, SHOWN_BESIDE, read_variant
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.banner import Banner
from qdit4sr_gui.widgets.controls import name_control


class FirstRunHint(Banner):
    """Says what F5, dropping a photo and F1 do, once there is a photo; `dismissed` when closed."""

    dismissed = Signal()
    runWanted = Signal()

    def __init__(self, workspace: Workspace, due: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._due = workspace, due
        self._aside = False
        run = QPushButton(tr("Run"))
        run.setDefault(True)
        run.clicked.connect(self.runWanted)
        run.clicked.connect(self.dismissed)
        name_control(run, tr("Run the photo shown"))
        close = QPushButton(tr("Got it"))
        close.clicked.connect(self.dismissed)
        name_control(close, tr("Close this hint"))
        self.add(run, close)
        workspace.photos_changed.connect(self._show, max_args=0)
        workspace.variants_changed.connect(self._show, max_args=0)
        workspace.replaced.connect(self.leave, max_args=0)
        self._show()

    @Slot()
    def leave(self) -> None:
        """Hide for the rest of this program run: a run has begun, or a session tells more."""
        self._due = False
        self._show()

    @Slot(bool)
    def stand_aside(self, aside: bool) -> None:
        """Hide as long as another line over the panes is more urgent."""
        if aside != self._aside:
            self._aside = aside
            self._show()

    def _show(self) -> None:
        self.text.setText(hint_text(self._workspace.specs))
        self.setVisible(self._due and not self._aside and bool(self._workspace.photos))


def hint_text(specs: Sequence[str]) -> str:
    """What Run will do with these variants, and what else there is to know at the start."""
    ready, more = tr("A photo is ready."), tr("Drop a photo of your own any time; F1 lists all keys.")
    return " ".join((ready, _what_runs(specs), more))


def _what_runs(specs: Sequence[str]) -> str:
    try:
        read = [read_variant(spec) for spec in specs if spec not in (FULL_PRECISION_TEXT, *SHOWN_BESIDE)]
    except VariantError:
        read = []
    kinds, bits = {one.kind for one in read}, {one.weight_bits for one in read}
    if FULL_PRECISION_TEXT not in specs or not kinds or not kinds <= {"method", "artifact"}:
        return tr("Run upscales it with every variant that is ticked at the left.")
    alike = bits.pop() if len(bits) == 1 else None
    if alike is None:
        return tr(
            "Run upscales it with the full-precision model and with quantized versions of it ({count}), "
            "then shows where they differ.",
            count=len(read),
        )
    return tr(
        "Run upscales it with the full-precision model and with {bits}-bit versions of it ({count}), "
        "then shows where they differ.",
        bits=alike,
        count=len(read),
    )
