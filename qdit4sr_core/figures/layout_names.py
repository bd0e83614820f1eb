"""The names of the layouts, without loading any: those of the files in `layouts/`."""

from __future__ import annotations

from pathlib import Path
from pkgutil import iter_modules

LAYOUTS = tuple(
    sorted(module.name.replace("_", "-") for module in iter_modules([str(Path(__file__).parent / "layouts")]))
)
"""Values of `FigureOptions.layout`: `overview-left` for `layouts/overview_left.py`."""
