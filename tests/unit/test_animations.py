"""The breathing animations, read back from their pixels and compared with the exercise files."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import imageio_ffmpeg
import pytest
import yaml
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from assistant.authoring import animations, breath_pictures
from assistant.authoring.breath_frames import END_MS, Pattern, moment_at
from assistant.exercises.exercise import Phase
from assistant.exercises.library import load_library

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "assistant/exercises/animations"
INDEX: dict[str, dict[str, Any]] = {
    entry["id"]: entry for entry in yaml.safe_load((FOLDER / "index.yml").read_text("utf-8"))
}
WORDS = animations.read_words()
# What a person sees, told here anew and not taken from the code that drew it.
SMALL = 0.45
DOTS_FROM = 290
BREATHING = {
    exercise.id: exercise
    for exercise in load_library().values()
    if any(phase.kind == "in" for phase in getattr(exercise, "phases", ()))
}
each_exercise = pytest.mark.parametrize("name", sorted(BREATHING))
each_film = pytest.mark.parametrize("kind", ["gif", "mp4"])


class Frame(NamedTuple):
    """A frame as it is shown."""

    ms: int
    lasts: int
    picture: Image.Image


class Seen(NamedTuple):
    """What the pixels of a frame say."""

    radius: float
    word: str
    count: str
    dots: int


def path_of(name: str, kind: str) -> Path:
    """Return a file of an exercise, or say what to do where there is none."""
    if name not in INDEX or not (FOLDER / INDEX[name][kind]).is_file():
        pytest.fail(f"{name} has no {kind}. Run make animations.")
    return FOLDER / INDEX[name][kind]


@lru_cache(maxsize=2)
def frames_of(path: Path) -> list[Frame]:
    """Read a GIF or an MP4 back."""
    return list(gif_frames(path) if path.suffix == ".gif" else mp4_frames(path))


def gif_frames(path: Path) -> Iterator[Frame]:
    """Read the frames of a GIF, each with its own duration."""
    ms = 0
    with Image.open(path) as film:
        for number in range(film.n_frames):
            film.seek(number)
            lasts = int(film.info["duration"])
            yield Frame(ms, lasts, film.convert("RGB"))
            ms += lasts


def mp4_frames(path: Path) -> Iterator[Frame]:
    """Decode the frames of an MP4, all of one length."""
    film = imageio_ffmpeg.read_frames(str(path))
    said = next(film)
    lasts = round(1000 / said["fps"])
    for number, pixels in enumerate(film):
        yield Frame(number * lasts, lasts, Image.frombytes("RGB", said["size"], pixels))


def colours(picture: Image.Image) -> tuple[Any, Any, Any]:
    """Return ground, circle and ink: the corner, and the commonest and the darkest in the circle."""
    left, top, right, bottom = light(picture).crop((0, 0, 320, DOTS_FROM)).getbbox()
    across, down = (right - left) // 4, (bottom - top) // 4
    middle = picture.crop((left + across, top + down, right - across, bottom - down))
    found = middle.getcolors(320 * 320)
    darkest = min((colour for _, colour in found), key=luminance)
    return picture.getpixel((0, 0)), max(found)[1], darkest


def luminance(colour: tuple[int, ...]) -> float:
    """Return the relative luminance of WCAG 2."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def light(picture: Image.Image) -> Image.Image:
    """Mark what is nearer to the circle's colour than to the ground's or the ink's."""
    return picture.convert("L").point([255 if value > 110 else 0 for value in range(256)])


def see(picture: Image.Image, labels: tuple[str, ...]) -> Seen:
    """Read the circle, the word, the seconds and the lit dots off the pixels."""
    lit = light(picture)
    left, top, right, bottom = lit.crop((0, 0, 320, DOTS_FROM)).getbbox()
    assert abs((right - left) - (bottom - top)) <= 2, "the circle is round"
    radius = (right - left + bottom - top) / 4
    inside = Image.new("L", picture.size)
    ImageDraw.Draw(inside).ellipse((left + 2, top + 2, right - 3, bottom - 3), fill=255)
    ink = ImageChops.multiply(ImageChops.invert(lit), inside)
    word, count = read_ink(ink.crop((left, top, right, bottom)), labels)
    return Seen(radius, word, count, dots(lit))


