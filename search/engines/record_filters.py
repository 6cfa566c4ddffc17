"""Conditions on the JSON of search records that the ORM has no words for."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BigIntegerField, BooleanField
from django.db.models.expressions import RawSQL

from search.types import SearchQuery

_TABLE = "search_searchrecord"


def has_matching_variant(query: SearchQuery) -> RawSQL:
    """Is there a variant that meets options, price and address, all by itself?"""
    condition, parameters = _variant_condition(query)
    return _test(
        f"EXISTS (SELECT 1 FROM jsonb_array_elements({_TABLE}.variants) v WHERE {condition})",  # noqa: S608 - fixed text, values are parameters
        parameters,
    )


def lowest_matching_price(query: SearchQuery) -> RawSQL:
    condition, parameters = _variant_condition(query)
    return RawSQL(  # noqa: S611 - fixed text, values are parameters
        "(SELECT min((v->>'price_minor')::bigint) "  # noqa: S608
        f"FROM jsonb_array_elements({_TABLE}.variants) v WHERE {condition})",
        parameters,
        output_field=BigIntegerField(),
    )


def has_attribute(code: str, values: Sequence[str]) -> RawSQL:
    return _test(
        f"EXISTS (SELECT 1 FROM jsonb_array_elements({_TABLE}.attributes) a "  # noqa: S608
        "WHERE a->>'code' = %s AND (a->>'filterable')::boolean AND a->>'value' = ANY(%s))",
        [code, list(values)],
    )


def attribute_exists(code: str) -> RawSQL:
    return _test(
        f"jsonb_path_exists({_TABLE}.attributes, "
        "'$[*] ? (@.code == $code && @.filterable == true)', "
        "jsonb_build_object('code', %s::text))",
        [code],
    )


def option_exists(name: str) -> RawSQL:
    return _test(
        f"jsonb_path_exists({_TABLE}.variants, '$[*].options.keyvalue() ? (@.key == $name)', "
        "jsonb_build_object('name', %s::text))",
        [name],
    )


def _variant_condition(query: SearchQuery) -> tuple[str, list[Any]]:
    conditions: list[str] = ["TRUE"]
    parameters: list[Any] = []
    if query.warehouses is not None:
        conditions.append("v->'warehouses' ?| %s")
        parameters.append(list(query.warehouses))
    if query.price_min is not None:
        conditions.append("(v->>'price_minor')::bigint >= %s")
        parameters.append(query.price_min)
    if query.price_max is not None:
        conditions.append("(v->>'price_minor')::bigint <= %s")
        parameters.append(query.price_max)
    for name, values in query.options.items():
        conditions.append("v->'options'->>%s = ANY(%s)")
        parameters += [name, list(values)]
    return " AND ".join(conditions), parameters


def _test(statement: str, parameters: Sequence[Any]) -> RawSQL:
    return RawSQL(statement, parameters, output_field=BooleanField())  # noqa: S611 - see above
