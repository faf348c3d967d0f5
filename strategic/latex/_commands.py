"""What every LaTeX command stands for: one table per kind, for all that show formulas."""

from __future__ import annotations

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
"""Greek letters by the names that LaTeX gives them."""

LETTERS = {**GREEK, "ell": "ℓ", "infty": "∞", "partial": "∂", "nabla": "∇", "emptyset": "∅",
           "varnothing": "∅", "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "top": "⊤",
           "bot": "⊥", "imath": "ı", "jmath": "ȷ"}  # fmt: skip
"""What stands for a quantity."""

FUNCTIONS = (
    "log", "ln", "lg", "exp", "det", "dim", "ker", "deg", "sin", "cos", "tan", "cot", "sec", "csc",
    "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "hom", "arg",
)  # fmt: skip
"""Names in upright letters whose scripts stand beside them."""

LIMITS = {"max": "max", "min": "min", "sup": "sup", "inf": "inf", "lim": "lim", "Pr": "Pr",
          "argmax": "arg max", "argmin": "arg min", "limsup": "lim sup", "liminf": "lim inf",
          "gcd": "gcd"}  # fmt: skip
"""Names in upright letters whose subscript stands below them on a line of its own."""

LARGE = {"sum": "∑", "prod": "∏", "coprod": "∐", "bigcup": "⋃", "bigcap": "⋂", "bigvee": "⋁",
         "bigwedge": "⋀", "bigoplus": "⨁", "bigotimes": "⨂"}  # fmt: skip
INTEGRALS = {"int": "∫", "iint": "∬", "oint": "∮"}

SIGNS = {
    # relations
    "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ne": "≠",
    "neq": "≠", "lt": "<", "gt": ">", "ll": "≪", "gg": "≫", "approx": "≈", "equiv": "≡",
    "sim": "∼", "simeq": "≃", "cong": "≅", "propto": "∝", "in": "∈", "ni": "∋", "notin": "∉",
    "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇", "prec": "≺", "preceq": "⪯",
    "succ": "≻", "succeq": "⪰", "perp": "⊥", "parallel": "∥", "mid": "∣", "nmid": "∤",
    "models": "⊨", "vdash": "⊢", "colon": ":", "coloneqq": "≔", "doteq": "≐", "asymp": "≍",
    # arrows
    "to": "→", "rightarrow": "→", "longrightarrow": "⟶", "gets": "←", "leftarrow": "←",
    "leftrightarrow": "↔", "Rightarrow": "⇒", "Leftarrow": "⇐", "Leftrightarrow": "⇔",
    "iff": "⟺", "implies": "⟹", "impliedby": "⟸", "mapsto": "↦", "longmapsto": "⟼",
    "uparrow": "↑", "downarrow": "↓", "nearrow": "↗", "searrow": "↘", "rightrightarrows": "⇉",
    "rightharpoonup": "⇀",
    # between quantities
    "times": "×", "cdot": "⋅", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "star": "⋆",
    "circ": "∘", "bullet": "∙", "cup": "∪", "cap": "∩", "setminus": "∖", "land": "∧",
    "wedge": "∧", "lor": "∨", "vee": "∨", "oplus": "⊕", "ominus": "⊖", "otimes": "⊗",
    "odot": "⊙", "sqcup": "⊔", "sqcap": "⊓", "triangle": "△",
    # before one, or alone
    "forall": "∀", "exists": "∃", "nexists": "∄", "neg": "¬", "lnot": "¬", "prime": "′",
    "ldots": "…", "dots": "…", "dotsc": "…", "dotsb": "⋯", "cdots": "⋯", "vdots": "⋮",
    "ddots": "⋱", "angle": "∠", "square": "□", "Box": "□", "checkmark": "✓", "dagger": "†",
    # written with a backslash because they mean something to LaTeX
    "%": "%", "_": "_", "&": "&", "#": "#", "$": "$",
}  # fmt: skip
"""Relations, arrows, and what stands between, before or after quantities."""

