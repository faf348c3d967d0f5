"""Every sentence about a game of three and more players is borne out by plain arithmetic.

`CLAIMS` pairs every sentence that the worked steps or a report's section can hold with a check that
recomputes it from the payoffs and the listed strategies in plain Python fractions.  A sentence that
no template covers fails the test.
"""

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from types import SimpleNamespace

import numpy as np
import pytest

import strategic as st
from strategic.equilibria.messages import message
from strategic.games import Game
from strategic.reports.explain import explanation, explanation_document
from strategic.reports.game_facts import GameFacts
from strategic.reports.sections import game_section
from strategic.status import Status

PLAYERS = ("Ann", "Bob", "Cy", "Di")
PROVED = (Status.COMPLETE, Status.COMPLETE_EXACT, Status.COMPONENTS)
NUMBER = r"\d[\d./]*(?:e[+-]?\d+)?"
CLOSE = 2e-5
"""Numbers are shown to six digits."""


class Recomputed:
    """One game and its listed equilibria, in fractions and loops."""

    def __init__(self, found):
        self.found, self.game = found, found.games
        self.shape, self.players = self.game.shape, range(len(self.game.shape))
        self.profiles = list(product(*map(range, self.shape)))
        tables = [table.tolist() for table in self.game.payoffs]
        self.u = [{p: Fraction(self.at(table, p)) for p in self.profiles} for table in tables]
        self.sides = [
            [[Fraction(w) for w in side[e].tolist()] for side in found.strategies]
            for e in range(len(found))
        ]
        self.kept = [set(range(n)) for n in self.shape]
        self.weak = False

    @staticmethod
    def at(table, profile):
        for action in profile:
            table = table[action]
        return table

    def number(self, player, name):
        return self.game.actions[player].index(name)

    def player(self, name):
        return self.game.players.index(name)

    def profile(self, text):
        return tuple(self.number(i, name) for i, name in enumerate(text.strip("()").split(", ")))

    def swapped(self, profile, player, action):
        return (*profile[:player], action, *profile[player + 1 :])

    def gain(self, profile, player, action):
        return self.u[player][self.swapped(profile, player, action)] - self.u[player][profile]

    def best_gain(self, profile, player):
        return max(self.gain(profile, player, a) for a in range(self.shape[player]))

    def is_equilibrium(self, profile):
        return all(self.best_gain(profile, i) == 0 for i in self.players)

    def against(self, sides, player, action):
        total = Fraction(0)
        for p in self.profiles:
            if p[player] == action:
                weights = (sides[j][p[j]] for j in self.players if j != player)
                total += prod(weights, start=Fraction(1)) * self.u[player][p]
        return total

    def earned(self, e, player):
        side = self.sides[e][player]
        return sum(w * self.against(self.sides[e], player, a) for a, w in enumerate(side))

    def sums(self):
        return [sum(self.earned(e, i) for i in self.players) for e in range(len(self.sides))]

    def total(self, profile):
        return sum(self.u[i][profile] for i in self.players)

    def left(self, player):
        """Profiles in which all others keep to what is left."""
        return [
            p
            for p in self.profiles
            if all(p[j] in self.kept[j] for j in self.players if j != player)
        ]

    def gains_of(self, weights, player, action):
        others = {self.swapped(p, player, action) for p in self.left(player)}
        return [
            sum(w * self.gain(p, player, a) for a, w in weights.items()) for p in sorted(others)
        ]

    def dominated(self, player, action, *, weak):
        """Search pure actions, and mixtures of two along a line: enough for three actions."""
        others = sorted(self.kept[player] - {action})
        pairs = [(a, b) for a in others for b in others if a <= b]
        for a, b in pairs:
            low, high = Fraction(0), Fraction(1)
            first, second = (self.gains_of({c: 1}, player, action) for c in (a, b))
            # weight t on b: the gain is linear in t
            points = {low, high, Fraction(1, 2)}
            for x, y in zip(first, second, strict=True):
                if x != y:
                    points.add(x / (x - y))
            inside = sorted(t for t in points if 0 <= t <= 1)
            middle = [(s + t) / 2 for s, t in pairwise(inside)]
            for t in [*inside, *middle]:
                gains = [(1 - t) * x + t * y for x, y in zip(first, second, strict=True)]
                if all(g > 0 for g in gains) or (
                    weak and all(g >= 0 for g in gains) and any(gains)
                ):
                    return True
        return False