def dots(lit: Image.Image) -> int:
    """Count the lit dots under the circle: runs of light on the row through them."""
    rows = lit.crop((0, DOTS_FROM, 320, 320))
    box = rows.getbbox()
    assert box, "some dot is lit"
    middle = (box[1] + box[3]) // 2
    line = [rows.getpixel((x, middle)) > 0 for x in range(320)]
    return sum(now and not before for before, now in pairwise(line))


def read_ink(ink: Image.Image, labels: tuple[str, ...]) -> tuple[str, str]:
    """Read the word, and under it the seconds if there are any."""
    shape = ink.crop(ink.getbbox())
    return _read_shape(shape.tobytes(), shape.size, labels)


@cache
def _read_shape(pixels: bytes, size: tuple[int, int], labels: tuple[str, ...]) -> tuple[str, str]:
    ink = Image.frombytes("L", size, pixels)
    rows = [bool(ink.crop((0, y, ink.width, y + 1)).getbbox()) for y in range(ink.height)]
    edges = [y for y, (before, now) in enumerate(pairwise([False, *rows, False])) if before != now]
    bands = list(zip(edges[::2], edges[1::2], strict=True))
    counted = len(bands) > 1
    word = ink.crop((0, bands[0][0], ink.width, bands[-2 if counted else -1][1]))
    count = ink.crop((0, bands[-1][0], ink.width, bands[-1][1])) if counted else None
    numbers = tuple(str(number) for number in range(1, 16))
    return likest(word, labels), likest(count, numbers) if count else ""


def likest(ink: Image.Image, texts: tuple[str, ...]) -> str:
    """Return the text whose writing is most like the ink."""
    shape = ink.crop(ink.getbbox())
    return min(texts, key=lambda text: _unlike(shape, text))


def _unlike(shape: Image.Image, text: str) -> float:
    font = ImageFont.load_default(80)
    # A label may stand in two lines; none of the two ways may look like another word.
    written = [
        text,
        *(text[:at] + "\n" + text[at + 1 :] for at in range(len(text)) if text[at] == " "),
    ]
    return min(_far(shape, way, font) for way in written)


def _far(shape: Image.Image, text: str, font: Any) -> float:
    page = Image.new("L", (1600, 400))
    ImageDraw.Draw(page).multiline_text((100, 100), text, font=font, fill=255, align="center")
    model = page.crop(page.getbbox())
    aspect = abs(math.log((model.width / model.height) / (shape.width / shape.height)))
    difference = ImageChops.difference(model.resize(shape.size), shape)
    return ImageStat.Stat(difference).mean[0] / 255 + aspect


class Wanted(NamedTuple):
    """What an exercise file asks for at a moment."""

    scale: float
    word: str
    count: str
    dots: int


def wanted(exercise: Any, ms: int) -> Wanted:
    """Work out from the exercise file what must be seen: told here anew, phase by phase."""
    cycles = min(4, exercise.rounds)
    breath = sum(int(phase.seconds) * 1000 for phase in exercise.phases)
    if ms >= breath * cycles:
        return Wanted(SMALL, WORDS["end"], "", cycles)
    within, scale = ms % breath, SMALL
    for phase in exercise.phases:
        length = int(phase.seconds) * 1000
        target = {"in": 1.0, "out": SMALL, "hold": scale}[phase.kind]
        if within < length:
            eased = (1 - math.cos(math.pi * within / length)) / 2
            left = int(phase.seconds) - within // 1000
            return Wanted(
                scale + (target - scale) * eased, phase.label, str(left), ms // breath + 1
            )
        within, scale = within - length, target
    raise AssertionError


