"""`.env.example` and the code name the same variables."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import ROOT, modules

READERS = {"env", "environ"}  # env.int("X"), os.environ.get("X"), os.environ["X"]
NOT_OURS = {"DJANGO_SETTINGS_MODULE"}


def test_every_variable_read_is_in_the_example_and_the_other_way_round() -> None:
    read = {name for path in modules() for name in variables(ast.parse(path.read_text()))}
    example = (ROOT / ".env.example").read_text()
    listed = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=", example, flags=re.MULTILINE)

    assert sorted(listed) == sorted(read - NOT_OURS)


def variables(tree: ast.AST) -> Iterator[str]:
    """Yield the names of environment variables that the module reads."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=source), args=[ast.Constant(value=str(name)), *_]
            ) if is_environment(source) and name.isupper():
                yield name
            case ast.Subscript(value=source, slice=ast.Constant(value=str(name))) if (
                is_environment(source)
            ):
                yield name


def is_environment(source: ast.expr) -> bool:
    name = source.attr if isinstance(source, ast.Attribute) else getattr(source, "id", "")
    return name in READERS
