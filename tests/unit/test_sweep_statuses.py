"""New statuses leave stores of sweeps as they are; numbers that mean another thing do not."""

import importlib.util
import json
from pathlib import Path

import pytest

import strategic as st
from strategic import status
from strategic.errors import SweepError
from strategic.sweeps import _fingerprint

SOURCE = Path(status.__file__).read_text("utf8")


def spelled(source, folder, monkeypatch):
    """Spell the statuses of a module out, and which of them have failed."""
    file = folder / "status.py"
    file.write_text(source, "utf8")
    spec = importlib.util.spec_from_file_location("strategic.status", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(_fingerprint, "Status", module.Status)
    used = module.Status, module._FAILED
    return [*_fingerprint._Speller().texts(used, "strategic")]


def test_only_the_statuses_that_were_there_first_are_hashed(tmp_path, monkeypatch):
    last = max(status.Status)
    line, failed = f"    {last.name} = {int(last)}\n", "_FAILED = frozenset(\n    {\n"
    newer = SOURCE.replace(line, f"{line}    NEWEST = {last + 1}\n")
    newer = newer.replace(failed, f"{failed}        Status.NEWEST,\n")
    assert newer.count("NEWEST") == 2
    first = spelled(SOURCE, tmp_path, monkeypatch)
    assert spelled(newer, tmp_path, monkeypatch) == first
    for old, new in (("OK = 6", "OK = 66"), ("Status.MISSING,\n", "")):
        assert spelled(SOURCE.replace(old, new), tmp_path, monkeypatch) != first


def test_a_store_whose_numbers_meant_another_thing_is_refused(tmp_path):
    model, store = st.load("ai-mier"), tmp_path / "out.zarr"
    over, measures = {"relation.alignment": "0:1:3"}, ["enforcement_government"]
    st.sweep(model, over, measures, out=store)
    root = store / measures[0] / "zarr.json"
    text = json.loads(root.read_text())
    words = text["attributes"]["flag_meanings"].split()
    for kept in (words[:-1], words):  # statuses that came since change nothing
        text["attributes"] |= {"flag_values": list(range(-1, len(kept) - 1)),
                               "flag_meanings": " ".join(kept)}  # fmt: skip
        root.write_text(json.dumps(text))
        st.sweep(model, over, measures, out=store, resume=True)
        assert json.loads(root.read_text())["attributes"]["flag_meanings"].split() == words
    text["attributes"]["flag_meanings"] = " ".join([*words[:-2], words[-1], words[-2]])
    root.write_text(json.dumps(text))
    told = f"enforcement_government: {len(words) - 3} stood for {words[-1]} .*{words[-2]}"
    for again in ({"resume": True}, {"grow": True}):
        with pytest.raises(SweepError, match=told):
            st.sweep(model, over, measures, out=store, **again)


def test_parts_are_merged_with_the_labels_of_all(tmp_path):
    model, measure = st.load("ai-mier"), "enforcement_government"
    parts = [tmp_path / f"{name}.zarr" for name in ("low", "high")]
    for part, span in zip(parts, ("0:0.4:2", "0.6:1:2"), strict=True):
        st.sweep(model, {"relation.alignment": span}, measure, out=part)
    root = parts[0] / measure / "zarr.json"
    text = json.loads(root.read_text())
    words = text["attributes"]["flag_meanings"].split()
    text["attributes"]["flag_values"] = text["attributes"]["flag_values"][:-1]
    text["attributes"]["flag_meanings"] = " ".join(words[:-1])
    root.write_text(json.dumps(text))
    whole = st.merge_sweeps(parts, tmp_path / "all.zarr")
    assert whole[measure].attrs["flag_meanings"].split() == words
    text["attributes"]["flag_meanings"] = " ".join([*words[:-2], "other"])
    root.write_text(json.dumps(text))
    with pytest.raises(SweepError, match="stood for other"):
        st.merge_sweeps(parts, tmp_path / "again.zarr")
