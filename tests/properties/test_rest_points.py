"""Rest points of populations against a symbolic solver, numerical Jacobians and strict Nash."""

from itertools import combinations, pairwise, product

import numpy as np
import pytest

from strategic.evolution.all_rest_points import rest_points
from strategic.evolution.corner_table import corners
from strategic.evolution.populations import PopulationGame
from strategic.games import Game

sympy = pytest.importorskip("sympy")


def eliminated_roots(equations, unknowns):
    """All real roots of polynomial equations by a lexicographic Groebner basis."""
    if not unknowns:
        return [] if any(equation != 0 for equation in equations) else [()]
    basis = sympy.groebner(equations, *unknowns, order="lex").exprs
    if basis == [1]:
        return []
    last = sympy.Poly(basis[-1], unknowns[-1])
    found = []
    for root in last.nroots(n=30, maxsteps=200):
        if abs(sympy.im(root)) > 1e-20:
            continue
        known = {unknowns[-1]: sympy.re(root)}
        for unknown in unknowns[-2::-1]:  # shape lemma: every other unknown is linear
            line = next(
                poly
                for poly in (sympy.Poly(expr, unknown) for expr in basis if expr.has(unknown))
                if poly.degree() == 1 and not (poly.as_expr().free_symbols - {unknown} - set(known))
            )
            slope, base = line.all_coeffs()
            known[unknown] = -base.subs(known) / slope.subs(known)
        found.append(tuple(float(known[unknown]) for unknown in unknowns))
    return found


def symbolic_rest_points(payoffs, shares):
    """All rest points by support: rows of shares, the actions of all populations in a line."""
    rows = []
    sizes = [len(own) for own in shares]
    subsets = [[s for k in range(1, n + 1) for s in combinations(range(n), k)] for n in sizes]
    for support in product(*subsets):
        values, unknowns = {}, []
        for own, used in zip(shares, support, strict=True):
            values |= dict.fromkeys(own, 0)
            free = [own[a] for a in used[1:]]
            values |= {share: share for share in free} | {own[used[0]]: 1 - sum(free)}
            unknowns += free
        equations = [
            sympy.numer(sympy.together((u[a] - u[used[0]]).subs(values, simultaneous=True)))
            for u, used in zip(payoffs, support, strict=True)
            for a in used[1:]
        ]
        equations = [sympy.expand(equation) for equation in equations]
        if unknowns and not any(equations):  # a tie: the centre stands for the whole face
            rows.append(
                [
                    (a in used) / len(used)
                    for n, used in zip(sizes, support, strict=True)
                    for a in range(n)
                ]
            )
            continue
        for root in eliminated_roots(equations, unknowns):
            at = dict(zip(unknowns, root, strict=True))
            row = [float(sympy.sympify(values[s]).subs(at)) for own in shares for s in own]
            used = [
                row[i] for i, s in enumerate(s for own in shares for s in own) if values[s] != 0
            ]
            if min(used) > 1e-12:
                rows.append(row)
    return np.array(sorted(rows))


def symbols(sizes):
    return [[sympy.Symbol(f"s{i}{a}") for a in range(n)] for i, n in enumerate(sizes)]


def multilinear(tables, shares):
    found = []
    for player, table in enumerate(tables):
        own = [0] * table.shape[player]
        for profile in np.ndindex(*table.shape):
            weight = sympy.Rational(int(table[profile]), 8)
            for other, a in enumerate(profile):
                if other != player:
                    weight *= shares[other][a]
            own[profile[player]] += weight
        found.append(own)
    return found


def compare(game, payoffs, shares):
    found = rest_points(game)
    assert found.complete.all()
    assert found.residual.max() < 1e-12
    expected = symbolic_rest_points(payoffs, shares)
    got = np.concatenate(found.shares, axis=1)
    assert len(got) == len(expected)
    for row in expected:
        assert np.abs(got - row).max(axis=1).min() < 1e-9


@pytest.mark.parametrize("sizes", [(2, 2), (3, 2), (2, 2, 2)])
def test_rest_points_of_games_are_those_of_a_symbolic_solver(sizes):
    rng = np.random.default_rng(sum(sizes))
    shares = symbols(sizes)
    for _ in range({(2, 2): 30, (3, 2): 20, (2, 2, 2): 20}[sizes]):
        tables = [rng.integers(-80, 81, sizes) for _ in sizes]
        game = Game.from_payoffs(*(table / 8 for table in tables))
        compare(game, multilinear(tables, shares), shares)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_rest_points_of_one_population_are_those_of_a_symbolic_solver(size):
    rng = np.random.default_rng(size)
    shares = symbols([size])
    for _ in range(5):
        matrix = rng.integers(-80, 81, (size, size))
        game = PopulationGame.one_population(matrix / 8)
        payoffs = [
            sum(sympy.Rational(int(v), 8) * s for v, s in zip(row, shares[0], strict=True))
            for row in matrix
        ]
        compare(game, [payoffs], shares)


