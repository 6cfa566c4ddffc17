"""HDFS as pyarrow's file system, by a client that needs neither Java nor Hadoop's C library."""

from typing import Any

from hdfs_native import FileWriter, WriteOptions
from hdfs_native.fsspec import HdfsFileSystem
from pyarrow import fs

SCHEME = "hdfs://"
# Of the NameNode, in turn; the client's own number of attempts is a wait of three minutes.
ATTEMPTS = {"dfs.client.failover.max.attempts": "3"}


def open_hdfs(url: str) -> tuple[fs.FileSystem, str]:
    """Return the file system at `hdfs://HOST[:PORT]/PATH` and the path.

    HOST may be a name service of the `hdfs-site.xml` in HADOOP_CONF_DIR.
    """
    host, _, path = url.removeprefix(SCHEME).partition("/")
    name, _, port = host.partition(":")
    files = _Hdfs(name, int(port) if port else None, **ATTEMPTS)
    return fs.PyFileSystem(fs.FSSpecHandler(files)), f"/{path}"


class _Hdfs(HdfsFileSystem):
    # fsspec's cache is emptied in a forked process, where dropping the last one of these waits for
    # threads that are not there: the process would never get to what it was forked for.
    cachable = False

    def _open(self, path: str, mode: str = "rb", *args: Any, **options: Any) -> Any:
        if mode != "wb":
            return super()._open(path, mode, *args, **options)
        return _DurableWriter(self.client.inner.create(path, WriteOptions(overwrite=True)))


class _DurableWriter(FileWriter):
    """Has the DataNodes sync to disk first: a closed file may still be in their memory only."""

    _is_whole = False

    def close(self) -> None:
        if not self._is_whole:
            self.hsync()
            super().close()
            self._is_whole = True
