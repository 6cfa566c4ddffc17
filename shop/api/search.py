"""Finding products: search, facets, suggestions, categories."""

import hashlib
from dataclasses import replace
from typing import Any

from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors import list_categories
from search.selectors import search_products, suggest
from search.types import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, SORTS, SearchQuery, SearchResult
from shop.api.cards import cards_of
from shop.api.products import FIELDS
from shop.api.schema import POSTAL_CODE, problems
from shop.api.selection import selection_of
from shop.api.shapes.products import CardShape
from shop.api.shapes.search import (
    CategoriesShape,
    CategoryShape,
    FacetShape,
    SearchShape,
    SuggestionShape,
    SuggestionsShape,
)
from shop.api.shopper import warehouses_for
from shop.api.views import ShopView
from shop.core.errors import InvalidInput
from shop.core.stream import record
from shop.pages.search_parameters import LONGEST_TEXT, MOST_VALUES, filters_of, read_query

SALT = "shop.api.search"
OWN = ("postal_code", "cursor", "limit", "fields", "expand", "page")
LONGEST_PREFIX = 80


class BadCursor(InvalidInput):
    code = "invalid_cursor"

    def __init__(self) -> None:
        message = gettext("This is not the next_cursor of such a search.")
        super().__init__(message, fields={"cursor": [message]})


def _parameter(name: str, description: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=description, **more)


# No parameter of this name is sent: its fields are, each as often as it has values.
FILTERS = OpenApiParameter(
    "filters",
    {
        "type": "object",
        "additionalProperties": {
            "type": "array",
            "items": {"type": "string", "maxLength": LONGEST_TEXT},
            "maxItems": MOST_VALUES,
        },
        "propertyNames": {"pattern": r"^(attr|opt)\..+$"},
    },
    description="By the `code` of a facet, `attr.<code>` or `opt.<name>`: any of its values. "
    "Each field is a parameter of its own, such as `attr.material=Steel&attr.material=Oak`.",
    style="form",
    explode=True,
    examples=[
        OpenApiExample(
            "steel or oak, in red",
            value={"attr.material": ["Steel", "Oak"], "opt.Color": ["Red"]},
        )
    ],
)


class ProductsView(ShopView):
    """Search with all that the site's own can do."""

    @extend_schema(
        operation_id="search_products",
        summary="Find products",
        parameters=[
            _parameter("q", "Words, as typed."),
            _parameter("category", "The path of a category."),
            _parameter("brand", "May be given several times: any of them.", many=True),
            _parameter("price", "From and to in minor units, such as 1000-5000."),
            _parameter("sort", "How to sort.", enum=list(SORTS)),
            _parameter("cursor", "The page before's next_cursor."),
            OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 100; 24 by default."),
            FILTERS,
            _parameter("expand", "`facets`: what there is to filter by, with counts."),
            FIELDS,
            POSTAL_CODE,
        ],
        responses={200: SearchShape, 304: None, **problems(404)},
        tags=["catalogue"],
    )
    def get(self, request: Request) -> Response:
        # Fields are those of a product in the list, facets come beside it.
        wanted = selection_of(request, CardShape, expandable=["facets"])
        query = self._query(request)
        found = search_products(query=query)
        self._record(query, found)
        answer: dict[str, Any] = {
            "products": wanted.of_all(cards_of(self, found.hits)),
            "total": found.total,
            "next_cursor": _next(query, found),
            "did_you_mean": found.did_you_mean,
            "corrected": found.corrected,
            "unmatched": list(found.unmatched),
            "loosened": found.loosened,
            "total_elsewhere": found.total_elsewhere,
            "degraded": found.degraded,
        }
        if "facets" in wanted:
            answer["facets"] = FacetShape(found.facets, many=True).data
        return Response(answer)

    def _query(self, request: Request) -> SearchQuery:
        asked = request.query_params.copy()
        for name in OWN:
            asked.pop(name, None)
        query = read_query(asked, warehouses=warehouses_for(self.destination))
        size = self.read_number("limit", default=DEFAULT_PAGE_SIZE, most=MAX_PAGE_SIZE)
        query = replace(query, page_size=size)
        return replace(query, page=_page(request.query_params, query))

    def _record(self, query: SearchQuery, found: SearchResult) -> None:
        destination = self.destination
        record(
            "search",
            visitor=self.caller.visitor,
            customer_id=self.caller.customer_id,
            text=query.text,
            category=query.category,
            filters=[list(pair) for pair in filters_of(self.request.query_params)],
            sort=query.sort,
            page=query.page,
            total=found.total,
            postal_code=destination.postal_code if destination else None,
        )


class SuggestionsView(ShopView):
    """Completions of what is being typed."""

    @extend_schema(
        operation_id="suggest",
        summary="Complete a search",
        parameters=[_parameter("q", "What is typed so far."), POSTAL_CODE],
        responses={200: SuggestionsShape, 304: None},
        tags=["catalogue"],
    )
    def get(self, request: Request) -> Response:
        prefix = " ".join(request.query_params.get("q", "").split())[:LONGEST_PREFIX]
        found = (
            suggest(prefix=prefix, warehouses=warehouses_for(self.destination))
            if prefix.isprintable()
            else []
        )
        return Response({"suggestions": SuggestionShape(found, many=True).data})


class CategoriesView(ShopView):
    """The whole tree of categories."""

    @extend_schema(
        operation_id="list_categories",
        summary="Read the categories",
        responses={200: CategoriesShape, 304: None},
        tags=["catalogue"],
    )
    def get(self, request: Request) -> Response:
        return Response({"categories": [CategoryShape(node).data for node in list_categories()]})


def _page(parameters: QueryDict, query: SearchQuery) -> int:
    cursor = parameters.get("cursor", "")
    if not cursor:
        return 1
    try:
        page, mark = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise BadCursor from None
    if mark != _mark(query):
        raise BadCursor
    return int(page)


def _next(query: SearchQuery, found: SearchResult) -> str | None:
    if found.page >= found.pages:
        return None
    return signing.dumps([found.page + 1, _mark(query)], salt=SALT, compress=True)


def _mark(query: SearchQuery) -> str:
    """Return what a cursor belongs to: the same words and filters, and pages of one length."""
    same = repr(replace(query, page=1))
    return hashlib.sha256(same.encode()).hexdigest()[:12]
