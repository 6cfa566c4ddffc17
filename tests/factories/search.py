"""Search documents for tests, engines, and an SQL engine that writes its own records."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.db import connection, transaction
from elasticsearch import Elasticsearch

from search.documents import SearchAttribute, SearchCategory, SearchDocument, SearchVariant
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.sql import SqlEngine
from search.models import SearchRecord
from search.projection import word_vector
from tests.real_servers import server_url

# All indexes of this process begin like this; other runs on the same cluster have their own.
INDEX_PREFIX = f"test-{uuid.uuid4().hex[:10]}"


def new_index_name() -> str:
    return f"{INDEX_PREFIX}-{uuid.uuid4().hex[:6]}"


def make_elasticsearch_engine(
    index: str, *, url: str = "", timeout_seconds: float = 10.0, pause_seconds: float = 0.0
) -> ElasticsearchEngine:
    """Return an engine on the real server, or on what stands before it at `url`."""
    return ElasticsearchEngine(
        url=url or server_url("elasticsearch"),
        index=index,
        pool_size=4,
        timeout_seconds=timeout_seconds,
        pause_seconds=pause_seconds,
    )


def elasticsearch_client() -> Elasticsearch:
    return Elasticsearch(server_url("elasticsearch"), request_timeout=30)


def remove_indexes() -> None:
    """Remove what this process has made on the cluster."""
    with elasticsearch_client() as client:
        names = list(client.indices.get(index=f"{INDEX_PREFIX}-*"))
        if names:
            client.indices.delete(index=names)


def variant(
    sku: str,
    *,
    price: int = 1_999,
    options: Mapping[str, str] | None = None,
    warehouses: Sequence[str] = ("RNO",),
) -> SearchVariant:
    return SearchVariant(
        sku=sku, options=options or {}, price_minor=price, warehouses=tuple(warehouses)
    )


def document(
    product_id: int = 1,
    *,
    revision: int = 1,
    title: str = "Camp stove",
    brand: str = "Nordlys",
    description: str = "",
    categories: Sequence[str] = (),
    attributes: Mapping[str, str] | None = None,
    variants: Sequence[SearchVariant] = (),
    published_at: datetime = datetime(2026, 3, 1, tzinfo=UTC),
) -> SearchDocument:
    return SearchDocument(
        product_id=product_id,
        revision=revision,
        slug=f"product-{product_id}",
        title=title,
        brand=brand,
        description=description,
        categories=tuple(
            SearchCategory(path=path, name=path.rpartition("/")[2]) for path in categories
        ),
        attributes=tuple(
            SearchAttribute(code=code, name=code.title(), value=value, filterable=True)
            for code, value in (attributes or {}).items()
        ),
        variants=tuple(variants) or (variant(f"SKU-{product_id}"),),
        published_at=published_at,
    )


class MirroredSqlEngine(SqlEngine):
    """The fallback reads records that other code writes; here `index` writes them."""

    def index(self, documents: Sequence[SearchDocument]) -> int:
        newest = {each.product_id: each for each in sorted(documents, key=lambda d: d.revision)}
        return sum(self._write(record_of(each)) for each in newest.values())

    def delete(self, revisions: Mapping[int, int]) -> int:
        return sum(
            self._write(
                SearchRecord(
                    product_id=product_id,
                    revision=revision,
                    product_revision=0,
                    is_published=False,
                )
            )
            for product_id, revision in revisions.items()
        )

    def _write(self, record: SearchRecord) -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [record.product_id])
            held = SearchRecord.objects.filter(product_id=record.product_id).first()
            if held is not None and held.revision > record.revision:
                return False
            SearchRecord.objects.filter(product_id=record.product_id).delete()
            record.save(force_insert=True)
        return True


def record_of(document: SearchDocument) -> SearchRecord:
    record = SearchRecord(
        product_id=document.product_id,
        revision=document.revision,
        product_revision=document.revision,
        is_published=True,
        slug=document.slug,
        title=document.title,
        sort_title=document.sort_title,
        brand=document.brand,
        description=document.description,
        categories=[{"path": each.path, "name": each.name} for each in document.categories],
        category_paths=document.category_paths,
        attributes=[vars(each) for each in document.attributes],
        variants=document.variants_json(),
        skus=[each.sku for each in document.variants],
        price_min=min(document.prices),
        published_at=document.published_at,
    )
    record.words = word_vector(record)
    return record
