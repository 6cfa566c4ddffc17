"""Tables: what is made of the lake, what was published of it, and how it does on the pages."""

from recommendations.models.lake import ForgottenCustomer, ParkedEvent
from recommendations.models.lists import (
    CategoryLists,
    CustomerLists,
    PopularProduct,
    ProductLists,
)
from recommendations.models.results import CustomerGroup, GroupDay, PlaceDay
from recommendations.models.runs import Publication, RecommendationRun, RunStatus

__all__ = [
    "CategoryLists",
    "CustomerGroup",
    "CustomerLists",
    "ForgottenCustomer",
    "GroupDay",
    "ParkedEvent",
    "PlaceDay",
    "PopularProduct",
    "ProductLists",
    "Publication",
    "RecommendationRun",
    "RunStatus",
]