@each_film
@each_exercise
def test_every_frame_is_as_the_exercise_file_times_it(name: str, kind: str) -> None:
    """Size of the circle, word, seconds and dots of each frame are those of its moment."""
    exercise = BREATHING[name]
    labels = (*sorted({phase.label for phase in exercise.phases}), WORDS["end"])
    frames = frames_of(path_of(name, kind))
    largest = max(see(frame.picture, labels).radius for frame in frames)
    for frame in frames:
        want, seen = wanted(exercise, frame.ms), see(frame.picture, labels)
        told = f"{frame.ms} ms: {seen}, wanted {want}. Run make animations."
        assert abs(seen.radius - want.scale * largest) <= 1, told
        assert (seen.word, seen.count, seen.dots) == want[1:], told
    assert frames[-1].ms + frames[-1].lasts == round(INDEX[name]["seconds"] * 1000)


@each_film
@each_exercise
def test_every_change_comes_at_its_time(name: str, kind: str) -> None:
    """No word, second or dot comes late: a frame ends where what it shows ends."""
    exercise = BREATHING[name]
    for frame in frames_of(path_of(name, kind)):
        first, last = wanted(exercise, frame.ms), wanted(exercise, frame.ms + frame.lasts - 1)
        assert first[1:] == last[1:], f"{frame.ms} ms. Run make animations."


@each_exercise
def test_it_lasts_its_breaths_and_the_end(name: str) -> None:
    """Four breaths, or as many as are led, and a moment that shows it is over."""
    exercise = BREATHING[name]
    breaths = sum(phase.seconds for phase in exercise.phases) * min(4, exercise.rounds)
    for kind in ("gif", "mp4"):
        last = frames_of(path_of(name, kind))[-1]
        assert last.ms + last.lasts == breaths * 1000 + END_MS


@each_film
@each_exercise
def test_nothing_flashes(name: str, kind: str) -> None:
    """From frame to frame little of the picture changes, and its light hardly."""
    table = [round(luminance((value,) * 3) * 255) for value in range(256)]
    lights = [frame.picture.convert("L").point(table) for frame in frames_of(path_of(name, kind))]
    for before, after in pairwise(lights):
        changed = ImageChops.difference(before, after)
        mean = abs(ImageStat.Stat(after).mean[0] - ImageStat.Stat(before).mean[0]) / 255
        # WCAG 2.3.1 calls a tenth of the light a change, and a quarter of the view an area.
        area = sum(changed.histogram()[26:]) / (320 * 320)
        assert mean <= 0.03 and area <= 0.06, (mean, area)


@each_exercise
def test_a_gif_shows_six_to_eight_pictures_a_second_while_it_moves(name: str) -> None:
    """Where the circle moves at its fastest, a picture stands for an eighth to a sixth."""
    frames = frames_of(path_of(name, "gif"))
    assert min(frame.lasts for frame in frames) >= 120
    exercise, start = BREATHING[name], 0
    for phase in exercise.phases:
        middle = (start + phase.seconds / 2) * 1000
        standing = next(f for f in frames if f.ms <= middle < f.ms + f.lasts)
        assert standing.lasts <= (1000 if phase.kind == "hold" else 170)
        start += phase.seconds


@each_exercise
def test_a_gif_plays_once(name: str) -> None:
    """Without the block that asks for it, no viewer begins again."""
    path = path_of(name, "gif")
    assert b"NETSCAPE" not in path.read_bytes()
    assert "loop" not in Image.open(path).info


@each_exercise
def test_a_film_is_what_phones_play(name: str) -> None:
    """H.264 with 4:2:0 colours, eight frames a second, no sound, its header first."""
    path = path_of(name, "mp4")
    said = next(imageio_ffmpeg.read_frames(str(path)))
    assert said["codec"] == "h264" and said["pix_fmt"].startswith("yuv420p")
    assert 6 <= said["fps"] <= 8 and "audio_codec" not in said
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@each_exercise
def test_files_are_small_and_320_wide(name: str) -> None:
    """What a phone on a bad line must load stays small."""
    for kind in ("gif", "mp4", "still"):
        assert path_of(name, kind).stat().st_size <= 400_000
    for kind in ("gif", "mp4"):
        assert {frame.picture.size for frame in frames_of(path_of(name, kind))} == {(320, 320)}
    assert Image.open(path_of(name, "still")).size == (320, 320)


