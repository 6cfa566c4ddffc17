"""What every native server is made of."""

import abc
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from deploy.native.places import Places
from shop.embedded.account import ServerAccount


class Server(abc.ABC):
    """One server: how to get it, to start it and to ask it.

    It must keep its environment readable to other processes, see `processes`.
    """

    name: ClassVar[str]
    extra_ports: ClassVar[tuple[str, ...]] = ()
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, places: Places) -> None:
        self.places = places
        self.account = ServerAccount(name="", uid=os.getuid(), gid=os.getgid())

    @property
    def mark(self) -> str:
        return f"{self.name} of {self.places.home}"

    @property
    def port(self) -> int:
        return self.places.port(self.name)

    @property
    def ports(self) -> list[int]:
        return [self.port, *(self.places.port(name) for name in self.extra_ports)]

    @property
    def directory(self) -> Path:
        """Where its data is."""
        directory = self.places.data(self.name)
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    @property
    def environment(self) -> Mapping[str, str]:
        return {}

    @property
    @abc.abstractmethod
    def url(self) -> str: ...

    def prepare(self) -> None:  # noqa: B027 - optional
        """Get what must be downloaded or built; quick when it is there.

        :raises CannotStart: if a tool is missing or fails
        """

    @abc.abstractmethod
    def command(self) -> list[str]:
        """Return what to run in the foreground, its configuration written.

        :raises CannotStart: if something it needs is missing
        """

    @abc.abstractmethod
    def answers(self) -> bool:
        """Tell whether it answers a question of its protocol."""

    def finish(self) -> None:  # noqa: B027 - optional
        """Make what must be there for the shop, once it answers."""
