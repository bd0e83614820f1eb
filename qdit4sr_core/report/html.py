"""One HTML page that needs nothing beside itself: the table, and for each image what was lost where."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from ..errors import FigureError
from ..escaping import html as escape
from ..evaluate import Column, Evaluation, Summary
from ..figures import FigureOptions, pareto_plot
from ..images import Pixels
from ..metrics.rank_marks import html_marked
from ..metrics.regions import Region
from ..metrics.texture import texture_loss_map
from ..variant_text import FULL_PRECISION_TEXT, NOT_QUANTIZED
from .cells import CellText, cell_text, group
from .notes import COMPARISON, COMPARISON_HEADS, comparison_lines, notes, settings_line
from .page import page
from .pictures import ZOOM, crop, read_pixels, thumbnail

LARGEST = 60
"""Images shown with pictures; the worst ones when there are more."""

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #888; --accent: #2a6fdb; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 84rem; padding: 0 1.2rem; }
h1 { font-size: 1.5rem; margin-bottom: .2rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
.lead, .notes, .loss { color: var(--soft) } .notes { font-size: .85rem; padding-left: 1.1rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1rem 0 }
th, td { padding: .3rem .5rem; text-align: right; white-space: nowrap }
th:first-child, td:first-child, .tests td:nth-child(-n+3), .tests th:nth-child(-n+3) { text-align: left }
thead tr:first-child th { border-top: 2px solid } thead tr:last-child th { border-bottom: 1px solid }
tbody tr:last-child td { border-bottom: 2px solid }
.group { border-bottom: 1px solid var(--line); text-align: center }
.interval { display: block; color: var(--soft); font-size: .72rem } u { text-underline-offset: .2em }
.image { border-top: 1px solid var(--line); padding: 1rem 0 } .image h3 { margin: 0 0 .6rem; font-size: 1rem }
.row { display: flex; flex-wrap: wrap; gap: .9rem } figure { margin: 0 }
figcaption { font-size: .78rem; max-width: 13rem; margin-top: .25rem } .loss { display: block }
.crop { image-rendering: pixelated; display: block }
.plot { background: #fff; padding: .6rem; max-width: 62rem } .plot svg { width: 100%; height: auto }
.row + .row { margin-top: .9rem }
"""


def html(evaluation: Evaluation, summary: Summary) -> str:
    """The page as text. Thumbnails and crops come from the evaluation's picture folder."""
    order = sorted(evaluation.records, key=_worst_loss)[:LARGEST]
    shown = "" if len(order) == len(evaluation.records) else f" The {LARGEST} worst are shown."
    return page(
        f"Quantization and texture: {len(summary.images)} images",
        _STYLE,
        [
            "<h1>What quantization does to texture</h1>",
            f'<p class="lead">{len(summary.images)} images, {len(summary.rows)} variants. '
            f"{escape(settings_line(evaluation))}</p>",
            f'<div class="wide">{_table(summary)}</div>',
            '<ul class="notes">',
            *(f"<li>{escape(note)}</li>" for note in notes(evaluation, summary)),
            "</ul>",
            _tests(summary),
            _tradeoff(summary),
            "<h2>Where texture was lost</h2>",
            f'<p class="lead">For each image the {evaluation.plan.crop} px square in which a quantized '
            "variant lost most of the full-precision output’s energy above half of Nyquist, cut out of every "
            f"variant and enlarged {ZOOM} times; under each the mean local change of that energy. Images "
            f"with the largest loss come first.{shown}</p>",
            *(_image(evaluation, record) for record in order),
        ],
    )


def _tradeoff(summary: Summary) -> str:
    """Damage against size and time, as a drawing; nothing where there is too little to draw."""
    try:
        options = FigureOptions(width=10.0, font="sans", font_size=9.0)
        svg = pareto_plot(summary, options=options).encode("svg")
    except FigureError:
        return ""
    drawing = svg.decode("utf-8").partition("<svg")
    simulated = " Times are of simulated products." if summary.simulated else ""
    return (
        "<h2>Damage against size and time</h2>"
        '<p class="lead">Down and left is better; the dashed line joins the variants that no other one beats '
        f"in both.{simulated}</p>"
        f'<div class="plot">{drawing[1]}{drawing[2]}</div>'
    )