@each_exercise
def test_contrast_is_high(name: str) -> None:
    """Words on the circle reach WCAG's 7 to 1, the circle on its ground more than 3 to 1."""
    ground, circle, ink = (
        luminance(c) for c in colours(frames_of(path_of(name, "gif"))[0].picture)
    )
    assert (circle + 0.05) / (ink + 0.05) >= 7
    assert (circle + 0.05) / (ground + 0.05) >= 3


@each_exercise
def test_words_spell_the_counts(name: str) -> None:
    """Alt texts and caption say each phase with its seconds, in order, and how many times."""
    exercise = BREATHING[name]
    times = ["once", "twice", "three times", "four times"][min(4, exercise.rounds) - 1]
    for key in ("alt", "still_alt", "caption"):
        text, at = INDEX[name][key].lower(), 0
        for phase in exercise.phases:
            unit = "second" if phase.seconds == 1 else "seconds"
            part = f"{phase.label.lower()} for {int(phase.seconds)} {unit}"
            assert part in text[at:], f"{key} lacks “{part}”. Run make animations."
            at = text.index(part, at) + len(part)
        assert times in text[at:]


@each_exercise
def test_a_hold_may_be_skipped(name: str) -> None:
    """Whoever is shown a hold is told that it may be left out, and everybody how to stop."""
    caption = INDEX[name]["caption"]
    assert ("skip the hold" in caption) is BREATHING[name].has_hold
    assert "Stop at any time" in caption or "stop at any time" in caption


def test_files_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """Every breathing exercise has its files and no file is left of another."""
    code = animations.main(["--check"])
    assert code == 0, capsys.readouterr().out
    assert set(INDEX) == set(BREATHING)


@each_exercise
def test_committed_pictures_are_what_is_drawn(name: str, tmp_path: Path) -> None:
    """A change of the drawing shows, and drawing a second time gives the same pictures."""
    one = next(one for one in animations.animated() if one.id == name)
    again = tmp_path / "again.gif"
    breath_pictures.save_gif(one.pattern, again)
    old, new = frames_of(path_of(name, "gif")), list(gif_frames(again))
    assert [frame[:2] for frame in old] == [frame[:2] for frame in new], "Run make animations."
    assert all(a.picture.tobytes() == b.picture.tobytes() for a, b in zip(old, new, strict=True)), (
        "Run make animations."
    )
    times = WORDS["times"][one.pattern.cycles - 1]
    still = breath_pictures.draw_still(one.pattern, times).convert("RGB")
    kept = Image.open(path_of(name, "still")).convert("RGB")
    assert kept.tobytes() == still.tobytes(), "Run make animations."


# --- what the command does with other exercises ---

IN, HOLD, OUT = (
    Phase("in", "Breathe in", 1, 1.0),
    Phase("hold", "Hold", 1, 1.0),
    Phase("out", "Breathe out", 2, 2.0),
)


def changed(name: str, **parts: Any) -> list[Any]:
    """Return the library with one exercise changed."""
    return [replace(e, **parts) if e.id == name else e for e in load_library().values()]


def test_a_changed_exercise_asks_for_the_command() -> None:
    """Other seconds, another label or fewer rounds make the index old, and it says what to run."""
    name = "gentle"
    first, *rest = BREATHING[name].phases
    for parts in (
        {"phases": (replace(first, seconds=3.0), *rest)},
        {"phases": (replace(first, label="Draw in"), *rest)},
        {"rounds": 3},
        {"id": "soft"},
    ):
        told = list(animations.faults(ROOT, animations.index(WORDS, changed(name, **parts))))
        assert told == [
            "assistant/exercises/animations/index.yml: out of date. Run make animations."
        ]


def test_a_closing_line_changes_no_animation() -> None:
    """What is not drawn may change without drawing again."""
    text = animations.index(WORDS, changed("gentle", closing="That was all."))
    assert list(animations.faults(ROOT, text)) == []


