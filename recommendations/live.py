"""The switch: which run's lists the pages show.

It is one row: the newest `Publication`. Whoever reads it asks the cache first; whoever moves it
puts the new answer there right after the commit. A cache that is away costs a statement a page.
"""

from collections.abc import Iterable
from datetime import datetime

from django.core.cache import cache
from django.db import connection, transaction

from recommendations.models import Publication, RecommendationRun
from shop.core.errors import Conflict, NotFound

CACHE_KEY = "recommendations:live"
CACHE_SECONDS = 30
# Any number that nothing else in the database locks.
SWITCH_LOCK = 7_310_003
POPULAR_ONLY = 0  # in the cache, where None is a miss
REMEMBERED = 200  # publications that going back can reach


class RunNotFound(NotFound):
    code = "recommendation_run_not_found"

    def __init__(self, run_id: int) -> None:
        super().__init__(f"There is no run {run_id}.")
        self.run_id = run_id


class RunHasNoLists(Conflict):
    """The run made none, or they are cleared away."""

    code = "recommendation_run_has_no_lists"

    def __init__(self, run_id: int) -> None:
        super().__init__(f"Run {run_id} has no lists to show.")
        self.run_id = run_id


class SwitchMoved(Conflict):
    """Somebody else, or the same one a second before, has switched meanwhile."""

    code = "recommendation_switch_moved"

    def __init__(self, wanted: int | None, found: int | None) -> None:
        names = [f"run {each}" if each else "popular lists" for each in (wanted, found)]
        super().__init__(
            f"Nothing was changed: going back leads to {names[1]} now, not to {names[0]}. "
            "The pages were switched meanwhile."
        )


class NothingToGoBackTo(Conflict):
    code = "nothing_to_go_back_to"

    def __init__(self) -> None:
        super().__init__("Popular lists are shown already, and no earlier run has lists.")


def live_run_id() -> int | None:
    """Return the run whose lists to show; None for popular lists only."""
    kept: int | None = cache.get(CACHE_KEY)
    if kept is None:
        kept = _live_in_sql() or POPULAR_ONLY
        # Not `set`: what was read just before a switch must not cover what the switch put there.
        cache.add(CACHE_KEY, kept, CACHE_SECONDS)
    return kept or None


def live_run() -> RecommendationRun | None:
    """Return the run whose lists are shown, past the cache."""
    newest = Publication.objects.select_related("run").first()
    return newest.run if newest else None


def publish(run_id: int | None, *, by: int | None, reason: str, now: datetime) -> bool:
    """Show the run's lists from now on, None: popular lists only; tell whether that is a change.

    `by` is the id of who decided it, None for the nightly job. After popular lists only the
    nightly job publishes nothing by itself until a run is published by hand, see `held_switch`.

    :raises RunNotFound: when there is no such run
    :raises RunHasNoLists: when it has nothing to show
    """
    with transaction.atomic():
        lock_switch()
        # The live run published once more lets the nightly job go on from there.
        if run_id == _live_in_sql() and not (run_id and held_switch()):
            return False
        if run_id is not None:
            _check_has_lists(run_id)
        _switch(run_id, by=by, reason=reason, now=now, is_held=run_id is None)
    return True


def held_switch() -> Publication | None:
    """Return the newest publication if it took lists away: only a person gives new ones then."""
    newest = Publication.objects.first()
    return newest if newest and newest.is_held else None


def roll_back(*, to: int | None, by: int | None, now: datetime) -> None:
    """Go back to the run that was live before and still has lists; else to popular lists only.

    `to` is where that led when it was decided: None for popular lists. Twice in a row goes back
    twice. As after popular lists only, the nightly job publishes nothing by itself then.

    :raises SwitchMoved: when it leads elsewhere by now
    :raises NothingToGoBackTo: when popular lists are shown and no run was live before
    """
    with transaction.atomic():
        lock_switch()
        live = _live_in_sql()
        earlier = earlier_runs()
        if live is None and not earlier:
            raise NothingToGoBackTo
        target = earlier[0] if earlier else None
        if target != to:
            raise SwitchMoved(to, target)
        left = f"run {live}" if live else "popular lists only"
        _switch(target, by=by, reason=f"Rolled back from {left}.", now=now, is_held=True)


def earlier_runs() -> list[int]:
    """Return the runs with lists that going back leads to, the nearest first."""
    newest = list(Publication.objects.values_list("run_id", flat=True)[:REMEMBERED])
    path = _path(reversed(newest))
    held = set(
        RecommendationRun.objects.filter(pk__in=path, has_lists=True).values_list("pk", flat=True)
    )
    live = _live_in_sql()
    return [run_id for run_id in reversed(path) if run_id in held and run_id != live]


def lock_switch() -> None:
    """Keep the switch where it is until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SWITCH_LOCK])


def _path(shown: Iterable[int | None]) -> list[int]:
    """Return the runs that led to the newest one: going back to a run forgets those after it."""
    path: list[int] = []
    for run_id in shown:
        if run_id in path:
            del path[path.index(run_id) + 1 :]
        elif run_id is not None:
            path.append(run_id)
    return path


def _live_in_sql() -> int | None:
    return Publication.objects.values_list("run_id", flat=True).first()


def _check_has_lists(run_id: int) -> None:
    run = RecommendationRun.objects.filter(pk=run_id).only("has_lists").first()
    if run is None:
        raise RunNotFound(run_id)
    if not run.has_lists:
        raise RunHasNoLists(run_id)


def _switch(
    run_id: int | None, *, by: int | None, reason: str, now: datetime, is_held: bool
) -> None:
    Publication.objects.create(
        run_id=run_id,
        published_at=now,
        published_by_id=by,
        reason=reason[:500],
        is_held=is_held,
    )
    transaction.on_commit(_tell_cache, robust=True)  # the switch is moved, come what may


def _tell_cache() -> None:
    cache.set(CACHE_KEY, _live_in_sql() or POPULAR_ONLY, CACHE_SECONDS)
