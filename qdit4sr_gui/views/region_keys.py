"""Arrow keys, also for the active region: nudge, with Shift by ten; with Ctrl stretch; Delete removes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from .view_state import ViewState

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
REMOVERS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
FAR = 10


def arrow(
    event: QKeyEvent, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> tuple[int, int]:
    """Where an arrow key held with just these modifiers points; (0, 0) for other keys.

    Arrows count as keys of the keypad on macOS, so that is no modifier here.
    """
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return ARROWS.get(Qt.Key(event.key()), (0, 0)) if held == modifiers else (0, 0)


def wants_region_key(state: ViewState, event: QKeyEvent) -> bool:
    """Would this key change the active region?"""
    if state.regions.active < 0 or not state.show_regions:
        return False
    allowed = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.key() in REMOVERS:
        return modifiers == Qt.KeyboardModifier.NoModifier
    return event.key() in ARROWS and not modifiers & ~allowed


def handle_region_key(state: ViewState, event: QKeyEvent) -> bool:
    """Change the active region; False when the key is not about it."""
    if not wants_region_key(state, event):
        return False
    if event.key() in REMOVERS:
        state.regions.remove(state.regions.active)
        return True
    step = FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
    dx, dy = ARROWS[Qt.Key(event.key())]
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        state.regions.stretch(dx * step, dy * step)
    else:
        state.regions.nudge(dx * step, dy * step)
    return True
