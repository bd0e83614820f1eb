"""What a layout is, and the layout of a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from ..metrics.regions import Region
from .layout_rows import CropRow
from .options import FigureOptions
from .panel import Panel
from .scene import Scene


@dataclass(frozen=True, eq=False)
class Content:
    """What a layout arranges: the panels to show, and the regions in pixels of the largest panel."""

    panels: tuple[Panel, ...]
    regions: tuple[Region, ...]
    options: FigureOptions
    every_panel: tuple[Panel, ...]
    """Also those that are not shown as columns, under their own names."""


@dataclass(frozen=True)
class Layout:
    """One arrangement, as its file in `layouts/` describes it."""

    scene: Callable[[Content], Scene]
    """Arranges one photo. May raise `FigureError`."""
    photos_scene: Callable[[Sequence[CropRow], FigureOptions], Scene] | None = None
    """Arranges several photos, a row each; None for a layout of one photo."""
    needs_region: bool = True
    """Where no region is drawn, the place where the variants differ most is chosen."""

    @property
    def shows_photos(self) -> bool:
        """Whether all photos of a session are shown, not one."""
        return self.photos_scene is not None


def layout_of(name: str) -> Layout:
    """The layout of one of `layout_names.LAYOUTS`."""
    found: Layout = import_module(f"{__package__}.layouts.{name.replace('-', '_')}").LAYOUT
    return found
