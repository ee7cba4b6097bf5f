/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Characters of the fonts Symbol and Wingdings as Unicode. Word writes them as code points of the
 * private use area, U+F020 to U+F0FF. Symbol follows Adobe's encoding of that name; of Wingdings
 * what has a place in Unicode and is used in text. */
#include "docx/docx.h"

#include <string.h>

/* From 0x20 to 0x7E, and from 0xA0 on. */
static const char *const symbol_low[] = {
    " ", "!", "∀", "#", "∃", "%", "&", "∋", "(", ")", "∗", "+", ",", "−", ".", "/", "0", "1", "2",
    "3", "4", "5", "6", "7", "8", "9", ":", ";", "<", "=", ">", "?", "≅", "Α", "Β", "Χ", "Δ", "Ε",
    "Φ", "Γ", "Η", "Ι", "ϑ", "Κ", "Λ", "Μ", "Ν", "Ο", "Π", "Θ", "Ρ", "Σ", "Τ", "Υ", "ς", "Ω", "Ξ",
    "Ψ", "Ζ", "[", "∴", "]", "⊥", "_", "‾", "α", "β", "χ", "δ", "ε", "φ", "γ", "η", "ι", "ϕ", "κ",
    "λ", "μ", "ν", "ο", "π", "θ", "ρ", "σ", "τ", "υ", "ϖ", "ω", "ξ", "ψ", "ζ", "{", "|", "}", "∼"};
static const char *const symbol_high[] = {
    "€", "ϒ", "′", "≤", "⁄",  "∞", "ƒ", "♣", "♦", "♥", "♠", "↔", "←", "↑", "→", "↓", "°", "±", "″",
    "≥", "×", "∝", "∂", "•",  "÷", "≠", "≡", "≈", "…", "⏐", "⎯", "↵", "ℵ", "ℑ", "ℜ", "℘", "⊗", "⊕",
    "∅", "∩", "∪", "⊃", "⊇",  "⊄", "⊂", "⊆", "∈", "∉", "∠", "∇", "®", "©", "™", "∏", "√", "⋅", "¬",
    "∧", "∨", "⇔", "⇐", "⇑",  "⇒", "⇓", "◊", "⟨", "®", "©", "™", "∑", "⎛", "⎜", "⎝", "⎡", "⎢", "⎣",
    "⎧", "⎨", "⎩", "⎪", NULL, "⟩", "∫", "⌠", "⎮", "⌡", "⎞", "⎟", "⎠", "⎤", "⎥", "⎦", "⎫", "⎬", "⎭"};

static const struct {
    unsigned char code;
    const char *text;
} wingdings[] = {
    {0x22, "✂"}, {0x28, "☎"}, {0x2A, "✉"}, {0x41, "✌"}, {0x46, "☞"}, {0x4A, "☺"}, {0x4B, "😐"},
    {0x4C, "☹"}, {0x6C, "●"}, {0x6D, "❍"}, {0x6E, "■"}, {0x6F, "□"}, {0x71, "❑"}, {0x72, "❒"},
    {0x73, "⬧"}, {0x74, "⧫"}, {0x75, "◆"}, {0x76, "❖"}, {0x77, "⬥"}, {0x78, "⌧"}, {0x9F, "•"},
    {0xA0, "▪"}, {0xA1, "○"}, {0xA3, "○"}, {0xA4, "◉"}, {0xA7, "▪"}, {0xA8, "◻"}, {0xAA, "✦"},
    {0xAB, "★"}, {0xD8, "➢"}, {0xDF, "←"}, {0xE0, "→"}, {0xE1, "↑"}, {0xE2, "↓"}, {0xE8, "➔"},
    {0xEF, "⇦"}, {0xF0, "⇨"}, {0xF1, "⇧"}, {0xF2, "⇩"}, {0xF3, "⬄"}, {0xFB, "✗"}, {0xFC, "✓"},
    {0xFD, "☒"}, {0xFE, "☑"},
};

const char *xtr__docx_symbol(const char *font, uint32_t c) {
    c = c >= 0xF000 && c <= 0xF0FF ? c & 0xFF : c;
    if (c > 0xFF || c < 0x20)
        return NULL;
    if (!strncmp(font, "Wingdings", 9)) {
        for (size_t i = 0; i < sizeof wingdings / sizeof *wingdings; i++) {
            if (wingdings[i].code == c)
                return wingdings[i].text;
        }
        return NULL;
    }
    if (strcmp(font, "Symbol") != 0 && *font)
        return NULL;
    if (c <= 0x7E)
        return symbol_low[c - 0x20];
    if (c >= 0xA0 && c - 0xA0 < sizeof symbol_high / sizeof *symbol_high)
        return symbol_high[c - 0xA0];
    return NULL;
}
