"""The published work that the sections of a report rest on, by its keys in `strategic.papers`."""

BASE = ("Shewchuk1997", "Nash1951", "HarsanyiSelten1988", "HofbauerSigmund1998")
CHOICES = ("VonStackelberg1934",)
OFFICIALS = ("Harsanyi1967",)
ORGANISATIONS = ("Emerson1962", "Nash1950", "Tullock1980")
CANDIDATES = ("Taylor1995",)
REPEATED = ("Friedman1971", "AbreuMilgromPearce1991", "Levin2003", "BlonskiOckenfelsSpagnolo2011")
TRUST = ("BlonskiSpagnolo2015",)
ROBUSTNESS = ("Sobol1967",)
