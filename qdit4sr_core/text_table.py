"""Tables and lines of plain text: whole, or fitted to a terminal's width."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

_GAP = 2


def markdown_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns line up; the first column is text, the others are numbers."""
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        aligned = [
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(aligned)} |"

    rule = "|".join("-" * (w + 2) if i == 0 else "-" * (w + 1) + ":" for i, w in enumerate(widths))
    return "\n".join([line(heads), f"|{rule}|", *(line(row) for row in rows)])


def fitted(lines: Iterable[str], columns: int | None, hang: int | None = None) -> list[str]:
    """Lines broken between words where they are longer than `columns`; None leaves them whole.

    What follows is indented by `hang`, or as far as the line itself, two more after a dash.
    """
    done = []
    for line in "\n".join(lines).split("\n"):
        if columns is None or len(line) <= columns:
            done.append(line)
            continue
        text = line.lstrip()
        own = len(line) - len(text)
        rest = max(own, own + 2 if text.startswith("- ") else own, hang or 0)
        done += textwrap.wrap(
            line,
            columns,
            subsequent_indent=" " * min(rest, columns // 2),
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
        )
    return done


def fitted_table(heads: Sequence[str], rows: Sequence[Sequence[str]], columns: int | None) -> str:
    """A Markdown table; on a terminal that is too narrow for it one with its headings in several lines.

    Where even that is too wide it goes on below itself, each part under the first column's names.
    """
    whole = markdown_table(heads, rows)
    if columns is None or max(map(len, whole.split("\n"))) <= columns:
        return whole
    table = [list(heads), *(list(row) for row in rows)]
    widths = [_width([line[i] for line in table]) for i in range(len(heads))]
    widths[0] = min(max(len(line[0]) for line in table), max(16, columns // 2))
    parts, start = [], 1
    while start < len(heads):
        end, used = start + 1, widths[0] + _GAP + widths[start]
        while end < len(heads) and used + _GAP + widths[end] <= columns:
            used += _GAP + widths[end]
            end += 1
        parts.append(_part(table, widths, [0, *range(start, end)]))
        start = end
    return "\n\n".join(parts)


def _width(cells: Sequence[str]) -> int:
    """The widest cell, where the heading may be broken between its words and after a slash."""
    words = max((len(word) for word in cells[0].replace("/", "/ ").split()), default=0)
    return max(words, *(len(cell) for cell in cells[1:]), 1) if len(cells) > 1 else max(words, 1)


def _stacked(head: str, width: int) -> list[str]:
    lines = textwrap.wrap(head.replace("/", "/ "), width, break_on_hyphens=False)
    return [line.replace("/ ", "/") for line in lines] or [""]


def _part(table: Sequence[Sequence[str]], widths: Sequence[int], chosen: Sequence[int]) -> str:
    """Some columns: headings at the bottom of their lines, a rule, the rows."""
    heads = [_stacked(table[0][i], widths[i]) for i in chosen]
    tall = max(map(len, heads))
    heads = [[""] * (tall - len(head)) + head for head in heads]
    lines = [_line([head[n] for head in heads], widths, chosen) for n in range(tall)]
    lines.append(_line(["-" * widths[i] for i in chosen], widths, chosen))
    for row in table[1:]:
        names = textwrap.wrap(row[0], widths[0], subsequent_indent=" ", break_on_hyphens=False) or [""]
        lines.append(_line([names[0], *(row[i] for i in chosen[1:])], widths, chosen))
        lines += names[1:]
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int], chosen: Sequence[int]) -> str:
    first, *others = (
        cell.ljust(widths[i]) if i == 0 else cell.rjust(widths[i])
        for cell, i in zip(cells, chosen, strict=True)
    )
    return (" " * _GAP).join([first, *others]).rstrip()
