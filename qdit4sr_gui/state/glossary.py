"""The program's words and what they mean: one sentence each, for tooltips and the page in the Help menu."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word, how it is found in a text, what it means, and the picture that shows it."""

    word: str
    pattern: str
    meaning: str
    picture: str = ""
    caption: str = ""


TERMS = (
    Term(
        "Full precision",
        r"\bfull precision\b",
        "The model as it was trained, with 16 or 32 bits for every number. All other variants are compared "
        "with what it makes of the photo from the same noise.",
    ),
    Term(
        "W4A4",
        r"\bW\d+A\d+\b",
        "Weights in 4 bits and activations (the numbers that flow through the model) in 4 bits: 16 values "
        "are left for each. Fewer bits make the model smaller, and damage the picture.",
        "crops.png",
        "The same leaves by full precision, RTN W4A4 and Q-DiT4SR W4A4: RTN adds false grain.",
    ),
    Term(
        "RTN",
        r"\bRTN\b",
        "Round to nearest: every number goes to the nearest value that the bits leave. The simplest "
        "quantizer, and the one to beat.",
    ),
    Term(
        "Rotation",
        r"\b(QuaRot|ConvRot|ViDiT-Q|[Rr]otation)\b",
        "Before rounding, the channels of a layer are mixed by an orthogonal matrix, and the weights undo "
        "it. A few large values no longer force a coarse grid upon all others.",
        "rotation.png",
        "Sixty-four channels of one token before and after rotation: the large one is spread over all.",
    ),
    Term(
        "SVDQuant",
        r"\bSVDQuant\b",
        "Large values move from activations into weights, and a small branch of low rank in high precision "
        "carries what 4 bits cannot.",
    ),
    Term(
        "Q-DiT4SR",
        r"\bQ-DiT4SR\b",
        "Keeps texture by low-rank parts of each layer, one for the whole and one for each block, and gives "
        "more bits to the layers and sampling steps that need them.",
    ),
    Term(
        "Texture change",
        r"\b[Tt]exture (change|lost|added)\b",
        "Energy of fine detail around each pixel against the reference, in dB. Lost is smoothed away, added "
        "is grain that was never there; both are damage. 6 dB is twice the amplitude, or half.",
        "change.png",
        "RTN W4A4, and its texture change over the photo: orange where grain was added.",
    ),
    Term(
        "Reference",
        r"\b[Rr]eference\b",
        "What numbers are measured against: full precision tells the damage by quantization, the ground "
        "truth tells how good the restoration is.",
    ),
    Term(
        "Simulated",
        r"\b[Ss]imulated\b",
        "Low-bit products were computed in floating point with the same rounding. The picture is right; the "
        "time says nothing about the speed of a real low-bit kernel.",
    ),
    Term(
        "Kernel",
        r"\b[Kk]ernel\b",
        "Low-bit products were computed with integers by the program's own code for this processor; the time "
        "is real. int8 in its place means the integer products of torch.",
    ),
    Term(
        "PSNR",
        r"\bPSNR\b",
        "Pixel error in dB, higher is better: above 40 dB differences are hard to see, below 30 they show.",
    ),
    Term("SSIM", r"\bSSIM\b", "Likeness of local structure, 1 is the same."),
    Term(
        "ST-LPIPS",
        r"\bST-LPIPS\b",
        "Distance as a trained network sees it, tolerant of small shifts; 0 is the same, lower is better.",
    ),
)


def explained(text: str) -> list[Term]:
    """The terms that occur in a text, in the order of `TERMS`."""
    return [term for term in TERMS if re.search(term.pattern, text)]
