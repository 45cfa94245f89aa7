"""Run the tests of a hazard with its control on and with each control off: a pytest plugin.

    python -m pytest -p tests.safety.proving --prove out.json [--hazards H3,H8]

Every test that carries `@hazard("H3")` runs once as it is, and once for each switch that
docs/safety/hazards.yml names for H3. With the control on it must pass; off, some case of it must
fail. `python -m assistant.authoring.hazards --prove` reads what is written here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.authoring import hazards
from tests.safety.controls import SWITCHES

FAILED_BY_WORDS = (AssertionError, pytest.fail.Exception)
_results = pytest.StashKey[list[dict[str, Any]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say where the results go, and of which hazards."""
    parser.addoption("--prove", metavar="FILE", help="where the results are written, as JSON")
    parser.addoption("--hazards", default="", help="H3,H8: only these")


def pytest_configure(config: pytest.Config) -> None:
    """Begin without a result."""
    config.stash[_results] = []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each marked test with its controls on and with each of them off."""
    switches = _switches(metafunc.definition, metafunc.config)
    if switches:
        metafunc.parametrize("control_off", ["nothing", *switches], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what proves no hazard."""
    kept = [item for item in items if _switches(item, config)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.fixture(autouse=True)
def control_off(request: pytest.FixtureRequest) -> Iterator[None]:
    """Switch one control off for one test; the agent and the server stay as they were loaded."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param != "nothing":
            SWITCHES[request.param].turn_off(patch)
        yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Keep how each test ended."""
    outcome = yield
    report = outcome.get_result()
    off = item.callspec.params["control_off"]  # type: ignore[attr-defined]
    fault = call.excinfo.type if call.excinfo else None
    # A test that cannot even begin shows nothing, nor does one that trips over a patch.
    meant = bool(fault) and (
        report.when != "setup"
        and (issubclass(fault, FAILED_BY_WORDS) or (off in SWITCHES and SWITCHES[off].raises))
    )
    item.config.stash[_results].append(
        {
            "test": item.nodeid.partition("[")[0],
            "case": item.nodeid,
            "hazards": [mark.args[0] for mark in item.iter_markers("hazard")],
            "off": off,
            "when": report.when,
            "failed": bool(report.failed),
            "meant": meant,
            "fault": fault.__name__ if fault else None,
        }
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the results."""
    if target := session.config.getoption("--prove"):
        results = session.config.stash[_results]
        Path(target).write_text(json.dumps(results), encoding="utf-8")


def _switches(item: Any, config: pytest.Config) -> list[str]:
    wanted = set(filter(None, config.getoption("--hazards").split(",")))
    table = hazards.load()
    marked = [mark.args[0] for mark in item.iter_markers("hazard")]
    return list(
        dict.fromkeys(
            switch.off
            for hazard in table
            if hazard.id in marked and (not wanted or hazard.id in wanted)
            for switch in hazard.switches
        )
    )
