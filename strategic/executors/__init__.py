"""Where work is done: forked processes of this machine, a Dask cluster, any executor.

Long work is cut into blocks; a block is a picklable function applied to a picklable task. Who asks
for the work says where it is done by ``executor=``, which is anything with the interface of
`concurrent.futures`, and never sees another result for it: random numbers belong to blocks, not to
workers.

Examples
--------
>>> from concurrent.futures import ThreadPoolExecutor
>>> with ThreadPoolExecutor(2) as pool:
...     list(run_in_order(abs, [-3, 4, -5], executor=pool))
[3, 4, 5]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.namespaces import listing, loaded_when_used

if TYPE_CHECKING:
    from strategic.executors._cluster import cluster
    from strategic.executors._local import local_executor
    from strategic.executors._running import (
        NothingSent,
        each_in_order,
        run_blocks,
        run_in_order,
        runs_on,
    )
    from strategic.executors._slices import map_slices
    from strategic.executors._watch import places

_MODULE_OF = {
    "NothingSent": "_running",
    "cluster": "_cluster",
    "each_in_order": "_running",
    "local_executor": "_local",
    "map_slices": "_slices",
    "places": "_watch",
    "run_blocks": "_running",
    "run_in_order": "_running",
    "runs_on": "_running",
}
"""Where each name lives."""

__all__ = [
    "NothingSent",
    "cluster",
    "each_in_order",
    "local_executor",
    "map_slices",
    "places",
    "run_blocks",
    "run_in_order",
    "runs_on",
]

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
