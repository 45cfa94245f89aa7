"""House rules about Python files: who may import Rasa, and that no file speaks its own words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from assistant.authoring.content import Finding
from assistant.authoring.project import Project

RASA = {"rasa", "rasa_sdk"}
# These translate between Rasa and our own code; everything else decides, and must not know Rasa.
# The last is loaded by Rasa itself, when the comparison of methods trains DIET.
MAY_IMPORT_RASA = (
    "assistant/nlu/",
    "assistant/runtime/",
    "assistant/channels/",
    "actions/",
    "assistant/authoring/methods/diet_features.py",
)
# A command for authors may need Rasa when it runs, but must start without it.
MAY_IMPORT_RASA_INSIDE_FUNCTIONS = ("assistant/authoring/",)
# Not texts: what Rasa replaces by a topic's answer, and two names of its own.
NOT_WRITTEN = {"utter_faq", "utter_message", "utter_action"}
_RESPONSE_KEY = re.compile(r"utter_[a-z0-9_/]*[a-z0-9]")


def python_files(root: Path) -> dict[str, ast.Module]:
    """Every Python file of the product, parsed, by its path from the root."""
    paths = [*root.glob("assistant/**/*.py"), *root.glob("actions/**/*.py"), *root.glob("*.py")]
    return {
        path.relative_to(root).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(paths)
    }


def rasa_imports(files: dict[str, ast.Module]) -> Iterator[Finding]:
    """Report imports of Rasa where it has no place."""
    for path, tree in files.items():
        if path.startswith(MAY_IMPORT_RASA):
            continue
        deep_ok = path.startswith(MAY_IMPORT_RASA_INSIDE_FUNCTIONS)
        for node in _outside_functions(tree) if deep_ok else ast.walk(tree):
            if RASA & {name.partition(".")[0] for name in _imported(node)}:
                message = "Rasa has no place in this file. Move what needs it to assistant/nlu."
                if deep_ok:
                    message = (
                        "Rasa is loaded at start. Import it inside the function that needs it."
                    )
                yield Finding(path, getattr(node, "lineno", 1), message)


def spoken_literals(files: dict[str, ast.Module]) -> Iterator[Finding]:
    """Report words typed into an action: they belong in YAML, where an author can change them."""
    for path, tree in files.items():
        if not path.startswith("actions/"):
            continue
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and _called(node) == "utter_message"):
                continue
            said = [keyword.value for keyword in node.keywords if keyword.arg == "text"]
            if any(_has_words(value) for value in [*node.args[:1], *said]):
                message = "words in Python. Write a response in YAML and say response=its key."
                yield Finding(path, node.lineno, message)


def unknown_responses(files: dict[str, ast.Module], project: Project) -> Iterator[Finding]:
    """Report response keys in Python that nobody has written."""
    known = {*project.responses, *NOT_WRITTEN}
    for path, tree in files.items():
        if path.startswith("assistant/authoring/"):  # names kinds of responses, says none
            continue
        beginnings = {id(item) for item in _tuple_items(tree)}
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                continue
            key = node.value
            if not _RESPONSE_KEY.fullmatch(key):
                continue
            begun = id(node) in beginnings and any(name.startswith(f"{key}_") for name in known)
            if key not in known and not begun:
                message = f"there is no response {key}. Write it in domain.yml or under data/."
                yield Finding(path, node.lineno, message)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [node.module or ""]
    return []


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from _outside_functions(child)


def _tuple_items(tree: ast.Module) -> Iterator[ast.expr]:
    """What stands in tuples: there a key may be the beginning of several, for startswith()."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple):
            yield from node.elts


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _has_words(value: ast.expr) -> bool:
    """A literal, an f-string, a sum or a .format() of them; a name or a lookup is fine."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str) and bool(value.value.strip())
    if isinstance(value, ast.BinOp):
        return _has_words(value.left) or _has_words(value.right)
    if isinstance(value, ast.IfExp):
        return _has_words(value.body) or _has_words(value.orelse)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return _has_words(value.func.value)
    return isinstance(value, ast.JoinedStr)
