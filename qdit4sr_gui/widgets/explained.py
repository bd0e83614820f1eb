"""Tooltips that explain the program's words wherever they stand."""

from __future__ import annotations

from html import escape

from qdit4sr_gui.state.glossary import explained
from qdit4sr_gui.style.translation import tr


def explaining_tip(text: str, first: str = "") -> str:
    """A tip for something that is called `text` (in English): `first`, then every known word in it."""
    lines = [escape(first)] if first else []
    lines += [f"<b>{escape(tr(term.word))}</b>: {escape(tr(term.meaning))}" for term in explained(text)]
    return "".join(f"<p style='margin:2px'>{line}</p>" for line in lines) if lines else ""
