"""What numbers are measured against: the words that stand in values, sessions and tables."""

FULL_PRECISION = "full precision"
"""The full-precision output: how much quantization damaged."""
GROUND_TRUTH = "ground truth"
"""The user's own large photo: how well the picture was restored."""