def close(text, value):
    return abs(float(text) - float(value)) <= CLOSE * max(1, abs(float(value)))


def runs(text):
    """Read 'equilibria 0, 2-4 and 6'."""
    numbers = []
    for part in re.findall(r"\d+(?:-\d+)?", text):
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


# Best replies.


def replies(r, m):
    player = r.player(m["who"])
    often = dict(re.findall(r"(\w+) to (\d+)", m["list"]))
    for name, count in often.items():
        action = r.number(player, name)
        best = [p for p in r.profiles if p[player] == action and r.best_gain(p, player) == 0]
        if len(best) != int(count):
            return False
    return (
        set(often) == set(r.game.actions[player])
        and int(m["all"]) == len(r.profiles) // r.shape[player]
    )


def corner(r, m):
    r.slice = [
        r.number(i, re.search(rf"{name}: (\w+)", m["rest"])[1])
        for i, name in enumerate(r.game.players)
        if i > 1
    ]
    return m["row"] == "Ann" and m["column"] == "Bob"


def line_of_slice(r, m):
    cells = re.split(r"\s{2,}", m["cells"].strip())
    row = r.number(0, m["row"])
    for column, cell in enumerate(cells):
        profile = (row, column, *r.slice)
        for player, shown in enumerate(cell.split(", ")):
            if not close(shown.rstrip("*"), r.u[player][profile]):
                return False
            if shown.endswith("*") != (r.best_gain(profile, player) == 0):
                return False
    return len(cells) == r.shape[1]


# Dominance.


def weights_of(r, player, text):
    if text.startswith("mixing "):
        parts = re.findall(r"(\w+) \(([-+\d.e]+)\)", text)
        return {r.number(player, name): Fraction(weight) for name, weight in parts}
    return {r.number(player, text): Fraction(1)}


def eliminated(r, m):
    player = r.player(m["who"])
    action = r.number(player, m["action"])
    if int(m["round"]) != getattr(r, "round", 1):
        r.kept = [kept - gone for kept, gone in zip(r.kept, r.gone, strict=True)]
        r.round, r.gone = int(m["round"]), [set() for _ in r.players]
    r.gone = getattr(r, "gone", [set() for _ in r.players])
    gains = r.gains_of(weights_of(r, player, m["by"]), player, action)
    r.gone[player].add(action)
    if m["least"] is None:
        return r.weak and abs(min(gains)) < CLOSE < max(gains)  # weights are shown rounded
    return close(m["least"], min(gains)) and (r.weak or m["verb"] == "never plays")


def finished(r):
    """Take out the last round; nothing more is dominated."""
    gone = getattr(r, "gone", [set() for _ in r.players])
    r.kept = [kept - g for kept, g in zip(r.kept, gone, strict=True)]
    stays = not any(
        r.dominated(i, a, weak=r.weak) for i in r.players for a in r.kept[i] if len(r.kept[i]) > 1
    )
    names = [[r.game.actions[i][a] for a in sorted(kept)] for i, kept in enumerate(r.kept)]
    return stays, "; ".join(
        f"{n}: {', '.join(a)}" for n, a in zip(r.game.players, names, strict=True)
    )


def start_weak(r, _m=None):
    r.kept, r.weak, r.round = [set(range(n)) for n in r.shape], True, 1
    r.gone = [set() for _ in r.players]
    return True


def left(r, m):
    stays, names = finished(r)
    return stays and names == m["left"]


def nothing_dominated(r, _m):
    return finished(r)[0]


def one_left(r, m):
    (profile,) = product(*r.kept)
    only = sum(map(r.is_equilibrium, r.profiles)) == 1
    return r.is_equilibrium(profile) and (r.weak or only) and (m["only"] == "the only") != r.weak


# Pure profiles.


def pure(r, m):
    profile = r.profile(m["profile"])
    r.last = profile
    payoffs = m["payoffs"].split(", ")
    return r.is_equilibrium(profile) and all(
        close(text, r.u[i][profile]) for i, text in enumerate(payoffs)
    )


