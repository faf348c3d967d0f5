"""Estimates from observed behaviour: known truths, certificates, statuses, bad data."""

import numpy as np
import pytest
from covering import holds_its_rate, samples

import strategic as st
from strategic.catalogue.custom import fixed
from strategic.errors import StrategicError
from strategic.estimation._histories import follow, read_histories
from strategic.estimation._mixtures import fit_shares
from strategic.estimation.observations import read_observations
from strategic.games import Game
from strategic.repeated.strategies.named import strategy
from strategic.repeated.strategies.typed import typed_strategies

PENNIES = Game.from_payoffs(
    [[1.1141, 0], [0, 0.2785]],
    [[0, 1.1141], [1.1141, 0]],
    players=("row", "column"),
    actions=(("up", "down"), ("left", "right")),
)


def counted(*numbers):
    """Counts of the four choices of a 2x2 game."""
    actions = [*PENNIES.actions[0], *PENNIES.actions[1]]
    players = ["row", "row", "column", "column"]
    return {"player": players, "action": actions, "count": list(numbers)}


def log_likelihood(numbers, sides):
    """Add ``n log p`` up: one number per point."""
    with np.errstate(divide="ignore"):
        return sum((own * np.log(np.where(own > 0, side, 1.0))).sum(axis=1)
                   for own, side in zip(numbers, sides, strict=True))  # fmt: skip


def test_one_block_of_ochs_as_gambit_finds_it():
    """Ochs (1995), game 2, one block.

    Gambit 16.2 prints 1.8456098 and -174.76453191. The root of the score in thirty digits (mpmath,
    both logit equations and the derivative of the likelihood) is 1.84560974643494.
    """
    found = st.estimate(fixed(PENNIES), counted(67.456, 60.544, 46.848, 81.152))
    (rationality,) = found.parameters
    assert rationality.estimate == pytest.approx(1.84560974643494, abs=1e-11)
    assert found.log_likelihood == pytest.approx(-174.76453191, abs=5e-9)
    assert found.certified
    assert rationality.low < rationality.estimate < rationality.high


def test_log_likelihoods_lie_between_uniform_play_and_the_frequencies():
    rng = np.random.default_rng(1)
    for _ in range(20):
        game = Game(tuple(rng.integers(0, 9, (2, 2)).astype(float) for _ in range(2)),
                    PENNIES.players, PENNIES.actions)  # fmt: skip
        found = st.estimate(fixed(game), counted(*rng.integers(1, 50, 4)))
        document = found.document()
        assert (
            document["log_likelihood_uniform"] - 1e-9
            <= found.log_likelihood
            <= document["log_likelihood_saturated"] + 1e-9
        )


def test_no_point_of_the_branch_is_more_likely_than_the_estimate():
    rng = np.random.default_rng(2)
    for _ in range(15):
        game = Game(tuple(rng.normal(0, 3, (3, 3)) for _ in range(2)))
        numbers = tuple(rng.integers(0, 20, (1, 3)).astype(float) for _ in range(2))
        numbers[0][0, 0] += 1
        names = [(p, a, n) for p, acts, own in zip(game.players, game.actions, numbers, strict=True)
                 for a, n in zip(acts, own[0], strict=True)]  # fmt: skip
        players, actions, count = (list(column) for column in zip(*names, strict=True))
        found = st.estimate(fixed(game), {"player": players, "action": actions, "count": count})
        rates = np.r_[0.0, np.geomspace(1e-3, 300, 500)]
        every = Game(tuple(np.broadcast_to(p, (501, 3, 3)).copy() for p in game.payoffs))
        heights = log_likelihood(
            numbers, st.solve(every, method="logit", rationality=rates).strategies
        )
        assert np.nanmax(heights) <= found.log_likelihood + 1e-8


def test_perfect_rationality_is_infinite_and_not_a_large_number():
    """All defect in a prisoner's dilemma: the likelihood rises to 1 (a peer reports 39.8)."""
    table = {"player": ["row", "column"], "action": ["down", "right"], "count": [10, 10]}
    dilemma = Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]], players=PENNIES.players,
                                actions=PENNIES.actions)  # fmt: skip
    found = st.estimate(fixed(dilemma), table)
    (rationality,) = found.parameters
    assert (rationality.status, rationality.estimate) == ("infinite", np.inf)
    assert found.log_likelihood == pytest.approx(0.0, abs=1e-9)
    assert found.document()["parameters"][0]["high"] == np.inf