def _table(summary: Summary) -> str:
    columns = summary.columns
    groups = [(title, len(list(members))) for title, members in groupby(columns, key=group)]
    top = "".join(
        f'<th colspan="{width}"{" class=group" if title else ""}>{escape(title)}</th>'
        for title, width in groups
    )
    heads = "".join(f"<th>{escape(_head(column))}</th>" for column in columns)
    body = "".join(
        f"<tr><td>{escape(row.label)}</td>"
        + "".join(f"<td>{_marked(cell_text(row, column))}</td>" for column in columns)
        + "</tr>\n"
        for row in summary.rows
    )
    return (
        f"<table><thead><tr><th></th>{top}</tr>\n<tr><th>Variant</th>{heads}</tr></thead>\n"
        f"<tbody>{body}</tbody></table>"
    )


def _head(column: Column) -> str:
    unit = f"({column.unit})" if column.unit else ""
    return " ".join(part for part in (column.title, unit, column.arrow) if part)


def _marked(cell: CellText) -> str:
    number = html_marked(escape(cell.number), cell.rank)
    return number + (f'<span class="interval">{escape(cell.interval)}</span>' if cell.interval else "")


def _tests(summary: Summary) -> str:
    tests = comparison_lines(summary)
    if not tests:
        return ""
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in test) + "</tr>\n" for test in tests
    )
    return (
        f'<details><summary>{COMPARISON}</summary><div class="wide"><table class="tests"><thead><tr>'
        f"{''.join(f'<th>{head}</th>' for head in COMPARISON_HEADS)}</tr></thead><tbody>{body}"
        "</tbody></table></div></details>"
    )


def _worst_loss(record: dict[str, Any]) -> float:
    return min((loss for loss, _ in _losses(record)), default=0.0)


def _losses(record: dict[str, Any]) -> list[tuple[float, tuple[int, int, int, int]]]:
    """The worst loss of each quantized variant and where it is."""
    return [
        (entry["worst_loss"], tuple(entry["worst_region"]))
        for entry in record["variants"].values()
        if entry["kind"] not in NOT_QUANTIZED and "worst_loss" in entry
    ]


def _image(evaluation: Evaluation, record: dict[str, Any]) -> str:
    """Thumbnails of all variants, then the square in which a quantized variant lost most, in all of them."""
    name = record["image"]
    losses = _losses(record)
    region = Region(*min(losses)[1]) if losses else None
    full = read_pixels(evaluation.picture(name, FULL_PRECISION_TEXT)) if region else None
    thumbs, crops = [], []
    for key in dict.fromkeys((FULL_PRECISION_TEXT, *evaluation.plan.variants)):
        entry = record["variants"][key]
        label = escape(entry["label"])
        if entry["error"]:
            thumbs.append(f"<figure><figcaption>{label}: {escape(entry['error'])}</figcaption></figure>")
            continue
        pixels = read_pixels(evaluation.picture(name, key))
        thumbs.append(
            f'<figure><img src="{thumbnail(pixels)}" alt="{label}"><figcaption>{label}</figcaption></figure>'
        )
        if region is None or full is None:
            continue
        loss = "" if key == FULL_PRECISION_TEXT else f"{_mean_loss(pixels, full, region):+.1f} dB"
        size = f'width="{ZOOM * region.width}" height="{ZOOM * region.height}"'
        crops.append(
            f'<figure><img class="crop" {size} src="{crop(pixels, region)}" alt="{label}, {region}">'
            f'<figcaption>{label}<span class="loss">{loss}</span></figcaption></figure>'
        )
    rows = f'<div class="row">{"".join(thumbs)}</div>'
    if crops:
        rows += f'<div class="row">{"".join(crops)}</div>'
    where = f' <span class="lead">crop at {region}</span>' if region else ""
    return f'<section class="image"><h3>{escape(name)}{where}</h3>{rows}</section>'


def _mean_loss(pixels: Pixels, full: Pixels, region: Region) -> float:
    return float(region.crop(texture_loss_map(pixels, full)).mean())
