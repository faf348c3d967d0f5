"""What observed matches cannot tell: shares that go together, and trembles that nothing shows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from strategic.arrays import Array
from strategic.estimation._histories import Fits
from strategic.estimation._strategy_mixtures import Mixture
from strategic.repeated.strategies.automata import Automaton

_NEVER = "does not matter: whom it concerns mixes in every round"


def notes_on(strategies: Sequence[Automaton], fits: Fits, found: Mixture) -> tuple[list[str], int]:
    """Say which shares the choices cannot tell apart, and which trembles do not matter.

    Returns the notes, and along how many directions the likelihood never changes.
    """
    shares = found.shares[0]
    people = len(fits.mixed)
    columns = np.concatenate(
        [fits.mistakes.transpose(0, 2, 1).reshape(-1, len(strategies)),
         fits.rounds.transpose(0, 2, 1).reshape(-1, len(strategies)), fits.mixed]
    )  # fmt: skip
    alike = (columns[:, :, None] == columns[:, None, :]).all(axis=0)
    notes = [""] * len(strategies)
    for k, same in enumerate(alike):
        if same.sum() > 1:
            others = [one.name for n, one in enumerate(strategies) if same[n] and n != k]
            listed = " and ".join(others)
            notes[k] = f"cannot be told from that of {listed}: they agree on every round observed; "
            notes[k] += f"only their sum, {shares[same].sum():.6g}, is told"
    loose = len(alike) - len(np.unique(alike, axis=0))
    if people and not any(notes):
        traded, loose = _loose(fits, found, strategies)
        for k, told in traded.items():
            notes[k] = told
    idle = _idle(fits, shares)
    return [*notes, *idle], loose + idle.count(_NEVER)


def _idle(fits: Fits, shares: Array) -> list[str]:
    """Say which trembles nothing depends on."""
    told = []
    for tremble in range(fits.trembles):
        where = fits.tremble_of == tremble
        rounds = fits.rounds.sum(axis=0) * where
        note = ""
        if not rounds.any():
            note = _NEVER
        elif not rounds[shares > 0].any():
            note = "does not matter: nobody follows this strategy"
        told.append(note)
    return told


def _loose(
    fits: Fits, found: Mixture, strategies: Sequence[Automaton]
) -> tuple[dict[int, str], int]:
    """Find shares that can move together without changing any subject's likelihood."""
    logs = fits.logs(found.tremble)[0]
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    free = found.fit.derivatives[0] > 1.0 - 1e-7
    if free.sum() < 2:
        return {}, 0
    matrix = np.vstack([likely[:, free], np.ones(free.sum())])
    matrix = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    _, sizes, directions = np.linalg.svd(np.linalg.qr(matrix, mode="r"))
    loose = directions[(np.r_[sizes, np.zeros(len(directions) - len(sizes))] < 1e-9)]
    moving = np.flatnonzero(free)[(np.abs(loose) > 1e-6).any(axis=0)] if len(loose) else []
    names = ", ".join(strategies[k].name for k in moving)
    return {int(k): f"can be traded against others among {names}" for k in moving}, len(loose)