def cost(r, m):
    for part in m["costs"].split("; "):
        found = re.fullmatch(
            r"(?P<who>\w+) (?P<loss>nothing|[-+\d./e]+)(?: or more)? \((?P<to>\w+)\)", part
        )
        player = r.player(found["who"])
        losses = {
            a: -r.gain(r.last, player, a) for a in range(r.shape[player]) if a != r.last[player]
        }
        least = min(losses.values())
        told = 0 if found["loss"] == "nothing" else Fraction(found["loss"])
        if (least == 0) != (told == 0) or not close(told, least):
            return False
        if losses[r.number(player, found["to"])] != least:
            return False
    return True


def leaves(r, m):
    profile = r.profile(m["profile"])
    told = re.findall(r"(\w+) gains ([-+\d.e]+) by playing (\w+)", m["gains"])
    if {who for who, *_ in told} != {
        r.game.players[i] for i in r.players if r.best_gain(profile, i) > 0
    }:
        return False
    return all(
        close(gain, r.best_gain(profile, r.player(who)))
        and r.gain(profile, r.player(who), r.number(r.player(who), to))
        == r.best_gain(profile, r.player(who))
        for who, gain, to in told
    )


def counted(r, m):
    none = [p for p in r.profiles if not r.is_equilibrium(p)]
    often = dict(re.findall(r"(\w+) at (\d+)", m["often"]))
    return (int(m["n"]), int(m["all"])) == (len(none), len(r.profiles)) and all(
        int(often[name]) == sum(r.best_gain(p, i) > 0 for p in none)
        for i, name in enumerate(r.game.players)
    )


def none_pure(r, _m):
    return not any(map(r.is_equilibrium, r.profiles))


# Mixed equilibria.


def equilibrium(r, m):
    r.e = int(m["e"])
    for i, part in enumerate(m["sides"].split("; ")):
        name, text = part.split(" ", 1)
        shares = {a: w for w, a in re.findall(r"([\d.e-]+) (\w+)", text)} or {text: "1"}
        side = {r.game.actions[i][a]: w for a, w in enumerate(r.sides[r.e][i]) if w}
        if name != r.game.players[i] or set(shares) != set(side):
            return False
        if not all(close(shares[a], side[a]) for a in side):
            return False
    return True


def mixes(r, m):
    player = r.player(m["who"])
    used = [r.game.actions[player][a] for a, w in enumerate(r.sides[r.e][player]) if w]
    r.mixer = player
    return m["list"].split(", ") == used


def equation(r, m):
    """Each side of the equation is what the action earns with the others' shares put in."""
    used = [a for a, w in enumerate(r.sides[r.e][r.mixer]) if w]
    sides = m["sides"].split(" = ")
    return all(
        close(evaluated(r, text), r.against(r.sides[r.e], r.mixer, action))
        for action, text in zip(used, sides, strict=True)
    )


def one_side(r, m):
    """A side of a long equation stands on its own line, behind the action."""
    used = [a for a, w in enumerate(r.sides[r.e][r.mixer]) if w]
    action = r.number(r.mixer, m["action"])
    return action in used and close(
        evaluated(r, m["side"]), r.against(r.sides[r.e], r.mixer, action)
    )


def evaluated(r, text):
    """Put the listed shares into a sum of products."""
    total = Fraction(0)
    for sign, value, symbols in re.findall(rf"(^-?| [+-] )({NUMBER})((?: \w+\[\w+\])*)", text):
        term = Fraction(value) * (-1 if "-" in sign else 1)
        for name, act in re.findall(r"(\w+)\[(\w+)\]", symbols):
            term *= r.sides[r.e][r.player(name)][r.number(r.player(name), act)]
        total += term
    return total


def earns(r, m):
    player = r.player(m["who"])
    side = r.sides[r.e][player]
    used = [a for a, w in enumerate(side) if w]
    which = "each" if len(used) > 1 else r.game.actions[player][used[0]]
    if m["from"] != which or not close(Fraction(m["value"]), r.earned(r.e, player)):
        return False
    if not all(close(r.against(r.sides[r.e], player, a), r.earned(r.e, player)) for a in used):
        return False
    others = re.findall(r", ([-+\d./e]+) from (\w+)( \(the same[^)]*\))?", m["others"])
    spread = max(r.u[player].values()) - min(r.u[player].values())
    for value, name, same in others:
        worth = r.against(r.sides[r.e], player, r.number(player, name))
        loss = r.earned(r.e, player) - worth
        if not close(Fraction(value), worth) or bool(same) != (
            abs(loss) <= Fraction(1e-9) * spread
        ):
            return False
        if loss < -Fraction(1e-9) * spread:
            return False
    return len(others) == r.shape[player] - len(used)


