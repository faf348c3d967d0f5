"""What comparisons of mechanisms show: the flips and warnings that reports tell."""

import strategic as st


def test_comparisons_tell_the_flips_and_warnings_of_reports(strategic):
    chosen = ("collaborative_forum", "risk_management")
    model = st.load("ai-mier").change({"trust.hostile_follows": 0.0})
    compared = st.compare(model, chosen)
    entries = {entry["name"]: entry for entry in st.report(model).document["mechanisms"]}
    told = [
        {"measure": f.measure, "at": f.at, "before": f.before, "after": f.after}
        for f in compared.flips
    ]
    reported = [flip for name in chosen for flip in entries[name]["flips"]]
    assert [{**f, "at": round(f["at"], 5)} for f in told] == [
        {**f, "at": round(f["at"], 5)} for f in reported
    ]
    words = ("compare", "ai-mier", "--set", "trust.hostile_follows=0")
    flags = [word for name in chosen for word in ("--mechanism", name)]
    document = strategic(*words, *flags, "--json").json
    flips = [flip for entry in document["mechanisms"] for flip in entry["flips"]]
    assert flips == told
    assert document["warnings"] == compared.warnings
    assert len(compared.warnings) == 1
    assert "collaborative_forum from 0.273" in compared._repr_html_()
