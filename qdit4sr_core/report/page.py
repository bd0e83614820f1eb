"""The frame of an HTML page that needs nothing beside itself."""

from __future__ import annotations

from collections.abc import Iterable

from ..escaping import html as escape


def page(title: str, style: str, body: Iterable[str], policy: str = "") -> str:
    """A whole page: `title` is escaped, `style` and the lines of `body` are markup.

    `policy` says what the page may load (Content-Security-Policy); it stands before anything it governs.
    """
    governed = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    head = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        *([governed] if policy else []),
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        f"<style>{style}</style></head><body>",
    ]
    return "\n".join([*head, *body, "</body></html>", ""])
