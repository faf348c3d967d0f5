"""``strategic schema``: the schema of model files, for editors and validators."""

from __future__ import annotations

from strategic.cli import output


def schema() -> None:
    """Print the JSON Schema of model files: every key, its range, default and meaning.

    Example: strategic schema > strategic.schema.json
    """
    import json

    from strategic.catalogue.load import relationship_family
    from strategic.catalogue.schema import json_schema

    document = json_schema(relationship_family())
    output.echo(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))
