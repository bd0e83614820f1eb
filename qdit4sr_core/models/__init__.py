"""The DiT4SR transformer, its codecs, and how both are loaded."""

from .config import DiT4SRConfig
from .dit4sr import DiT4SR
from .registry import load_model
from .super_resolution_model import SuperResolutionModel

__all__ = ["DiT4SR", "DiT4SRConfig", "SuperResolutionModel", "load_model"]
