"""`$ref`: followed, renamed, and what nothing refers to left out."""

from typing import Any

SCHEMAS = "#/components/schemas/"


def follow(node: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Return what the node refers to, or itself."""
    if "$ref" not in node:
        return node
    _, _, kind, name = node["$ref"].split("/")
    found: dict[str, Any] = components[kind][name]
    return found


def rename_schemas(part: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Return a copy in which the part's schemas, and references to them, have the prefix."""
    schemas = part["components"]["schemas"]
    renamed: dict[str, Any] = _redirect(part, frozenset(schemas), prefix)
    components = renamed["components"]
    components["schemas"] = {
        f"{prefix}{name}": schema for name, schema in components["schemas"].items()
    }
    return renamed


def _redirect(node: Any, names: frozenset[str], prefix: str) -> Any:
    if isinstance(node, list):
        return [_redirect(inner, names, prefix) for inner in node]
    if not isinstance(node, dict):
        return node
    copy = {name: _redirect(inner, names, prefix) for name, inner in node.items()}
    target = str(copy.get("$ref", ""))
    if target.startswith(SCHEMAS) and target.removeprefix(SCHEMAS) in names:
        copy["$ref"] = f"{SCHEMAS}{prefix}{target.removeprefix(SCHEMAS)}"
    return copy


def drop_unused(document: dict[str, Any]) -> None:
    """Leave only components that are referred to from a path, or from one that is."""
    components: dict[str, Any] = document["components"]
    used: set[tuple[str, str]] = set()
    waiting = _references(document["paths"])
    while waiting:
        kind, name = waiting.pop()
        if (kind, name) not in used:
            used.add((kind, name))
            waiting |= _references(components[kind][name])
    for kind, entries in components.items():
        if kind != "securitySchemes":
            components[kind] = {
                name: entry for name, entry in sorted(entries.items()) if (kind, name) in used
            }


def _references(node: Any) -> set[tuple[str, str]]:
    if isinstance(node, list):
        return set().union(*(_references(inner) for inner in node)) if node else set()
    if not isinstance(node, dict):
        return set()
    found = set().union(*(_references(inner) for inner in node.values())) if node else set()
    target = node.get("$ref")
    if isinstance(target, str):
        _, _, kind, name = target.split("/")
        found.add((kind, name))
    return found
