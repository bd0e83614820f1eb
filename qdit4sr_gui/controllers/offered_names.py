"""Names offered in save dialogs for what is made of one photo."""

from __future__ import annotations

from pathlib import Path

from qdit4sr_core.errors import VariantError
from qdit4sr_core.file_names import file_stem, offered_name, unique_stems
from qdit4sr_core.variant_text import read_variant
from qdit4sr_gui.state.workspace import Workspace


def photo_stem(workspace: Workspace) -> str:
    """The stem of names for the photo shown; photos of one name are told apart by numbers."""
    stems = unique_stems(Path(photo.name).stem for photo in workspace.photos)
    index = workspace.index(workspace.current)
    return stems[index] if index is not None else "qdit4sr"


def stem_of_pane(key: str) -> str:
    """A pane's key ("fp", "images:/a/folder", "lr") as part of a file name, never a path."""
    try:
        return read_variant(key).file_stem
    except VariantError:
        return file_stem(key)


def name_of_photo(workspace: Workspace, *parts: str, suffix: str) -> str:
    """The photo's stem and the parts, joined by dashes."""
    return offered_name(photo_stem(workspace), *parts, suffix=suffix)
