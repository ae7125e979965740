"""The one door to Dask: an executor over the workers of a scheduler."""

import asyncio
import logging
import re
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any, Final

from smr_audio.errors import BuildError, UsageError
from smr_audio.install_hints import require

TIMEOUT_S: Final = 10
_ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://[^/]+:[0-9]{1,5}")


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """An executor over a Dask scheduler such as `tcp://host:8786`, and how many work for it.

    Raises UsageError for what is no address, MissingError without the extra `cluster`,
    BuildError if no scheduler answers within ten seconds.
    """
    if not _ADDRESS.fullmatch(address):
        raise UsageError(f"'{address}' is no scheduler's address; write tcp://host:8786")
    require("cluster", "a scheduler")
    import distributed  # only who has a cluster needs it

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # it logs tracebacks of a lost line
    untyped: Any = distributed
    try:
        # Asked first, since a client that meets no scheduler takes long to go and complains.
        asyncio.run(asyncio.wait_for(_ask(untyped.rpc, address), TIMEOUT_S))
        client = untyped.Client(address, timeout=TIMEOUT_S, set_as_default=False)
    except Exception as error:  # of the network, or of a server of another kind
        raise BuildError(f"no scheduler answers at {address}; check the address, and that it runs") from error
    with client:
        workers = sum(client.nthreads().values())
        if not workers:
            raise BuildError(f"the scheduler at {address} has no workers; start some")
        yield client.get_executor(pure=False), workers


async def _ask(rpc: Any, address: str) -> None:
    async with rpc(address) as scheduler:
        await scheduler.identity()