def test_rest_points_of_payoffs_that_use_shares_are_those_of_a_symbolic_solver():
    rng = np.random.default_rng(14)
    x, y = sympy.symbols("x y")
    shares = symbols((2, 2))
    first = {x: shares[0][0], y: shares[1][0]}
    for number in range(20):
        c = rng.integers(-40, 41, 10)
        texts = [
            f"{c[0]} + {c[1]} * x + {c[2]} * y + {c[3]} * x * y + {c[4]} * x ** 2",
            f"{c[5]} + {c[6]} * y + {c[7]} * x - {c[8]} * (1 - x) * y ** 2",
        ]
        if number % 3 == 0:
            texts[1] = f"({texts[1]}) / (3 + x) - {c[9]}"
        game = PopulationGame.from_advantages(texts, shares=["x", "y"])
        payoffs = [[sympy.sympify(text).subs(first), sympy.Integer(0)] for text in texts]
        compare(game, payoffs, shares)


def field(game, shares):
    payoffs = game.payoffs_at(shares)
    return np.concatenate([x * (u - (x * u).sum()) for x, u in zip(shares, payoffs, strict=True)])


def numerical_eigenvalues(game, shares):
    """Eigenvalues of central differences of the field in the free shares, by three step sizes."""
    places = [(i, a) for i, share in enumerate(shares) for a in range(1, len(share))]
    rows = np.cumsum([0, *(len(share) for share in shares)])
    chosen = [rows[i] + a for i, a in places]
    slopes = []
    for step in (1e-2, 5e-3, 2.5e-3):
        columns = []
        for i, a in places:
            sides = []
            for sign in (1, -1):
                moved = [share.copy() for share in shares]
                moved[i][a] += sign * step
                moved[i][0] -= sign * step
                sides.append(field(game, moved)[chosen])
            columns.append((sides[0] - sides[1]) / (2 * step))
        slopes.append(np.array(columns).T)
    rough = [(4 * fine - coarse) / 3 for coarse, fine in pairwise(slopes)]
    return np.linalg.eigvals((16 * rough[1] - rough[0]) / 15)


def games_of_all_kinds(rng):
    for sizes in [(2, 2), (3, 2), (2, 2, 2), (3, 3), (2, 2, 2, 2), (3, 2, 2)]:
        for _ in range(5):
            tables = [rng.normal(size=sizes) for _ in sizes]
            yield PopulationGame.of(Game.from_payoffs(*tables))
    for size in (2, 3, 4):
        for _ in range(5):
            yield PopulationGame.one_population(rng.normal(size=(size, size)))
    for _ in range(10):
        a, b, c, d, e, f = rng.normal(size=6).tolist()
        yield PopulationGame.from_advantages(
            [f"{a} + {b} * x * y - {c} * x", f"({d} + {e} * x) / (1 + y ** 2) + {f} * y"],
            shares=["x", "y"],
        )


def test_eigenvalues_are_those_of_numerical_jacobians():
    rng, mixed = np.random.default_rng(3), 0
    for game in games_of_all_kinds(rng):
        found = rest_points(game)
        assert found.complete
        for row in range(len(found)):
            shares = [share[row] for share in found.shares]
            left = list(numerical_eigenvalues(game, shares))
            for value in found.eigenvalues[row]:  # each has its own partner
                nearest = int(np.argmin(np.abs(np.array(left) - value)))
                assert abs(left.pop(nearest) - value) < 1e-9
            mixed += found.kind[row] != "corner"
    assert mixed > 50


@pytest.mark.parametrize("whole", [False, True])
def test_corners_are_stable_exactly_where_they_are_strict_equilibria(whole):
    """On 10,000 random games; half of them of few different payoffs, so with many ties."""
    rng = np.random.default_rng(4)
    for sizes in [(2, 2), (2, 3), (3, 3), (2, 2, 2), (2, 2, 3), (2, 2, 2, 2), (2, 2, 2, 2, 2)]:
        shape = (750, *sizes)
        draw = [
            rng.integers(-2, 3, shape).astype(float) if whole else rng.normal(size=shape)
            for _ in sizes
        ]
        found = corners(Game.from_payoffs(*draw))
        listed = np.array(list(np.ndindex(*sizes)))
        assert (found.profiles == listed).all()
        strict, equilibrium = np.ones((2, 750, len(listed)), dtype=bool)
        for player, table in enumerate(draw):
            for number, profile in enumerate(listed):
                own = table[(slice(None), *profile)]
                for action in range(sizes[player]):
                    if action != profile[player]:
                        other = profile.copy()
                        other[player] = action
                        tried = table[(slice(None), *other)]
                        strict[:, number] &= tried < own
                        equilibrium[:, number] &= tried <= own
        assert (found.stable == strict).all()
        assert (found.nash == equilibrium).all()
        tied = (found.eigenvalues == 0).any(axis=-1)
        assert tied.any() == whole
        assert (np.char.startswith(found.verdict, "non-hyperbolic") == tied).all()


