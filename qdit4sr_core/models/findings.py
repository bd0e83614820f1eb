"""What a check of a model folder can find: codes for programs, one text a code for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

Status = Literal["ok", "note", "missing"]


class Subject(StrEnum):
    """What was looked at; the value is its name in a list."""

    NANO = "nano"
    TRANSFORMER = "transformer"
    ARCHITECTURE = "architecture"
    KEY_MODE = "key mode"
    VALUES = "values"
    BASE = "SD3.5 folder"
    VAE = "VAE"
    TEXT = "text input"
    PACKAGES = "packages"
    MEMORY = "memory"
    ARTIFACT = "artifact"
    PRECISION = "precision"


class Code(StrEnum):
    """What was found, or what to do about it. The value is what `--json` prints."""

    NANO_COMPLETE = "nano_complete"
    TENSORS = "tensors"
    BLOCKS = "blocks"
    LEGACY_KEYS = "legacy_keys"
    FIXED_KEYS = "fixed_keys"
    UNLIKELY_LEGACY_KEYS = "unlikely_legacy_keys"
    UNLIKELY_FIXED_KEYS = "unlikely_fixed_keys"
    FINITE = "finite"
    NO_BASE = "no_base"
    NAME_BASE = "name_base"
    VAE_TENSORS = "vae_tensors"
    NO_TEXT_TAKEN = "no_text_taken"
    EMBEDDINGS = "embeddings"
    ENCODERS = "encoders"
    ENCODERS_WITHOUT_T5 = "encoders_without_t5"
    CAPTION_FILES = "caption_files"
    NULL_EMBEDDINGS = "null_embeddings"
    NO_TEXT_FOUND = "no_text_found"
    PACKAGES_MISSING = "packages_missing"
    MEMORY = "memory"
    CAPTION_MEMORY = "caption_memory"
    FREE_MEMORY = "free_memory"
    TOO_LITTLE_MEMORY = "too_little_memory"
    ARTIFACT_MEMORY = "artifact_memory"
    BFLOAT16 = "bfloat16"
    PROBLEM = "problem"


TEXTS: dict[Code, str] = {
    Code.NANO_COMPLETE: "{name}: a complete nano model, nothing else is needed",
    Code.TENSORS: "{count} tensors ({types}), {size}, {layout}",
    Code.BLOCKS: "{blocks} blocks ({dual} with a second attention), width {width}, {heads} heads, "
    "latents of {channels} channels",
    Code.LEGACY_KEYS: "legacy: LR keys are the noise keys normalised twice (dit4sr_q, dit4sr_f)",
    Code.FIXED_KEYS: "fixed: LR keys are made by to_k_control (dit4sr_r1)",
    Code.UNLIKELY_LEGACY_KEYS: "key mode 'legacy' was asked for, but the weights look like 'fixed' "
    "(to_k_control is trained); results may be wrong",
    Code.UNLIKELY_FIXED_KEYS: "key mode 'fixed' was asked for, but the weights look like 'legacy' "
    "(to_k_control is all zero); results may be wrong",
    Code.FINITE: "every tensor was read and is finite",
    Code.NO_BASE: "no Stable Diffusion 3.5 folder was found beside the model",
    Code.NAME_BASE: "give it with --base",
    Code.VAE_TENSORS: "{folder}: {count} tensors, {size}, {layout}; scale {scale}, shift {shift}",
    Code.NO_TEXT_TAKEN: "this model takes no text",
    Code.EMBEDDINGS: "cached embeddings in {file}",
    Code.ENCODERS: "CLIP-L, CLIP-G and T5",
    Code.ENCODERS_WITHOUT_T5: "CLIP-L and CLIP-G; without T5 its tokens are zero",
    Code.CAPTION_FILES: "captions come from a photo's .txt file",
    Code.NULL_EMBEDDINGS: "no text encoders; the NULL embeddings are used: no captions, no guidance ({file})",
    Code.NO_TEXT_FOUND: "no text encoders and no NULL embeddings; zeros are used, and quality will suffer",
    Code.PACKAGES_MISSING: "not installed: {names}; run pip install 'qdit4sr[published]'",
    Code.MEMORY: "about {peak} in {dtype} on {device}: transformer {transformer}, VAE {codec}, "
    "sampling {activations}",
    Code.CAPTION_MEMORY: "embedding a caption {size}",
    Code.FREE_MEMORY: "free now: {size}",
    Code.TOO_LITTLE_MEMORY: "that is not enough: quantize the model and run the artifact",
    Code.ARTIFACT_MEMORY: "about {peak} at 4 bits with branches: transformer {transformer}, "
    "one layer unpacked {unpacked}",
    Code.BFLOAT16: "float32 does not fit in memory, so bfloat16 is used",
    Code.PROBLEM: "{sentence}",
}
"""One text a code, as the command line prints it."""

Words = Callable[[Code], str]
"""The text of a code, with its places still in it."""


@dataclass(frozen=True)
class Remark:
    """One thing found: a code, and what the places of its text hold."""

    code: Code
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, code: Code, **values: object) -> Remark:
        """A remark with the values of its text's places."""
        return cls(code, tuple((name, str(value)) for name, value in values.items()))

    def text(self, words: Words = TEXTS.__getitem__) -> str:
        """The sentence, without a full stop of its own."""
        return words(self.code).format(**dict(self.values))


@dataclass(frozen=True)
class Finding:
    """One line of a check: what was looked at, how it stands, and what there is to say."""

    subject: Subject
    status: Status
    remarks: tuple[Remark, ...]

    @classmethod
    def of(cls, subject: Subject, status: Status, code: Code, **values: object) -> Finding:
        """A finding of one remark."""
        return cls(subject, status, (Remark.of(code, **values),))

    def detail(self, words: Words = TEXTS.__getitem__) -> str:
        """The remarks, one after another."""
        return "; ".join(remark.text(words) for remark in self.remarks)

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON values: codes with their values, and the sentences."""
        return {
            "subject": self.subject.value,
            "status": self.status,
            "detail": self.detail(),
            "remarks": [{"code": r.code.value, **dict(r.values)} for r in self.remarks],
        }
