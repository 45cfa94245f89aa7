"""The chat page in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="no chromium on this machine; python3 tools/bootstrap.py browser says how to get it",
)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE, NARROW = (1000, 760), (360, 740), (320, 640)
QUESTION = "does coffee make twitching worse"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for all tests here."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


class Tab:
    """An open chat page, and everything its console and network did."""

    def __init__(self, page: Any, origin: str) -> None:
        """Open the page and listen."""
        self.page = page
        self.origin = origin
        self.complaints: list[str] = []
        self.requested: list[str] = []
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requested.append(request.url))
        page.goto(f"{origin}/")

    def type(self, text: str) -> None:
        """Type a message and press Enter."""
        self.page.get_by_label("Your message").fill(text)
        self.page.keyboard.press("Enter")

    def ask(self, text: str) -> Any:
        """Type a message; return the answer's bubble once it is there."""
        return self.after(lambda: self.type(text))

    def press(self, title: str) -> Any:
        """Press a choice; return the answer's bubble once it is there."""
        return self.after(lambda: self.page.get_by_role("button", name=title).click())

    def after(self, act: Any) -> Any:
        """Do something that is answered; return the last bubble of the answer."""
        bubbles = self.page.locator("li.bot")
        seen = bubbles.count()
        act()
        bubbles.nth(seen).wait_for()
        return bubbles.nth(bubbles.count() - 1)

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        root = "document.documentElement"
        return int(self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


@pytest.fixture
def open_page(browser: Any, server: Any) -> Iterator[Any]:
    """Open the page as somebody new, in a window of a size and in a colour scheme."""
    contexts = []

    def open_it(size: tuple[int, int] = DESKTOP, scheme: str = "light") -> Tab:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, color_scheme=scheme)
        contexts.append(context)
        return Tab(context.new_page(), server.url)

    yield open_it
    for context in contexts:
        context.close()


def test_a_question_is_answered_with_choices(open_page: Any) -> None:
    """Typed and sent with Enter; the answer stands below with its buttons, one of which works."""
    tab = open_page()
    answer = tab.ask(QUESTION)
    assert "offee" in answer.inner_text()
    titles = [button.inner_text() for button in answer.get_by_role("button").all()]
    assert titles
    next_answer = tab.press(titles[0])
    assert tab.page.locator("li.me").last.inner_text() == titles[0]
    assert next_answer.inner_text() != answer.inner_text()
    assert tab.complaints == []


def test_the_send_button_sends(open_page: Any) -> None:
    """A pointer does what Enter does, and the field is ready for the next message."""
    tab = open_page()
    tab.page.get_by_label("Your message").fill(QUESTION)
    answer = tab.after(lambda: tab.page.get_by_role("button", name="Send").click())
    assert "offee" in answer.inner_text()
    assert tab.page.get_by_label("Your message").input_value() == ""


def test_blanks_are_not_sent(open_page: Any) -> None:
    """Enter on an empty field does nothing."""
    tab = open_page()
    tab.type("   ")
    assert tab.page.locator("li").count() == 0
    assert not [url for url in tab.requested if "webhook" in url]


def test_choices_go_when_something_is_said(open_page: Any) -> None:
    """Only the latest answer has choices to press."""
    tab = open_page()
    tab.ask(QUESTION)
    tab.ask("why do i twitch from stress")
    assert tab.page.locator(".choices").count() <= 1
    assert tab.page.locator("li.bot").first.get_by_role("button").count() == 0


@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROW, (640, 320)], ids=str)
def test_a_red_flag_shows_numbers_to_press(size: tuple[int, int], open_page: Any) -> None:
    """The number is in sight and can be pressed, on every size of window."""
    tab = open_page(size)
    answer = tab.ask("my chest hurts and I'm sweating")
    link = answer.locator("a[href^='tel:']").first
    assert link.inner_text() == "911"
    box = link.bounding_box()
    point = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    on_top = tab.page.evaluate("p => document.elementFromPoint(p[0], p[1])?.textContent", point)
    assert on_top == "911"


def test_the_start_of_an_answer_is_in_sight(open_page: Any) -> None:
    """A long answer on a small window is read from its beginning."""
    tab = open_page((360, 420))
    for _ in range(3):
        answer = tab.ask(QUESTION)
    assert answer.bounding_box()["y"] >= 0
    assert answer.bounding_box()["y"] < 200


