r"""How is any text a person may type written in LaTeX, so that pdfLaTeX sets it without an error?

Specials are escaped, ligatures broken, names such as x12 set as mathematics, and Greek letters and common symbols
written as commands. What pdfLaTeX has no letter for becomes \uni{code point}{letter}: an engine that knows Unicode sets
the letter, pdfLaTeX its code point. `UNI` defines that command.
"""

from __future__ import annotations

import unicodedata

UNI = (
    r"\newcommand\uni[2]{\ifdefined\Umathcode#2\else{\ttfamily\scriptsize U+#1}\fi}"
    " % letters that pdfLaTeX lacks: LuaLaTeX and XeLaTeX set them, given a font that has them"
)
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "_": r"\_", '"': r"\textquotedbl{}",
    "|": r"\textbar{}", "<": r"\textless{}", ">": r"\textgreater{}", "[": "{[}", "]": "{]}",
}  # fmt: skip
_LIGATURES = "-,`'?!"
_T1 = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿĂăĄąĆćČčĎďĐđĘęĚěĞğĹĺĽľŁłŃńŇňŊŋŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹź"
    "ŻżŽžİı¡¿§£"
)
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
    "σ": "sigma", "ς": "varsigma", "τ": "tau", "υ": "upsilon", "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon",
    "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_MATHS = {
    **{letter: f"\\{name}" for letter, name in _GREEK.items()},
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", (f"\\mathrm{{{c}}}" for c in "ABEZHIKMNOPTXo"), strict=True)),
    "×": r"\times", "÷": r"\div", "±": r"\pm", "·": r"\cdot", "¬": r"\neg", "°": r"^{\circ}", "→": r"\rightarrow",
    "←": r"\leftarrow", "↑": r"\uparrow", "↓": r"\downarrow", "↔": r"\leftrightarrow", "≤": r"\leq", "≥": r"\geq",
    "≠": r"\neq", "≈": r"\approx", "∞": r"\infty", "∈": r"\in", "∑": r"\sum", "∏": r"\prod", "√": r"\surd",
    "∅": r"\emptyset", "∧": r"\wedge", "∨": r"\vee", "−": "-",
    **{c: f"_{{{k}}}" for k, c in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    **{c: f"^{{{k}}}" for k, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
}  # fmt: skip
_WORDS = {
    "–": "--", "—": "---", "…": r"\ldots{}", "‘": "`{}", "’": "'{}", "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}", "„": r"\quotedblbase{}", "«": r"\guillemotleft{}", "»": r"\guillemotright{}",
    "\u00a0": "~", "€": r"\texteuro{}", "©": r"\textcopyright{}", "®": r"\textregistered{}", "™": r"\texttrademark{}",
}  # fmt: skip


def tex_text(text: str) -> str:
    """Return LaTeX that sets a text in a paragraph; line breaks become blanks, what is invisible goes."""
    parts = []
    for letter in unicodedata.normalize("NFC", " ".join(text.split())):
        if letter in _MATHS:
            parts.append(f"\\ensuremath{{{_MATHS[letter]}}}")
        elif letter in _SPECIAL or letter in _WORDS:
            parts.append(_SPECIAL.get(letter) or _WORDS[letter])
        elif letter in _LIGATURES:
            parts.append(letter + "{}")
        elif " " <= letter <= "~" or letter in _T1:
            parts.append(letter)
        elif unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Mn", "Me"):
            parts.append(f"\\uni{{{ord(letter):04X}}}{{{letter}}}")
    return "".join(parts)


def tex_name(name: str) -> str:
    r"""Return LaTeX for a variable's name: letters and then digits are a symbol with an index, other names are text.

    One letter is set in italics, as a variable of mathematics is: $x_{12}$; a word upright: $\mathrm{spin}_{12}$.
    """
    stem = name.rstrip("0123456789")
    digits = name[len(stem) :]
    if len(stem) == 1 and (stem.isascii() or stem in _MATHS) and stem.isalpha():
        symbol = _MATHS.get(stem, stem)
    elif digits and stem.isascii() and stem.isalpha():
        symbol = f"\\mathrm{{{stem}}}"
    elif digits and stem.isalpha():
        return f"{tex_text(stem)}$_{{{digits}}}$"
    else:
        return tex_text(name)
    return f"${symbol}_{{{digits}}}$" if digits else f"${symbol}$"
