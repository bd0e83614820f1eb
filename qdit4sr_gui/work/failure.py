"""What a person is told of an error."""

from __future__ import annotations

from qdit4sr_core.errors import QDiT4SRError, system_sentence
from qdit4sr_gui.style.translation import tr


def sentence_of(error: BaseException) -> str:
    """One sentence: the error's own, the operating system's, or that something went wrong that should not."""
    if isinstance(error, QDiT4SRError):
        return str(error)
    if isinstance(error, OSError):
        return system_sentence(error)
    return tr(
        "Something went wrong that should not: {error}. What you have is still there; the details help to "
        "mend it.",
        error=f"{type(error).__name__}: {error}".rstrip(".: "),
    )
