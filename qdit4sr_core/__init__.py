"""Q-DiT4SR: quantization of diffusion-transformer super-resolution, and what it does to texture."""

import logging

__version__ = "0.1.0"

logging.getLogger(__name__).addHandler(logging.NullHandler())  # who wants the log attaches a handler
