"""Letters of the relationship's formulas that are neither parameters nor measures.

``i`` is a side, the government G or the organisation O, and ``j`` the other one.
"""

from __future__ import annotations

from strategic.families.relationship._choices import GOVERNMENT_VERBS, ORGANISATION_VERBS
from strategic.modelling.letters import Letter

_OUTPUT = (
    Letter("i, j", "A side and the other one: the government G, the organisation O."),
    Letter(
        r"Q(T, M)",
        "Output of technology T and mobilisation M, before a level is required of it.",
        r"\begin{cases} 0 & \text{if } \rho \le 0, \min(T, M) = 0 \\ "
        r"A T^\gamma M^{1 - \gamma} & \text{if } \rho = 0 \\ "
        r"A \min(T, M) & \text{if } \rho = -\infty \\ "
        r"A (\gamma T^\rho + (1 - \gamma) M^\rho)^{1 / \rho} & \text{otherwise} \end{cases}",
        "service",
    ),
    Letter(
        r"\kappa",
        "Weight of joint output, which is steered half towards each target, to either side.",
        r"\frac{1 + \alpha}{2}",
    ),
    Letter(
        "N_i", "Own interest: everything in the incentive but the public gain.", r"x_i - \Gamma_i",
        "payoff",
    ),
    Letter(r"\xi_i", "Share of a population of sides i that cooperates."),
    Letter(
        "H",
        "What the replicator dynamics of the base game conserve: the border of basins is a level.",
        r"-c_O \ln \xi_G - x_O \ln(1 - \xi_G) + c_G \ln \xi_O + x_G \ln(1 - \xi_O)",
        "payoff",
    ),
    Letter(
        r"\bar k",
        "All that stands against the public gain of both: costs, temptations, risks, less what "
        "cooperation brings besides. The payment cancels where nothing is diverted.",
        r"k_n + k_O + f_n + b_G - m F + \Psi + Z + \frac{\omega}{2} + h L_O - \ell",
        "payoff",
    ),
    Letter(
        r"\bar k_G", "All that stands against the public gain of the government.",
        r"p + k_n + E_G + b_G", "payoff",
    ),
)  # fmt: skip