# What is proved.


def listed(r, m):
    return int(m["n"]) == len(r.found) and m["rest"] == message(r.found)


def index_of_all(r, m):
    total = int(np.nansum(r.found.index))
    whole = Status(int(r.found.status)) in (Status.COMPLETE, Status.COMPLETE_EXACT)
    return whole and int(m["sum"]) == total == 1 and len(r.found) % 2 == 1


def index_of_one(r, m):
    return index_of_all(r, m) and len(r.found) == 1


def index_of_components(r, m):
    indices = [part.index for part in r.found.components()]
    single = m["one"] is not None
    return bool(r.found.degenerate) and sum(indices) == 1 and single == (len(indices) == 1)


def index_of_some(r, m):
    known = r.found.index[~np.isnan(r.found.index)]
    number = 1 if m["one"] else int(m["n"])
    if number != len(known) or int(m["sum"]) != known.sum():
        return False
    missing = re.search(r"make up the other ([+-]\d+)", m["rest"])
    return int(missing[1]) == 1 - known.sum() if missing else known.sum() == 1


def strict_ones(r, m):
    count = sum(
        all(r.gain(p, i, a) < 0 for i in r.players for a in range(r.shape[i]) if a != p[i])
        for p in r.profiles
    )
    return int(m["n"]) == count and int(m["more"]) == count - 1


def regret(r, m):
    worst = max(
        r.against(r.sides[e], i, a) - r.earned(e, i)
        for e in range(len(r.sides))
        for i in r.players
        for a in range(r.shape[i])
    )
    return abs(float(m["most"]) - float(worst)) < 1e-9


# Welfare.


def best(r, m):
    most = max(map(r.total, r.profiles))
    reach = [p for p in r.profiles if r.total(p) == most]
    return close(m["best"], most) and named(r, m["where"], reach)


def named(r, text, expected):
    parts = text.split("; ")
    more = re.fullmatch(r"(\d+) more", parts[-1])
    listed = [r.profile(part) for part in (parts[:-1] if more else parts)]
    return listed == expected[: len(listed)] and len(expected) == len(listed) + int(
        more[1] if more else 0
    )


def anarchy(r, m):
    most, sums = max(map(r.total, r.profiles)), r.sums()
    whole = Status(int(r.found.status)) in PROVED
    low, high = min(sums), max(sums)
    near = [e for e, s in enumerate(sums) if close(s, low)]
    fine = close(m["price"], most / low) and close(m["low"], low) and runs(m["worst"]) == near
    fine = fine and close(m["best"], most)
    fine = fine and (m["least"] is None) == whole
    if m["stable"] is None:
        return fine and close(low, high)
    near = [e for e, s in enumerate(sums) if close(s, high)]
    fine = fine and close(m["stable"], max(most / high, 1)) and runs(m["bests"]) == near
    return fine and close(m["high"], high) and (m["most"] is None) == (whole or close(most, high))


def no_price(r, m):
    low = min(r.sums())
    near = [e for e, s in enumerate(r.sums()) if close(s, low)]
    return low <= 1e-9 and close(m["low"], low) and runs(m["worst"]) == near


def everybody(r, m):
    profile = r.profile(m["profile"])
    return all(r.u[i][profile] > r.earned(e, i) for e in runs(m["worse"]) for i in r.players)


def efficient(r, m):
    def better(p, q):
        pairs = [(r.u[i][p], r.u[i][q]) for i in r.players]
        return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)

    good = [q for q in r.profiles if not any(better(p, q) for p in r.profiles)]
    return (int(m["n"]), int(m["all"])) == (len(good), len(r.profiles)) and named(
        r, m["list"], good
    )


