"""Rest points and verdicts that textbooks and algebra give."""

import numpy as np
import pytest

from strategic.errors import GameError
from strategic.evolution import PopulationGame, corners, rest_points
from strategic.games import Game
from strategic.status import Status


def row_of(found, kind):
    (row,) = np.flatnonzero(found.kind == kind)
    return row


@pytest.mark.parametrize(
    ("win", "lose", "verdict"), [(2.0, 1.0, "ESS"), (1.0, 1.0, "centre"), (1.0, 2.0, "saddle")]
)
def test_rock_paper_scissors(win, lose, verdict):
    """Hofbauer and Sigmund (1998), section 7.7: the determinant's sign decides."""
    matrix = [[0, -lose, win], [win, 0, -lose], [-lose, win, 0]]
    found = rest_points(PopulationGame.one_population(matrix))
    assert len(found) == 4
    assert found.verdict[:3].tolist() == ["saddle"] * 3
    row = row_of(found, "interior")
    assert found.shares[0][row] == pytest.approx([1 / 3] * 3, abs=1e-15)
    assert found.verdict[row] == ("unstable" if verdict == "saddle" else verdict)
    # the eigenvalues of a circulant matrix, over three shares of a third
    cycle = np.exp(2j * np.pi / 3)
    expected = (-lose * cycle + win * cycle**2) / 3
    assert sorted(found.eigenvalues[row].imag) == pytest.approx(
        sorted([expected.imag, -expected.imag]), abs=1e-12
    )
    assert found.eigenvalues[row].real == pytest.approx([expected.real] * 2, abs=1e-12)


def test_zeeman_has_a_stable_interior_beside_a_stable_corner():
    """Zeeman (1980): an attractor in the interior that is not evolutionarily stable."""
    found = rest_points(PopulationGame.one_population([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]]))
    row = row_of(found, "interior")
    assert found.shares[0][row] == pytest.approx([1 / 3] * 3, abs=1e-14)
    assert found.verdict[row] == "stable"
    assert found.verdict[found.kind == "corner"].tolist().count("ESS") == 1


def test_hypercycle_of_four():
    """x_i grows by x_(i-1): one interior rest point, whose eigenvalues are roots of one."""
    matrix = np.roll(np.eye(4), 1, axis=0)
    found = rest_points(PopulationGame.one_population(matrix))
    row = row_of(found, "interior")
    turning = np.array([1j, -1j, -1]) / 4
    for value in turning:
        assert np.abs(found.eigenvalues[row] - value).min() < 1e-12
    assert found.verdict[row] == "centre"
    assert found.complete


def test_hawks_and_doves():
    found = rest_points(PopulationGame.one_population([[-0.5, 2], [0, 1]]))
    assert found.shares[0][-1] == pytest.approx([2 / 3, 1 / 3], abs=1e-15)
    assert found.verdict.tolist() == ["unstable", "unstable", "ESS"]
    assert found.nash.tolist() == [False, False, True]
    two = rest_points(Game.from_payoffs([[-0.5, 2], [0, 1]], [[-0.5, 0], [2, 1]]))
    assert two.verdict.tolist() == ["unstable", "ESS", "ESS", "unstable", "saddle"]


