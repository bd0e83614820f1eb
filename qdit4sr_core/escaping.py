"""Text inside LaTeX, Markdown and HTML: names of photos, regions and variants never act as markup."""

from __future__ import annotations

import html as standard_html

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


def _line(text: str) -> str:
    return readable(text.replace("\u00a0", " ").replace("\n", " "))