def iterated(r, m):
    r.kept, r.weak, r.gone = [set(range(n)) for n in r.shape], m["kind"] == "weak", None
    while True:
        gone = [
            {a for a in kept if r.dominated(i, a, weak=r.weak)} for i, kept in enumerate(r.kept)
        ]
        if not any(gone):
            break
        r.kept = [kept - g for kept, g in zip(r.kept, gone, strict=True)]
    r.gone = [set() for _ in r.players]
    stays, names = finished(r)
    solved = all(len(kept) == 1 for kept in r.kept)
    tail = {"strict": ", the only equilibrium" * solved}.get(
        m["kind"], "; it may eliminate equilibria"
    )
    return stays and m["left"] == names + tail


def nothing(r, _m):
    return not any(r.dominated(i, a, weak=True) for i in r.players for a in range(r.shape[i]))


def nothing_strict(r, _m):
    return not any(r.dominated(i, a, weak=False) for i in r.players for a in range(r.shape[i]))


def always(_r, _m):
    return True


CLAIMS = {
    r"": always,
    r"\d\. [A-Z][\w ,]+": always,
    r"Payoffs in the order of the players; a star marks a best reply to the others\.": always,
    r"(?P<row>\w+) \\ (?P<column>\w+) \((?P<rest>[\w :,]+)\)  [\w ]+": corner,
    r"(?P<row>[abc]\d)  (?P<cells>[-\d.e*, ]+)": line_of_slice,
    r"(?P<who>\w+): best reply (?P<list>.+) of (?P<all>\d+) profiles of the others\.": replies,
    r"No action is strictly dominated, by a pure action or by a mixture\.": nothing_strict,
    r"Weakly dominated actions too, all of a round together:": start_weak,
    r"Round (?P<round>\d+): (?P<who>\w+) (?P<verb>never plays|can do without) (?P<action>\w+): "
    r"(?P<by>.+) earns at least (?:(?P<least>[-+\d.e]+) more, (?:whatever the others do|in what is "
    r"left)|as much (?:whatever the others do|in what is left), and sometimes more)\.": eliminated,
    r"What is left: (?P<left>.+)\.": left,
    r"One profile is left: it is (?P<only>the only|an) equilibrium\.": one_left,
    r"\((?P<profile>[\w, ]+)\): nobody gains by deviating alone; payoffs (?P<payoffs>.+)\.": pure,
    r"It would cost (?P<costs>.+)\.": cost,
    r"No equilibria:": always,
    r"\((?P<profile>[\w, ]+)\): (?P<gains>\w+ gains .+)\.": leaves,
    r"(?P<n>\d+) of (?P<all>\d+) profiles are no equilibria: somebody gains by leaving: "
    r"(?P<often>.+)\.": counted,
    r"In no cell is everybody's payoff a best reply: there is none\.": none_pure,
    r"\.\.\. and \d+ more\.": always,
    r"None among the equilibria listed\.": lambda r, _m: all(
        w in (0, 1) for sides in r.sides for side in sides for w in side
    ),
    r"Equilibrium (?P<e>\d+): (?P<sides>.+)\.": equilibrium,
    r"(?P<who>\w+) mixes (?P<list>.+) only if they earn the same:": mixes,
    r"(?P<sides>-?[\d./e+-]+.* = .+)": equation,
    r"(?P<action>\w+): (?P<side>-?[\d./e+-]+ .+\])": one_side,
    r"(?P<who>\w+) earns (?P<value>[-+\d./e]+) from (?P<from>\w+)(?P<others>.*)\.": earns,
    r"(?P<n>\d+) equilibri(?:um is|a are) listed\. (?P<rest>.+)": listed,
    r"(?:The game has|Of the game's equilibria) .+": always,
    r"Its index is (?P<sum>\+1), the sum of all indices in every game\.": index_of_one,
    r"The indices of the equilibria sum to (?P<sum>\+1), as in every game, so that without ties "
    r"their number is odd\.": index_of_all,
    r"The (?:(?P<one>index of its only component is)|indices of the components sum to) \+1, "
    r"(?:the sum of all indices in|as in) every game\.": index_of_components,
    r"(?P<sum>[+-]\d+|0) is the (?:(?P<one>index of the one)|sum of the indices of the (?P<n>\d+)) "
    r"with an index; in every game the sum of all is \+1: (?P<rest>.+)\.": index_of_some,
    r"Each of the (?P<n>\d+) strict equilibria has index \+1, and the sum of all indices is \+1: "
    r"without ties there are at least (?P<more>\d+) more equilibria, all mixed\.": strict_ones,
    r"In none does a player gain more than (?P<most>[-+\d.e]+) by deviating\.": regret,
    r"The largest sum of payoffs is (?P<best>[-+\d.e]+), at (?P<where>.+)\.": best,
    r"The price of anarchy is (?P<least>at least )?(?P<price>[-+\d.e]+): the largest sum, "
    r"(?P<best>[-+\d.e]+), divided by (?P<low>[-+\d.e]+), the sum in (?:each of )?"
    r"(?P<worst>equilibri[\w ,-]+)(?:\. The price of stability is (?P<most>at most )?"
    r"(?P<stable>[-+\d.e]+): the same sum divided by (?P<high>[-+\d.e]+), the sum in "
    r"(?:each of )?(?P<bests>equilibri[\w ,-]+))?\.": anarchy,
    r"The price of anarchy is undefined: (?P<low>[-+\d.e]+), the sum in (?:each of )?"
    r"(?P<worst>equilibri[\w ,-]+), is not positive\.": no_price,
    r"Everybody earns more at (?P<profile>\(.+\)) than in (?P<worse>equilibri.+)\.": everybody,
    r"(?P<n>\d+) of (?P<all>\d+) pure outcomes (?:is|are) Pareto efficient \(none gives somebody "
    r"more and nobody less\): (?P<list>.+)\.": efficient,
    r"Iterated (?P<kind>strict) dominance leaves (?P<left>.+)\.": iterated,
    r"Iterated (?P<kind>weak) dominance, all of a round together, leaves (?P<left>.+)\.": iterated,
    r"No action is dominated, strictly or weakly, by a pure action or by a mixture\.": nothing,
}
PATTERNS = [(re.compile(pattern), check) for pattern, check in CLAIMS.items()]