def test_missing_and_left_over_files_are_named(tmp_path: Path) -> None:
    """A file that is gone and one that belongs to nothing are both told by name."""
    folder = tmp_path / "assistant/exercises/animations"
    folder.mkdir(parents=True)
    text = animations.index(WORDS, [BREATHING["gentle"]])
    (folder / "index.yml").write_text(text, encoding="utf-8")
    for name in ("gentle.gif", "gentle.mp4", "old.gif"):
        (folder / name).touch()
    told = list(animations.faults(tmp_path, text))
    assert [line.split(":")[0].rsplit("/")[-1] for line in told] == ["gentle.png", "old.gif"]
    assert all(line.endswith("Run make animations.") for line in told)


def test_a_new_exercise_is_drawn_and_an_old_one_taken_away(tmp_path: Path) -> None:
    """What has phases is drawn under its id, what has none is passed by, what is left goes."""
    (tmp_path / "old.gif").touch()
    short = replace(BREATHING["gentle"], id="two in", phases=(IN, HOLD, OUT), rounds=1)
    said = list(animations.draw_all(tmp_path, WORDS, [short, object()]))
    assert {path.name for path in tmp_path.iterdir()} == {
        f"two_in.{x}" for x in ("gif", "mp4", "png")
    }
    assert said[-1].split() == ["old.gif", "taken", "away"]
    assert frames_of(tmp_path / "two_in.gif")[-1].ms == 4000


@each_exercise
def test_overview_shows_a_breath_and_the_end(name: str, tmp_path: Path) -> None:
    """Every word of the breath and the one at the end can be read on one page."""
    one = next(one for one in animations.animated() if one.id == name)
    breath_pictures.save_sheet(path_of(name, "gif"), one.pattern, tmp_path / "sheet.png")
    page = Image.open(tmp_path / "sheet.png")
    labels = tuple(phase.label for phase in one.pattern.phases) + (WORDS["end"],)
    tiles = [
        page.crop((x, y, x + 320, y + 320))
        for y in range(2, page.height, 324)
        for x in range(2, page.width, 324)
    ]
    words = [see(tile, labels).word for tile in tiles if tile.getextrema() != ((255, 255),) * 3]
    assert [word for word, _ in groupby(words)] == list(labels)


def test_a_film_is_written_the_same_twice(tmp_path: Path) -> None:
    """No date, version or thread changes a byte."""
    pattern = Pattern((IN, OUT), 1, "Done")
    for name in ("a.mp4", "b.mp4"):
        breath_pictures.save_mp4(pattern, tmp_path / name)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_a_label_too_long_for_the_circle_is_refused(tmp_path: Path) -> None:
    """The author is told which label to shorten."""
    long = replace(IN, label="Breathe in through your nose, slow")
    one = replace(BREATHING["gentle"], phases=(long, OUT), rounds=1)
    with pytest.raises(SystemExit, match='gentle: the label "Breathe in through your nose, slow"'):
        list(animations.draw_all(tmp_path, WORDS, [one]))


def test_a_file_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The author is told which exercise to shorten."""
    monkeypatch.setattr(animations, "MAX_BYTES", 1000)
    one = replace(BREATHING["gentle"], phases=(IN, OUT), rounds=1)
    with pytest.raises(SystemExit, match="Shorten the phases of gentle"):
        list(animations.draw_all(tmp_path, WORDS, [one]))


@pytest.mark.parametrize(
    ("phases", "ms", "scale"),
    [
        ((IN, OUT), 0, 0.45),
        ((IN, OUT), 500, 0.725),
        ((IN, OUT), 1000, 1.0),
        ((IN, HOLD, OUT), 1999, 1.0),
        ((IN, OUT, HOLD), 3500, 0.45),
        # Two breaths in, one after the other, are one growth.
        ((IN, IN, OUT), 1000, 0.725),
    ],
)
def test_circle_grows_holds_and_shrinks(phases: tuple[Phase, ...], ms: int, scale: float) -> None:
    """Half way in time is half way in size, and a hold keeps the size it found."""
    assert moment_at(Pattern(phases, 1, "Done"), ms).scale == pytest.approx(scale)
