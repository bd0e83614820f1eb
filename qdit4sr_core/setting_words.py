"""Words that settings may take, and defaults; torch-free, so that the command line can list them."""

from typing import Literal, get_args

ColorFix = Literal["adain", "wavelet", "none"]
COLOR_FIXES: tuple[ColorFix, ...] = get_args(ColorFix)
Solver = Literal["euler", "adams"]
"""How the flow is integrated; the published script: euler."""
SOLVERS: tuple[Solver, ...] = get_args(Solver)
KeyMode = Literal["legacy", "fixed"]
"""How the published models make keys of the low-resolution photo."""
KEY_MODES: tuple[KeyMode, ...] = get_args(KeyMode)

DEFAULT_METRICS = ("psnr", "ssim", "stlpips", "texture_lost", "texture_added")
"""What the window, comparisons and evaluations show where nobody chose; each only where its weights are."""
