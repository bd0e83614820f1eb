"""Carry the letters that an SVG uses inside it, so that browsers show the figure as it was laid out."""

from __future__ import annotations

import base64
import html
import io
import re
from pathlib import Path

from .fonts import text_width

_ALIKE = {
    "STIXGeneral": ("'STIX Two Text', 'Times New Roman', 'Liberation Serif', 'Nimbus Roman'", "serif"),
    "DejaVu Sans": ("Verdana", "sans-serif"),
}
"""Fonts about as wide, which come next to the exact one, and the kind of font, which comes last."""
_TEXT = re.compile(r'<text style="([^"]*)"([^>]*)>([^<]*)</text>')


def with_fonts(svg: bytes) -> bytes:
    """`svg` with an `@font-face` for each font that matplotlib brings, cut to the letters used.

    Programs that ignore embedded fonts find fonts that are alike, and how long each text is, so that captions
    do not run into each other. Fonts of the system are not copied: their licences are not known.
    """
    text = svg.decode("utf-8")
    letters: dict[tuple[str, bool], set[str]] = {}
    for style, _, content in _TEXT.findall(text):
        bold = _is_bold(style)
        for family in re.findall(r"'([^']+)'", style):
            letters.setdefault((family, bold), set()).update(html.unescape(content))
    faces = [_face(family, bold, used) for (family, bold), used in sorted(letters.items())]
    rules = "\n".join(face for face in faces if face)
    text = _TEXT.sub(_with_length, text)
    for family, (alike, kind) in _ALIKE.items():
        text = re.sub(
            rf"font-family: '{family}'([^;\"]*)", rf"font-family: '{family}', {alike}\1, {kind}", text
        )
    if rules:
        text = text.replace('<style type="text/css">', f'<style type="text/css">\n{rules}', 1)
    return text.encode("utf-8")


def _with_length(found: re.Match[str]) -> str:
    """A text that is as long in every font as it was laid out."""
    style, attributes, content = found.groups()
    family, size = re.search(r"font-family: '([^']+)'", style), re.search(r"font-size: ([0-9.]+)px", style)
    if family is None or size is None or not content.strip():
        return found[0]
    length = text_width(html.unescape(content), family[1], float(size[1]), _is_bold(style))
    return (
        f'<text style="{style}"{attributes} textLength="{length:.2f}"'
        f' lengthAdjust="spacingAndGlyphs">{content}</text>'
    )


def _is_bold(style: str) -> bool:
    return "font-weight: 700" in style or "font-weight: bold" in style


def _face(family: str, bold: bool, letters: set[str]) -> str:
    """The rule for one font with the glyphs of `letters`, or nothing for a font of the system."""
    import matplotlib
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from matplotlib.font_manager import FontProperties, findfont

    path = Path(findfont(FontProperties(family=family, weight="bold" if bold else "normal")))
    if not path.is_relative_to(matplotlib.get_data_path()):
        return ""
    font = TTFont(path, recalcTimestamp=False)
    known = font.getBestCmap()
    wanted = sorted(ord(letter) for letter in letters if ord(letter) in known)
    if not wanted:
        return ""
    options = subset.Options(layout_features=[], hinting=False, drop_tables=["FFTM", "GSUB", "GPOS", "kern"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    weight = 700 if bold else 400
    return (
        f"@font-face {{ font-family: '{family}'; font-weight: {weight}; "
        f"src: url(data:font/ttf;base64,{data}) format('truetype'); }}"
    )
