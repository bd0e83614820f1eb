"""`qdit4sr bench hsvd`: the hierarchical branch against the plain one of the same size, layer by layer."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..path_argument import given_name
from ..terminal import terminal_progress
from .timing import table

if TYPE_CHECKING:
    from ...quantize.solvers.branch_comparison import BranchComparison


def add_hsvd_arguments(parser: argparse.ArgumentParser) -> None:
    """Model, ranks and output of the report."""
    parser.add_argument("--model", type=given_name, metavar="FOLDER", help="instead of the bundled model")
    parser.add_argument(
        "--global-rank", metavar="N", type=int, help="rank of the global part (default: the paper's, scaled)"
    )
    parser.add_argument(
        "--local-rank", metavar="N", type=int, help="budget of the local part (default: the paper's, scaled)"
    )
    parser.add_argument("--fast", action="store_true", help="randomised SVDs, as quantizing uses by default")
    parser.add_argument("--threads", metavar="N", type=int, help="CPU threads (default: all)")
    parser.add_argument("--json", action="store_true", help="print every layer as JSON")


def run_hsvd(args: argparse.Namespace) -> int:
    """Print one line a layer, and where and why H-SVD loses; returns 0."""
    from ...models import load_model
    from ...quantize.methods.base import resolve_ranks
    from ...quantize.solvers.branch_comparison import compare_branches
    from ...quantize.targets import linear_sources
    from ..inputs import use_threads

    use_threads(args.threads)
    transformer = load_model(args.model).transformer
    ranks = resolve_ranks(args.global_rank, args.local_rank, transformer.config.width)
    layers = compare_branches(
        linear_sources(transformer), *ranks, exact=not args.fast, progress=terminal_progress()
    )
    if args.json:
        described = [asdict(c) | {"ratio": c.ratio, "reason": c.reason} for c in layers]
        print(json.dumps({"global_rank": ranks[0], "local_rank": ranks[1], "layers": described}, indent=2))
    else:
        print("\n".join(report(layers, *ranks)))
    return 0


def report(layers: list[BranchComparison], global_rank: int, local_rank: int) -> list[str]:
    """Lines of the report: a Markdown table, then the sums."""
    rows = [
        [
            c.name,
            f"{c.shape[0]} x {c.shape[1]}",
            f"{c.grid[0]} x {c.grid[1]}",
            f"{c.plain_error:.4f}",
            f"{c.hsvd_error:.4f}",
            f"{c.ratio:.4f}",
            f"{100 * c.plain_share:.2f} %",
            f"{100 * c.hsvd_share:.2f} %",
            c.reason,
        ]
        for c in layers
    ]
    plain_name = f"rank {global_rank + local_rank}"
    header = ["layer", "out x in", "blocks", plain_name, "H-SVD", "ratio"]
    header += ["triples take", "blocks take", "why H-SVD is worse"]
    worse = [c for c in layers if c.ratio > 1]
    ratios = sorted(c.ratio for c in layers)
    lines = [
        f"||W H - branch|| / ||W||: a plain branch of {plain_name} against H-SVD with {global_rank} global "
        f"ranks and blocks worth {local_rank}, at equal parameters.",
        f"What the last {local_rank} triples and the blocks take is a share of what the first {global_rank} "
        "triples leave.",
        "",
        table(header, rows),
        "",
        f"H-SVD is worse on {len(worse)} of {len(layers)} layers; ratio {ratios[0]:.4f} to {ratios[-1]:.4f}, "
        f"median {ratios[len(ratios) // 2]:.4f}.",
    ]
    if worse:
        worst = max(worse, key=lambda c: c.ratio)
        lines.append(
            f"Most on {worst.name}: {worst.reason}; the triples take {100 * worst.plain_share:.1f} %, "
            f"the blocks {100 * worst.hsvd_share:.1f} %."
        )
    return lines
