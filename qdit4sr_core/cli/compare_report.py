"""What `qdit4sr compare` leaves in its folder: pictures, `metrics.json`, `table.md` and `figure.png`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engine_names import engine_notes
from ..escaping import markdown
from ..evaluate.columns import COST_COLUMNS, columns_for
from ..evaluate.one_image import entry_of
from ..file_names import unique_stems
from ..images import LoadedImage, Pixels, fit_reference, save_png
from ..measured_against import FULL_PRECISION, GROUND_TRUTH
from ..metrics.numbers import metric_text
from ..metrics.reasons import NOT_AVAILABLE, NotAvailable, Reason
from ..metrics.regions import Region
from ..metrics.registry import availability, find_metric
from ..metrics.reveal import Place, reveal
from ..metrics.reveal_text import place_sentence
from ..metrics.spectrum import MINIMUM_SIDE
from ..metrics.values import MetricValue, compute_region
from ..progress import Progress, ignore_progress
from ..report.cells import head
from ..setting_words import DEFAULT_METRICS
from ..strict_json import json_bytes
from ..text_table import markdown_table
from ..variant_text import SHOWN_BESIDE, short_labels
from ..version import __version__
from ..whole_file import write_text
from .inputs import measured_memory

if TYPE_CHECKING:
    from ..compare import VariantResult
    from ..figures import Panel
    from ..figures.panel import Role
    from ..models.super_resolution_model import SuperResolutionModel
    from ..quantize.cost import VariantCost
    from ..quantize.variants import Variant
    from ..upscale import SamplingSettings

_WORK = ("stored_bits", "multiply_weight_bits", "multiply_act_bits", "paper_operations", "operations")
"""What tells equal storage from equal work, as in every other table."""


class ComparisonReport:
    """Collects results; pictures are written at once, the rest by `finish`."""

    def __init__(
        self,
        folder: Path,
        photo_name: str,
        photo: LoadedImage,
        model: SuperResolutionModel,
        settings: SamplingSettings,
        reference: LoadedImage | None = None,
        region: Region | None = None,
    ) -> None:
        """Writes nothing. Raises `ImageError` or `RegionError` when reference or region do not fit."""
        self.folder, self.photo_name, self.photo = folder, photo_name, photo
        self.model, self.settings, self.reference, self.region = model, settings, reference, region
        scale = model.codec.scale
        height, width = (side * scale for side in photo.pixels.shape[:2])
        self.truth: Pixels | None = None
        if reference is not None:
            self.truth = fit_reference(reference.pixels, height, width, scale)
        if region is not None:
            import numpy as np

            region.crop(np.broadcast_to(np.uint8(0), (height, width, 3)))
        self.metrics = tuple(name for name in DEFAULT_METRICS if availability(name).ok)
        self.results: list[VariantResult] = []
        self.place: Place | None = None
        """Where the quantized variants differ most from full precision, once all is finished."""
        self._names: dict[str, str] = {}
        self._measured: dict[tuple[str, str, Region | None], list[MetricValue]] = {}
        self.expected_memory: int | None = None
        """Bytes estimated before the run."""

    def add(self, result: VariantResult) -> None:
        """Take a finished variant and write its picture."""
        self.results.append(result)
        stems = unique_stems(r.variant.file_stem for r in self.results)
        self._names = {r.variant.key: f"{s}.png" for r, s in zip(self.results, stems, strict=True)}
        if result.pixels is not None:
            save_png(result.pixels, self.folder / self._file(result))

    def files(self, variants: Sequence[Variant]) -> list[Path]:
        """Every file that a comparison of these variants will write."""
        stems = unique_stems(variant.file_stem for variant in variants)
        names = [f"{stem}.png" for stem in stems] + ["metrics.json", "table.md", "figure.png"]
        return [self.folder / name for name in names]

    def finish(self, progress: Progress = ignore_progress) -> None:
        """Measure; write `metrics.json`, `table.md` and, when there is a picture, `figure.png`."""
        self.place, self.rows = self._worst_place(), []
        total = len(self.results) + 1
        for done, result in enumerate(self.results):
            progress(done, total, f"measuring {result.variant.label}")
            self.rows.append(self._row(result))
        progress(total - 1, total, "drawing the figure")
        document = json_bytes(self.document(), indent=2).decode()
        write_text(self.folder / "metrics.json", document + "\n")
        write_text(self.folder / "table.md", "\n".join([self.table(), "", *self.footnotes()]) + "\n")
        if any(result.pixels is not None for result in self.results):
            self._figure()
        progress(total, total, "measured")

    def failures(self) -> list[VariantResult]:
        """The variants that failed."""
        return [result for result in self.results if result.error is not None]

    def document(self) -> dict[str, Any]:
        """The contents of `metrics.json`. An infinite PSNR is the text "inf"."""
        reference = None
        if self.reference is not None and self.truth is not None:
            path = self.reference.path
            reference = {"file": path.name if path else None, "sha256": self.reference.sha256}
        width, height = self.photo.size
        return {
            "program": {"name": "qdit4sr", "version": __version__},
            "photo": {
                "file": self.photo_name,
                "sha256": self.photo.sha256,
                "width": width,
                "height": height,
                "notes": list(self.photo.notes),
            },
            "reference": reference,
            "model": {"name": self.model.name, "sha256": self.model.source_hash},
            "settings": self.settings.to_dict(),
            "region": None if self.region is None else str(self.region),
            "place": None if self.place is None else self._place_document(self.place),
            "variants": self.rows,
        }

    def table(self) -> str:
        """The whole-image numbers as an aligned Markdown table."""
        return markdown_table(*self.cells(markdown))

    def cells(self, written: Callable[[str], str]) -> tuple[list[str], list[list[str]]]:
        """Headings and rows of the whole-image numbers; `written` is what becomes of the labels."""
        against = [FULL_PRECISION] + ([GROUND_TRUTH] if self.truth is not None else [])
        measured = [c for c in columns_for(self.metrics, self.truth is not None) if c.reference != "cost"]
        heads = ["Variant", *map(head, measured), head(COST_COLUMNS["seconds"]), "Quantize (s)"]
        heads += [head(COST_COLUMNS[key]) for key in ("megabytes", *_WORK)]
        lines = []
        for result in self.results:
            line = [written(result.variant.label)]
            for name in against:
                values = self._measure(result, name, None)
                line += [_cell(value) for value in values]
            if result.error is not None:
                line += ["failed", "", "", *("" for _ in _WORK)]
            else:
                time = f"{result.seconds:.2f}" + ("*" if result.simulated else "")
                line += [time, f"{result.quantize_seconds:.2f}", f"{result.weight_bytes / 1e6:.2f}"]
                line += _cost_cells(result.cost)
            lines.append(line)
        return heads, lines

    def footnotes(self) -> list[str]:
        """What the table's numbers mean."""
        notes = [] if self.place is None else [self.sentence(self.place)]
        notes += ["FP: measured against the full-precision output of this model, the damage by quantization."]
        if self.truth is not None:
            notes.append("HR: measured against the ground truth, the quality of restoration.")
        if any(result.simulated for result in self.results):
            notes.append("* Low-bit products simulated in floating point: not the time of an integer kernel.")
        notes += engine_notes(entry_of(result) for result in self.results)
        if any("peak_memory_bytes" in result.provenance for result in self.results):
            notes.append(measured_memory(self.results, self.expected_memory))
        return notes

    def sentence(self, place: Place) -> str:
        """Where to look first, and what is seen there."""
        labels = {result.variant.key: result.variant.label for result in self.results}
        return f"Look at {place.region}: {place_sentence(place, short_labels(labels))}"

    def _worst_place(self) -> Place | None:
        full_precision = self._full_precision()
        quantized = {
            result.variant.key: result.pixels
            for result in self.results
            if result.pixels is not None and result.variant.kind in ("method", "artifact")
        }
        if full_precision is None or not quantized or min(full_precision.shape[:2]) < MINIMUM_SIDE:
            return None
        return reveal(full_precision, quantized, count=1)[0]

    @staticmethod
    def _place_document(place: Place) -> dict[str, Any]:
        changes = {c.key: {"texture_db": c.decibels, "ssim": c.structure} for c in place.changes}
        return {"region": str(place.region), "against": FULL_PRECISION, "variants": changes}

    def _full_precision(self) -> Pixels | None:
        for result in self.results:
            if result.variant.kind == "fp" and result.pixels is not None:
                return result.pixels
        return None

    def _measure(self, result: VariantResult, against: str, region: Region | None) -> list[MetricValue]:
        """The numbers of one result, measured once; what cannot be measured says why."""
        key = (result.variant.key, against, region)
        if key not in self._measured:
            self._measured[key] = self._measure_now(result, against, region)
        return self._measured[key]

    def _measure_now(self, result: VariantResult, against: str, region: Region | None) -> list[MetricValue]:
        target = self._full_precision() if against == FULL_PRECISION else self.truth
        if result.pixels is None or target is None:
            failed = NotAvailable(Reason.VARIANT_FAILED)
            why = failed if result.pixels is None else NotAvailable(Reason.NO_BASIS, against)
            return [MetricValue(name, None, why, against, region) for name in self.metrics]
        return compute_region(self.metrics, result.pixels, target, region, reference_name=against)

    def _row(self, result: VariantResult) -> dict[str, Any]:
        row: dict[str, Any] = {
            "variant": result.variant.key,
            "label": result.variant.label,
            "file": self._file(result) if result.pixels is not None else None,
            "error": result.error,
            "seconds": round(result.seconds, 4),
            "quantize_seconds": round(result.quantize_seconds, 4),
            "weight_bytes": result.weight_bytes,
            "simulated": result.simulated,
        }
        places = {"image": None} | ({} if self.region is None else {"region": self.region})
        targets = {"against_full_precision": FULL_PRECISION}
        if self.truth is not None:
            targets["against_reference"] = GROUND_TRUTH
        for key, against in targets.items():
            row[key] = {
                place: {v.name: _json(v) for v in self._measure(result, against, region)}
                for place, region in places.items()
            }
        row["provenance"] = {k: v for k, v in result.provenance.items() if k != "traceback"}
        return row

    def _file(self, result: VariantResult) -> str:
        return self._names[result.variant.key]

    def _figure(self) -> None:
        from ..figures import FigureOptions, comparison_figure
        from ..figures.suggestion import suggest_region

        panels = self._panels(None)
        region = self.region or (self.place.region if self.place is not None else suggest_region(panels))
        figure = comparison_figure(self._panels(region), [region], FigureOptions(layout="overview-left"))
        figure.save(self.folder / "figure.png")

    def _panels(self, region: Region | None) -> Sequence[Panel]:
        """The photo, the ground truth when there is one, and every result, with numbers of the region.

        They are measured against full precision where it takes part, else against the ground truth.
        """
        from ..figures import Panel

        full_precision = self._full_precision()
        against = GROUND_TRUTH if full_precision is None else FULL_PRECISION
        panels = [Panel("LR photo", self.photo.pixels, role="input")]
        if self.truth is not None:
            role: Role = "reference" if full_precision is None else "truth"
            panels.append(Panel("Ground truth", self.truth, role=role))
        for result in self.results:
            if result.pixels is None:
                continue
            if result.pixels is full_precision:
                panels.append(Panel(result.variant.label, result.pixels, role="reference"))
                continue
            values: dict[str, str | float] = {}
            if region is not None and (full_precision is not None or self.truth is not None):
                for value in self._measure(result, against, region):
                    values[value.name] = NOT_AVAILABLE if value.value is None else value.value
            aside = result.variant.kind in SHOWN_BESIDE
            panels.append(Panel(result.variant.label, result.pixels, values, orientation=aside))
        return panels


def _cost_cells(cost: VariantCost | None) -> list[str]:
    if cost is None:
        return ["" for _ in _WORK]
    bits = (cost.bits_per_weight, cost.weight_bits, cost.act_bits)
    return [f"{n:.2f}" for n in bits] + [f"{n:,.1f}" for n in (cost.paper_operations, cost.operations)]


def _cell(value: MetricValue) -> str:
    return metric_text(value.name, value.value)


def _json(value: MetricValue) -> dict[str, Any]:
    number = "inf" if value.value is not None and math.isinf(value.value) else value.value
    metric = find_metric(value.name)
    result: dict[str, Any] = {
        "value": number,
        "unit": metric.unit,
        "higher_is_better": metric.higher_is_better,
    }
    if value.why is not None:
        result["reason"], result["reason_code"] = str(value.why), value.why.reason.value
    return result
