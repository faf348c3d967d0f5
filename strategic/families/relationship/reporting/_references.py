"""The published work that the sections of a report rest on, as a reader can cite it."""

BASE = (
    "Equilibria: all of them, from the signs of bordered minors, certified by error bounds "
    "and exact rational arithmetic; see Shewchuk, J. R. (1997). Adaptive precision floating-"
    "point arithmetic and fast robust geometric predicates. Discrete and Computational "
    "Geometry 18, 305-363.",
    "Nash, J. (1951). Non-cooperative games. Annals of Mathematics 54, 286-295.",
    "Risk dominance: Harsanyi, J. C. and Selten, R. (1988). A General Theory of Equilibrium "
    "Selection in Games. MIT Press.",
    "Replicator dynamics: Hofbauer, J. and Sigmund, K. (1998). Evolutionary Games and "
    "Population Dynamics. Cambridge University Press.",
)
CHOICES = ("Commitment: von Stackelberg, H. (1934). Marktform und Gleichgewicht. Springer.",)
OFFICIALS = (
    "Bayesian games: Harsanyi, J. C. (1967). Games with incomplete information played by "
    "Bayesian players. Management Science 14, 159-182.",
)
ORGANISATIONS = (
    "Power and dependence: Emerson, R. M. (1962). Power-dependence relations. American "
    "Sociological Review 27, 31-41.",
    "Bargaining: Nash, J. (1950). The bargaining problem. Econometrica 18, 155-162.",
    "Contests: Tullock, G. (1980). Efficient rent seeking. In Toward a Theory of the Rent- "
    "Seeking Society. Texas A&M University Press.",
)
CANDIDATES = (
    "How many compete: Taylor, C. R. (1995). Digging for golden carrots: an analysis of research "
    "tournaments. American Economic Review 85, 872-890.",
)
REPEATED = (
    "Friedman, J. W. (1971). A non-cooperative equilibrium for supergames. Review of Economic "
    "Studies 38, 1-12.",
    "Abreu, D., Milgrom, P. and Pearce, D. (1991). Information and timing in repeated "
    "partnerships. Econometrica 59, 1713-1733.",
    "Levin, J. (2003). Relational incentive contracts. American Economic Review 93, 835-857.",
    "Blonski, M., Ockenfels, P. and Spagnolo, G. (2011). Equilibrium selection in the "
    "repeated prisoner's dilemma: axiomatic approach and experimental evidence. American "
    "Economic Journal: Microeconomics 3, 164-192.",
)
TRUST = (
    "Trust that starting needs: Blonski, M. and Spagnolo, G. (2015). Prisoners' other dilemma. "
    "International Journal of Game Theory 44, 61-81.",
)
ROBUSTNESS = (
    "Sobol', I. M. (1967). On the distribution of points in a cube and the approximate "
    "evaluation of integrals. USSR Computational Mathematics and Mathematical Physics 7, "
    "86-112.",
)
