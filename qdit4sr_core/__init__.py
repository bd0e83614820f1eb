"""Q-DiT4SR: quantization of diffusion-transformer super-resolution, and what it does to texture.

What most programs need is here; it is imported when it is first used, so that `import qdit4sr_core` is quick.
"""

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .version import __version__ as __version__

if TYPE_CHECKING:
    from .compare import compare
    from .images import load_image, save_png
    from .models.checkpoint import load_transformer
    from .models.registry import load_model
    from .quantize import quantize
    from .quantize.artifact.format import load_artifact, save_artifact
    from .quantize.variants import parse_variants

__all__ = [
    "compare",
    "load_artifact",
    "load_image",
    "load_model",
    "load_transformer",
    "parse_variants",
    "quantize",
    "save_artifact",
    "save_png",
]

_HOMES = {
    "load_artifact": "quantize.artifact.format",
    "load_image": "images",
    "load_model": "models.registry",
    "load_transformer": "models.checkpoint",
    "parse_variants": "quantize.variants",
    "save_artifact": "quantize.artifact.format",
    "save_png": "images",
}
_CALLED_AS_THEIR_MODULE = ("compare", "quantize")

logging.getLogger(__name__).addHandler(logging.NullHandler())  # who wants the log attaches a handler


def __getattr__(name: str) -> Any:
    """Import a public function at its first use."""
    if name in _CALLED_AS_THEIR_MODULE:
        return import_module(f".{name}", __name__)
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
