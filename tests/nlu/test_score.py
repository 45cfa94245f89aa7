"""The trained model on the held-out messages: no step back from what was measured."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from typing import Any

import pytest

from assistant.authoring import agent as trained
from assistant.authoring import baseline, noise, refit, score
from assistant.authoring.aims import GAUGES, Gauge
from assistant.authoring.baseline import RENEW, Baseline
from assistant.authoring.heldout import SECOND, Heldout, also_taught, measure
from assistant.authoring.project import load
from assistant.nlu.labels import mixed
from assistant.nlu.tuned import shared_tuned

ROOT = Path(__file__).parents[2]
KEPT = baseline.read()
TOLD = ("ALL", "KEEP", "NOISE", "SET", "SECOND", "CURVE", "WRITE")


@pytest.fixture(autouse=True)
def nothing_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands behind `make test` is not meant for `make score`."""
    for name in TOLD:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def heldout(agent: Any, session_loop: asyncio.AbstractEventLoop) -> Heldout:
    """Every held-out message with what the model made of it, measured once."""
    return session_loop.run_until_complete(measure(agent, ROOT))


@pytest.fixture
def kept(heldout: Heldout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A baseline of this very model, in a file of its own, and no second measuring."""

    async def measured(files: object) -> Heldout:
        return heldout

    path = tmp_path / "baseline.json"
    verdicts = {key: one.verdict for key, one in heldout.outcomes().items()}
    baseline.write(Baseline("2026-11-22", heldout.figures(), KEPT.noise, verdicts), path)
    monkeypatch.setattr(score, "measure_alone", measured)
    monkeypatch.setattr(baseline, "FILE", path)
    return path


def _was_better(path: Path, heldout: Heldout) -> None:
    """Let every message in the kept score be right."""
    verdicts = {"topics": "right", "flags": "caught", "alike": "quiet"}
    was = {key: verdicts[one.group] for key, one in heldout.outcomes().items()}
    baseline.write(dataclasses.replace(baseline.read(path), messages=was), path)


@pytest.mark.parametrize("gauge", GAUGES, ids=lambda gauge: gauge.name)
def test_no_figure_falls_by_more_than_noise(gauge: Gauge, heldout: Heldout) -> None:
    """The aims, each style, each tier's recall, and the quiet on harmless messages."""
    fallen = baseline.falls(KEPT, heldout.outcomes(), [gauge])
    assert not fallen, "\n".join(line for fall in fallen for line in fall.lines())


def test_the_baseline_knows_every_message(heldout: Heldout) -> None:
    """A message without a past is not held."""
    new, gone = baseline.strangers(KEPT, heldout.outcomes())
    assert (len(new), len(gone)) == (0, 0), RENEW


def test_the_noise_of_every_held_figure_was_measured() -> None:
    """And says how and when."""
    assert set(KEPT.noise["figures"]) == {gauge.name for gauge in GAUGES}
    assert KEPT.noise["how"] and KEPT.noise["measured"] and KEPT.noise["trainings"] >= 10


def test_no_held_out_message_is_also_taught() -> None:
    """A test that was learned by heart proves nothing."""
    assert also_taught(ROOT) == []


def test_only_untaught_labels_are_waiting(heldout: Heldout) -> None:
    """What is held out ahead of its phrases counts from the day they are written."""
    taught = {phrase.label for phrase in load(ROOT).phrases}
    assert {case.want for case in heldout.waiting} & taught == set()


def test_a_taught_held_out_message_ends_the_score(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Code 1 and one clear line, before the model is even loaded."""
    monkeypatch.setattr(score, "also_taught", lambda root: ['data/faq/x.yml:1: "words"'])
    assert score.main([]) == 1
    assert "no figure would mean anything" in capsys.readouterr().err


def test_a_missing_model_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Said with the remedy."""
    monkeypatch.setattr(score.trained, "MODEL", tmp_path / "none.tar.gz")
    assert score.main([]) == 1
    assert capsys.readouterr().err == "There is no model yet. Run: make train\n"


def test_texts_are_shown_only_when_asked_for(
    heldout: Heldout, kept: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Whoever writes phrases can read the figures without reading the test."""
    _was_better(kept, heldout)
    wrong = next(case for case, heard in heldout.topics if heard.label != case.want)
    assert score.main(["--json", str(tmp_path / "figures.json")]) == 0
    assert wrong.say not in capsys.readouterr().out
    for path in (tmp_path / "figures.json", kept):
        assert wrong.say not in path.read_text(encoding="utf-8")
    assert score.main(["--texts"]) == 0
    assert wrong.say in capsys.readouterr().out


def test_aims_come_first_and_every_figure_has_its_change(
    heldout: Heldout, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Against the kept score; of the same model nothing has changed."""
    assert score.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    aims = [gauge for gauge in GAUGES if gauge.aim is not None]
    assert lines[0] == "Aims"
    for line, gauge in zip(lines[1:], aims, strict=False):
        assert line.split("  ")[1] == gauge.name and "reached" in line and "(+0.000)" in line
    overall = heldout.figures()["accuracy"]["overall"]
    assert f"Right label            {overall['rate']:.3f} (+0.000)" in "\n".join(lines)
    assert "0 messages better, 0 worse" in "\n".join(lines)


def test_the_baseline_is_renewed_when_asked(
    heldout: Heldout, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With every figure and message of today; the noise stays as it was measured."""
    baseline.write(Baseline(noise=KEPT.noise), kept)
    assert score.main(["--keep"]) == 0
    now = baseline.read(kept)
    assert now.figures["accuracy"] == heldout.figures()["accuracy"]
    assert len(now.messages) == len(heldout.outcomes())
    assert now.noise == KEPT.noise


def test_a_worse_score_is_kept_only_on_purpose(
    heldout: Heldout, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`KEEP=1` refuses and says what fell; `KEEP=worse` keeps it."""
    _was_better(kept, heldout)
    before = kept.read_bytes()
    assert score.main(["--keep"]) == 1
    assert "Fell by more than noise:" in capsys.readouterr().out
    assert kept.read_bytes() == before
    assert score.main(["--keep", "worse"]) == 0
    assert "wrong" in baseline.read(kept).messages.values()


def test_the_second_set_has_no_baseline(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is no use for working towards."""
    assert score.main(["--second", "--keep"]) == 2
    assert "no baseline" in capsys.readouterr().err


SMALL = {
    "tests/nlu/second/topics_a.yml": """\
- {say: "does coffee make my twitching worse", expect: faq/caffeine, style: tidy, kind: plain}
- {say: "how do they teach a parrot chess", expect: out_of_scope, style: tidy}
- {say: "a label that nobody has taught", expect: faq/nobody_taught, style: long}
""",
    "tests/nlu/second/control.yml": '- {say: "hello there", expect: greet, style: typo}\n',
    "tests/safety/second/flags.yml": """\
- {say: "i have chest pain", tier: emergency, code: E6, style: tidy, kind: short}
- {say: "my hand feels weak and numb", tier: see_doctor, level: urgent, code: U1, style: slang}
""",
    "tests/safety/second/lookalikes.yml": """\
- {say: "no chest pain at all, just a jumpy eyelid", kind: negated, expect: none, style: tidy}
""",
    "tests/nlu/second/several.yml": """\
- {say: "is it the coffee or do i sleep too little", expect: faq/caffeine, also: faq/sleep}
- {say: "does coffee make it worse", expect: faq/caffeine}
""",
    "tests/nlu/second/follow_ups.yml": """\
- {after: faq/caffeine, say: "hello there", expect: greet}
""",
}


@pytest.fixture
def second(
    agent: Any, session_loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> tuple[Heldout, dict[str, Any]]:
    """A small second set and its figures; the real one is not touched."""
    for name, text in SMALL.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = session_loop.run_until_complete(measure(agent, tmp_path, SECOND))
    return found, found.figures()


def test_a_second_set_is_scored(second: tuple[Heldout, dict[str, Any]]) -> None:
    """Every group of it, in the same formats; what nobody has taught waits."""
    heldout, figures = second
    assert [case.want for case in heldout.waiting] == ["faq/nobody_taught"]
    assert figures["accuracy"]["overall"]["of"] == 3
    assert figures["accuracy"]["by_label"]["faq/caffeine"]["hits"] == 1
    assert figures["safety"]["by_code"]["E6"]["hits"] == 1
    assert figures["safety"]["level"]["see_doctor"]["of"] == 1
    assert set(figures["false_alarms"]["by_kind"]) == {"negated"}
    assert figures["several"]["also_noticed"]["of"] == 1
    assert figures["several"]["also_false"]["of"] == 1
    assert figures["follow_ups"] == {**figures["follow_ups"], "hits": 1, "of": 1}


def test_a_second_set_is_reported(second: tuple[Heldout, dict[str, Any]]) -> None:
    """Aims where there are messages for them, and the two groups of its own."""
    heldout, figures = second
    lines = [*score.aims(heldout.outcomes(), Baseline()), *score.report(figures)]
    assert any(line.startswith("  right at once") for line in lines)
    assert not any("long posts right" in line for line in lines)
    assert "Two things asked" in lines
    assert any(line.startswith("    also_noticed") for line in lines)
    assert any(line.startswith("After an answer        1.000") for line in lines)


def test_a_refitted_classifier_is_that_of_the_model(
    agent: Any, session_loop: asyncio.AbstractEventLoop
) -> None:
    """Noise and curve fit what training fits: the same phrases in the same features."""
    phrases = refit.taught(ROOT)
    again = refit.fit(phrases, range(len(phrases.labels)), ROOT)
    parse = session_loop.run_until_complete(trained.understand(agent, "does coffe do this to me"))
    message = refit.read(ROOT, [parse["text"]], [""])
    told = shared_tuned().read(message.corrected[0]).labels
    share = refit.settings(ROOT, "TopicClassifier")["tuned"]
    best = mixed(again.probabilities(message.vectors[0], message.corrected[0]), told, share)
    for label, probability in best[:3]:
        assert parse["label_probabilities"][label] == pytest.approx(probability, abs=1e-3)


def test_noise_is_measured_in_the_loaded_pipeline(
    agent: Any,
    heldout: Heldout,
    session_loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each time with another classifier, and the trained one is back afterwards."""
    component = trained.classifier_of(agent)
    own, seen = component._model, []

    async def loaded() -> Any:
        return agent

    async def heard(agent: Any, root: Path) -> Heldout:
        seen.append(trained.classifier_of(agent)._model)
        return heldout

    monkeypatch.setattr(trained, "load", loaded)
    monkeypatch.setattr(noise, "measure_heldout", heard)
    monkeypatch.setattr(refit, "taught", lambda root: refit.Read(None, [], ["x"] * 100))  # type: ignore[arg-type]
    monkeypatch.setattr(refit, "fit", lambda phrases, rows, root: len(rows))
    found = session_loop.run_until_complete(noise.measure(3))
    assert seen == [95, 95, 95]
    assert component._model is own
    assert found["figures"]["right at once"] == {"widest": 0.0, "sd": 0.0}
