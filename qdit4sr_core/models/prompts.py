"""Captions and prompts of the published model: its default words, and captions from side files."""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import ImageError
from ..presence import file_is_there

# The default values of the published inference script's --added_prompt and --negative_prompt; the model's
# published results depend on these exact words.
ADDED_PROMPT = (
    "Cinematic, hyper sharpness, highly detailed, perfect without deformations, camera, hyper detailed "
    "photo - realistic maximum detail, 32k, Color Grading, ultra HD, extreme meticulous detailing, "
    "skin pore detailing. "
)
NEGATIVE_PROMPT = (
    "motion blur, noisy, dotted, bokeh, pointed, CG Style, 3D render, unreal engine, blurring, dirty, messy, "
    "worst quality, low quality, frames, watermark, signature, jpeg artifacts, deformed, lowres, chaotic"
)
FOCUS_WORDS = (
    "focus", "focal", "prominent", "close-up", "black and white",
    "blur", "depth", "dense", "locate", "position",
)  # fmt: skip
"""Sentences of a caption that contain one of these are dropped: they describe the camera, not the scene."""
MAX_CAPTION_BYTES = 64 * 1024


def without_focus_sentences(caption: str) -> str:
    """The caption without sentences that speak of focus, blur or position (any case, also inside words)."""
    sentences = re.findall(r"[^.?!]*[.?!]|[^.?!]+$", caption)
    kept = [s for s in sentences if not any(word in s.lower() for word in FOCUS_WORDS)]
    return "".join(kept).strip()


def full_prompt(caption: str) -> str:
    """What is encoded for a caption: its filtered sentences, a space, and the published quality words."""
    return f"{without_focus_sentences(caption)} {ADDED_PROMPT}"


def caption_file(image: Path, folder: Path | None = None) -> Path | None:
    """The text file with the image's own name, in `folder`, beside the image, or in a `captions/` beside it.

    Pairing is by name. (The published script pairs two sorted listings by position, which shifts every
    caption when one is missing.)
    """
    folders = [folder] if folder is not None else [image.parent, image.parent / "captions"]
    for candidate in folders:
        for name in (f"{image.name}.txt", f"{image.stem}.txt"):
            if file_is_there(candidate / name):
                return candidate / name
    return None


def caption_for(image: Path | None, folder: Path | None = None) -> str:
    """The caption from an image's side file, "" without one. Raises `ImageError` for an unusable file."""
    path = caption_file(image, folder) if image is not None else None
    if path is None:
        return ""
    try:
        if path.stat().st_size > MAX_CAPTION_BYTES:
            raise ImageError(f"{path} is too long for a caption; keep it under 64 KiB.")
        return " ".join(path.read_text(encoding="utf-8-sig").split())
    except (OSError, UnicodeDecodeError) as error:
        raise ImageError(f"{path} could not be read as a caption in UTF-8 ({error}).") from error
