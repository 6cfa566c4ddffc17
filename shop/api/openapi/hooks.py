"""The last step of drf-spectacular: all parts become one document."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shop.api.openapi.answers import HEADERS, add_shared_answers, problem_responses
from shop.api.openapi.examples import add_examples
from shop.api.openapi.references import drop_unused
from shop.api.openapi.security import SCHEMES
from shop.api.openapi.sign_in import sign_in_part

ABOUT = Path(__file__).with_name("about.md")
SELECTABLE = ("Card", "Product")  # `?fields=` leaves out of them what is not asked for
METHODS = ("get", "put", "post", "delete", "patch")


def finish(
    result: dict[str, Any],
    generator: Any,
    request: Any,
    public: bool,  # noqa: FBT001 - the hook's own signature
) -> dict[str, Any]:
    """Add what calls have in common, signing in, tokens and examples; drop what is not used."""
    result["info"]["description"] = ABOUT.read_text()
    for method, operation in operations(result["paths"]):
        add_shared_answers(operation, method)
    sign_in = sign_in_part()
    result["paths"] |= sign_in["paths"]
    components = result.setdefault("components", {})
    for kind, entries in sign_in["components"].items():
        components.setdefault(kind, {}).update(entries)
    for name in SELECTABLE:
        components["schemas"][name].pop("required", None)
    components["headers"] = HEADERS
    components["responses"] = problem_responses()
    components["securitySchemes"] = SCHEMES
    for _, operation in operations(result["paths"]):
        add_examples(operation, components)
    drop_unused(result)
    _add_groups(result)
    return result


def operations(paths: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield method and description of every call."""
    for item in paths.values():
        for method in METHODS:
            if method in item:
                yield method, item[method]


def _add_groups(result: dict[str, Any]) -> None:
    """Sort tags into the groups that the documentation's menu has."""
    used = {tag: None for _, operation in operations(result["paths"]) for tag in operation["tags"]}
    ours = [tag["name"] for tag in result.get("tags", [])]
    result["tags"] = [tag for tag in result.get("tags", []) if tag["name"] in used]
    theirs = [tag for tag in used if tag not in ours]
    result["tags"] += [{"name": tag} for tag in theirs]
    result["x-tagGroups"] = [
        {"name": "Shop", "tags": [tag for tag in ours if tag in used]},
        {"name": "Signing in", "tags": theirs},
    ]
