"""The operating-system account of the embedded PostgreSQL, which refuses to run as root."""

import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class ServerAccount:
    """Ourselves, or for root an unprivileged user that every system has."""

    name: str
    uid: int
    gid: int

    @classmethod
    def current(cls) -> "ServerAccount":
        if os.getuid() != 0:
            return cls(name=str(os.getuid()), uid=os.getuid(), gid=os.getgid())
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
        return cls(name="65534", uid=65534, gid=65534)

    @cached_property
    def is_other(self) -> bool:
        return self.uid != os.getuid()

    @property
    def popen_options(self) -> dict[str, object]:
        """Keyword arguments that make subprocess run as this account."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, directory: Path, mode: int = 0o700) -> Path:
        """Make a directory of this account's and return it."""
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(mode)
        if self.is_other:
            os.chown(directory, self.uid, self.gid)
        return directory

    def can_reach(self, path: Path) -> bool:
        """Tell whether this account may read below `path` (root's home is closed to others)."""
        if not self.is_other:
            return True
        test = [shutil.which("test") or "/usr/bin/test", "-r", str(path)]
        reached = subprocess.run(test, check=False, cwd="/", **self.popen_options)  # type: ignore[call-overload]
        return bool(reached.returncode == 0)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