def test_choices_off_the_principal_branch_are_told():
    coordination = Game.from_payoffs([[2, 0], [0, 1]], [[2, 0], [0, 1]], players=PENNIES.players,
                                     actions=PENNIES.actions)  # fmt: skip
    (rationality,) = st.estimate(fixed(coordination), counted(10, 90, 10, 90)).parameters
    assert rationality.status == "at_bound"
    assert "off it would fit better" in rationality.note


def test_pooling_hides_what_groups_show():
    rows = []
    games = {}
    rng = np.random.default_rng(3)
    for number, truth in enumerate((0.4, 2.0)):
        games[f"g{number}"] = fixed(PENNIES)
        sides = st.solve(PENNIES, method="logit", rationality=truth).strategies
        for player, actions, side in zip(PENNIES.players, PENNIES.actions, sides, strict=True):
            for action, count in zip(actions, rng.multinomial(4000, side), strict=True):
                rows.append((f"g{number}", player, action, count))
    table = dict(
        zip(("game", "player", "action", "count"), map(list, zip(*rows, strict=True)), strict=True)
    )
    apart = st.estimate(games, table, by="game")
    pooled = st.estimate(games, table)
    estimates = {one.group: one for one in apart.parameters}
    for group, truth in (("g0", 0.4), ("g1", 2.0)):
        assert estimates[group].low < truth < estimates[group].high
    assert apart.log_likelihood > pooled.log_likelihood + 5
    assert apart.pooled.freedom == 1
    assert apart.pooled.difference == pytest.approx(apart.log_likelihood - pooled.log_likelihood)
    assert apart.pooled.p_value < 1e-3
    assert any("One set of numbers for all groups" in told for told in apart.sentences())
    assert pooled.pooled is None


def test_no_mean_level_is_more_likely_than_the_estimate():
    """The likelihood jumps in tau; a grid five times as fine finds nothing higher."""
    from strategic.estimation.levels import play_by_levels

    rng = np.random.default_rng(8)
    for shape in [(3, 3)] * 4 + [(2, 2, 2), (4, 2)]:
        game = Game(tuple(rng.integers(0, 6, shape).astype(float) for _ in shape))
        numbers = tuple(rng.integers(1, 30, (1, size)).astype(float) for size in shape)
        table = {"player": [], "action": [], "count": []}
        for player, actions, own in zip(game.players, game.actions, numbers, strict=True):
            table["player"] += [player] * len(actions)
            table["action"] += list(actions)
            table["count"] += own[0].tolist()
        found = st.estimate(fixed(game), table, play="hierarchy")
        taus = np.linspace(0, 12, 6_001)
        played = play_by_levels(game.payoffs, taus).played
        heights = log_likelihood(numbers, played)
        assert heights.max() <= found.log_likelihood + 1e-7
        (tau,) = found.parameters
        assert tau.low <= tau.estimate <= tau.high


def test_mean_levels_of_groups_are_those_that_each_has_alone():
    """Groups that play the same games share the scan; two of them play one game each."""
    rng = np.random.default_rng(31)
    games = {
        name: fixed(Game(tuple(rng.integers(0, 6, shape).astype(float) for _ in shape)))
        for name, shape in (("a", (3, 3)), ("b", (2, 2)))
    }
    table = {"game": [], "who": [], "player": [], "action": [], "count": []}
    for who, played in (("1", "ab"), ("2", "a"), ("3", "ab"), ("4", "b"), ("5", "a")):
        for name in played:
            game = games[name].game()
            for player, actions in zip(game.players, game.actions, strict=True):
                for action in actions:
                    row = name, who, player, action, int(rng.integers(1, 30))
                    for column, entry in zip(table.values(), row, strict=True):
                        column.append(entry)
    together = st.estimate(games, table, play="hierarchy", by="who")
    assert together.pooled is None  # the likelihood jumps: its ratio is no test
    for who, part in together.parts.items():
        own = [place for place, one in enumerate(table["who"]) if one == who]
        alone = {name: [column[place] for place in own] for name, column in table.items()}
        found = st.estimate(games, alone, play="hierarchy")
        assert part.log_likelihood == pytest.approx(found.log_likelihood, abs=1e-10)
        assert part.saturated == pytest.approx(found.parts[""].saturated, abs=1e-10)
        (mine,), (its,) = part.estimates, found.parameters
        assert (mine.low, mine.high, mine.status) == (its.low, its.high, its.status)
        assert mine.estimate == pytest.approx(its.estimate, abs=1e-6)
        assert mine.group == who


