"""Why there is no number: a code for programs, a text for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..errors import MetricUnavailableError, RegionError

NOT_AVAILABLE = "n/a"
"""What stands in place of a number, where there is no room for the reason."""
PATTERN = f"{NOT_AVAILABLE}: {{reason}}"
"""What stands there with the reason, for translators."""


class Reason(StrEnum):
    """What keeps a value from being computed. The value is what files hold."""

    NO_REFERENCE = "no_reference"
    REGION_TOO_SMALL = "region_too_small"
    FLAT_REFERENCE = "flat_reference"
    UNDEFINED = "undefined"
    NOT_WHILE_DRAGGING = "not_while_dragging"
    NOT_INSTALLED = "not_installed"
    WEIGHTS_MISSING = "weights_missing"
    WEIGHTS_DAMAGED = "weights_damaged"
    WEIGHTS_UNSAFE = "weights_unsafe"
    FAILED = "failed"
    VARIANT_FAILED = "variant_failed"
    NO_BASIS = "no_basis"
    NO_FULL_PRECISION = "no_full_precision"
    NO_TRAJECTORY = "no_trajectory"
    OTHER = "other"


TEXTS: dict[Reason, str] = {
    Reason.NO_REFERENCE: "no reference",
    Reason.REGION_TOO_SMALL: "region under {detail} px",
    Reason.FLAT_REFERENCE: "the reference is flat here",
    Reason.UNDEFINED: "{detail} is undefined for this image",
    Reason.NOT_WHILE_DRAGGING: "{detail} is not computed while dragging",
    Reason.NOT_INSTALLED: "{detail} is not installed (pip install {detail})",
    Reason.WEIGHTS_MISSING: "weights not downloaded: {detail}",
    Reason.WEIGHTS_DAMAGED: "{detail} is damaged or another file; delete it and download it again",
    Reason.WEIGHTS_UNSAFE: "{detail} is not read: it holds more than weights and could run code",
    Reason.FAILED: "{detail}",
    Reason.VARIANT_FAILED: "the variant failed",
    Reason.NO_BASIS: "no {detail} among the variants",
    Reason.NO_FULL_PRECISION: "full precision has not run yet",
    Reason.NO_TRAJECTORY: "run full precision and the variants in one go",
    Reason.OTHER: "{detail}",
}
"""One short text a reason."""


@dataclass(frozen=True)
class NotAvailable:
    """One missing number: the reason, and what its text names (a side in pixels, a file, a metric)."""

    reason: Reason
    detail: str = ""

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The reason alone: "region under 96 px"; `translate` is given the text with `{detail}` in it."""
        return translate(TEXTS[self.reason]).replace("{detail}", self.detail)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """What stands where the number would: "n/a: region under 96 px"."""
        return translate(PATTERN).replace("{reason}", self.sentence(translate))

    def __str__(self) -> str:
        return self.text()

    def to_json(self) -> dict[str, str]:
        """What a file holds: the code, the detail, and the sentence for people who read the file."""
        return {"code": self.reason.value, "detail": self.detail, "text": self.text()}

    @classmethod
    def restored(cls, text: str, code: str | None = None, detail: str = "") -> NotAvailable:
        """The reason that a file holds. A file of another version may hold the sentence alone."""
        if code not in set(Reason):
            return cls(Reason.OTHER, text.removeprefix(f"{NOT_AVAILABLE}: "))
        return cls(Reason(code), detail)

    @classmethod
    def from_json(cls, value: object) -> NotAvailable:
        """The reverse of `to_json`; takes the sentence alone too."""
        if not isinstance(value, Mapping):
            return cls.restored(str(value))
        text, code, detail = (str(value.get(key, "")) for key in ("text", "code", "detail"))
        return cls.restored(text, code, detail)


class NoValueError(MetricUnavailableError):
    """A metric has no value here; `why` says why not."""

    def __init__(self, reason: Reason, detail: str | int = "") -> None:
        self.why = NotAvailable(reason, str(detail))
        super().__init__(str(self.why))


def why_of(error: Exception) -> NotAvailable:
    """The reason that an error gives: its own, or its sentence."""
    return error.why if isinstance(error, NoValueError) else NotAvailable(Reason.FAILED, str(error))


class UnmeasurableRegionError(NoValueError, RegionError):
    """A region in which a metric has no value: too small, or without texture in the reference."""
