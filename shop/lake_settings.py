"""Where behavioural events and the nightly job's files are kept, and when the job starts."""

from dataclasses import dataclass
from pathlib import Path

from environs import Env, validate


@dataclass(frozen=True, kw_only=True)
class LakeSettings:
    """`url` holds the events; `runs_url` a folder for each run of the job while it works."""

    url: str
    keep_days: int
    runs_url: str
    hour: int


def lake_settings(env: Env, var: Path) -> LakeSettings:
    """Return the settings; both folders are under `var` unless the environment says otherwise."""
    return LakeSettings(
        url=env.str("EVENT_LAKE_URL", f"file://{var.resolve()}/lake"),
        keep_days=env.int("EVENT_RETENTION_DAYS", 400, validate=validate.Range(min=1)),
        runs_url=env.str("RECOMMENDATIONS_URL", f"file://{var.resolve()}/recommendations"),
        # Environs collects what is wrong and tells it at the end: until then it may be None.
        hour=env.int("RECOMMENDATIONS_HOUR", 3, validate=validate.Range(min=0, max=23)) or 0,
    )
