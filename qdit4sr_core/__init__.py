"""Q-DiT4SR: quantization of diffusion-transformer super-resolution, and what it does to texture."""

__version__ = "0.1.0"
