"""A study: the data beside a model and how they are estimated, as its file states them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from strategic.errors import FileError, MethodError
from strategic.estimation.estimates import Estimates
from strategic.estimation.observations import Data
from strategic.modelling import Model
from strategic.modelling.registry import ESTIMATE

USUAL_PLAY = "logit"


@dataclass(frozen=True, eq=False)
class Study:
    """What the ``[estimate]`` block of a model file states.

    Parameters
    ----------
    data : str or mapping of columns, optional
        A csv file, by its place beside the model file, or the table itself.
    play : str
        The way of play; empty for the usual one.
    free : tuple of str
        Parameters of the model to be estimated too.
    by, cluster : str, optional
        Columns that divide the data, and that name independent units.
    bootstrap, seed : int, optional
        Bootstrap samples of units, and their seed.
    strategies : str
        For the way of play of this name.
    formulas : mapping of str to str
        Parameters that are linear in columns: ``{"base": "income + size"}``.
    options : mapping
        Options of one way of play only.
    prior : mapping of str to str
        Distributions of what is believed before: ``{"rationality": "lognormal(0, 1)"}``.
    games : tuple of str
        Slugs or files of the games that the column ``game`` names; the model itself by default.
    folder : str
        Where the model file lies.
    load : callable, optional
        From a slug or a file to a model.
    fits : list
        What measures of the model have estimated so far, by its values.

    Examples
    --------
    >>> study = Study({"player": ["inspector"], "action": ["inspect"], "count": [3]}, by="session")
    >>> study.settings(play=None, by=None, seed=7)["by"]
    'session'
    """

    data: Data = None
    play: str = ""
    free: tuple[str, ...] = ()
    by: str | None = None
    cluster: str | None = None
    bootstrap: int | None = None
    seed: int | None = None
    strategies: str = ""
    formulas: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    prior: Mapping[str, str] = field(default_factory=dict)
    games: tuple[str, ...] = ()
    folder: str = ""
    load: Callable[[str], Model] | None = None
    fits: list[tuple[Any, Estimates]] = field(default_factory=list, repr=False)

    def settings(self, **given: Any) -> dict[str, Any]:
        """Complete what a user gave (None where nothing) by what the file states.

        A way of play other than that of the file takes data, ``by`` and ``cluster`` of it only:
        free parameters, strategies and options were meant for the one that the file names. What a
        user's formula predicts is no free parameter of the file any more.
        """
        other = given.get("play") not in (None, "", self.play or USUAL_PLAY)
        stated: dict[str, Any] = {"by": self.by, "cluster": self.cluster}
        if not other:
            stated |= {
                "play": self.play or USUAL_PLAY, "free": self.free, "bootstrap": self.bootstrap,
                "seed": self.seed, "strategies": self.strategies, "formulas": self.formulas,
            }  # fmt: skip
        chosen = {name: stated.get(name) if value is None else value
                  for name, value in given.items()}  # fmt: skip
        predicted = given.get("formulas")
        if given.get("free") is None and predicted and not other:
            chosen["free"] = tuple(one for one in self.free if one not in predicted)
        if "options" in given:
            chosen["options"] = {**({} if other else self.options), **(given["options"] or {})}
        return chosen

    def prior_of(self, play: str) -> Mapping[str, str]:
        """Return the prior, which was meant for the way of play that the file names."""
        return self.prior if play == (self.play or USUAL_PLAY) else {}

    def table(self) -> Data:
        """Return the data as `strategic.estimation.read_observations` takes them.

        Raises
        ------
        MethodError
            When the file states none.
        FileError
            When what it names is no file, such as a folder or a device.
        """
        if self.data is None:
            rule = "the [estimate] block names no data"
            raise MethodError(rule, where="data", remedy="name a csv file on the command line")
        if not isinstance(self.data, str):
            return self.data
        file = Path(self.folder) / self.data
        if file.exists() and not file.is_file():  # a device may have no end
            raise FileError("the [estimate] block must name a file", where="data", value=self.data)
        return file

    def models(self, model: Model) -> dict[str, Model]:
        """Return the games of the data by name: those stated, the model itself among them."""
        if not self.games or self.load is None:
            return {"": model}
        found = {}
        for name in self.games:
            place = Path(self.folder) / name
            beside = place.suffix.lower() == ".toml"
            slug = place.stem if beside else name
            found[slug] = model if slug == model.slug else self.load(str(place) if beside else name)
        return found


_NOTHING_STATED = Study()


def completed(models: Mapping[str, Model], **given: Any) -> tuple[dict[str, Model], dict[str, Any]]:
    """Complete what is asked by the study of the first model, and by what is usual.

    Raises
    ------
    MethodError
        When there are no data.
    """
    first = next(iter(models.values()))
    study: Study = first.parts.get(ESTIMATE, _NOTHING_STATED)
    data = given.pop("data")
    if data is None and ESTIMATE not in first.parts:
        remedy = "or write an [estimate] block into the model file"
        raise MethodError("needs a table of observed choices", where="data", remedy=remedy)
    usual = {"play": USUAL_PLAY, "free": (), "strategies": "", "seed": 0, "formulas": {}}
    chosen = {name: usual.get(name) if value is None or value == "" else value
              for name, value in study.settings(**given).items()}  # fmt: skip
    chosen["data"] = study.table() if data is None else data
    return study.models(first) if len(models) == 1 else dict(models), chosen
