"""A new index beside the live one, filled, caught up, verified, swapped; and finding drift."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from catalog.selectors import scan_products
from search.engines import IndexDraft, search_engine
from search.engines.base import DocumentIndex, IndexState
from search.errors import RebuildFailed
from search.indexing import BATCH, refresh_products
from search.locks import rebuilding, swapping
from search.models import SearchRecord
from search.projection import to_document
from shop.core.errors import StoreUnavailable

# Rounds of catching up before the swap; the last one, with writers held off, settles the rest.
CATCH_UP_ROUNDS = 3
DRAFT = "draft"

Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class RebuildReport:
    documents: int
    caught_up: int
    checksum: str


@dataclass(frozen=True, kw_only=True)
class IndexDifference:
    """A product whose index entry is not what its record says; revision 0 is "none"."""

    product_id: int
    record_revision: int
    index_revision: int


def rebuild_index(*, progress: Progress = lambda _count: None) -> RebuildReport:
    """Build a new index from the records and swap it in; searches go on all the way.

    :raises RebuildRunning: if another rebuild is under way
    :raises RebuildFailed: if the new index does not hold what it should
    """
    with rebuilding():
        draft = search_engine().begin_rebuild()
        try:
            return _fill_and_promote(draft, progress)
        except BaseException:
            draft.discard()
            raise


def roll_back_index() -> int:
    """Go back to the index before the last rebuild, caught up; return how many were behind.

    :raises NothingToRollBack: if none is kept
    """
    with rebuilding(), swapping():
        search_engine().roll_back()
        return _settle(search_engine())


def refresh_all_records(*, progress: Progress = lambda _count: None) -> int:
    """Read every product of the catalogue again into records and, if there is one, the live index.

    Records that the index did not take are in the next one.
    """
    done, batch = 0, list[int]()
    for product in scan_products():
        batch.append(product.product_id)
        if len(batch) == BATCH:
            _refresh_records(batch)
            done += len(batch)
            batch = []
            progress(done)
    _refresh_records(batch)
    return done + len(batch)


def find_differences(index: DocumentIndex | None = None) -> Iterator[IndexDifference]:
    """Yield the products whose entry in the index is not of their record's revision."""
    held = dict((index or search_engine()).scan())
    for product_id, revision in _published_revisions().items():
        found = held.pop(product_id, 0)
        if found != revision:
            yield IndexDifference(
                product_id=product_id, record_revision=revision, index_revision=found
            )
    for product_id, found in held.items():
        yield IndexDifference(product_id=product_id, record_revision=0, index_revision=found)


def repair_index() -> int:
    """Make records follow the catalogue, and the index the records; return how many changed."""
    states = {each.product_id: each.revision for each in scan_products() if each.status != DRAFT}
    known = dict(SearchRecord.objects.values_list("product_id", "product_revision"))
    stale = {key for key, revision in states.items() if known.get(key) != revision}
    gone = set(
        SearchRecord.objects.filter(is_published=True).values_list("product_id", flat=True)
    ) - set(states)
    changed = refresh_products(product_ids=stale | gone)
    with swapping():
        _overtake(search_engine())
        changed += _settle(search_engine())
    if any(find_differences()):
        # The index remembers removals newer than the records: only a new one forgets them.
        rebuild_index()
    return changed


def _fill_and_promote(draft: IndexDraft, progress: Progress) -> RebuildReport:
    written = _fill(draft, progress)
    caught_up = 0
    for _ in range(CATCH_UP_ROUNDS):
        behind = _settle(draft)
        caught_up += behind
        if not behind:
            break
    with swapping():
        caught_up += _settle(draft)
        state = _verify(draft)
        SearchRecord.objects.filter(is_indexed=False).update(is_indexed=True)
        draft.promote()
    return RebuildReport(documents=written, caught_up=caught_up, checksum=state.checksum)


def _refresh_records(product_ids: list[int]) -> None:
    # Before the first index is built there is none to write to.
    with suppress(StoreUnavailable):
        refresh_products(product_ids=product_ids)


def _fill(draft: IndexDraft, progress: Progress) -> int:
    written, last = 0, 0
    while True:
        rows = SearchRecord.objects.filter(is_published=True, product_id__gt=last)
        records = list(rows.order_by("product_id")[: 4 * BATCH])
        if not records:
            return written
        draft.index([to_document(record) for record in records])
        written += len(records)
        last = records[-1].product_id
        progress(written)


def _settle(index: DocumentIndex) -> int:
    """Make the index hold what the records say; return how many entries differed."""
    differences = list(find_differences(index))
    wanted = [each.product_id for each in differences]
    for start in range(0, len(wanted), BATCH):
        chunk = wanted[start : start + BATCH]
        records = SearchRecord.objects.filter(product_id__in=chunk)
        index.index([to_document(record) for record in records if record.is_published])
    removed = _removals({each.product_id: each for each in differences})
    if removed:
        index.delete(removed)
    return len(differences)


def _overtake(index: DocumentIndex) -> None:
    """Lift records above index entries that are ahead of them: their transaction was lost."""
    for each in find_differences(index):
        if 0 < each.record_revision < each.index_revision:
            SearchRecord.objects.filter(product_id=each.product_id).update(
                revision=each.index_revision + 1
            )


def _removals(differences: Mapping[int, IndexDifference]) -> dict[int, int]:
    """Return what the index holds of products that are not published, with their revision."""
    extra = {key: each for key, each in differences.items() if not each.record_revision}
    known = dict(
        SearchRecord.objects.filter(product_id__in=extra).values_list("product_id", "revision")
    )
    return {key: max(known.get(key, 0), each.index_revision) for key, each in extra.items()}


def _verify(draft: IndexDraft) -> IndexState:
    expected, found = IndexState.of(_published_revisions().items()), draft.state()
    if expected != found:
        raise RebuildFailed(f"The new index holds {found}, the records say {expected}.")
    return found


def _published_revisions() -> dict[int, int]:
    rows = SearchRecord.objects.filter(is_published=True)
    return dict(rows.values_list("product_id", "revision"))
