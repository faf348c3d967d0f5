"""Propositions and their tests, as the documentation finds them."""

import pytest
from _ext.propositions import checks_of, propositions


@pytest.mark.parametrize("name", propositions())
def test_a_proposition_has_a_test_of_its_name(name):
    assert checks_of(name), name


def test_propositions_with_a_prime_have_checks_of_their_own():
    assert [name for _, name in checks_of("P8'")] == ["test_p8_prime_capture_needs_dependence"]
    assert [name for _, name in checks_of("P8")] == ["test_p8_uneven_cooperation_is_fragile"]
    assert checks_of("P99") == []
