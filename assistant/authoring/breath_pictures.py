"""Draw the moments of a breath, and write them as GIF, MP4 and still PNG."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import hypot
from pathlib import Path
from typing import NamedTuple

import imageio_ffmpeg
from PIL import Image, ImageDraw, ImageFont

from assistant.authoring.breath_frames import (
    LARGE,
    SMALL,
    VIDEO_MS,
    Moment,
    Pattern,
    gif_frames,
    video_frames,
)

SIDE = 320
RADIUS = 128
"""Of the circle at its largest."""
GROUND, CIRCLE, INK, DIM = (14, 40, 38), (143, 211, 198), (6, 32, 28), (62, 97, 92)

_MIDDLE = (160, 146)
_DOTS_AT, _DOT, _DOT_GAP = 302, 4, 18
_WORD, _SMALLEST_LINE, _SMALLEST_WORD, _COUNT = 20, 16, 13, 34
_ROOM = 4
"""Pixels kept free between a word and the edge of the circle."""
_FINER = 4
"""Drawn this many times larger, then made small: smooth edges."""
_SHADES = 4
"""Steps from one colour to the next at an edge: more look no better and make the GIF larger."""
_ACROSS = 6
"""Pictures side by side on an overview."""
_CLEAR = 3 * _SHADES + 1
"""Number of the colour that stands for "as before" in a GIF."""


class UnreadableError(ValueError):
    """A word that cannot be read inside the circle."""


class _Line(NamedTuple):
    text: str
    size: int
    x: float
    """From the middle of the circle; so is y."""
    y: float


def draw(moment: Moment, pattern: Pattern) -> Image.Image:
    """Draw one moment: the circle, its word and seconds, and a dot for each breath."""
    radius = round(moment.scale * RADIUS * 2) / 2  # finer steps are not seen, and cost
    size = _size_of({phase.label for phase in pattern.phases})
    lines = _laid_out(moment.label, str(moment.count or ""), size)
    return _picture(radius, lines, (moment.cycle, pattern.cycles))


def draw_still(pattern: Pattern, times: str) -> Image.Image:
    """Draw the whole pattern at once: each phase with its seconds, and how many times."""
    rows = [(phase.label, f"{phase.seconds:g}") for phase in pattern.phases]
    pitch = min(44, 2 * (RADIUS - 46) // len(rows))
    for size in range(min(24, pitch - 8), _SMALLEST_WORD - 1, -1):
        wide = max(_width(label, size) for label, _ in rows)
        gap, number = size, max(_width(count, size + 4) for _, count in rows)
        left = -(wide + gap + number) / 2
        lines: list[_Line] = []
        for index, (label, count) in enumerate(rows):
            y = (index - (len(rows) - 1) / 2) * pitch
            lines.append(_Line(label, size, left + _width(label, size) / 2, y))
            lines.append(_Line(count, size + 4, -left - number / 2, y))
        if _fits(lines, RADIUS):
            under = _Line(times, 18, 0, _DOTS_AT - _MIDDLE[1])
            return _picture(RADIUS * LARGE, tuple(lines), under=under)
    raise UnreadableError(f"{rows} do not fit into the circle. Shorten the labels.")


def save_gif(pattern: Pattern, path: Path) -> None:
    """Write a GIF that plays once."""
    frames = gif_frames(pattern)
    pictures = [draw(moment, pattern) for moment, _ in frames]
    # No `loop`: a GIF without that block is played once. One palette for all, and what stays the
    # same left clear, keep the file small.
    pictures[0].save(
        path,
        save_all=True,
        append_images=pictures[1:],
        duration=[ms for _, ms in frames],
        optimize=True,
        disposal=1,
        palette=_palette(),
        transparency=_CLEAR,
    )


def save_mp4(pattern: Pattern, path: Path) -> None:
    """Write a silent H.264 film that phones play."""
    colours = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    options = ["-vf", "scale=out_color_matrix=bt709:out_range=tv", *colours, "-crf", "20"]
    options += ["-preset", "veryslow", "-tune", "animation", "-profile:v", "main"]
    options += ["-movflags", "+faststart"]
    # One thread and no version or date in the file: the same bytes every time.
    options += ["-threads", "1", "-map_metadata", "-1", "-fflags", "+bitexact"]
    options += ["-flags:v", "+bitexact"]
    film = imageio_ffmpeg.write_frames(
        str(path),
        (SIDE, SIDE),
        fps=1000 / VIDEO_MS,
        codec="libx264",
        quality=None,
        output_params=options,
        ffmpeg_log_level="error",
    )
    film.send(None)
    for moment in video_frames(pattern):
        film.send(draw(moment, pattern).convert("RGB").tobytes())
    film.close()


def save_still(pattern: Pattern, times: str, path: Path) -> None:
    """Write the whole pattern as one PNG."""
    draw_still(pattern, times).save(path, optimize=True)


def save_sheet(film: Path, pattern: Pattern, path: Path) -> None:
    """Put the first breath of a GIF, a picture every half second, and its end on one page."""
    shown: list[Image.Image] = []
    with Image.open(film) as gif:
        last, ms, due = getattr(gif, "n_frames", 1) - 1, 0, 0
        for number in range(last + 1):
            gif.seek(number)
            if number == last or due <= ms < pattern.breath_ms:
                shown.append(gif.convert("RGB"))
                due = ms + 500
            ms += int(gif.info["duration"])
    pitch = SIDE + 4
    rows = -(-len(shown) // _ACROSS)
    page = Image.new("RGB", (pitch * _ACROSS, pitch * rows), "white")
    for index, picture in enumerate(shown):
        page.paste(picture, (index % _ACROSS * pitch + 2, index // _ACROSS * pitch + 2))
    page.save(path)


# --- how a picture is put together ---


def _picture(
    radius: float,
    lines: tuple[_Line, ...],
    breaths: tuple[int, int] = (0, 0),
    under: _Line | None = None,
) -> Image.Image:
    shown = _disc(radius).copy()
    for mask, first in (
        (_text(lines), _SHADES),
        (_dots(0, breaths[0], breaths[1]), 0),
        (_dots(breaths[0], breaths[1], breaths[1]), 2 * _SHADES),
        (_text((under,) if under else ()), 0),
    ):
        # A mask counts shades from 1; its colours follow the one numbered `first`.
        numbers = mask.point([0] + [shade + first for shade in range(1, 256)])
        shown.paste(numbers, mask=mask.point([0] + [255] * 255))
    picture = Image.frombytes("P", shown.size, shown.tobytes())
    picture.putpalette(_palette())
    return picture


@lru_cache(maxsize=1)
def _palette() -> bytes:
    colours = [_mixed(GROUND, CIRCLE, step) for step in range(_SHADES + 1)]
    colours += [_mixed(CIRCLE, INK, step) for step in range(1, _SHADES + 1)]
    colours += [_mixed(GROUND, DIM, step) for step in range(1, _SHADES + 1)]
    return bytes(part for colour in (*colours, GROUND) for part in colour)


def _mixed(one: Sequence[int], other: Sequence[int], step: int) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * step / _SHADES) for a, b in zip(one, other, strict=True))


def _mask(draws: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    large = Image.new("L", (SIDE * _FINER, SIDE * _FINER))
    draws(ImageDraw.Draw(large))
    return large.reduce(_FINER).point([round(value * _SHADES / 255) for value in range(256)])


def _spot(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    box = [(x - radius) * _FINER, (y - radius) * _FINER]
    pen.ellipse([*box, (x + radius) * _FINER - 1, (y + radius) * _FINER - 1], fill=255)


@lru_cache(maxsize=512)
def _disc(radius: float) -> Image.Image:
    return _mask(lambda pen: _spot(pen, *_MIDDLE, radius))


@lru_cache(maxsize=64)
def _dots(first: int, last: int, of: int) -> Image.Image:
    def draws(pen: ImageDraw.ImageDraw) -> None:
        for index in range(first, last):
            _spot(pen, SIDE / 2 + (index - (of - 1) / 2) * _DOT_GAP, _DOTS_AT, _DOT)

    return _mask(draws)


@lru_cache(maxsize=256)
def _text(lines: tuple[_Line, ...]) -> Image.Image:
    def draws(pen: ImageDraw.ImageDraw) -> None:
        for line in lines:
            at = ((_MIDDLE[0] + line.x) * _FINER, (_MIDDLE[1] + line.y) * _FINER)
            pen.text(at, line.text, font=_font(line.size), fill=255, anchor="mm", stroke_width=1)

    return _mask(draws)


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    """Return Aileron, which Pillow carries."""
    font = ImageFont.load_default(size * _FINER)
    assert isinstance(font, ImageFont.FreeTypeFont), "this Pillow was built without FreeType"
    return font


def _width(text: str, size: int) -> float:
    return _font(size).getlength(text) / _FINER


def _size_of(labels: Iterable[str]) -> int:
    """Return the largest size in which every label keeps inside the small circle.

    One size for all, so that a word never jumps; one line, unless that would make it tiny.
    """
    sizes = range(_WORD, _SMALLEST_WORD - 1, -1)
    for most, low in ((1, _SMALLEST_LINE), (2, _SMALLEST_WORD)):
        for size in sizes:
            laid_out = [_laid_out(label, "0", size, most) for label in labels]
            if size >= low and all(_fits(lines, RADIUS * SMALL) for lines in laid_out):
                return size
    longest = max(labels, key=len)
    raise UnreadableError(f'the label "{longest}" is too long for the circle. Shorten it.')


@lru_cache(maxsize=256)
def _laid_out(word: str, count: str, size: int, most: int = 2) -> tuple[_Line, ...]:
    """Put the word, in one line if it fits and else in two, above the count."""
    ways = [way for way in _broken(word) if len(way) <= most]
    laid_out = [_stacked(way, count, size) for way in ways]
    return next((lines for lines in laid_out if _fits(lines, RADIUS * SMALL)), laid_out[0])


def _stacked(parts: Sequence[str], count: str, size: int) -> tuple[_Line, ...]:
    height, count_height = size * 1.15, _COUNT * 1.06 if count else 0
    top = -(height * len(parts) + count_height) / 2
    lines = [_Line(part, size, 0, top + height * (at + 0.5)) for at, part in enumerate(parts)]
    return (*lines, _Line(count, _COUNT, 0, -top - count_height / 2)) if count else tuple(lines)


def _broken(word: str) -> list[list[str]]:
    words = word.split()
    ways = [[" ".join(words[:cut]), " ".join(words[cut:])] for cut in range(1, len(words))]
    return [[word], *sorted(ways, key=lambda way: max(map(len, way)))]


def _fits(lines: Sequence[_Line], radius: float) -> bool:
    for line in lines:
        left, top, right, bottom = (
            edge / _FINER for edge in _font(line.size).getbbox(line.text, anchor="mm")
        )
        corners = [(line.x + x, line.y + y) for x in (left, right) for y in (top, bottom)]
        if any(hypot(x, y) > radius - _ROOM for x, y in corners):
            return False
    return True
