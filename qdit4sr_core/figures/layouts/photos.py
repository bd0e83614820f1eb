"""Several photos: a row a photo, a column a variant. Of one photo alone it is the grid."""

from __future__ import annotations

from ..layout import Layout
from ..layout_rows import rows_scene
from .grid import grid_scene

LAYOUT = Layout(lambda content: grid_scene(content.panels, content.regions, content.options), rows_scene)
