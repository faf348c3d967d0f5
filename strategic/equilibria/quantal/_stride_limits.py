"""How long strides along branches may be, and what they must keep to be accepted."""

from __future__ import annotations

MOVE, SHARE = 0.15, 0.5
"""Longest last Newton move of an accepted stride, in units over which replies turn, and as a share
of the stride."""
FAR = 2.0
"""Times these: the longest first move."""
SHORT = 0.1
"""Strides below it are held to no shorter moves: the point they start from is no better."""
STEEP = 4.0
"""Times the determinant, as a share of the largest one so far: what of these is left to a move."""
STRICT = 0.05
"""Share of these that is left to the last move where branches turn, or have met another one."""
ROUGH = 1e-3
"""The last move of the opening after which nothing is left to correct before the first stride."""
AIM = 0.2
"""First Newton move, as a share of the stride, for which the next stride is made."""
BENT = 1.0
"""Largest gap between the slope that was predicted and the one found, over the stride."""
BEND = 0.5
"""The same where branches turn, as a share of the stride."""
BENDING = 0.5
"""The same where they do not, and the determinant kept less than `FALLEN`."""
TURN = 0.33
"""No probability changes by more in one stride."""
DROP, REACH = 0.3, 0.5
"""The determinant must keep this share over a stride; strides end within this share of the distance
at which it would vanish."""
FALLEN, EXACT = 0.8, 0.1
"""Where the determinant kept less than this share, the last move may be this share as long."""
FIRST, SHORTEST, LONGEST = 0.6, 1e-6, 1.2
"""Strides, in logarithms of rationality."""
LESS, MORE, SHRUNK = 0.3, 2.5, 0.4
"""By how much a stride may be shorter or longer than the one before, and than one that failed."""
FARTHEST = 4.0
"""The longest one where branches turn, in the units of `Metric`."""
ENTER, LEAVE = 0.05, 0.3
"""Strides below which branches are followed where they lead, and above which they climb again."""
UNTRIED = 0.5
"""Share of a stride that is taken first where branches climb again: there is no trend yet."""
HAIR = 1e-4
"""Strides up to which a fold and the target are not told apart."""
CROSSING = 1e-4
"""Stride over a change of orientation."""
ROUNDED = 1e-9
"""Moves that are never too long: shorter ones may be rounding."""
TINY = 1e-300
"""Stands for zero where its logarithm is taken: no stride is as long as what follows."""
LAST = 0.999
"""A stride that is predicted to rise by this share of what is left to the target ends there."""
OPENING, CORRECTIONS = 3, 8
SETTLED = 1e-7
"""Newton move at the target, of log-odds as a share of them and of replies in units over which they
turn, after which the next one would be rounding."""
