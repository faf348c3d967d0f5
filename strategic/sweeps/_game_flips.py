"""The nearest flips of measures of games, found from events of the game and not from a scan."""

from __future__ import annotations

import numpy as np

from strategic.modelling import Model
from strategic.sweeps._bisection import NO_CHANGE, Sides
from strategic.sweeps._game_boundary import Search, changes_of_game


def nearest_game_flip(
    model: Model, sides: Sides, name: str, value: float, before: int, *,
    span: tuple[float, float], scan: int, tolerance: float,
) -> tuple[float, int] | None:  # fmt: skip
    """Find the value of a parameter nearest to its own at which a measure of a game flips.

    Parameters
    ----------
    model : Model
        A single model.
    sides : Sides
        The measure, one of a game.
    name, value : str and float
        The parameter and where it stands.
    before : int
        The side the model is on.
    span : (low, high)
        How far it may be moved.
    scan, tolerance : int and float
        As in `strategic.boundary`; a value is this share of the range beyond a change.

    Returns
    -------
    (value, side) or None
        None where nothing flips.

    Examples
    --------
    >>> import strategic as st
    >>> hunt = st.load("stag-hunt")
    >>> sides = Sides(hunt.family.measure("pure_count"))
    >>> nearest_game_flip(
    ...     hunt, sides, "hare", 3.0, 2, span=(0.0, 100.0), scan=3, tolerance=1e-10
    ... )
    (4.00000001, 1)
    """
    search = Search(model, sides, name, {}, span)
    found = changes_of_game(search, np.linspace(*span, scan), tolerance)
    order = np.argsort(found.brackets.near, kind="stable")
    changes, exactly = found.brackets[order], found.exactly[order]
    nudge = tolerance * (span[1] - span[0])
    flips = []
    for change, own in zip(changes, exactly.tolist(), strict=True):
        at = (change.near + change.far) / 2
        if own not in (NO_CHANGE, before):
            flips.append((at, own))
        outward = 1 if at >= value else -1
        beyond = int(change.after if outward > 0 else change.before)
        if beyond != before:
            flips.append((float(np.clip(at + outward * nudge, *span)), beyond))
    flips = [(float(at), int(side)) for at, side in flips if at != value]
    return min(flips, key=lambda flip: abs(flip[0] - value), default=None)
