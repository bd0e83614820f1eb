"""The tool bar's icons: strokes on a 24 x 24 field, drawn in the colour of the text beside them."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap

_STROKES = {
    "open": "M3 19V6h6l2 2h10v11z M3 11h18",
    "save_session": "M4 4h13l3 3v13H4z M8 4v5h7V4 M8 20v-6h8v6",
    "paste": "M6 5h12v16H6z M9 3h6v4H9z",
    "run": "M7 4l13 8-13 8z",
    "cancel": "M6 6h12v12H6z",
    "grid": "M3 4h8v7H3z M13 4h8v7h-8z M3 13h8v7H3z M13 13h8v7h-8z",
    "wipe": "M3 5h18v14H3z M12 3v18 M9 10l-3 2 3 2 M15 10l3 2-3 2",
    "blink": "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12z M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
    "difference": "M4 4h16v16H4z M8 9h4 M10 7v4 M13 15h4 M4 20L20 4",
    "region_tool": "M4 8V4h4 M16 4h4v4 M20 16v4h-4 M8 20H4v-4 M8 8h8v8H8z",
    "loupe": "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12z M15 15l6 6",
    "fit": "M4 9V4h5 M15 4h5v5 M20 15v5h-5 M9 20H4v-5",
    "palette": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14z M16 16l5 5",
    "more": "M5 6l6 6-6 6 M13 6l6 6-6 6",
    "export": "M5 13v7h14v-7 M12 15V3 M8 7l4-4 4 4",
}
SIDE = 18


def has_icon(name: str) -> bool:
    """Whether there is an icon for a command."""
    return name in _STROKES


def icon(name: str, palette: QPalette, scale: float = 1.0) -> QIcon:
    """The icon of a command in the palette's colours, pale where the command cannot be used.

    `scale` is device pixels a logical one. Raises KeyError for a name without an icon.
    """
    made = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        colour = palette.color(group, QPalette.ColorRole.ButtonText)
        made.addPixmap(_drawn(_STROKES[name], colour, scale, name == "run"), mode)
    return made


def unchanged_icon(pixmap: QPixmap) -> QIcon:
    """The pixmap in its own colours in every row of a list: Qt would tint it in a selected one."""
    made = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Active, QIcon.Mode.Selected):
        made.addPixmap(pixmap, mode)
    return made


def _drawn(strokes: str, colour: QColor, scale: float, filled: bool) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    fill = colour.name() if filled else "none"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="{strokes}" fill="{fill}" '
        f'stroke="{colour.name()}" stroke-width="1.8" stroke-linejoin="round" stroke-linecap="round"/></svg>'
    )
    side = round(SIDE * scale)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap
