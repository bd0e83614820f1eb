"""Which layers of a transformer are quantized."""

BLOCKS = "transformer_blocks."


def is_target(name: str) -> bool:
    """Whether a linear of this name is quantized: those inside blocks, never embedders or the output."""
    return name.startswith(BLOCKS)


def is_modulation(name: str) -> bool:
    """Whether a layer makes adaLN modulation: many weights, but one input token an image."""
    return name.rsplit(".", 2)[-2].startswith("norm")
