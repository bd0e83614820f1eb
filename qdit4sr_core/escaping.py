"""Text inside LaTeX, Markdown, HTML and CSV: names of photos, regions, variants never act as markup."""

from __future__ import annotations

import html as standard_html
from collections.abc import Iterable, Sequence

from .file_names import readable

_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "|": r"$|$",
    "<": r"$<$",
    ">": r"$>$",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "→": r"$\rightarrow$",
    "×": r"$\times$",
    "∞": r"$\infty$",
    "†": r"$^\dagger$",
    "‡": r"$^\ddagger$",
    "…": r"\dots{}",
    "–": "--",
    "“": "``",
    "”": "''",
}
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What starts a formula in a spreadsheet, also in its wide form."""
_QUOTED = (",", ";", '"', "\t")
"""Some spreadsheets part cells at semicolons or tabs."""
_MARKDOWN = ("\\", "|", "*", "_", "<", "`", "[", "]")


def latex(text: str) -> str:
    """Text as LaTeX prints it, signs with a meaning of their own made harmless."""
    return "".join(_LATEX.get(sign, sign) for sign in _line(text))


def markdown(text: str) -> str:
    """Text on one line of a Markdown table: bars, stars, brackets and tags do not act as markup."""
    return "".join(f"\\{sign}" if sign in _MARKDOWN else sign for sign in _line(text))


def html(text: str) -> str:
    """Text inside an HTML element or a quoted attribute."""
    return standard_html.escape(_line(text))


def csv(rows: Iterable[Sequence[object]]) -> str:
    """Rows as comma-separated lines; text is never a formula for a spreadsheet, numbers stay numbers."""
    return "".join(",".join(_cell(value) for value in row) + "\n" for row in rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = _line(value) if isinstance(value, str) else str(value)
    if text.lstrip().startswith(_FORMULA) and not _is_number(text):
        text = f"'{text}"
    if any(sign in text for sign in _QUOTED):
        text = '"' + text.replace('"', '""') + '"'
    return text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _line(text: str) -> str:
    return readable(text.replace("\u00a0", " ").replace("\n", " "))
