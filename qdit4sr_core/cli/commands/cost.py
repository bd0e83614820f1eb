"""`qdit4sr cost`: size and operations, in the paper's convention and in an honest one."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import ArtifactError, VariantError
from ...text_table import fitted, fitted_table
from ..path_argument import given_name, given_path
from ..terminal import terminal_columns

if TYPE_CHECKING:
    from ...models.config import DiT4SRConfig
    from ...quantize.cost import Cost, VariantCost, Workload
    from ...upscale.described_model import DescribedModel

HELP = "Count bytes and operations of a model at several precisions."

PAPER_TEXT = (
    "paper: block linears only; sizes in FP32 equivalents with FP32 branches; operations weighted by "
    "w-bits x a-bits / 1024, branches weighted like the codes."
)
HONEST_TEXT = (
    "honest: bytes as stored (scales and 16-bit branches counted); every product counted, branches, "
    "embedders, rotations and attention at 16 bits, attention in files that round it at their bits."
)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    cost: Cost
    shares: VariantCost
    """Bits a weight and a multiply."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "--model",
        type=given_name,
        default="published",
        metavar="NAME",
        help="published (the 2.7B architecture, default), nano, or a model folder; no weights are loaded",
    )
    parser.add_argument(
        "--artifact",
        type=given_path,
        action="append",
        metavar="FILE",
        help="also count this quantized file; may be repeated",
    )
    parser.add_argument(
        "--rank", type=int, metavar="N", help="rank of the branches (default: the paper's, scaled)"
    )
    parser.add_argument(
        "--size", type=int, default=512, metavar="PIXELS", help="side of the square result (default 512)"
    )
    parser.add_argument("--steps", type=int, metavar="N", help="denoising steps (default: the model's own)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Print the table; returns 0."""
    from ...upscale.described_model import describe_model

    if args.size < 16 or (1 if args.steps is None else args.steps) < 1:
        raise VariantError("The size must be at least 16 pixels and the steps at least 1.")
    if args.rank is not None and args.rank < 0:
        raise VariantError(f"The rank must be at least 0, but it is {args.rank}.")
    model = describe_model(args.model, steps=args.steps)
    workload = model.workload(args.size)
    rows = _uniform_rows(model.config, workload, args.rank)
    lines = []
    for path in args.artifact or []:
        row, stored = _artifact_row(path, workload)
        rows.append(row)
        lines.append(_file_line(path, stored))
    if args.json:
        counted = {"model": model.name, **workload.to_dict()}
        print(
            json.dumps([{"name": r.name, **r.cost.__dict__, **_shares(r), **counted} for r in rows], indent=2)
        )
        return 0
    columns = terminal_columns()
    print("\n".join(fitted([_model_line(model, rows), _workload_line(model, workload)], columns, hang=2)))
    print("\n".join(_table(rows, columns)))
    if lines:
        print("\n".join(["", *fitted(lines, columns)]))
    return 0


def _model_line(model: DescribedModel, rows: list[Row]) -> str:
    config = model.config
    parameters = next(row.cost.paper_parameters for row in rows if row.name == "FP32")  # nothing is smaller
    return (
        f"{model.name}: {parameters:,.1f} M parameters of the transformer, {config.num_layers} blocks of "
        f"width {config.width}"
    )


def _workload_line(model: DescribedModel, workload: Workload) -> str:
    photo = " x ".join(str(round(side / model.scale)) for side in (workload.width, workload.height))
    return (
        f"counted: one photo of {photo} to {workload.width} x {workload.height} pixels, {workload.steps_text}"
    )


def _uniform_rows(config: DiT4SRConfig, workload: Workload, rank: int | None) -> list[Row]:
    from ...quantize.cost import cost_of_linears, total_cost, uniform_costs
    from ...quantize.methods.base import total_rank

    chosen = total_rank(rank, config.width)
    settings = [("FP32", 32, 32, 0), ("FP16", 16, 16, 0)]
    for act_bits in (4, 6, 8):
        settings.append((f"W4A{act_bits}", 4, act_bits, 0))
        settings.append((f"W4A{act_bits} + rank {chosen}", 4, act_bits, chosen))
    rows = []
    for name, weight_bits, act_bits, branch in settings:
        linears = uniform_costs(config, workload, weight_bits, act_bits, branch, rotated=branch > 0)
        float_bits = 32 if name == "FP32" else 16
        shares = cost_of_linears(config, linears, workload, float_bits=float_bits)
        rows.append(Row(name, total_cost(config, linears, workload, float_bits), shares))
    return rows


def _artifact_row(path: Path, workload: Workload) -> tuple[Row, int]:
    """The row of an artifact, and the bytes that are counted of it."""
    from ...engines import attention_rounding
    from ...quantize.artifact.format import load_artifact, weight_bytes
    from ...quantize.cost import cost_of_linears, model_costs, total_cost

    model = load_artifact(path)
    linears, stored = model_costs(model, workload), weight_bytes(model)
    rounding = attention_rounding(model)
    shares = cost_of_linears(model.config, linears, workload, rounding)
    cost = total_cost(model.config, linears, workload, stored_bytes=stored, rounding=rounding)
    return Row(path.name, cost, shares), stored


def _shares(row: Row) -> dict[str, float]:
    names = ("bits_per_weight", "weight_bits", "act_bits", "product_bits")
    return {name: value for name, value in row.shares.to_dict().items() if name in names}


def _file_line(path: Path, stored: int) -> str:
    """The counted bytes against the file's own size. Raises `ArtifactError` when they do not add up."""
    size = path.stat().st_size
    with path.open("rb") as file:
        header = 8 + int.from_bytes(file.read(8), "little")
    if stored + header != size:
        raise ArtifactError(f"{path} has {size:,} bytes, but {stored + header:,} were counted.")
    return f"{path.name} on disk: {size:,} bytes = {stored:,} counted above + {header:,} of description"


def _table(rows: list[Row], columns: int | None) -> list[str]:
    from ...evaluate.columns import COST_COLUMNS
    from ...report.cells import head

    half = next(row.cost for row in rows if row.name == "FP16")
    shared = [head(COST_COLUMNS[key]) for key in ("paper_operations", "megabytes", "operations")]
    heads = ["Precision", "Params (paper) (M)", *shared, "vs FP16"]
    heads += [head(COST_COLUMNS["stored_bits"]), "W / A a multiply (bits)"]
    cells = [
        [
            row.name,
            f"{row.cost.paper_parameters:,.1f}",
            f"{row.cost.paper_operations:,.1f}",
            f"{row.cost.bytes / 1e6:,.2f}",
            f"{row.cost.operations:,.1f}",
            f"{half.operations / row.cost.operations:.2f}x",
            f"{s.bits_per_weight:.2f}",
            f"{s.weight_bits:.2f} / {s.act_bits:.2f}",
        ]
        for row, s in ((row, row.shares) for row in rows)
    ]
    lines = fitted([PAPER_TEXT, HONEST_TEXT, ""], columns)
    lines += [fitted_table(heads, cells, columns)]
    lines += ["", f"multiply-accumulates of {rows[-1].name} (G, unweighted):"]
    lines += [f"  {kind:36} {value:>14,.2f}" for kind, value in rows[-1].cost.macs.items()]
    return lines