@pytest.mark.parametrize("size", [PHONE, NARROW], ids=str)
def test_nothing_runs_out_of_the_window(size: tuple[int, int], open_page: Any) -> None:
    """Endless words, long answers, long choices and the open list of numbers fit a phone."""
    tab = open_page(size)
    tab.page.locator("summary").click()
    tab.ask("w" * 300)
    tab.ask(QUESTION)
    tab.ask("i want to die")
    assert tab.overflow() <= 0


def test_words_stay_words(open_page: Any) -> None:
    """HTML that somebody types is shown as they typed it, and runs nowhere."""
    tab = open_page()
    typed = "<img src=x onerror=document.title='gone'><b>hi</b>"
    tab.ask(typed)
    assert tab.page.locator("li.me").inner_text() == typed
    assert tab.page.locator("li img, li b").count() == 0
    assert tab.page.title() == "Settle"


def test_the_page_talks_to_its_server_alone(open_page: Any) -> None:
    """No request leaves for another origin, and the console stays clean."""
    tab = open_page()
    tab.ask(QUESTION)
    tab.ask("i want to die")
    assert [url for url in tab.requested if not url.startswith(tab.origin + "/")] == []
    assert tab.complaints == []


def test_a_conversation_outlives_a_reload(open_page: Any) -> None:
    """The page is the same person after a reload: what was known still is."""
    tab = open_page()
    tab.ask('/set_region{"region":"UK"}')
    tab.page.reload()
    assert "999 (UK)" in tab.ask("my chest hurts").inner_text()


def test_two_tabs_are_two_people(open_page: Any) -> None:
    """Another visitor does not inherit the first one's country."""
    open_page().ask('/set_region{"region":"UK"}')
    assert "911" in open_page().ask("my chest hurts").inner_text()


@pytest.mark.parametrize(
    "answer",
    [None, {"status": 500, "body": "oops"}, {"json": []}, {"json": [{"recipient_id": "x"}]}],
    ids=["no server", "an error", "silence", "no words"],
)
def test_without_an_answer_the_numbers_are_shown(answer: Any, open_page: Any) -> None:
    """Whatever keeps the assistant from answering, the page itself names whom to call."""
    tab = open_page()
    away = (lambda r: r.fulfill(**answer)) if answer else (lambda r: r.abort())
    tab.page.route("**/webhook", away)
    shown = tab.ask("my chest hurts")
    assert "cannot be reached" in shown.inner_text()
    assert shown.locator("a[href='tel:911']").count() == 1
    tab.page.unroute("**/webhook")
    assert "computer program" in tab.ask("my chest hurts").inner_text()


def test_too_long_a_text_gets_the_numbers(open_page: Any) -> None:
    """The field stops at 2,000 characters; a refusal by the server is shown with its help."""
    tab = open_page()
    tab.page.get_by_label("Your message").fill("a" * 3_000)
    assert tab.page.get_by_label("Your message").get_attribute("maxlength") == "2000"
    shown = tab.after(lambda: tab.page.evaluate("send('a'.repeat(20001), 'long')"))
    assert "911" in shown.inner_text()


def test_numbers_are_one_press_away(open_page: Any) -> None:
    """Before a word is said, the list of numbers opens, each to be called or texted."""
    tab = open_page(PHONE)
    tab.page.locator("summary").click()
    links = tab.page.locator("#numbers a")
    hrefs = {link.get_attribute("href") for link in links.all()}
    assert {"tel:911", "tel:999", "tel:116123", "sms:85258", "tel:988", "sms:988"} <= hrefs


def test_only_known_numbers_are_links(open_page: Any) -> None:
    """A count, a date or a part of a longer number is not something to call."""
    tab = open_page()
    answer = {"json": [{"text": "In 2026, 1,000 of 9999 people, 4-7-8, 1-1112 times.\nText 988"}]}
    tab.page.route("**/webhook", lambda route: route.fulfill(**answer))
    links = tab.ask("hi").locator("a")
    assert [link.get_attribute("href") for link in links.all()] == ["sms:988"]
