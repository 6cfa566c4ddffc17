"""Bring tables and indexes outside SQL to what this code needs."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from shop.operations.store_setup import migrate_stores


class Command(BaseCommand):
    help = "Make and migrate tables and indexes in MongoDB, Elasticsearch and Cassandra."

    def handle(self, **options: Any) -> None:
        results = list(migrate_stores())
        for each in results:
            self.stdout.write(f"{each.store:<14} {each.error or 'ready'}")
        if any(each.error for each in results):
            sys.exit(1)
