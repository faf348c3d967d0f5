"""Which games the enumerations take, and what to advise where they refuse one."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, prod

MOST_MINORS_ACTIONS = 16
"""In all, of the two-player games whose equilibria are read off the signs of minors."""
MOST_PROVED_VERTICES = 200_000
"""Of the best-reply polytope that is enough where one player has far fewer actions."""
MOST_SUPPORTS = 7000
"""Of games with three and more players whose equilibria are enumerated."""
MOST_VERTICES = 1_000_000
"""Of the larger best-reply polytope, where both are enumerated."""
_THIN = 1.6  # more actions of one player per action of the other


def is_thin(shape: Sequence[int]) -> bool:
    """Tell whether one best-reply polytope is so much smaller that it alone is visited.

    Examples
    --------
    >>> is_thin((10, 16)), is_thin((10, 17))
    (False, True)
    """
    return max(shape) > _THIN * min(shape)


def most_vertices(shape: Sequence[int]) -> int:
    """Bound the vertices of the larger best-reply polytope of a two-player game.

    References
    ----------
    McMullen, P. (1970). The maximum numbers of faces of a convex polytope. Mathematika 17, 179-184.

    Examples
    --------
    >>> most_vertices((16, 22)) > MOST_VERTICES > most_vertices((16, 16))
    True
    """
    return max(_upper_bound(dimension, sum(shape)) for dimension in shape)


def walked_vertices(shape: Sequence[int]) -> int:
    """Bound the vertices of the best-reply polytope of the player with fewer actions.

    Examples
    --------
    >>> [walked_vertices(shape) for shape in ((2, 500), (10, 10), (14, 14))]
    [502, 4004, 155040]
    """
    return _upper_bound(min(shape), sum(shape))


def most_equilibria(shape: Sequence[int]) -> int:
    """Bound how many equilibria a list of a game's equilibria may have.

    Extreme equilibria of two players are pairs of vertices of the best-reply polytopes without the
    one that stands for no strategy. Lists of more players are far shorter than 2^31.

    Examples
    --------
    >>> [most_equilibria(shape) for shape in ((2, 2), (3, 3), (4, 4), (8, 8))]
    [9, 49, 361, 434281]
    """
    if len(shape) != 2:
        return (1 << 31) - 1
    return prod(_upper_bound(dimension, sum(shape)) - 1 for dimension in shape)


def count_supports(shape: Sequence[int]) -> int:
    """Count the combinations of sets of actions that the players of a game may use.

    Examples
    --------
    >>> count_supports((2, 2, 2)), count_supports((3, 3, 3)), count_supports((4, 4, 4))
    (27, 343, 3375)
    """
    return prod(2**actions - 1 for actions in shape)


def enumeration_cost(shape: Sequence[int]) -> float:
    """Say roughly how many microseconds it takes to list all equilibria of a game with proof.

    Examples
    --------
    >>> [round(enumeration_cost(shape)) for shape in ((2, 2), (8, 8), (2, 2, 2), (3, 3, 3))]
    [8, 396, 156, 23540]
    """
    if len(shape) != 2:
        return 10.0 + 0.2 * count_supports(shape) ** 2
    vertices = walked_vertices(shape) if is_thin(shape) else most_vertices(shape)
    return 2.0 + prod(shape) + 0.5 * vertices


def enumerations(shape: Sequence[int]) -> list[str]:
    """Name the methods that list all equilibria of games of this shape, the best proof first.

    Examples
    --------
    >>> [enumerations(shape) for shape in ((2, 500), (12, 20), (16, 22), (2, 2, 2))]
    [['all', 'polytopes'], ['polytopes'], [], ['all']]
    """
    if len(shape) != 2:
        fits = len(shape) > 2 and count_supports(shape) <= MOST_SUPPORTS
        return ["all"] if fits else []
    both = most_vertices(shape) <= MOST_VERTICES
    one = walked_vertices(shape) <= MOST_PROVED_VERTICES
    methods = {"all": one or (both and not is_thin(shape)), "polytopes": both}
    return [method for method, held in methods.items() if held]


def advice(shape: Sequence[int], *, proved: bool = False) -> str:
    """Say which methods take games of this shape; none of them refuses it.

    Parameters
    ----------
    shape : sequence of int
        Actions of each player.
    proved : bool, default False
        Whether nothing but the proved list will do.

    Examples
    --------
    >>> advice((12, 20))
    "use method 'polytopes' for all equilibria, or 'one' for one of them"
    >>> advice((16, 22))
    "use method 'one' for one equilibrium, or 'lemke_howson_all' for several"
    """
    if proved:
        if len(shape) == 2 and "all" in enumerations(shape):
            return "solve with method 'all'"
        return (
            f"only method 'all' gives them, for two players and at most {MOST_PROVED_VERTICES} "
            "vertices of the best-reply polytope of the one with fewer actions, or "
            f"{MOST_VERTICES} of either where both have about as many"
        )
    if len(shape) != 2:
        if enumerations(shape):
            return "use method 'all' for all equilibria, or 'pure' for those in pure strategies"
        return "use method 'pure' or 'logit', or hand over with to_gambit()"
    if not enumerations(shape):
        return "use method 'one' for one equilibrium, or 'lemke_howson_all' for several"
    return f"use method '{enumerations(shape)[0]}' for all equilibria, or 'one' for one of them"


def _upper_bound(dimension: int, facets: int) -> int:
    upper = comb(facets - (dimension + 1) // 2, facets - dimension)
    return upper + comb(facets - dimension // 2 - 1, facets - dimension)