def borne_out(line, recomputed):
    for pattern, check in PATTERNS:
        if found := pattern.fullmatch(line.strip()):
            return bool(check(recomputed, found))
    raise AssertionError(f"no template covers: {line}")


def drawn(shape, seed, kind):
    rng = np.random.default_rng(seed)
    size = {"tied": 2, "small": 5, "generic": 200}[kind]
    tables = rng.integers(-size + 1, size, (len(shape), *shape))
    actions = tuple(tuple(f"{'abc'[a]}{i}" for a in range(n)) for i, n in enumerate(shape))
    return Game.from_payoffs(*tables, players=PLAYERS[: len(shape)], actions=actions)


def check(found):
    text = explanation(found)
    recomputed = Recomputed(found)
    for line in text.splitlines():
        assert borne_out(line, recomputed), line
    return text


GAMES = [
    (shape, kind, seed)
    for shape, count in (((2, 2, 2), 14), ((3, 2, 2), 8), ((2, 2, 2, 2), 3))
    for kind in ("tied", "small", "generic")
    for seed in range(count)
]


def test_every_sentence_of_the_worked_steps_is_borne_out():
    statuses = set()
    for shape, kind, seed in GAMES:
        found = st.solve(drawn(shape, seed, kind))
        statuses.add(Status(int(found.status)))
        check(found)
    assert {Status.COMPLETE, Status.FOUND_SOME} <= statuses


def test_lists_that_are_not_finished_are_explained_too():
    """As the solver gives up on ever fewer games, one that it finished stands in."""
    for seed in range(4):
        found = st.solve(drawn((2, 2, 2), seed, "tied"))
        text = check(replace(found, status=np.array(Status.NOT_FINISHED, dtype=np.int8)))
        assert "Not even all regular equilibria are proved to be listed" in text


def test_every_sentence_of_a_report_is_borne_out():
    section = game_section()
    for shape, kind, seed in GAMES:
        game = drawn(shape, 100 + seed, kind)
        model = SimpleNamespace(game=lambda _name, game=game: game)
        data = section.describe(model, 0)
        for sentence in data["sentences"]:
            assert borne_out(sentence, Recomputed(st.solve(game))), sentence
        block = section.layout(data, model)
        assert len(block.tables) >= 3


