"""What the registry of methods says of each: its options, what it takes, where its class lives."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from strategic.errors import MethodError, nearest

if TYPE_CHECKING:
    from strategic.equilibria.method import Method


_MOST_DIGITS = 9
"""Of a number that counts something; a longer one names nothing there is."""


_KINDS = {bool: "True or False", int: "a whole number", float: "a number", str: "a name"}
"""What users call the kinds of options."""


@dataclass(frozen=True)
class MethodOption:
    """One option of a method: a field of its class, and perhaps a flag of the command line.

    Parameters
    ----------
    name : str
        Keyword in Python; the flag is ``--name``.
    kind : type
        What the command line reads: bool, int, float or str.
    default : object
        What the method does without it.
    help : str
        One sentence for the command line; empty where the option is for Python only.
    metavar : str
        What the help page shows for the value.
    least : float, optional
        Smallest value the command line accepts; in Python it counts from ``first`` too.
    first : int
        What the command line calls the first of things that Python counts from 0.
    several : bool
        Whether several numbers may be given, with commas between them on the command line: each
        game is then solved at each of them.
    remedy : str
        What to do instead of giving a value that does not fit; by default, to give none.

    Examples
    --------
    >>> MethodOption("weak", bool, default=False, help="Eliminate these too.").flag
    '--weak'
    """

    name: str
    kind: type
    default: object
    help: str = ""
    metavar: str = ""
    least: float | None = None
    first: int = 0
    several: bool = False
    remedy: str = ""

    @property
    def flag(self) -> str:
        """The flag of the command line; empty where there is none."""
        return f"--{self.name.replace('_', '-')}" if self.help else ""

    def read(self, value: Any) -> Any:
        """Turn what the command line read into the value that Python takes.

        Examples
        --------
        >>> label = MethodOption("label", int, 0, first=1)
        >>> label.read(1), label.read("2"), label.read("welfare")
        (0, 1, 'welfare')
        >>> rationality = MethodOption("rationality", float, 1.0, least=0.0, several=True)
        >>> rationality.read("2"), rationality.read("0.5,1,2")
        (2.0, [0.5, 1.0, 2.0])

        Raises
        ------
        MethodError
            When it is no number, or one too small, or several where one is taken.
        """
        if self.kind is float and isinstance(value, str):
            return self._numbers(value)
        counts = self.first and str(value).isdecimal() and len(str(value)) <= _MOST_DIGITS
        return int(value) - self.first if counts else value

    def check(self, value: Any) -> None:
        """Raise unless a value from Python is of this option's kind, and large enough.

        Examples
        --------
        >>> MethodOption("rounds", int, None).check(1.5)
        Traceback (most recent call last):
        strategic.errors.MethodError: rounds: must be a whole number (got 1.5); leave it out for \
