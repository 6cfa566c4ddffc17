"""Redis from the PATH or the wheel, over TCP and with a password."""

from contextlib import suppress

import redis

from deploy.native.base import Server
from shop.embedded.redis import find_binary

PASSWORD = "shop"


class Redis(Server):
    """It keeps every write, refuses to forget, and tells of expired keys."""

    name = "redis"

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": PASSWORD,
            "dir": str(self.directory),
            "databases": "16",
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "notify-keyspace-events": "Ex",
            # a title of its own would overwrite the environment, and with it our mark
            "set-proc-title": "no",
        }
        return [
            find_binary(),
            *(word for name, value in options.items() for word in (f"--{name}", value)),
        ]

    def answers(self) -> bool:
        with (
            suppress(redis.RedisError),
            redis.Redis.from_url(self.url, socket_timeout=3) as client,
        ):
            return bool(client.ping())
        return False
