"""Errors a user can act on: each is one sentence saying what was wrong, with what, and what to do."""


class QDiT4SRError(Exception):
    """Base of every error meant for the user; the command line prints it and exits with 2."""


class ImageError(QDiT4SRError):
    """A file is not an image we can read, or an image is unusable."""


class CheckpointError(QDiT4SRError):
    """A model folder or weight file is missing, damaged or does not fit the architecture."""


class VariantError(QDiT4SRError):
    """A variant or quantization setting is unknown or contradictory."""


class ArtifactError(QDiT4SRError):
    """A quantized file is truncated, altered, or made for another model."""


class RegionError(QDiT4SRError):
    """A region does not lie inside the image, or is too small for what was asked."""


class MetricUnavailableError(QDiT4SRError):
    """A metric cannot be computed here; the message says why and what would make it possible."""


class OutputError(QDiT4SRError):
    """A result could not be written."""


class FigureError(QDiT4SRError):
    """A figure option is unknown, or a figure has nothing to show."""


class SessionError(QDiT4SRError):
    """A session file is damaged, too new, or not a session."""


class Cancelled(QDiT4SRError):
    """The user cancelled a running job. Nothing half written is left behind."""

    def __init__(self, message: str = "Cancelled.") -> None:
        super().__init__(message)


class SettingsError(QDiT4SRError):
    """A sampling setting is out of range, or an option contradicts another."""


def reason(error: OSError) -> str:
    """What the operating system said, without number and path: "Permission denied"."""
    return error.strerror or " ".join(str(error).split()) or type(error).__name__


def unreadable(what: object, error: OSError) -> str:
    """A sentence for a file or folder that cannot be read."""
    return f"{what} could not be read: {reason(error)}."


def unwritable(what: object, error: OSError) -> str:
    """A sentence for a file or folder that cannot be written."""
    return f"{what} could not be written: {reason(error)}."


def unforeseen(error: Exception) -> str:
    """A sentence for an error that nobody foresaw; its traceback belongs into the log."""
    return f"Failed unexpectedly: {type(error).__name__}: {error}"


def system_sentence(error: OSError) -> str:
    """A refusal of the operating system as one sentence that names the file, where it names one."""
    names = [str(name) for name in (error.filename, error.filename2) if name not in (None, -1)]
    if names:
        return f"{' -> '.join(names)} could not be used: {reason(error)}."
    return f"The operating system refused: {reason(error)}."