def test_level_one_replies_to_uniform_play():
    """Undercutting: against uniform play the best reply is the mean of max(a - 1, 0), 15/7."""
    from strategic.estimation.levels import play_by_levels

    actions = np.arange(7)
    payoff = -((actions[:, None] - np.maximum(actions[None, :] - 1, 0)) ** 2).astype(float)
    tau = 0.01
    played = play_by_levels([payoff, payoff.T], np.array([tau])).played[0][0]
    level_0, level_1 = np.exp(-tau), tau * np.exp(-tau)
    np.testing.assert_allclose(played[2], level_0 / 7 + level_1, atol=tau**2)
    np.testing.assert_allclose(played[5], level_0 / 7, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_shares_are_a_global_maximum(seed):
    """The certificate against 2,000 random mixtures, and against expectation maximisation."""
    rng = np.random.default_rng(seed)
    logs = np.log(rng.random((1, 40, 5)) ** 3)
    weights = rng.integers(0, 4, (1, 40)).astype(float)
    found = fit_shares(logs, weights)
    assert found.gap[0] < 1e-9
    others = rng.dirichlet(np.full(5, 0.3), 2000)
    mixed = np.log(np.exp(logs[0]) @ others.T)
    values = (weights[0] / weights.sum()) @ mixed
    assert values.max() <= found.value[0] + 1e-12
    shares = np.full(5, 0.2)
    for _ in range(20000):
        whose = np.exp(logs[0]) * shares
        shares = (weights[0] / weights.sum()) @ (whose / whose.sum(axis=1, keepdims=True))
    np.testing.assert_allclose(found.shares[0], shares, atol=2e-4)


def simulated(strategies, shares, tremble, rng, *, people, matches=8, rounds=6):
    """Matches of subjects against a random partner, each following one strategy with errors."""
    rows = []
    for person in range(people):
        one = strategies[rng.choice(len(strategies), p=shares)]
        for match in range(matches):
            state = 0
            for turn in range(rounds):
                intended = rng.random() < one.cooperation[state]
                own = intended != (rng.random() < tremble)
                other = rng.random() < 0.6
                rows.append((person, match, turn, "C" if own else "D", "C" if other else "D"))
                state = one.following[state][2 * (not own) + (not other)]
    names = ("subject", "match", "round", "choice", "other")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def test_mistakes_are_counted_as_in_plain_python():
    rng = np.random.default_rng(4)
    strategies = typed_strategies("AllD,TFT,Grim,WSLS,T2,GTFT")
    table = simulated(strategies[:3], [0.3, 0.4, 0.3], 0.1, rng, people=6)
    fits = follow(read_histories(read_observations(table), ("C", "D")), strategies)
    for k, one in enumerate(strategies):
        for person in range(6):
            mistakes = rounds = 0
            mixed, state, last = 0.0, 0, None
            for who, match, _, own, other in zip(*table.values(), strict=True):
                if who != person:
                    continue
                state, last = (state, last) if match == last else (0, match)
                chance = one.cooperation[state]
                if chance in (0.0, 1.0):
                    rounds += 1
                    mistakes += (own == "C") != (chance == 1.0)
                else:
                    mixed += np.log(chance if own == "C" else 1 - chance)
                state = one.following[state][2 * (own == "D") + (other == "D")]
            assert (fits.mistakes[person, k, 0], fits.rounds[person, k, 0]) == (mistakes, rounds)
            assert fits.mixed[person, k] == pytest.approx(mixed)


def test_rows_in_any_order_give_the_same_estimates():
    rng = np.random.default_rng(5)
    table = simulated(typed_strategies("AllD,TFT"), [0.4, 0.6], 0.05, rng, people=12)
    order = rng.permutation(len(table["round"]))
    shuffled = {name: [column[k] for k in order] for name, column in table.items()}
    model = st.load("prisoners-dilemma")
    options = {"play": "strategies", "strategies": "AllD,TFT,Grim", "bootstrap": 0}
    first, second = (
        {one.name: one.estimate for one in st.estimate(model, data, **options).parameters}
        for data in (_renamed(table), _renamed(shuffled))
    )
    assert first == pytest.approx(second, abs=1e-9)


def _renamed(table):
    words = {"C": "cooperate", "D": "defect"}
    return {**table, **{key: [words[c] for c in table[key]] for key in ("choice", "other")}}


@samples(30)
def test_intervals_cover_the_truth_about_as_often_as_they_say(samples):
    rng = np.random.default_rng(6)
    strategies, shares = typed_strategies("AllD,TFT,AllC"), [0.5, 0.3, 0.2]
    model = st.load("prisoners-dilemma")
    covered = []
    for sample in range(samples):
        table = simulated(strategies, shares, 0.1, rng, people=60, matches=4, rounds=4)
        found = st.estimate(model, _renamed(table), play="strategies", bootstrap=200,
                            strategies="AllD,TFT,AllC", seed=sample)  # fmt: skip
        truths = [*shares, 0.1]
        covered.append(
            [one.low <= t <= one.high for one, t in zip(found.parameters, truths, strict=True)]
        )
    holds_its_rate(covered)


def test_what_cannot_be_told_apart_is_said():
    """Whoever meets only cooperation shows nothing of how it would punish."""
    table = {"subject": [1, 1, 2, 2], "match": [1, 1, 2, 2], "round": [1, 2, 1, 2],
             "choice": list("CCCD"), "other": list("CCCC")}  # fmt: skip
    found = st.estimate(
        st.load("prisoners-dilemma"), _renamed(table), play="strategies",
        strategies="TFT,Grim,AllD", bootstrap=0,
    )  # fmt: skip
    by_name = {one.name: one for one in found.parameters}
    assert by_name["share.TFT"].status == by_name["share.Grim"].status == "not_identified"
    assert "Grim" in by_name["share.TFT"].note
    assert by_name["share.AllD"].status != "not_identified"
    assert found.free - found.identified == 1  # only their sum is told


def test_no_errors_at_all_put_the_tremble_at_its_bound():
    rng = np.random.default_rng(7)
    table = _renamed(simulated(typed_strategies("AllD,TFT"), [0.5, 0.5], 0.0, rng, people=20))
    found = st.estimate(st.load("prisoners-dilemma"), table, play="strategies",
                        strategies="AllD,TFT", bootstrap=50)  # fmt: skip
    tremble = found.parameters[-1]
    assert (tremble.estimate, tremble.status) == (0.0, "at_bound")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"player": ["row", "row", "colmn", "column"]}, "did you mean 'column'?"),
        ({"action": ["up", "sideways", "left", "right"]}, "must be one of up, down"),
        ({"count": [1, -2, 3, 4]}, "of at least 0"),
        ({"count": [1, "many", 3, 4]}, "must be a finite number"),
        ({"count": [1, float("nan"), 3, 4]}, "must be a finite number"),
        ({"count": [0, 0, 0, 0]}, "must count at least one choice"),
        ({"count": [1, 2, 3]}, "columns of one length"),
    ],
)
def test_bad_counts_are_one_clear_line(change, words):
    with pytest.raises(StrategicError) as told:
        st.estimate(fixed(PENNIES), {**counted(1, 2, 3, 4), **change})
    assert words in str(told.value)
    assert len(str(told.value).splitlines()) == 1