WORDS = {
    "in": "in", "iff": "if and only if", "land": "and", "wedge": "and", "lor": "or", "vee": "or",
    "forall": "for all", "exists": "there is", "nexists": "there is no", "neg": "not",
    "lnot": "not", "mid": "|", "sim": "~", "setminus": "\\", "implies": "implies",
    "notin": "not in",
}  # fmt: skip
"""Signs that one line of text says in words, or with a plainer sign."""

FENCES = {
    "(": "(", ")": ")", "[": "[", "]": "]", "|": "|", "/": "/", ".": "", "<": "⟨", ">": "⟩",
    "\\{": "{", "\\}": "}", "\\|": "‖", "\\langle": "⟨", "\\rangle": "⟩", "\\lfloor": "⌊",
    "\\rfloor": "⌋", "\\lceil": "⌈", "\\rceil": "⌉", "\\lbrace": "{", "\\rbrace": "}",
    "\\lvert": "|", "\\rvert": "|", "\\vert": "|", "\\Vert": "‖", "\\lVert": "‖",
    "\\rVert": "‖", "\\lbrack": "[", "\\rbrack": "]", "\\uparrow": "↑", "\\downarrow": "↓",
    "\\backslash": "\\",
}  # fmt: skip
"""What encloses, after ``left``, ``right`` and their fixed sizes."""
SIZES = {f"{size}{side}": scale for size, scale in
         {"big": 1.2, "Big": 1.8, "bigg": 2.4, "Bigg": 3.0}.items()
         for side in ("", "l", "r", "m")}  # fmt: skip
"""How many times as high a fence of a fixed size is."""

SPACES = {"quad": 1.0, "qquad": 2.0, ",": 1 / 6, "thinspace": 1 / 6, ":": 2 / 9, ">": 2 / 9,
          "medspace": 2 / 9, ";": 5 / 18, "thickspace": 5 / 18, "!": -1 / 6, " ": 1 / 3,
          "enspace": 0.5, "~": 1 / 3}  # fmt: skip
"""Spaces by their width, where 1 is the height of the letters."""

ACCENTS = {
    "bar": ("\u0304", "¯"), "hat": ("\u0302", "^"), "tilde": ("\u0303", "~"),
    "dot": ("\u0307", "˙"), "ddot": ("\u0308", "¨"), "vec": ("\u20d7", "→"),
    "acute": ("\u0301", "´"), "grave": ("\u0300", "`"), "breve": ("\u0306", "˘"),
    "check": ("\u030c", "ˇ"), "overline": ("\u0305", "‾"), "widehat": ("\u0302", "^"),
    "widetilde": ("\u0303", "~"), "underline": ("\u0332", "_"),
    "overrightarrow": ("\u20d7", "→"),
}  # fmt: skip
"""Marks over and under a letter: the one that joins it in text, and the one that stands alone."""
BRACES = {"overbrace": "⏞", "underbrace": "⏟"}

ALPHABETS = ("mathrm", "mathbf", "boldsymbol", "mathit", "mathbb", "mathcal", "mathscr", "mathsf",
             "mathtt", "mathfrak")  # fmt: skip
TEXTS = ("text", "textrm", "textit", "textbf", "textsf", "mbox")
TABLES = ("cases", "dcases", "aligned", "align", "align*", "split", "gathered", "gather", "matrix",
          "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array",
          "substack")  # fmt: skip
TABLE_FENCES = {"pmatrix": "()", "bmatrix": "[]", "Bmatrix": "{}", "vmatrix": "||",
                "Vmatrix": "‖‖", "cases": ("{", ""), "dcases": ("{", "")}  # fmt: skip
IGNORED = ("nonumber", "notag", "limits", "nolimits", "textstyle", "scriptstyle", "hline",
           "allowbreak", "nobreak", "mathstrut", "strut")  # fmt: skip
"""What changes only how LaTeX sets a line."""
