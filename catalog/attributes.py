"""Typed attributes: what a product type declares, and reading a value by it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from catalog.text import problem_with_text
from catalog.types import AttributeValue, Scalar

LARGEST_TEXT = 10_000
LARGEST_NUMBER = 10**15
MOST_ATTRIBUTES = 500
CODE = re.compile(r"[a-z][a-z0-9_]{0,99}")
CLOSE_UNITS = {"", "%", '"', "°"}  # written without a space
YES, NO = {"yes", "true", "1", "y"}, {"no", "false", "0", "n"}


@dataclass(frozen=True, kw_only=True)
class AttributeSpec:
    code: str
    name: str
    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    filterable: bool = False


@dataclass(frozen=True, kw_only=True)
class TypeSpec:
    """A product type, ready to check products by."""

    id: int
    code: str
    name: str
    attributes: Mapping[str, AttributeSpec] = field(default_factory=dict)
    accepts_any: bool = False


# An import asks for the same few thousand names a million times.
@lru_cache(maxsize=20_000)
def attribute_code(name: str) -> str:
    """Return the code of an attribute given by code or by name."""
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")[:100]


def clean_attributes(
    spec: TypeSpec, given: Mapping[str, Any]
) -> tuple[dict[str, Scalar], dict[str, list[str]]]:
    """Return the values by code, and what is wrong by ``attributes.<code>``."""
    values: dict[str, Scalar] = {}
    problems: dict[str, list[str]] = {}
    for name, raw in given.items():
        code = name if name in spec.attributes else attribute_code(str(name))
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            continue
        if code in values:
            problems.setdefault(f"attributes.{code}", []).append("is given twice.")
            continue
        try:
            values[code] = _clean_one(spec, code, raw)
        except ValueError as error:
            problems.setdefault(f"attributes.{code or name}", []).append(f"{error}.")
    for code, attribute in spec.attributes.items():
        if attribute.required and code not in values and f"attributes.{code}" not in problems:
            problems[f"attributes.{code}"] = [f"{attribute.name} is required for {spec.name}."]
    if len(values) > MOST_ATTRIBUTES:
        problems["attributes"] = [f"There are more than {MOST_ATTRIBUTES}."]
    return values, problems


def _clean_one(spec: TypeSpec, code: str, raw: object) -> Scalar:
    declared = spec.attributes.get(code)
    if declared is not None:
        return read_value(declared, raw)
    if not spec.accepts_any:
        raise ValueError(f"is not an attribute of {spec.name}")
    if not CODE.fullmatch(code):
        raise ValueError("needs a name that starts with a letter")
    if isinstance(raw, bool):
        return raw
    return _number(raw, "") if isinstance(raw, int | float) else _text(raw)


def read_value(attribute: AttributeSpec, raw: object) -> Scalar:
    """Return the value in the attribute's type.

    :raises ValueError: saying what is wrong with it
    """
    match attribute.kind:
        case "boolean":
            return _boolean(raw)
        case "integer":
            number = _number(raw, attribute.unit)
            if isinstance(number, float) and not number.is_integer():
                raise ValueError(f"“{_shown(raw)}” is not a whole number")
            return int(number)
        case "decimal":
            return _number(raw, attribute.unit)
        case "choice":
            return _choice(raw, attribute.choices)
        case _:
            return _text(raw)


def _boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word not in YES | NO:
        raise ValueError(f"“{_shown(raw)}” is neither yes nor no")
    return word in YES


def _number(raw: object, unit: str) -> int | float:
    text = str(raw).strip()
    if unit and text.lower().endswith(unit.lower()):
        text = text[: -len(unit)].strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(raw, bool) or not number.is_finite():
        raise ValueError(f"“{_shown(raw)}” is not a number")
    if abs(number) > LARGEST_NUMBER:
        raise ValueError(f"“{_shown(raw)}” is too large")
    return int(number) if number == number.to_integral_value() else float(number)


def _choice(raw: object, choices: tuple[str, ...]) -> str:
    wanted = str(raw).strip().casefold()
    for choice in choices:
        if choice.casefold() == wanted:
            return choice
    listed = ", ".join(choices[:12]) + (", …" if len(choices) > 12 else "")  # noqa: PLR2004
    raise ValueError(f"“{_shown(raw)}” is not one of {listed}")


def _text(raw: object) -> str:
    if not isinstance(raw, str | int | float):
        raise ValueError("must be a text, a number or yes/no")  # noqa: TRY004 (one kind for callers)
    text = str(raw).strip()
    if problem := problem_with_text(text, longest=LARGEST_TEXT):
        raise ValueError(problem)
    return text


def _shown(raw: object) -> str:
    return str(raw)[:40]


def attribute_values(spec: TypeSpec, values: Mapping[str, Scalar]) -> tuple[AttributeValue, ...]:
    """Return the values to show: declared ones in the type's order, then others by name."""
    declared = [_declared(a, values[a.code]) for a in spec.attributes.values() if a.code in values]
    others = [_free(code, values[code]) for code in sorted(values) if code not in spec.attributes]
    return (*declared, *others)


def _declared(attribute: AttributeSpec, value: Scalar) -> AttributeValue:
    return AttributeValue(
        code=attribute.code,
        name=attribute.name,
        value=value,
        unit=attribute.unit,
        display=display_value(value, attribute.unit),
        filterable=attribute.filterable,
    )


def _free(code: str, value: Scalar) -> AttributeValue:
    name = _name_from_code(code)
    return AttributeValue(code=code, name=name, value=value, display=display_value(value))


@lru_cache(maxsize=20_000)
def _name_from_code(code: str) -> str:
    return " ".join(code.split("_")).capitalize()


def display_value(value: Scalar, unit: str = "") -> str:
    """Return the value as a customer reads it: ``Yes``, ``1,200 W``, ``0.5 m``, ``14"``."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = f"{value:,}" if isinstance(value, int | float) else value
    return text + unit if unit in CLOSE_UNITS else f"{text} {unit}"
