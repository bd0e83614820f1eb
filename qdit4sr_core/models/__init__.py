"""The DiT4SR transformer, its codecs, and how both are loaded."""

from .config import DiT4SRConfig
from .dit4sr import DiT4SR
from .registry import SuperResolutionModel, load_model

__all__ = ["DiT4SR", "DiT4SRConfig", "SuperResolutionModel", "load_model"]
