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
    {"∐", "\\coprod "},
    {"⋃", "\\bigcup "},
    {"⋂", "\\bigcap "},
    {"⋁", "\\bigvee "},
    {"⋀", "\\bigwedge "},
    {"⨁", "\\bigoplus "},
    {"⨂", "\\bigotimes "},
    {"∫", "\\int "},
    {"∬", "\\iint "},
    {"∭", "\\iiint "},
    {"∮", "\\oint "},
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
    {"∣", "\\mid "},
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
    {"^", "\\hat{}"},
    {"~", "\\sim "},
    {"\\", "\\backslash "},
    {"\xC2\xA0", "\\ "},
    {"\xE2\x81\xA1", ""},
    {"\xE2\x80\x8B", ""},
    {"\xE2\x81\xA2", ""},
    {"\xE2\x81\xA3", ""},
    {"\xE2\x81\xA4", ""},
};

/* Marks above a letter: combining, alone, and as a letter is written. */
static const struct {
    const char *mark, *latex, *wide;
} accents[] = {
    {"\xCC\x82", "\\hat", "\\widehat"},
    {"ˆ", "\\hat", "\\widehat"},
    {"\\hat{}", "\\hat", "\\widehat"},
    {"\xCC\x83", "\\tilde", "\\widetilde"},
    {"˜", "\\tilde", "\\widetilde"},
    {"\\sim", "\\tilde", "\\widetilde"},
    {"\xCC\x84", "\\bar", "\\overline"},
    {"¯", "\\bar", "\\overline"},
    {"\xCC\x85", "\\overline", "\\overline"},
    {"‾", "\\overline", "\\overline"},
    {"\xE2\x83\x97", "\\vec", "\\overrightarrow"},
    {"\\rightarrow", "\\vec", "\\overrightarrow"},
    {"\xE2\x83\x96", "\\overleftarrow", "\\overleftarrow"},
    {"\\leftarrow", "\\overleftarrow", "\\overleftarrow"},
    {"\xCC\x87", "\\dot", "\\dot"},
    {"˙", "\\dot", "\\dot"},
    {"\xCC\x88", "\\ddot", "\\ddot"},
    {"¨", "\\ddot", "\\ddot"},
    {"\xCC\x8C", "\\check", "\\check"},
    {"ˇ", "\\check", "\\check"},
    {"\xCC\x86", "\\breve", "\\breve"},
    {"˘", "\\breve", "\\breve"},
    {"\xCC\x81", "\\acute", "\\acute"},
    {"´", "\\acute", "\\acute"},
    {"\xCC\x80", "\\grave", "\\grave"},
    {"`", "\\grave", "\\grave"},
    {"⏞", "\\overbrace", "\\overbrace"},
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

bool xtr__latex_is_function(const char *text, size_t size) {
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (size == strlen(functions[i]) && !memcmp(text, functions[i], size))
            return true;
    }
    return false;
}

static bool is_number(const char *text, size_t size) {
    size_t digits = 0;
    while (digits < size && ((text[digits] >= '0' && text[digits] <= '9') || text[digits] == '.'))
        digits++;
    return digits == size;
}

bool xtr__latex_is_one(const char *latex, size_t size) {
    if (size <= 1)
        return size;
    bool command = *latex == '\\' && !memchr(latex, ' ', size - 1) && !memchr(latex, '{', size) &&
                   !memchr(latex + 1, '\\', size - 1);
    return command || is_number(latex, size);
}

const char *xtr__latex_accent(const char *mark, size_t size, bool wide) {
    for (size_t i = 0; i < sizeof accents / sizeof *accents; i++) {
        if (size == strlen(accents[i].mark) && !memcmp(mark, accents[i].mark, size))
            return wide ? accents[i].wide : accents[i].latex;
    }
    return NULL;
}

/* Writing ----------------------------------------------------------------------------------- */

void xtr__latex_put(xtr__buffer *out, const char *latex, size_t size) {
    enum { MOST = 1 << 20 };
    out->failed = out->failed || size > MOST - out->size;
    xtr__put(out, latex, size);
}

void xtr__latex_puts(xtr__buffer *out, const char *latex) {
    xtr__latex_put(out, latex, strlen(latex));
}

void xtr__latex_put_letters(xtr__buffer *out, const char *text, size_t size) {
    for (size_t i = 0, length; i < size; i += length) {
        bool ordinary = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9');
        length = 1;
        const char *latex = ordinary ? NULL : xtr__latex_letter(text + i, size - i, &length);
        xtr__latex_put(out, latex ? latex : text + i, latex ? strlen(latex) : 1);
    }
}

static const char *escaped(char character) {
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

void xtr__latex_put_text(xtr__buffer *out, const char *text, size_t size) {
    xtr__latex_puts(out, "\\text{");
    for (size_t i = 0; i < size; i++) {
        const char *latex = escaped(text[i]);
        xtr__latex_put(out, latex ? latex : text + i, latex ? strlen(latex) : 1);
    }
    xtr__latex_puts(out, "}");
}

void xtr__latex_put_fence(xtr__buffer *out, const char *side, const char *character) {
    xtr__latex_puts(out, side);
    if (*character)
        xtr__latex_put_letters(out, character, strlen(character));
    else
        xtr__latex_puts(out, ".");
}
