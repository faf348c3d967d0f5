"""Which array libraries may compute signs of minors, and how they are loaded."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from strategic.errors import MethodError, nearest

if TYPE_CHECKING:
    from strategic.equilibria.enumeration._array_kernel import ArrayKernel

REFERENCE = "numpy"
_NAMESPACES = {
    "torch": "array_api_compat.torch",
    "cupy": "array_api_compat.cupy",
    "jax": "jax.numpy",
    "array_api_strict": "array_api_strict",
}


def check_backend(backend: str, device: str | None) -> None:
    """Raise unless there is a backend of this name, and one that has devices if any is named."""
    known = [REFERENCE, *_NAMESPACES]
    if backend not in known:
        rule = f"must be one of {', '.join(known)}"
        raise MethodError(rule, where="backend", value=backend, remedy=nearest(str(backend), known))
    if backend == REFERENCE and device is not None:
        raise MethodError(
            "numpy has no devices",
            where="device",
            value=device,
            remedy="leave device out, or name another backend",
        )


@lru_cache(maxsize=16)
def array_kernel(backend: str, device: str | None) -> ArrayKernel:
    """Load a library, and make sure that it computes what the proofs rest on.

    Parameters
    ----------
    backend : str
        Any but numpy.
    device : str, optional
        As the library calls it: ``"cuda"`` or ``"cuda:1"`` of PyTorch.

    Raises
    ------
    MethodError
        Where a package is missing, the device is not there, or doubles are not.
    """
    from strategic.equilibria.enumeration._array_kernel import ArrayKernel

    try:
        import_module("array_api_compat")
        xp = import_module(_NAMESPACES[backend])
    except ImportError as error:
        missing = (error.name or backend).partition(".")[0]
        raise MethodError(
            f"needs the package {missing}",
            where="backend",
            value=backend,
            remedy=f"pip install 'strategic[arrays]' {backend.replace('_', '-')}",
        ) from None
    try:
        kernel = ArrayKernel(xp, *_devices(backend, device))
        doubles = xp.asarray(np.ones(1), device=kernel.device)
        kernel.fetched(doubles)  # some devices hold no values
    except Exception as error:  # noqa: BLE001  libraries have error classes of their own
        reason = str(error).partition("\n")[0]
        raise MethodError(
            f"{backend} has no such device ({reason})", where="device", value=device
        ) from None
    if doubles.dtype != xp.float64:
        raise MethodError(
            "must compute in double precision",
            where="backend",
            value=backend,
            remedy="set JAX_ENABLE_X64=1 before starting Python" if backend == "jax" else "",
        )
    return kernel


def _devices(backend: str, device: str | None) -> tuple[object, object]:
    """Say what the library calls a device, and the one that numpy reads from."""
    library = import_module(backend)
    kind, _, number = (device or "").partition(":")
    place = int(number or 0)
    if backend == "torch":
        return device, "cpu"
    if backend == "cupy":
        return library.cuda.Device(place) if device else None, "cpu"
    if backend == "jax":
        return library.devices(kind)[place] if device else None, None
    return library.Device(device) if device else None, library.Device("CPU_DEVICE")
