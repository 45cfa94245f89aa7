"""Places and values: what people name in passing, found by the authors' tables."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant.nlu.places import REGIONS_FILE, VALUES_FILE, Found, Places, Values


@pytest.fixture(scope="module")
def places() -> Places:
    """The finder with the authors' table."""
    return Places()


@pytest.fixture(scope="module")
def values() -> Values:
    """The finder with the authors' table."""
    return Values()


def _region(found: Found | None) -> str | None:
    return found.value if found else None


def test_every_listed_place_means_its_region(places: Places) -> None:
    """Each name of the table, said as the answer to "where are you", gives its region."""
    table = yaml.safe_load(REGIONS_FILE.read_text(encoding="utf-8"))
    wrong = [
        (region, name)
        for part in ("places", "codes")
        for region, names in table[part].items()
        for name in names
        if _region(places.find(str(name), says_where=True)) != region
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("I'm in Leeds", "UK"),
        ("i live in new south wales", "AU"),
        ("london ontario", "CA"),
        ("NEW   ZEALAND!", "NZ"),
        ("us", "US"),
        ("not the US, I'm in the UK", "UK"),
        ("I am from Toronto, in Canada", "CA"),
        ("NYC actually", "US"),
    ],
)
def test_one_region_is_found_where_it_is_asked_for(places: Places, text: str, region: str) -> None:
    """Case, spaces, longer names and denials do not mislead."""
    assert _region(places.find(text, says_where=True)) == region


@pytest.mark.parametrize(
    "text",
    [
        "leeds or toronto",
        "somewhere warm",
        "south america",
        "hyderabad pakistan",
        "give us the number",
        "GIVE US THE NUMBER",
        "Georgia",
        "",
    ],
)
def test_none_or_several_regions_set_none(places: Places, text: str) -> None:
    """Then every country's numbers are shown, which is safer than the wrong ones."""
    assert places.find(text, says_where=True) is None


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("my leg twitches, i'm in leeds", "UK"),
        ("how common is it in the us", "US"),
        ("i am reading about phoenix and turkey", None),
        ("boston marathon gave me cramps", None),
        ("US", None),
    ],
)
def test_in_passing_a_place_needs_a_word_before_it(
    places: Places, text: str, region: str | None
) -> None:
    """A town's name alone is often something else."""
    assert _region(places.find(text, says_where=False)) == region


def test_the_place_of_a_region_is_told(places: Places) -> None:
    """The entity points at the words that named it."""
    text = "well, i live near Toronto now"
    found = places.find(text, says_where=False)
    assert found is not None
    assert text[found.start : found.end] == "Toronto"


def test_an_author_adds_a_place_in_the_table_alone(tmp_path: Path) -> None:
    """A new name in the file is found."""
    table = tmp_path / "regions.yml"
    table.write_text("places: {UK: [little snoring]}\n", encoding="utf-8")
    assert _region(Places(table).find("Little  Snoring", says_where=True)) == "UK"


def test_every_listed_value_is_found(values: Values) -> None:
    """Each word of the table, said alone, is found with its value."""
    table = yaml.safe_load(VALUES_FILE.read_text(encoding="utf-8"))
    wrong = [
        (value, name)
        for entity, names_of in table.items()
        for value, names in names_of.items()
        for name in names
        if [f.value for f in values.find(str(name), entity)] != [value]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ok I’m back", ["resume"]),
        ("go back one", ["back"]),
        ("slower please, and skip the hold", ["slower", "skip"]),
        ("my backpack is in the waiting room", []),
        ("SLOW   DOWN", ["slower"]),
    ],
)
def test_whole_words_and_the_longest_name_count(
    values: Values, text: str, found: list[str]
) -> None:
    """Words inside words do not count, and longer names hide shorter ones."""
    assert [f.value for f in values.find(text, "control")] == found


def test_an_unknown_entity_has_no_values(values: Values) -> None:
    """Asking for an entity without a table is no error."""
    assert values.find("slower", "mood") == []
