"""Several searches in one round trip."""

from collections.abc import Sequence
from typing import Any

from elastic_transport import ApiResponseMeta
from elasticsearch import ApiError, Elasticsearch

Body = dict[str, Any]


def search_together(client: Elasticsearch, index: str, bodies: Sequence[Body]) -> list[Body]:
    """Return the answer to each.

    :raises ApiError: if one of them failed, which the request as a whole does not tell
    """
    header = {"allow_partial_search_results": False}
    answer = client.msearch(
        index=index, searches=[part for each in bodies for part in (header, each)]
    )
    meta: ApiResponseMeta = answer.meta
    for each in answer["responses"]:
        if "error" in each:
            raise ApiError(each["error"].get("type", "search failed"), meta=meta, body=each)
    responses: list[Body] = answer["responses"]
    return responses
