"""What an evaluation leaves behind: tables in Markdown, LaTeX, CSV and JSON, and one HTML page."""

from .data import images_csv, json_text, means_csv
from .html import html
from .latex import latex
from .markdown import markdown, terminal_text
from .write import write_report

__all__ = [
    "html",
    "images_csv",
    "json_text",
    "latex",
    "markdown",
    "means_csv",
    "terminal_text",
    "write_report",
]
