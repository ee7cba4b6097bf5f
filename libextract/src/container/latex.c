/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "container/latex.h"

#include <string.h>

static const struct {
    const char *text, *latex;
} letters[] = {
    {"α", "\\alpha "},
    {"β", "\\beta "},
    {"γ", "\\gamma "},
    {"δ", "\\delta "},
    {"ε", "\\varepsilon "},
    {"ϵ", "\\epsilon "},
    {"ζ", "\\zeta "},
    {"η", "\\eta "},
    {"θ", "\\theta "},
    {"ϑ", "\\vartheta "},
    {"ι", "\\iota "},
    {"κ", "\\kappa "},
    {"λ", "\\lambda "},
    {"μ", "\\mu "},
    {"ν", "\\nu "},
    {"ξ", "\\xi "},
    {"π", "\\pi "},
    {"ρ", "\\rho "},
    {"σ", "\\sigma "},
    {"ς", "\\varsigma "},
    {"τ", "\\tau "},
    {"υ", "\\upsilon "},
    {"φ", "\\varphi "},
    {"ϕ", "\\phi "},
    {"χ", "\\chi "},
    {"ψ", "\\psi "},
    {"ω", "\\omega "},
    {"Γ", "\\Gamma "},
    {"Δ", "\\Delta "},
    {"Θ", "\\Theta "},
    {"Λ", "\\Lambda "},
    {"Ξ", "\\Xi "},
    {"Π", "\\Pi "},
    {"Σ", "\\Sigma "},
    {"Φ", "\\Phi "},
    {"Ψ", "\\Psi "},
    {"Ω", "\\Omega "},
    {"∞", "\\infty "},
    {"±", "\\pm "},
    {"∓", "\\mp "},
    {"×", "\\times "},
    {"÷", "\\div "},
    {"⋅", "\\cdot "},
    {"·", "\\cdot "},
    {"∗", "*"},
    {"≤", "\\leq "},
    {"≥", "\\geq "},
    {"≠", "\\neq "},
    {"≈", "\\approx "},
    {"≡", "\\equiv "},
    {"∼", "\\sim "},
    {"≅", "\\cong "},
    {"∝", "\\propto "},
    {"∈", "\\in "},
    {"∉", "\\notin "},
    {"⊂", "\\subset "},
    {"⊆", "\\subseteq "},
    {"⊃", "\\supset "},
    {"∪", "\\cup "},
    {"∩", "\\cap "},
    {"∅", "\\emptyset "},
    {"∀", "\\forall "},
    {"∃", "\\exists "},
    {"¬", "\\neg "},
    {"∧", "\\land "},
    {"∨", "\\lor "},
    {"→", "\\rightarrow "},
    {"←", "\\leftarrow "},
    {"↔", "\\leftrightarrow "},
    {"⇒", "\\Rightarrow "},
    {"⇐", "\\Leftarrow "},
    {"⇔", "\\Leftrightarrow "},
    {"↦", "\\mapsto "},
    {"∂", "\\partial "},
    {"∇", "\\nabla "},
    {"∑", "\\sum "},
    {"∏", "\\prod "},
    {"∫", "\\int "},
    {"√", "\\surd "},
    {"…", "\\ldots "},
    {"⋯", "\\cdots "},
    {"⋮", "\\vdots "},
    {"⋱", "\\ddots "},
    {"ℏ", "\\hbar "},
    {"ℓ", "\\ell "},
    {"ℝ", "\\mathbb{R}"},
    {"ℕ", "\\mathbb{N}"},
    {"ℤ", "\\mathbb{Z}"},
    {"ℚ", "\\mathbb{Q}"},
    {"ℂ", "\\mathbb{C}"},
    {"°", "^{\\circ}"},
    {"′", "'"},
    {"−", "-"},
    {"⊕", "\\oplus "},
    {"⊗", "\\otimes "},
    {"⊥", "\\perp "},
    {"∥", "\\parallel "},
    {"∘", "\\circ "},
    {"∠", "\\angle "},
    {"ℎ", "h"},
    {"⟨", "\\langle "},
    {"⟩", "\\rangle "},
    {"⌈", "\\lceil "},
    {"⌉", "\\rceil "},
    {"⌊", "\\lfloor "},
    {"⌋", "\\rfloor "},
    {"‖", "\\|"},
    {"{", "\\{"},
    {"}", "\\}"},
    {"%", "\\%"},
    {"#", "\\#"},
    {"$", "\\$"},
    {"_", "\\_"},
    {"\\", "\\backslash "},
    {"\xC2\xA0", "\\ "},
    {"\xE2\x81\xA1", ""},
    {"\xE2\x80\x8B", ""},
    {"\xE2\x81\xA2", ""},
};

static const char *const functions[] = {
    "sin",  "cos",  "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh",  "cosh",
    "tanh", "coth", "log", "ln",  "lg",  "exp", "lim",    "max",    "min",    "sup",   "inf",
    "det",  "dim",  "ker", "gcd", "deg", "arg", "hom",    "Pr",     "limsup", "liminf"};

/* Letters of mathematical alphabets (U+1D400 to U+1D6A3) are those of ASCII. */
static const char *alphabet_letter(const unsigned char *p, size_t size) {
    static const char *const ascii[] = {
        "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R",
        "S", "T", "U", "V", "W", "X", "Y", "Z", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
        "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z"};
    if (size < 4 || p[0] != 0xF0 || p[1] != 0x9D)
        return NULL;
    unsigned at = (unsigned)((p[2] & 0x3F) << 6 | (p[3] & 0x3F)) - 0x400;
    return at < 0x2A4 ? ascii[at % 52] : NULL;
}

const char *xtr__latex_letter(const char *text, size_t size, size_t *length) {
    const char *ascii = alphabet_letter((const unsigned char *)text, size);
    size_t used = 4;
    for (size_t i = 0; !ascii && i < sizeof letters / sizeof *letters; i++) {
        used = strlen(letters[i].text);
        if (used <= size && !memcmp(text, letters[i].text, used))
            ascii = letters[i].latex;
    }
    if (ascii && length)
        *length = used;
    return ascii;
}

const char *xtr__latex_escaped(char character) {
    switch (character) {
    case '#':
        return "\\#";
    case '$':
        return "\\$";
    case '%':
        return "\\%";
    case '&':
        return "\\&";
    case '_':
        return "\\_";
    case '{':
        return "\\{";
    case '}':
        return "\\}";
    case '\\':
        return "\\textbackslash{}";
    case '^':
        return "\\textasciicircum{}";
    case '~':
        return "\\textasciitilde{}";
    default:
        return NULL;
    }
}

bool xtr__latex_is_function(const char *text, size_t size) {
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (size == strlen(functions[i]) && !memcmp(text, functions[i], size))
            return true;
    }
    return false;
}
