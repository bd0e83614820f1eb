"""What stands under a picture: its name and its numbers, set to fit the width of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..metrics.ranking import BEST, SECOND
from ..variant_text import short_label
from . import fonts
from .numbers import chosen_metrics, metric_title, ranking, value_of
from .options import FigureOptions
from .panel import Panel
from .scene import Rule, Scene, Text
from .style import theme

_SMALLEST = 5.0
_ONE_LINE = 0.85
"""Names are made smaller, down to this share of the font size, where that keeps more of them in one line."""
_LEADING = 1.22
_GAP = 3.0
"""Points between a picture and the first line under it."""
_FOOT = 2.5
"""Points below the last line."""


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    underlined: bool = False
    muted: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Captions:
    """The lines under each picture of one row, and the sizes that let them fit."""

    lines: tuple[tuple[Line, ...], ...]
    """For each panel of the row, its lines; all have the same number of label lines."""
    label_lines: int
    label_size: float
    number_size: float
    font: str

    @property
    def points(self) -> float:
        """Height of the tallest caption with the space around it."""
        most = max((len(lines) for lines in self.lines), default=0)
        if most == 0:
            return 0.0
        numbers = max(0, most - self.label_lines)
        return _GAP + _LEADING * (self.label_lines * self.label_size + numbers * self.number_size) + _FOOT

    def add_to(self, scene: Scene, place: int, x: float, top: float, width: float, style: str) -> None:
        """Write the caption at `place` of the row, centred under a picture that ends at page pixel `top`."""
        colours = theme(style)
        baseline = top + scene.pixels(_GAP)
        for number, line in enumerate(self.lines[place]):
            size = self.label_size if number < self.label_lines else self.number_size
            baseline += scene.pixels(size * (_LEADING if number else 0.95))
            middle = x + width / 2
            if len(line) == 1:
                colour = colours.muted if line[0].muted else colours.ink
                scene.items.append(Text(middle, baseline, line[0].text, size, colour, "center", line[0].bold))
                continue
            start = middle - scene.pixels(_line_width(line, self.font, size)) / 2
            for run in line:
                colour = colours.muted if run.muted else colours.ink
                advance = scene.pixels(fonts.text_width(run.text, self.font, size, run.bold))
                if run.text.strip():
                    # Names end where their numbers begin: they never meet, whatever font a viewer takes.
                    x0, align = (start + advance, "right") if run.muted else (start, "left")
                    scene.items.append(Text(x0, baseline, run.text, size, colour, align, run.bold))
                if run.underlined:
                    below = baseline + scene.pixels(size * 0.16)
                    stroke = max(1.0, scene.pixels(0.45))
                    scene.items.append(Rule(start, below, start + advance, below, colour, stroke))
                start += advance


@dataclass(frozen=True)
class CaptionSetter:
    """Makes the captions of a figure row by row, all in the same sizes.

    `panels` are all panels of the figure (best and second best are found among them), `width` the
    pictures' width in points.
    """

    panels: tuple[Panel, ...]
    options: FigureOptions
    width: float

    def row(
        self, indices: Sequence[int], region: int | None, labels: bool = True, numbers: bool = True
    ) -> Captions:
        """The captions of the panels at `indices`; `region` says whose numbers stand under them."""
        names, label_size = _fitted_labels([p.label for p in self.panels], self.options, self.width)
        chosen = [names[index] for index in indices] if labels else [() for _ in indices]
        label_lines = max((len(lines) for lines in chosen), default=0)
        rows, number_size = _number_lines(self.panels, self.options, self.width, region)
        result: list[tuple[Line, ...]] = []
        for index, name in zip(indices, chosen, strict=True):
            label: tuple[Line, ...] = tuple((Run(text),) for text in name)
            label = ((),) * (label_lines - len(label)) + label
            result.append(label + (rows[index] if numbers else ()))
        return Captions(tuple(result), label_lines, label_size, number_size, self.options.font)


def label_caption(panel: Panel, options: FigureOptions, width: float) -> Captions:
    """Only the name of one panel."""
    return CaptionSetter((panel,), options, width).row([0], None, numbers=False)


def _fitted_labels(
    labels: list[str], options: FigureOptions, width: float
) -> tuple[list[tuple[str, ...]], float]:
    font, size = options.font, options.font_size
    natural = [fonts.text_width(label, font, size) for label in labels]
    sizes = [size * (1 - step / 40) for step in range(round((1 - _ONE_LINE) * 40) + 1)]
    size = max(_SMALLEST, min(sizes, key=lambda s: sum(w * s / size > width for w in natural)))
    while True:
        wrapped = [fonts.wrap(label, width, font, size) for label in labels]
        found = [lines for lines in wrapped if lines is not None]
        if len(found) == len(labels):
            return found, size
        if size <= _SMALLEST:
            pairs = zip(wrapped, map(short_label, labels), strict=True)
            return [
                lines or fonts.wrap(text, width, font, size) or (fonts.shorten(text, width, font, size),)
                for lines, text in pairs
            ], size
        size = max(_SMALLEST, size - 0.5)


def _number_lines(
    panels: Sequence[Panel], options: FigureOptions, width: float, region: int | None
) -> tuple[list[tuple[Line, ...]], float]:
    names = chosen_metrics(panels, options.metrics)
    ranks = {name: ranking(panels, name, region) if options.mark_best else {} for name in names}
    cells: list[list[Line]] = []
    for index, panel in enumerate(panels):
        values = panel.numbers(region)
        runs: list[Line] = []
        for name in names:
            text = value_of(values, name)
            if text is not None:
                rank = ranks[name].get(index)
                number = Run(text, rank == BEST, rank == SECOND)
                runs.append((Run(metric_title(name), muted=True), Run(" "), number))
        cells.append(runs)
    if any(cells):
        for runs, panel in zip(cells, panels, strict=True):
            if panel.role == "reference" and not runs:
                runs.append((Run("reference", muted=True),))
    size = max(_SMALLEST, options.font_size - 1.0)
    lines: list[tuple[Line, ...]] = [() for _ in panels]
    for per_line in range(len(names), 0, -1):
        starts = range(0, len(names), per_line)
        lines = [tuple(_joined(runs[i : i + per_line]) for i in starts if runs[i:]) for runs in cells]
        if _widest(lines, options.font, size) <= width:
            return lines, size
    while size > _SMALLEST and _widest(lines, options.font, size) > width:
        size -= 0.25
    return lines, size


def _joined(parts: Sequence[Line]) -> Line:
    runs: list[Run] = []
    for part in parts:
        runs.extend(((Run("   "),) if runs else ()) + part)
    return tuple(runs)


def _widest(cells: Sequence[Sequence[Line]], font: str, size: float) -> float:
    return max((_line_width(line, font, size) for lines in cells for line in lines), default=0.0)


def _line_width(line: Line, font: str, size: float) -> float:
    return sum(fonts.text_width(run.text, font, size, run.bold) for run in line)
