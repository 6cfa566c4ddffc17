"""`?fields=` and `?expand=`: a phone asks for what its screen shows, and for nothing else."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from shop.core.errors import InvalidInput


class UnknownField(InvalidInput):
    code = "unknown_field"

    def __init__(self, parameter: str, name: str, known: Collection[str]) -> None:
        message = gettext("There is no “%(name)s”. There are %(known)s.") % {
            "name": name[:60],
            "known": ", ".join(sorted(known)),
        }
        super().__init__(message, fields={parameter: [message]})


@dataclass(frozen=True)
class Selection:
    """Which of a shape's fields an answer has."""

    names: frozenset[str]

    def __contains__(self, name: str) -> bool:
        """Tell whether a field is wanted: what costs something is not read for nothing."""
        return name in self.names

    def of(self, item: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in item.items() if name in self.names}

    def of_all(self, items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        return [self.of(item) for item in items]


def selection_of(
    request: Request, shape: type[Serializer[Any]], *, expandable: Collection[str] = ()
) -> Selection:
    """Return what the call asks for: all fields of the shape but the expandable ones, by default.

    What is expandable need not be a field of the shape: it may come beside it.

    :raises UnknownField: when the shape has no such field
    """
    known = frozenset(shape().fields)
    fields = _read(request, "fields", known)
    expanded = _read(request, "expand", frozenset(expandable))
    return Selection((fields or known - frozenset(expandable)) | expanded)


def _read(request: Request, parameter: str, known: frozenset[str]) -> frozenset[str]:
    names = [name.strip() for name in request.query_params.get(parameter, "").split(",")]
    for name in names:
        if name and name not in known:
            raise UnknownField(parameter, name, known)
    return frozenset(name for name in names if name)
