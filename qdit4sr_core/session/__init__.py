"""Sessions: everything a user has on the screen as one document and one file, without Qt."""

from .document import (
    FULL_PRECISION,
    GROUND_TRUTH,
    EmbeddedImage,
    ImageReference,
    SavedPhoto,
    SavedResult,
    SavedView,
    Session,
)
from .figure import session_figure
from .file import SUFFIX, load_session, save_session

__all__ = [
    "FULL_PRECISION",
    "GROUND_TRUTH",
    "SUFFIX",
    "EmbeddedImage",
    "ImageReference",
    "SavedPhoto",
    "SavedResult",
    "SavedView",
    "Session",
    "load_session",
    "save_session",
    "session_figure",
]
