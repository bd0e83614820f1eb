"""How best and second best look in text: the same in the window's tables, reports and evaluations."""

from __future__ import annotations

from .ranking import BEST, SECOND

_MARKDOWN = {BEST: "**", SECOND: "*"}
_LATEX = {BEST: r"\textbf", SECOND: r"\underline"}
_HTML = {BEST: "b", SECOND: "u"}


def markdown_marked(text: str, rank: int | None) -> str:
    """Escaped `text`, bold for the best; Markdown cannot underline, so that the second best is in italics."""
    mark = _MARKDOWN.get(rank or 0, "")
    return f"{mark}{text}{mark}"


def latex_marked(text: str, rank: int | None) -> str:
    """Escaped `text`, bold for the best, underlined for the second best."""
    mark = _LATEX.get(rank or 0)
    return f"{mark}{{{text}}}" if mark else text


def html_marked(text: str, rank: int | None) -> str:
    """Escaped `text`, bold for the best, underlined for the second best."""
    tag = _HTML.get(rank or 0)
    return f"<{tag}>{text}</{tag}>" if tag else text