def test_errors_name_the_row_of_the_whole_table():
    table = {**counted(1, 2, 3, 4), "action": ["up", "down", "left", "rihgt"], "part": list("abab")}
    for by in (None, "part"):
        with pytest.raises(StrategicError, match="row 4, column 'action'"):
            st.estimate(fixed(PENNIES), table, by=by)


def test_unique_prefixes_of_any_case_are_understood():
    short = {**counted(67.456, 60.544, 46.848, 81.152), "action": ["U", "d", "l", "RIGHT"]}
    whole = counted(67.456, 60.544, 46.848, 81.152)
    a, b = (st.estimate(fixed(PENNIES), table).log_likelihood for table in (short, whole))
    assert a == b


def test_t2_is_the_name_of_two_periods_of_punishment():
    assert strategy("T2").following == strategy("Punish2").following


def test_entries_of_a_column_are_told_apart_as_they_are_written():
    entries = [1, True, 1.0, "1 ", "True", 0, False, -0.0, 2.5, "b", "B"]
    rng = np.random.default_rng(4)
    for column in (entries, *([entries[k] for k in rng.integers(0, 11, 30)] for _ in range(20))):
        table = read_observations({"x": column})
        written = [
            str(int(e)) if type(e) is float and e.is_integer() else str(e).strip() for e in column
        ]
        assert table.text("x").tolist() == written
        codes, labels = table.codes("x")
        assert [labels[code] for code in codes] == written
        assert labels == list(dict.fromkeys(written))
