"""Item documents in MongoDB; all that knows its driver is in this package."""

from catalog.stores.mongo.store import MongoItemStore

__all__ = ["MongoItemStore"]
