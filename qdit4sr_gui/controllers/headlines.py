"""The one line of numbers that stands first on a variant's chip."""

from __future__ import annotations

from qdit4sr_core.metrics.numbers import TOLD_FROM, metric_text, number_text
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.metrics.registry import METRICS
from qdit4sr_gui.state.measurement_table import MeasurementTable
from qdit4sr_gui.style.translation import listed, said_of, tr


def headlines(table: MeasurementTable, region: Region | None) -> dict[str, str]:
    """The table's first metric, and what became of the texture, in the region (None: the whole image).

    "PSNR 25.1 dB, added 5.8 dB", by variant; nothing for the reference and for what is still computed. The
    numbers of a region begin with its name: "A: PSNR 25.1 dB".
    """
    blocks = [block for block in table.blocks if block.region == region] or list(table.blocks[:1])
    found = {}
    for row in blocks[0].rows if blocks else ():
        numbers = {
            name: cell.value.value
            for name, cell in row.cells.items()
            if cell.value is not None and cell.value.value is not None and not cell.is_reference
        }
        parts = []
        first = table.metrics[0] if table.metrics else ""
        if first in numbers and not first.startswith("texture_"):
            known = METRICS[first]
            parts.append(f"{tr(known.label)} {metric_text(first, numbers[first])} {known.unit}".strip())
        lost, added = numbers.get("texture_lost", 0.0), numbers.get("texture_added", 0.0)
        if max(lost, added) >= TOLD_FROM:
            number = number_text(max(lost, added), 1)
            grown = added >= lost
            parts.append(
                tr("added {number} dB", number=number) if grown else tr("lost {number} dB", number=number)
            )
        if parts:
            where = blocks[0].region.name if blocks[0].region is not None else ""
            found[row.spec] = said_of(where, listed(parts)) if where else listed(parts)
    return found
