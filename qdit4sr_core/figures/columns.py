"""How many crops stand side by side: never so many that one is under an inch wide."""

from __future__ import annotations

NARROWEST = 72.0
"""Points."""
GUTTER = 3.0
"""Points between crops."""


def fitting_columns(wanted: int | None, panels: int, points: float, gutter: float) -> int:
    """Columns for `panels` crops on `points` of width, evenly filled rows; at least one.

    `wanted` is what the user asked for: fewer are kept, more are cut to what fits.
    """
    fit = max(1, int((points + gutter) // (NARROWEST + gutter)))
    if wanted is not None:
        return max(1, min(wanted, fit, panels))
    rows = -(-panels // fit)
    return -(-panels // rows)
