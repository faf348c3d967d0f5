"""Signs of minors after a symbolic perturbation that leaves no ties.

Row ``i`` loses ``eps**i``. All that decides a zero sign is known from other signs, so it is done on
bits, 64 games at once.
"""

from __future__ import annotations

from strategic.arrays import Array
from strategic.equilibria.enumeration._support_tables import MinorLayout
from strategic.equilibria.enumeration._vertex_labels import VertexLabels


def perturbed_signs(planes: Array, layout: MinorLayout, labels: VertexLabels, sums: Array) -> Array:
    """Decide the zero signs of minors that matter to weakly feasible bases.

    Parameters
    ----------
    planes : array ``(2, entries, words)``
        Signs of the minors as bits.
    layout : MinorLayout
    labels : VertexLabels
    sums : array ``(2, bases, words)``
        Where no two weights of a basis have different signs: which sign they have.

    Returns
    -------
    array ``(2 * entries, words)``
        What is still zero belongs to no basis.

    Notes
    -----
    ``E(I, K)`` becomes ``E(I, K) + sum_p (-1)**p eps**i_p C(I - i_p, K)``, where ``C(I', K)`` is
    the sum of the weights of the basis ``(I', K)``: terms with two perturbed columns vanish, as
    these columns are alike. Rows ascend, so their powers of eps fall in size.

    If ``E(I, K)`` is a zero weight or slack of a weakly feasible basis, the vertex ``y`` of that
    basis uses no columns but ``K``, and all of ``I`` are best replies. So if ``(I', K)`` is not
    singular, it is a basis of ``y``: its weights have the sign of their sum. If it is singular,
    the sum is zero: the weights are all zero or have both signs.

    References
    ----------
    von Stengel, B. (2002). Computing equilibria for two-person games. In Handbook of Game Theory
    with Economic Applications, volume 3, 1723-1759. Elsevier.
    """
    signs, sums = planes.copy(), sums.reshape(-1, planes.shape[-1])
    for layer, slopes in zip(layout.layers, labels.slopes, strict=True):
        own = signs[:, layer.with_row_0.start : layer.without_row_0.stop]
        zero = ~(own[0] | own[1])
        for lines in slopes.swapaxes(0, 1):
            decided = sums.take(lines, axis=0)
            decided &= zero
            own |= decided
            zero &= ~(decided[0] | decided[1])
    return signs.reshape(-1, planes.shape[-1])
