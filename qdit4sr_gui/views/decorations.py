"""What is written on a pane: name chip, metric line, progress, a message where there is no image."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from qdit4sr_gui.style.unbroken import shown, unbroken
from qdit4sr_gui.style.view_colours import Theme
from qdit4sr_gui.widgets.elided_name import elided_name

CHIP_BACKGROUND = QColor(16, 16, 16, 205)
CHIP_TEXT = QColor(255, 255, 255)
CHIP_FAINT = QColor(205, 205, 205)
CHIP_SHARE = 0.4
"""A chip's lines take no more of a pane's height: the picture is what counts."""
_CHINESE, _OPENING, _CLOSING = "\u2e80-\u2fff\u3005-\u9fff\uf900-\ufaff", "（《“", "，。；：！？、）》”"
_LATIN = f"[^ {_CHINESE}{_OPENING}{_CLOSING}]+"
_WORD = re.compile(f"[{_OPENING}]*(?:[{_CHINESE}]|{_LATIN}|[{_OPENING}{_CLOSING}])[{_CLOSING}]* *| +")
"""A word, or one Chinese character, with the punctuation that never ends or begins a line, and spaces."""
INSET = 8.0
PADDING = 6.0


@dataclass(frozen=True)
class Progress:
    """How far a computation is: `done` of `total` steps (total 0: unknown) and what to say about it."""

    done: int
    total: int
    text: str


def small_font(font: QFont) -> QFont:
    """The font of second lines."""
    small = QFont(font)
    size = font.pointSizeF()
    if size > 0:
        small.setPointSizeF(max(7.0, size * 0.9))
    return small


def paint_chip(
    painter: QPainter,
    bounds: QRectF,
    number: str,
    label: str,
    badge: str,
    metric_line: str,
    accent: QColor,
    at_right: bool = False,
) -> QRectF:
    """Number, name, an optional badge and lines of numbers on a dark chip in the upper corner.

    Dark on every theme: it must be readable on any photo. Returns the chip's rectangle.
    """
    painter.save()
    font, bold, small = painter.font(), QFont(painter.font()), small_font(painter.font())
    bold.setBold(True)
    metrics, bold_metrics, small_metrics = QFontMetricsF(font), QFontMetricsF(bold), QFontMetricsF(small)
    room = bounds.width() - 2 * INSET - 2 * PADDING
    number_width = bold_metrics.horizontalAdvance(number) + 8 if number else 0.0
    badge_width = small_metrics.horizontalAdvance(badge) + 10 if badge else 0.0
    badge_gap = 8.0 if badge else 0.0
    label_room = max(20.0, room - number_width - badge_width - badge_gap)
    label = elided_name(label, metrics, label_room)
    lines = _chip_lines(font, bounds, metric_line)
    first = number_width + metrics.horizontalAdvance(label) + badge_gap + badge_width
    width = max([first, *(small_metrics.horizontalAdvance(text) for text in lines)]) + 2 * PADDING
    line = metrics.height() + 2
    height = chip_height(font, bounds, metric_line)
    left = bounds.right() - INSET - width if at_right else bounds.left() + INSET
    chip = QRectF(left, bounds.top() + INSET, width + 1, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(CHIP_BACKGROUND)
    painter.drawRoundedRect(chip, 4, 4)
    row = QRectF(chip.left() + PADDING, chip.top() + PADDING / 2, width - 2 * PADDING + 1, line)
    if number:
        painter.setFont(bold)
        painter.setPen(CHIP_FAINT)
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, number)
    painter.setFont(font)
    painter.setPen(CHIP_TEXT)
    painter.drawText(row.adjusted(number_width, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, label)
    if badge:
        x = row.left() + number_width + metrics.horizontalAdvance(label) + badge_gap
        painter.setFont(small)
        _paint_badge(painter, QRectF(x, row.top() + 2, badge_width, row.height() - 4), badge, accent)
    painter.setFont(small)
    painter.setPen(CHIP_FAINT)
    step = small_metrics.height() + 1
    for index, text in enumerate(lines):
        below = QRectF(row.left(), row.bottom() + index * step, row.width(), step)
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()
    return chip


def chip_height(font: QFont, bounds: QRectF, metric_line: str) -> float:
    """How high `paint_chip` makes a chip with these lines of numbers."""
    lines, step = _chip_lines(font, bounds, metric_line), QFontMetricsF(small_font(font)).height() + 1
    return QFontMetricsF(font).height() + 2 + len(lines) * step + PADDING


def _chip_lines(font: QFont, bounds: QRectF, metric_line: str) -> list[str]:
    metrics, small = QFontMetricsF(font), QFontMetricsF(small_font(font))
    room = bounds.width() - 2 * INSET - 2 * PADDING
    most = max(1, int((CHIP_SHARE * bounds.height() - metrics.height()) / (small.height() + 1)))
    return few_lines(metric_line, small, max(40.0, room), most)


def _paint_badge(painter: QPainter, box: QRectF, text: str, accent: QColor) -> None:
    painter.setBrush(accent)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(0, 0, 0) if accent.lightness() > 140 else QColor(255, 255, 255))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def wrapped(text: str, metrics: QFontMetricsF, width: float) -> list[str]:
    """The text in lines of at most `width`: broken at " · " first, then between words or Chinese characters.

    A word that is wider stays whole, and so does a number with its unit.
    """
    if not text or metrics.horizontalAdvance(text) <= width:
        return [text] if text else []
    lines: list[str] = []
    for part in text.split(" · "):
        line = ""
        for word in _WORD.findall(unbroken(part)):
            longer = line + word
            if line and metrics.horizontalAdvance(longer.rstrip()) > width:
                lines.append(line.rstrip())
                longer = word
            line = longer
        lines.append(line.rstrip())
    return [shown(line) for line in lines]


def few_lines(text: str, metrics: QFontMetricsF, width: float, most: int) -> list[str]:
    """The text in lines; with more than `most`, a line for each of its first parts, cut where too long.

    A text of one part is a sentence and stays whole.
    """
    lines = wrapped(text, metrics, width)
    if len(lines) <= most or " · " not in text:
        return lines
    right = Qt.TextElideMode.ElideRight
    return [metrics.elidedText(part, right, width) for part in text.split(" · ")[:most]]


def progress_height(painter: QPainter) -> float:
    """What a progress bar takes from the lower edge."""
    return QFontMetricsF(painter.font()).height() + 16 + INSET


def paint_progress(painter: QPainter, bounds: QRectF, progress: Progress, accent: QColor) -> None:
    """A bar with its text along the lower edge."""
    painter.save()
    metrics = QFontMetricsF(painter.font())
    height = progress_height(painter) - INSET
    box = QRectF(bounds.left() + INSET, bounds.bottom() - INSET - height, bounds.width() - 2 * INSET, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(CHIP_BACKGROUND)
    painter.drawRoundedRect(box, 4, 4)
    inner = box.adjusted(PADDING, 3, -PADDING, -PADDING)
    painter.setPen(CHIP_TEXT)
    text = metrics.elidedText(progress.text, Qt.TextElideMode.ElideRight, inner.width())
    painter.drawText(inner.adjusted(0, 0, 0, -4), Qt.AlignmentFlag.AlignVCenter, text)
    track = QRectF(inner.left(), inner.bottom() - 3, inner.width(), 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(255, 255, 255, 60))
    painter.drawRoundedRect(track, 2, 2)
    if progress.total > 0 and progress.done > 0:
        share = min(1.0, progress.done / progress.total)
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(track.left(), track.top(), max(4.0, track.width() * share), 4), 2, 2)
    painter.restore()


def paint_message(painter: QPainter, bounds: QRectF, text: str, theme: Theme, error: bool = False) -> None:
    """A sentence in the middle of a pane: what is missing, or what went wrong."""
    painter.save()
    area = bounds.adjusted(24, 24, -24, -24)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if error:
        painter.setPen(theme.error)
        mark = QRectF(area.center().x() - 13, area.center().y() - 52, 26, 26)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.error, 2))
        painter.drawEllipse(mark)
        font = QFont(painter.font())
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, "!")
        font.setBold(False)
        painter.setFont(font)
        area.setTop(mark.bottom() + 10)
        painter.setPen(theme.text)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
    else:
        painter.setPen(theme.faint)
        flags = Qt.AlignmentFlag.AlignCenter
    width = min(area.width(), 520.0)
    area = QRectF(area.center().x() - width / 2, area.top(), width, area.height())
    painter.drawText(area, int(flags | Qt.TextFlag.TextWordWrap), text)
    painter.restore()


def paint_drop_zone(painter: QPainter, bounds: QRectF, text: str, theme: Theme) -> None:
    """A dashed field with a sentence: what to do when there is nothing yet."""
    painter.save()
    width, height = min(bounds.width() - 32, 460.0), min(bounds.height() - 32, 220.0)
    field = QRectF(bounds.center().x() - width / 2, bounds.center().y() - height / 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.track, 2, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(field, 12, 12)
    centre = field.center()
    painter.setPen(QPen(theme.faint, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    stem, head = centre.y() - 52, centre.y() - 18
    painter.drawLine(QPointF(centre.x(), stem), QPointF(centre.x(), head))
    for side in (-9, 9):
        painter.drawLine(QPointF(centre.x(), head), QPointF(centre.x() + side, head - 9))
    painter.drawLine(QPointF(centre.x() - 18, head + 8), QPointF(centre.x() + 18, head + 8))
    font = QFont(painter.font())
    font.setPointSizeF(font.pointSizeF() * 1.2 if font.pointSizeF() > 0 else 12)
    painter.setFont(font)
    painter.setPen(theme.text)
    area = QRectF(field.left() + 16, head + 24, field.width() - 32, field.bottom() - head - 28)
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
    painter.drawText(area, int(flags | Qt.TextFlag.TextWordWrap), text)
    painter.restore()


def paint_frame(painter: QPainter, bounds: QRectF, colour: QColor, width: int) -> None:
    """A frame inside the pane's edge: the selected pane, or the one a file would be dropped on."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for offset in range(width):
        painter.setPen(colour)
        painter.drawRect(bounds.adjusted(offset, offset, -1 - offset, -1 - offset))
    painter.restore()


def paint_cross(painter: QPainter, point: QPointF) -> None:
    """A small cross at the place the mouse points to in another pane."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for colour, width in ((QColor(0, 0, 0, 150), 3), (QColor(255, 255, 255, 230), 1)):
        painter.setPen(QPen(colour, width))
        for dx, dy in ((1, 0), (0, 1)):
            near, far = 4, 11
            for sign in (-1, 1):
                painter.drawLine(
                    point + QPointF(sign * near * dx, sign * near * dy),
                    point + QPointF(sign * far * dx, sign * far * dy),
                )
    painter.restore()
