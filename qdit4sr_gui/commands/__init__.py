"""The window's commands by menu; importing this package registers them all."""

from . import files, edit, runs, views, measure, export, help  # noqa: F401, I001  (the order is the menus')
