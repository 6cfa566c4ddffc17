"""Is the process alive, may it get traffic, and which store is down."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse

from shop.core import stream
from shop.core.stores import StoreStatus, stores

_has_its_migrations = False


def livez(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 with what is degraded; 503 only without the migrations this code needs."""
    statuses = store_statuses()
    degraded = [status.name for status in statuses if not status.answers]
    if "database" not in degraded and not _migrated():
        return JsonResponse({"status": "migrations are missing"}, status=503)
    return JsonResponse({"status": "ready", "degraded": degraded})


def store_statuses() -> list[StoreStatus]:
    """Ask every store how it is; an absent one answers within its time-out."""
    return [
        _database(),
        _redis(),
        *(stores[alias].ping() for alias in stores),
    ]


def _database() -> StoreStatus:
    connection = connections[DEFAULT_DB_ALIAS]
    host = connection.settings_dict["HOST"] or "localhost"
    location = f"{host}/{connection.settings_dict['NAME']}"
    kind = "PostgreSQL"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version')")
            version = str(cursor.fetchone()[0])
    except (OperationalError, InterfaceError) as error:
        return StoreStatus(
            name="database", kind=kind, location=location, answers=False, detail=str(error)
        )
    return StoreStatus(name="database", kind=kind, location=location, version=version)


def _redis() -> StoreStatus:
    address = urlsplit(settings.REDIS_STREAM)
    location = f"{address.hostname}:{address.port or 6379}" if address.hostname else address.path
    try:
        version = str(stream.client().info("server")["redis_version"])
    except Exception as error:  # noqa: BLE001 - a health page tells of every kind of failure
        return StoreStatus(
            name="redis", kind="Redis", location=location, answers=False, detail=str(error)
        )
    return StoreStatus(name="redis", kind="Redis", location=location, version=version)


def _migrated() -> bool:
    global _has_its_migrations  # noqa: PLW0603 - once they are there they stay
    if not _has_its_migrations:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        targets = executor.loader.graph.leaf_nodes()
        _has_its_migrations = not executor.migration_plan(targets)
    return _has_its_migrations