def test_every_sentence_about_two_players_is_borne_out():
    section, components = game_section(), 0
    for shape in ((2, 2), (3, 2), (3, 3)):
        for kind in ("tied", "small", "generic"):
            for seed in range(8):
                game = drawn(shape, seed, kind)
                model = SimpleNamespace(game=lambda _name, game=game: game)
                for sentence in section.describe(model, 0)["sentences"]:
                    components += "component" in sentence
                    assert borne_out(sentence, Recomputed(st.solve(game))), sentence
    assert components > 5


def test_pure_lists_say_how_many_more_there_are():
    for seed in range(12):
        found = st.solve(drawn((2, 2, 2), seed, "generic"), method="pure")
        check(found)


def test_a_wrong_number_is_noticed():
    """The checks can fail: every number of an explanation matters to some of them."""
    found = st.solve(drawn((2, 2, 2), 5, "generic"))
    text, noticed, numbers = explanation(found), 0, 0
    for place in re.finditer(r"(?<![\w.])\d{2,}(?![\w.])", text):
        numbers += 1
        wrong = text[: place.start()] + str(int(place[0]) + 1) + text[place.end() :]
        recomputed = Recomputed(found)
        try:
            noticed += not all(borne_out(line, recomputed) for line in wrong.splitlines())
        except (AssertionError, KeyError, ValueError, TypeError):
            noticed += 1
    assert numbers > 20
    assert noticed == numbers


@pytest.mark.parametrize("kind", ["tied", "small", "generic"])
def test_the_document_holds_what_plain_arithmetic_finds(kind):
    for seed in range(6):
        found = st.solve(drawn((3, 2, 2), 50 + seed, kind))
        r, told = Recomputed(found), explanation_document(found)
        for reason in told["reasons"]:
            player, e = r.player(reason["player"]), reason["equilibrium"]
            assert reason["earned"] == pytest.approx(float(r.earned(e, player)), abs=1e-9)
            for a, part in enumerate(reason["actions"]):
                worth = float(r.against(r.sides[e], player, a))
                assert part["payoff"] == pytest.approx(worth, abs=1e-9)
                assert part["loss"] == pytest.approx(reason["earned"] - worth, abs=1e-6)
        gains = {
            (tuple(each["profile"]), each["player"]): each["gain"] for each in told["deviations"]
        }
        for p in r.profiles:
            for i, name in enumerate(r.game.players):
                gain = gains.get((tuple(GameFacts(found).names(p)), name), 0)
                assert gain == r.best_gain(p, i)


@pytest.mark.parametrize("size", [1e-310, 1e15, 1.7e308])
def test_payoffs_at_the_ends_of_the_doubles_are_explained(size):
    for seed in range(6):
        rng = np.random.default_rng(seed)
        tables = size * rng.choice([-1, 0.5, 1], (3, 2, 2, 2))
        found = st.solve(Game.from_payoffs(*tables, players=PLAYERS[:3]))
        text = explanation(found)
        assert "inf" not in text
        assert "nan" not in text
        told = explanation_document(found)
        assert all(np.isfinite(reason["earned"]) for reason in told["reasons"])


@pytest.mark.parametrize(
    "shape",
    [(1, 1, 1), (1, 2, 3), (3, 3, 2), (2,) * 5, (12, 12, 12), (3, 3, 3, 3, 3), (2,) * 10],
)
def test_games_of_any_shape_are_explained_and_reported(shape):
    """Those too large to enumerate by their pure equilibria; the largest without outcomes."""
    game = Game.from_payoffs(*np.random.default_rng(2).integers(-9, 10, (len(shape), *shape)))
    model = SimpleNamespace(game=lambda _name: game)
    data = game_section().describe(model, 0)
    block = game_section().layout(data, model)
    assert (data["welfare"] is None) == (game.payoffs[0].size > 1024)
    assert all(table.rows for table in block.tables)
    assert block.sentences[0].startswith(("The game has", "Of the game's equilibria"))


def test_what_rounding_leaves_of_zero_is_zero():
    """Firms that mix in the entry game earn nothing; computed, 7e-17 is left of it."""
    found = st.solve(st.load("market-entry").game())
    assert 0 < abs(found.payoffs[-1]).max() < 1e-15
    told = explanation_document(found)
    assert [reason["earned"] for reason in told["reasons"][-3:]] == [0, 0, 0]
    assert told["welfare"]["equilibria"][-1] == 0
    assert told["welfare"]["price_of_anarchy"] is None
    assert "undefined: 0, the sum in" in explanation(found)
