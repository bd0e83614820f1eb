"""Sessions: everything a user has on the screen as one document and one file, without Qt."""

from ..measured_against import FULL_PRECISION, GROUND_TRUTH
from .comparison_folder import comparison_files, has_photo, session_from_comparison
from .document import (
    EmbeddedImage,
    ImageReference,
    SavedPhoto,
    SavedResult,
    SavedView,
    Session,
)
from .figure import KINDS, session_figure, session_panels
from .file import load_session, save_session
from .usable_sampling import usable_sampling

__all__ = [
    "FULL_PRECISION",
    "GROUND_TRUTH",
    "KINDS",
    "EmbeddedImage",
    "ImageReference",
    "SavedPhoto",
    "SavedResult",
    "SavedView",
    "Session",
    "comparison_files",
    "has_photo",
    "load_session",
    "save_session",
    "session_figure",
    "session_from_comparison",
    "session_panels",
    "usable_sampling",
]