_FOUR_BY_FOUR = (
    *(Letter(rf"\mathrm{{{action}}}", f"The government chooses to {verb}.")
      for action, verb in GOVERNMENT_VERBS.items()),
    *(Letter(rf"\mathrm{{{action}}}", f"The organisation chooses to {verb}.")
      for action, verb in ORGANISATION_VERBS.items()),
    Letter("a, b", "An action of the government, and one of the organisation."),
    Letter(
        "U_G(a, b)",
        "Payoff of the government: rows C, K, R, S, columns P, Y, X, E.",
        r"\begin{pmatrix} "
        r"w_G \kappa q_J - p - k_n - e_{Cc} \Phi - e_{Cs} \Psi - Z - \frac{\omega}{2} & "
        r"w_G q_K - p - k_n - \tau e_{Cc} \Phi - e_{Cs} \Psi - \frac{\omega}{2} & "
        r"w_G (q_G + \alpha q_O) - u p - k_n - \zeta_G - y & w_G q_G - k_n - \zeta_G \\ "
        r"w_G q_J - p - k_K - e_{Kc} \Phi - e_{Ks} \Psi & "
        r"w_G q_K - p - k_K - \tau e_{Kc} \Phi - e_{Ks} \Psi & "
        r"w_G (q_G + \alpha q_O) - k_K - y & w_G q_G - k_K \\ "
        r"w_G (q_G + \alpha \psi q_O) - k_R - \psi e_{Rc} \phi q_O - e_{Rs} \Psi & "
        r"w_G (q_G + \alpha \psi q_O) - k_R - \psi e_{Rc} \phi q_O - e_{Rs} \Psi & "
        r"w_G (q_G + \alpha q_O) - k_R - y & w_G q_G - k_R \\ "
        r"w_G q_S - k_S - e_{Sc} \phi q_O - e_{Ss} \Psi & "
        r"w_G q_S - k_S - e_{Sc} \phi q_O - e_{Ss} \Psi & "
        r"w_G (q_S + \alpha q_O) - k_S - y & w_G q_S - k_S "
        r"\end{pmatrix}, \quad y = x + Z + \phi q_O",
        "payoff",
    ),
    Letter(
        "U_O(a, b)",
        "Payoff of the organisation: rows C, K, R, S, columns P, Y, X, E.",
        r"\begin{pmatrix} "
        r"w_O \kappa q_J + p + \ell - k_O - h L_O - f_n & y - f_n & "
        r"w_O (q_O + \alpha q_G) + d u p - m F & w_O \alpha q_G + o \\ "
        r"w_O \alpha q_J + p + \ell - k_O - \zeta_O - \mathrm{aut} & y & "
        r"w_O (q_O + \alpha q_G) - r & w_O \alpha q_G + o \\ "
        r"v - k_O - \zeta_O & v - k_Y & w_O (q_O + \alpha q_G) - r & w_O \alpha q_G + o \\ "
        r"w_O \alpha q_S - k_O - \zeta_O & w_O \alpha q_S - k_Y & "
        r"w_O (q_O + \alpha q_S) - r & w_O \alpha q_S + o "
        r"\end{pmatrix}, \quad y = w_O \alpha q_K + p + \ell - k_Y - \mathrm{aut}, "
        r"\quad v = w_O (\psi q_O + \alpha q_G) + \psi \ell",
        "payoff",
    ),
    Letter(
        r"\mathcal{Y}(a, b)",
        "Service that reaches the public in a cell: rows C, K, R, S, columns P, Y, X, E.",
        r"\begin{pmatrix} q_J & q_K & q_G + q_O & q_G \\ q_J & q_K & q_G + q_O & q_G \\ "
        r"q_G + \psi q_O & q_G + \psi q_O & q_G + q_O & q_G \\ "
        r"q_S & q_S & q_S + q_O & q_S \end{pmatrix}",
        "service",
    ),
    Letter(
        r"\mathcal{K}(a, b)",
        "Resources used up in a cell: rows C, K, R, S, columns P, Y, X, E.",
        r"\begin{pmatrix} k_n + k_O + e_{Cs} h L_G + h L_O + n f_n & "
        r"k_n + k_Y + e_{Cs} h L_G + n f_n & k_n + x & k_n \\ "
        r"k_K + k_O + e_{Ks} h L_G & k_K + k_Y + e_{Ks} h L_G & k_K + x & k_K \\ "
        r"k_R + k_O + e_{Rs} h L_G & k_R + k_Y + e_{Rs} h L_G & k_R + x & k_R \\ "
        r"k_S + k_O + e_{Ss} h L_G & k_S + k_Y + e_{Ss} h L_G & k_S + x & k_S \end{pmatrix}",
        "payoff",
    ),
    Letter(
        "r_G(b)",
        "Best reply of the government; ties break in the order C, K, R, S.",
        r"\operatorname*{arg\,max}_a U_G(a, b)",
    ),
    Letter(
        r"\tilde U_i(a, b)",
        "Expected payoff where the government announces a, which holds with probability c.",
        "c U_i(a, b) + (1 - c) U_i(r_G(b), b)",
        "payoff",
    ),
    Letter(
        "r_O(a)",
        "Reply of the organisation to an announcement; ties break in the order P, Y, X, E.",
        r"\operatorname*{arg\,max}_b \tilde U_O(a, b)",
    ),
    Letter(
        "a^*",
        "What the government announces where it leads; ties break in the order C, K, R, S.",
        r"\operatorname*{arg\,max}_a \tilde U_G(a, r_O(a))",
    ),
    Letter(
        "a^*_t",
        "What the government announces in period t, as capabilities drift with what is played.",
    ),
    Letter(
        r"\bar U_i(a, b)",
        "Expected payoff where the organisation announces b, which holds with probability c.",
        r"c U_i(a, b) + (1 - c) U_i(a, \bar r_O(a))",
        "payoff",
    ),
    Letter(
        r"\bar r_O(a)",
        "Best reply of the organisation to what the government plays.",
        r"\operatorname*{arg\,max}_b U_O(a, b)",
    ),
    Letter(
        r"\bar r_G(b)",
        "Reply of the government to an announcement of the organisation.",
        r"\operatorname*{arg\,max}_a \bar U_G(a, b)",
    ),
)  # fmt: skip

