"""The families of games that come with the package; each registers itself by its kind.

`strategic.modelling.registry` holds their addresses, so nothing generic imports them.
"""

__all__: list[str] = []
