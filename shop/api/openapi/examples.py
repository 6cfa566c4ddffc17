"""An example for every body and answer: a view's or shape's own, or else one made up here.

Made-up ones have the values of `SAMPLES` for names that are known, to read like a shop's.
"""

from typing import Any

from shop.api.openapi.references import follow
from shop.api.openapi.samples import AMOUNTS, OF_SCHEMAS, SAMPLES

Schema = dict[str, Any]
DEEPEST = 8  # a category's children have children


def add_examples(operation: dict[str, Any], components: dict[str, Any]) -> None:
    """Give each body and each answer an example, where it has none yet."""
    bodies = operation.get("requestBody", {}).get("content", {})
    for media in bodies.values():
        _add(media, components)
    for answer in operation["responses"].values():
        for media in answer.get("content", {}).values():
            _add(media, components)


def sample(schema: Schema, components: dict[str, Any], *, name: str = "", depth: int = 0) -> Any:
    """Return a value that the schema allows."""
    reference = schema.get("$ref", "").rpartition("/")[2]
    if reference in OF_SCHEMAS:
        is_amount = reference == "Money" and name in AMOUNTS
        return AMOUNTS[name] if is_amount else OF_SCHEMAS[reference]
    schema = follow(schema, components)
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            return sample(schema[keyword][0], components, name=name, depth=depth)
    if "allOf" in schema:
        return _all_of(schema, components, name, depth)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next(each for each in kind if each != "null")
    if kind == "object" or "properties" in schema:
        return _object(schema, components, depth)
    if kind == "array":
        deeper = sample(schema["items"], components, name=name, depth=depth + 1)
        return [] if depth >= DEEPEST else [deeper]
    return _scalar(schema, kind, name)


def _all_of(schema: Schema, components: dict[str, Any], name: str, depth: int) -> Any:
    parts = [sample(part, components, name=name, depth=depth) for part in schema["allOf"]]
    if not all(isinstance(part, dict) for part in parts):
        return parts[0]
    own = _object(schema, components, depth) if "properties" in schema else {}
    return {key: value for part in [*parts, own] for key, value in part.items()}


def _object(schema: Schema, components: dict[str, Any], depth: int) -> Any:
    if "example" in schema and "properties" not in schema:
        return schema["example"]
    if depth >= DEEPEST:
        return {}
    made = {
        name: sample(each, components, name=name, depth=depth + 1)
        for name, each in schema.get("properties", {}).items()
    }
    more = schema.get("additionalProperties")
    if isinstance(more, dict) and more and not made:
        return {"Color": sample(more, components, name="option", depth=depth + 1)}
    return made


def _scalar(schema: Schema, kind: str | None, name: str) -> Any:
    for keyword in ("example", "const", "default"):
        if keyword in schema:
            return schema[keyword]
    if "enum" in schema:
        return schema["enum"][0]
    by_format = {"date": "2026-11-30", "date-time": "2026-11-26T18:30:00Z", "uri": "https://…"}
    known = SAMPLES.get(name, by_format.get(schema.get("format", "")))
    by_kind = {"integer": 1, "number": 1, "boolean": True}
    if kind in by_kind:
        fits = isinstance(known, int) and isinstance(known, bool) == (kind == "boolean")
        return known if fits else by_kind[kind]
    return known if isinstance(known, str) else "text"


def _add(media: dict[str, Any], components: dict[str, Any]) -> None:
    if "example" not in media and "examples" not in media:
        media["example"] = sample(media["schema"], components)