_REPEATED = (
    Letter("P_G", "What the government has per period once the relationship has ended.",
           r"\left( 1 - \frac{1}{n} \right) \max(R_G, 0)", "payoff per period"),
    Letter("P_O", "What the organisation has per period once the relationship has ended.", "0",
           "payoff per period"),
    Letter("D_i", "Dependence: what the end of cooperation takes from i.", "R_i - P_i",
           "payoff per period"),
    Letter("g_i", "Gain from breaking cooperation once.", "b_i - R_i", "payoff"),
    Letter(
        r"\delta^{\mathrm{g}}_i",
        "Critical discount factor where there are no incidents and every deviation is seen.",
        r"\begin{cases} 0 & \text{if } g_i \le 0 \\ \frac{g_i}{g_i + D_i} & \text{if } D_i > 0 \\ "
        r"\infty & \text{otherwise} \end{cases}",
        "per period",
    ),
    Letter(r"\delta^*_G(n)", "Critical discount factor of the government among n organisations."),
    Letter(r"\Sigma_1", "Surplus to share where there is a single organisation.", unit="payoff"),
    Letter(
        "g_c",
        "What being the partner is worth to an organisation that made the effort, over diverting.",
        "x_O + f_n - b_O",
        "payoff",
    ),
    Letter(r"k, \hat k, k_t, k_0", "A rung of the trust ladder; that in period t, at the start."),
    Letter(
        r"\phi_k", "Value of the relationship on rung k.",
        r"\phi_0 + (1 - \phi_0) \frac{k}{K - 1}",
    ),
    Letter("V_i(k)", "Average payoff of i from rung k on.", unit="payoff per period"),
)  # fmt: skip

_TRUST = (
    Letter(r"\Lambda_i", "Log-odds of the initial belief of i.",
           r"\ln \frac{\theta_i}{1 - \theta_i}", "log-odds"),
    Letter(
        r"x^{\mathrm{f}}_i",
        "Incentive of i with what follows this period, valued with its foresight.",
        r"x_i + \frac{y}{1 - y} D_i, \quad y = (1 - h) f \delta_i",
        "payoff",
    ),
    Letter(
        r"\Lambda^{\mathrm{f}}_i",
        "Log-odds from which i cooperates, given its foresight.",
        r"\begin{cases} \ln \frac{c_i}{x^{\mathrm{f}}_i} & \text{if } x^{\mathrm{f}}_i, c_i > 0 \\ "
        r"-\infty & \text{if } c_i = 0 \le x^{\mathrm{f}}_i \\ "
        r"\infty & \text{otherwise} \end{cases}",
        "log-odds",
    ),
    Letter("h'", "Probability of an incident with an opportunist.", r"h + (1 - h) \sigma",
           "per period"),
    Letter("t, N", "A period of the path, counted from 0, and how many there are.", unit="periods"),
    Letter(r"\Lambda_i(t)", "Log-odds of the belief of i in period t of the path.",
           unit="log-odds"),
    Letter(r"\Lambda^{\mathrm{f}}_i(t)", "The threshold at the parameters of period t.",
           unit="log-odds"),
    Letter("C_i(t)", "Whether i cooperates in period t: 1 or 0.",
           r"\mathbb{1}\{\Lambda_i(t) \ge \Lambda^{\mathrm{f}}_i(t)\}"),
)  # fmt: skip

LETTERS = (*_OUTPUT, *_FOUR_BY_FOUR, *_REPEATED, *_TRUST)
"""In the order in which they are listed."""
