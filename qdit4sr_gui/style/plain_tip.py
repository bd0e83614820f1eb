"""Tooltips of names that users give: Qt would take a file name with tags for rich text."""

from __future__ import annotations

from html import escape


def plain_tip(text: str) -> str:
    """A tooltip that shows `text` as it is."""
    if not {"<", "&"} & set(text):  # what Qt looks for
        return text
    return f"<p style='white-space:pre-wrap'>{escape(text)}</p>"
