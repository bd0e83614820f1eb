"""Carry the letters that an SVG uses inside it, so that browsers show the figure as it was laid out."""

from __future__ import annotations

import base64
import html
import io
import re
from pathlib import Path

_GENERIC = {"STIXGeneral": "'Times New Roman', serif", "DejaVu Sans": "Verdana, sans-serif"}
_TEXT = re.compile(r'<text style="([^"]*)"[^>]*>([^<]*)</text>')


def with_fonts(svg: bytes) -> bytes:
    """`svg` with an `@font-face` for each font that matplotlib brings, cut to the letters used.

    For programs that ignore embedded fonts, the kind of font is named after the exact families. Fonts of the
    system are not copied: their licences are not known.
    """
    text = svg.decode("utf-8")
    letters: dict[tuple[str, bool], set[str]] = {}
    for style, content in _TEXT.findall(text):
        bold = "font-weight: 700" in style or "font-weight: bold" in style
        for family in re.findall(r"'([^']+)'", style):
            letters.setdefault((family, bold), set()).update(html.unescape(content))
    faces = [_face(family, bold, used) for (family, bold), used in sorted(letters.items())]
    rules = "\n".join(face for face in faces if face)
    for family, generic in _GENERIC.items():
        text = re.sub(rf"(font-family: '{family}'[^;\"]*)", rf"\1, {generic}", text)
    if rules:
        text = text.replace('<style type="text/css">', f'<style type="text/css">\n{rules}', 1)
    return text.encode("utf-8")


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