the default, None

        Raises
        ------
        MethodError
            When it is not. What is a name may be a number too where things are numbered, as
            players are.
        """
        if value is None and self.default is None:
            return
        rule = None
        if not _is_of_kind(value, self.kind, several=self.several, numbered=bool(self.first)):
            rule = f"must be {_KINDS[self.kind]}"
        elif self.least is not None and not _is_within(value, self.least - self.first):
            finite = " and finite" if self.kind is float else ""
            rule = f"must be at least {self.least - self.first:g}{finite}"
        if rule is not None:
            remedy = self.remedy or f"leave it out for the default, {self.default!r}"
            raise MethodError(rule, where=self.name, value=value, remedy=remedy)

    def _numbers(self, text: str) -> float | list[float]:
        numbers = []
        for part in text.split(","):
            try:
                numbers.append(float(part))
            except ValueError:
                numbers.append(float("nan"))
            if not numbers[-1] >= (self.least if self.least is not None else float("-inf")):
                rule = "must be a number" if self.least is None else "must be a number of at least"
                least = "" if self.least is None else f" {self.least:g}"
                more = "give several as 0.5,1,2" if self.several else "give one number"
                raise MethodError(f"{rule}{least}", where=self.flag, value=part, remedy=more)
        if len(numbers) > 1 and not self.several:
            raise MethodError("must be one number", where=self.flag, value=text)
        return numbers[0] if len(numbers) == 1 else numbers


@dataclass(frozen=True)
class MethodRecord:
    """One solution method.

    Parameters
    ----------
    name : str
        ``strategic solve GAME --method NAME``, ``st.solve(row, column, method=NAME)``.
    question : str
        The question it answers.
    takes : str
        Players and sizes.
    returns : str
        What the solution holds.
    home : str
        Module and class, loaded when the method is first asked for.
    options : tuple of MethodOption
        The fields of the class.
    batch : bool
        Whether a batch is solved together rather than game by game.
    single : bool
        Whether it takes one game only.

    Examples
    --------
    >>> from strategic.equilibria import METHODS
    >>> record = METHODS["zero_sum"]
    >>> record.question
    'What are the value and the optimal strategies of a zero-sum game?'
    """

    name: str
    question: str
    takes: str
    returns: str
    home: str
    options: tuple[MethodOption, ...] = ()
    batch: bool = False
    single: bool = False

    def load(self) -> type[Method]:
        """Import the class of the method."""
        return _class_at(self.home)

    def made(self, **options: Any) -> Method:
        """Make the method with its options.

        Raises
        ------
        MethodError
            When the method has no such option, or a value does not fit; see `MethodOption.check`.
        """
        if not options:
            return _plain(self.home)
        known = {option.name: option for option in self.options}
        for name in options.keys() - known.keys():
            listed = f"its options: {', '.join(known)}" if known else "it has none"
            raise MethodError(
                f"no such option of method '{self.name}'",
                where="method",
                value=name,
                remedy="; ".join(filter(None, (nearest(name, known), listed))),
            )
        return self.load()(**options)

    def made_for_batches(self, **options: Any) -> Method:
        """Make the method for batches with one axis: several numbers are for every game.

        Raises
        ------
        MethodError
            When the method has no such option, or takes one game only.

        Examples
        --------
        >>> from strategic.equilibria import METHODS
        >>> METHODS["logit"].made_for_batches(rationality=[0.5, 1])
        Logit(rationality=[[0.5, 1]], max_steps=1000)
        """
        if self.single:
            raise MethodError(
                f"method '{self.name}' takes one game",
                where="method",
                value="a batch",
                remedy="solve one game with it, or use method 'logit' with several rationalities",
            )
        several = [option.name for option in self.options if option.several]
        for name in options.keys() & set(several):
            if hasattr(options[name], "__len__"):
                options[name] = [options[name]]
        return self.made(**options)


def _is_of_kind(value: Any, kind: type, *, several: bool, numbered: bool) -> bool:
    import numpy as np

    if several and not isinstance(value, Real | str):
        numbers = np.asarray(value)
        if numbers.dtype != object:
            return numbers.dtype.kind in "iuf"
        return all(
            _is_of_kind(number, kind, several=False, numbered=numbered)
            for number in numbers.ravel()
        )
    if isinstance(value, bool | np.bool_):  # Python counts it as 0 or 1
        return kind is bool
    names = (str, Integral) if numbered else (str,)
    passes = {bool: (bool, np.bool_), int: (Integral,), float: (Real, Decimal), str: names}
    return isinstance(value, passes[kind])


def _is_within(value: Any, least: float) -> bool:
    """Whether a number, or each of several, is large enough and finite."""
    import numpy as np

    numbers = np.asarray(value, dtype=float)
    return bool(((numbers >= least) & np.isfinite(numbers)).all())


@lru_cache(maxsize=64)
def _plain(home: str) -> Method:
    """Make a method without options once: nothing changes it."""
    return _class_at(home)()


@lru_cache(maxsize=64)
def _class_at(home: str) -> type[Method]:
    module, name = home.split(":")
    found: type[Method] = getattr(import_module(module), name)
    return found