def test_matching_pennies_is_a_centre():
    found = rest_points(Game.from_payoffs([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))
    assert found.verdict.tolist() == ["saddle"] * 4 + ["centre"]
    assert found.eigenvalues[-1].real == pytest.approx([0, 0], abs=1e-15)
    assert sorted(found.eigenvalues[-1].imag) == pytest.approx([-1, 1], abs=1e-15)


def test_three_matching_pennies_are_no_centre():
    """Jordan (1993): each wants to match the next, the last one not to; its interior repels."""
    tables = np.zeros((3, 2, 2, 2))
    for a, b, c in np.ndindex(2, 2, 2):
        tables[:, a, b, c] = a == b, b == c, c != a
    found = rest_points(Game.from_payoffs(*tables))
    row = row_of(found, "interior")
    assert all(share[row].tolist() == [0.5, 0.5] for share in found.shares)
    assert found.verdict[row] == "saddle"
    assert found.eigenvalues[row].real.sum() == pytest.approx(0, abs=1e-14)


def test_an_edge_of_rest_points_is_a_continuum():
    found = rest_points(Game.from_payoffs([[1, 1], [1, 0]], [[2, 0], [1, 0]]))
    assert found.complete
    assert found.kind.tolist().count("continuum") == 1
    row = row_of(found, "continuum")
    assert found.shares[0][row].tolist() == [0.5, 0.5]
    assert found.shares[1][row].tolist() == [1.0, 0.0]
    assert found.verdict[row].startswith("non-hyperbolic")
    assert found.verdict[0] == "non-hyperbolic"  # a corner with a zero and a negative eigenvalue
    assert (found.eigenvalues[0] == 0).any()


def test_a_family_within_a_support_is_a_continuum():
    """Equal second and third columns: only the sum of their shares is fixed."""
    found = rest_points(Game.from_payoffs([[2, 0, 0], [0, 1, 1]], [[1, 0, 0], [0, 1, 1]]))
    assert found.complete
    row = np.flatnonzero((found.kind == "continuum") & found.support[1].all(axis=1))
    assert found.shares[1][row[0]] == pytest.approx([1 / 3, 1 / 3, 1 / 3], abs=1e-9)


def test_nothing_happens_where_nothing_matters():
    found = rest_points(Game.from_payoffs(*np.zeros((3, 2, 2, 2))))
    assert found.complete
    assert len(found) == 27  # one for each support
    assert set(found.kind) == {"corner", "continuum"}
    assert set(found.verdict) == {"non-hyperbolic"}
    assert found.nash.all()


def test_payoffs_that_fall_with_the_own_share_have_stable_mixtures():
    """In x' = x (1 - x) (.3 - x) the mixture attracts: the trace need not be zero."""
    game = PopulationGame.from_advantages(["0.3 - x", "x - y"], shares=["x", "y"])
    found = rest_points(game)
    row = row_of(found, "interior")
    assert [share[row, 0] for share in found.shares] == pytest.approx([0.3, 0.3], abs=1e-15)
    assert found.verdict[row] == "stable"
    assert np.sort(found.eigenvalues[row].real) == pytest.approx([-0.21, -0.21], abs=1e-8)


def test_roots_on_the_boundary_belong_to_smaller_supports():
    """The interior equations vanish together at x = 1, y = 1/2, which is on an edge."""
    game = PopulationGame.from_advantages(["2*y - x", "1 + x - 4*y"], shares=["x", "y"])
    found = rest_points(game)
    assert found.complete
    assert "interior" not in found.kind
    rows = np.flatnonzero(found.kind == "edge")
    first = [share[rows[0], 0] for share in found.shares]
    second = [share[rows[1], 0] for share in found.shares]
    assert first == pytest.approx([1.0, 0.5], abs=1e-15)
    assert second == pytest.approx([0.0, 0.25], abs=1e-15)
    assert found.verdict[rows[0]].startswith("non-hyperbolic")
    assert found.verdict[rows[1]] == "saddle"


def test_a_double_root_is_not_called_proved():
    game = PopulationGame.from_advantages(["(x - 0.3)**2", "1 + x"], shares=["x", "y"])
    found = rest_points(game)
    assert not found.complete
    assert found.status == Status.FOUND_SOME


def test_payoffs_that_are_no_polynomials_are_scanned():
    game = PopulationGame.from_advantages(["exp(x) - 1.5", "0.3 - y*x"], shares=["x", "y"])
    found = rest_points(game)
    assert not found.complete
    row = row_of(found, "interior")
    x = np.log(1.5)
    assert found.shares[0][row, 0] == pytest.approx(x, abs=1e-12)
    assert found.shares[1][row, 0] == pytest.approx(0.3 / x, abs=1e-12)
    assert found.residual.max() < 1e-13
    same = PopulationGame.from_function(
        lambda s: [
            np.stack([np.exp(s[0][..., 0]) - 1.5, 0 * s[0][..., 0]], axis=-1),
            np.stack([0.3 - s[1][..., 0] * s[0][..., 0], 0 * s[0][..., 0]], axis=-1),
        ],
        actions=[["a", "b"], ["c", "d"]],
    )
    other = rest_points(same)
    assert other.verdict.tolist() == found.verdict.tolist()
    assert corners(same).eigenvalues == pytest.approx(corners(game).eigenvalues, abs=1e-15)


def test_poles_are_not_called_proved():
    game = PopulationGame.from_advantages(["1/(x - 0.5) - y", "1 - x"], shares=["x", "y"])
    assert not rest_points(game).complete
    apart = PopulationGame.from_advantages(["1/(x + 0.5) - y", "1 - x"], shares=["x", "y"])
    assert rest_points(apart).complete


def test_a_game_without_some_payoffs_is_invalid_and_the_others_are_solved():
    row = np.array([[[2.0, 0], [0, 1]], [[np.nan, 0], [0, 1]]])
    found = rest_points(Game((row, np.array([[[1.0, 0], [0, 2]]] * 2))))
    assert found.status.tolist() == [Status.COMPLETE, Status.INVALID]
    assert found.complete.tolist() == [True, False]
    assert found.count.tolist() == [5, 0]


def test_too_many_supports_are_refused():
    with pytest.raises(GameError, match="at most 20,000 supports"):
        rest_points(Game.from_payoffs(*np.zeros((4, 5, 5, 5, 5))))


def test_columns_of_the_table():
    found = rest_points(Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    frame = found.to_pandas()
    assert len(frame) == 5
    assert frame["verdict"].tolist() == ["ESS", "unstable", "unstable", "ESS", "saddle"]
    assert "eigenvalue 2" in frame


def test_advantages_in_others_shares_alone_have_no_stable_mixtures():
    """As printed in papers: no payoff table, but still a Jacobian without trace."""
    texts = ["y - 0.5 + 0.2*(z - 0.5)", "0.4 - x", "x*y - 0.2"]
    found = rest_points(PopulationGame.from_advantages(texts, shares=["x", "y", "z"]))
    row = row_of(found, "interior")
    assert found.complete
    assert [share[row, 0] for share in found.shares] == pytest.approx([0.4, 0.5, 0.5], abs=1e-15)
    assert found.eigenvalues[row].real.sum() == pytest.approx(0, abs=1e-14)
    assert found.verdict[row] == "saddle"


def test_a_curve_in_the_interior_is_flagged_and_not_called_proved():
    """At x = .4, y = .5 nothing moves, whatever z is."""
    texts = ["y - 0.5", "0.4 - x", "0.2 - x*y"]
    found = rest_points(PopulationGame.from_advantages(texts, shares=["x", "y", "z"]))
    assert not found.complete
    row = row_of(found, "continuum")
    x, y, z = (share[row, 0] for share in found.shares)
    assert [x, y] == pytest.approx([0.4, 0.5], abs=1e-12)
    assert 0 < z < 1
    assert found.verdict[row] == "non-hyperbolic"
    faces = np.flatnonzero(found.kind == "face")
    assert found.nash[faces].all()  # the third action earns as much as the one in use
    assert set(found.verdict[faces]) == {"non-hyperbolic"}


def test_the_smallest_games():
    alone = rest_points(Game.from_payoffs([[1]], [[0]]))
    assert alone.verdict.tolist() == ["ESS"]  # there is nothing to deviate to
    one = rest_points(Game.from_payoffs([[1, 2]], [[0, 1]]))
    assert one.verdict.tolist() == ["unstable", "ESS"]
    none = rest_points(Game.from_payoffs(np.zeros((0, 2, 2)), np.zeros((0, 2, 2))))
    assert len(none) == 0
    assert none.complete.shape == (0,)
    missing = rest_points(Game((np.full((2, 2, 2), np.nan), np.zeros((2, 2, 2)))))
    assert missing.status.tolist() == [Status.INVALID] * 2
    assert len(missing.of(0)) == 0


def test_a_point_at_which_a_formula_has_no_value():
    texts = ["a/b - y", "x - 0.5"]
    game = PopulationGame.from_advantages(
        texts, shares=["x", "y"], values={"a": 1.0, "b": np.array([0.0, 2.0])}
    )
    found = rest_points(game)
    assert found.status.tolist() == [Status.INVALID, Status.COMPLETE]
    assert "interior" in found.of(1).kind
    assert set(corners(game).verdict[0]) == {"undefined"}
    alone = rest_points(game.at(0))
    assert not alone.complete
    assert "ESS" not in alone.verdict
