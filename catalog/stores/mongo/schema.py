"""What the item store needs in its database: an index, and a note of how far it is set up."""

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from catalog.stores.mongo.connection import Record

ITEMS = "items"
VERSIONS = "schema_versions"
VERSION = 1


def set_up(database: Database[Record]) -> None:
    """Make the index and record the version; any number of processes may do so at once.

    An index that is there already is left as it is, so all of it is done each time: what somebody
    dropped comes back.
    """
    database[ITEMS].create_index("skus", name="skus")
    _record(database[VERSIONS])


def version_of(database: Database[Record]) -> int:
    """Return the recorded version; 0 is "never set up"."""
    found = database[VERSIONS].find_one({"_id": ITEMS}) or {}
    return int(found.get("version", 0))


def _record(versions: Collection[Record]) -> None:
    # $max: an older program must not claim that a newer one has never been here.
    reached = {"$max": {"version": VERSION}}
    try:
        versions.update_one({"_id": ITEMS}, reached, upsert=True)
    except DuplicateKeyError:  # another process was the first
        versions.update_one({"_id": ITEMS}, reached)
