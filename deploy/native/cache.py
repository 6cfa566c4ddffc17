"""What is downloaded or built once for each version of its recipe."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from deploy.native.places import Places
from shop.embedded.errors import CannotStart

COMPLETE = ".complete"


def cached(
    places: Places, name: str, recipe: Iterable[Path], build: Callable[[Path], None]
) -> Path:
    """Return the folder that `build` filled; a changed recipe or a broken-off build is redone."""
    digest = hashlib.sha256()
    for path in sorted(recipe):
        digest.update(path.read_bytes())
    folder = places.jars / f"{name}-{digest.hexdigest()[:10]}"
    if not (folder / COMPLETE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        build(folder)
        (folder / COMPLETE).touch()
    return folder


def run_tool(command: Sequence[str], purpose: str) -> None:
    """Run a tool to its end.

    :raises CannotStart: with the end of what it said, if it fails
    """
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()
        raise CannotStart(f"Could not {purpose} by {Path(command[0]).name}:\n{said[-1500:]}")