def test_mixed_rest_points_of_several_populations_are_never_called_stable():
    rng, mixed = np.random.default_rng(5), 0
    for sizes in [(2, 2), (3, 3), (2, 2, 2), (2, 2, 3)]:
        found = rest_points(Game.from_payoffs(*(rng.normal(size=(60, *sizes)) for _ in sizes)))
        inner = found.kind != "corner"
        assert not np.isin(found.verdict[inner], ["ESS", "stable"]).any()
        mixed += inner.sum()
    assert mixed > 200


def test_rest_points_of_a_batch_are_those_of_its_games():
    rng = np.random.default_rng(6)
    tables = [rng.integers(-3, 4, (40, 2, 2, 2)).astype(float) for _ in range(3)]
    batch = rest_points(Game.from_payoffs(*tables))
    for number in range(40):
        alone = rest_points(Game.from_payoffs(*(table[number] for table in tables)))
        part = batch.of(number)
        assert part.verdict.tolist() == alone.verdict.tolist()
        assert part.kind.tolist() == alone.kind.tolist()
        assert bool(part.complete) == bool(alone.complete)
        for mine, theirs in zip(part.shares, alone.shares, strict=True):
            assert np.abs(mine - theirs).max() < 1e-12


def test_rest_points_of_swept_formulas_are_those_of_single_points():
    rng = np.random.default_rng(7)
    values = {name: rng.uniform(0.5, 3, 12).round(2) for name in "abcd"}
    texts = ["a - b*x*y + c/(d + x) - c*y**2", "(a*x - b*y)/(c + d*y*x) + x - 0.4", "c*x*y - d*z/4"]
    for count in (2, 3):
        game = PopulationGame.from_advantages(
            texts[:count], shares=["x", "y", "z"][:count], values=values
        )
        batch = rest_points(game)
        assert batch.complete.all()
        for number in range(12):
            alone, part = rest_points(game.at(number)), batch.of(number)
            assert alone.verdict.tolist() == part.verdict.tolist()
            for mine, theirs in zip(alone.shares, part.shares, strict=True):
                assert np.abs(mine - theirs).max() < 1e-11
            assert np.abs(alone.eigenvalues - part.eigenvalues).max() < 1e-10


def test_ess_of_one_population_do_better_against_all_mutants_near_by():
    """``x'Ay > y'Ay`` for all y near x, looked at in 2,000 directions (Weibull 1995, 2.2)."""
    rng = np.random.default_rng(31)
    angles = np.linspace(0.0, 2.0 * np.pi, 2000, endpoint=False)
    plane = np.array([[1.0, -1.0, 0.0], [1.0, 1.0, -2.0]]) / np.sqrt([[2.0], [6.0]])
    turned = np.cos(angles)[:, None] * plane[0] + np.sin(angles)[:, None] * plane[1]
    edges = np.array([[1.0, -1, 0], [1, 0, -1], [0, 1, -1]])
    moves = np.concatenate([turned, edges, -edges])
    counts = {True: 0, False: 0}
    for number in range(250):
        matrix = rng.integers(-2, 3, size=(3, 3)).astype(float)
        found = rest_points(PopulationGame.one_population(matrix))
        for row in np.flatnonzero(found.nash & (found.kind != "continuum")):
            x = found.shares[0][row]
            inside = ((x > 1e-12) | (moves >= -1e-12)).all(axis=1)
            z = moves[inside]
            first, second = -z @ matrix @ x, -np.einsum("ka,ab,kb->k", z, matrix, z)
            beats = np.where(first > 1e-9, np.inf, second)
            if 0.0 < abs(beats.min()) < 1e-4:
                continue  # between two directions it may be zero
            stable = bool(beats.min() > 1e-9)
            assert ("ESS" in found.verdict[row]) == stable, (number, matrix, x)
            counts[stable] += 1
            if found.kind[row] == "corner" and (found.eigenvalues[row] == 0.0).any():
                assert "non-hyperbolic" in found.verdict[row]
    assert min(counts.values()) > 30


def test_a_mixed_point_that_attracts_need_not_be_evolutionarily_stable():
    """Taylor and Jonker's example (1978): eigenvalues are negative, and a mutant does better."""
    matrix = np.array([[2.0, 1, 5], [5, 1, 0], [1, 4, 3]])
    found = rest_points(PopulationGame.one_population(matrix))
    [row] = np.flatnonzero(found.kind == "interior")
    assert (found.eigenvalues[row].real < 0).all()
    assert found.verdict[row] == "stable"
    tied = rest_points(PopulationGame.one_population([[0.0, 0.0], [0.0, -1.0]]))
    assert tied.verdict[0] == "non-hyperbolic, ESS"
