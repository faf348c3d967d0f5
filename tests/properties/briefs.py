"""What holds of the brief of every model."""

TITLES = ["The verdict", "What to do", "What to watch"]


def check_brief(whole):
    """Hold the brief of a report against the report: sections, sentences and figures."""
    brief = whole.brief()
    lines = brief.text().rstrip().splitlines()
    assert len(lines) <= 55  # a page
    titles = [block.title for block in brief.blocks]
    assert titles == [title for title in TITLES if title in titles]
    assert titles[0] == TITLES[0]
    said = {sentence for block in whole.blocks for sentence in block.sentences}
    for block in brief.blocks:
        assert 0 < len(block.sentences) <= (8 if block.title == TITLES[0] else 3)
        assert set(block.sentences) <= said
    assert sum(len(block.figures) for block in brief.blocks) <= 1
    if whole.document["model"]["kind"] == "relationship":
        assert [len(block.figures) for block in brief.blocks] == [1, 0, 0][: len(titles)]
        assert brief.document["brief"]["lines"]
