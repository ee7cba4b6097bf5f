/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markup/accents.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Letters of LaTeX that are composed in Unicode; others get the combining mark behind them. */
static const struct {
    char command;
    const char *mark, *letters;
    const char *composed; /* one for each letter, all of two bytes */
} accents[] = {
    {'`', "\u0300", "AEIOUaeiouNn", "ÀÈÌÒÙàèìòùǸǹ"},
    {'\'', "\u0301", "AEIOUYaeiouyCcNnSsZzLlRr", "ÁÉÍÓÚÝáéíóúýĆćŃńŚśŹźĹĺŔŕ"},
    {'^', "\u0302", "AEIOUaeiouCcGgHhJjSsWwYy", "ÂÊÎÔÛâêîôûĈĉĜĝĤĥĴĵŜŝŴŵŶŷ"},
    {'~', "\u0303", "ANOanoIiUu", "ÃÑÕãñõĨĩŨũ"},
    {'"', "\u0308", "AEIOUYaeiouy", "ÄËÏÖÜŸäëïöüÿ"},
    {'=', "\u0304", "AEIOUaeiou", "ĀĒĪŌŪāēīōū"},
    {'.', "\u0307", "CcEeGgIZz", "ĊċĖėĠġİŻż"},
    {'u', "\u0306", "AaGgUuEeIiOo", "ĂăĞğŬŭĔĕĬĭŎŏ"},
    {'v', "\u030C", "CcDdEeNnRrSsTtZz", "ČčĎďĚěŇňŘřŠšŤťŽž"},
    {'H', "\u030B", "OoUu", "ŐőŰű"},
    {'c', "\u0327", "CcSsTtGKkLlNnRr", "ÇçŞşŢţĢĶķĻļŅņŖŗ"},
    {'k', "\u0328", "AaEeIiUu", "ĄąĘęĮįŲų"},
    {'r', "\u030A", "AaUu", "ÅåŮů"},
};

static const struct {
    const char *command, *text;
} letters[] = {
    {"ss", "ß"}, {"ae", "æ"}, {"AE", "Æ"}, {"oe", "œ"}, {"OE", "Œ"}, {"aa", "å"}, {"AA", "Å"},
    {"o", "ø"},  {"O", "Ø"},  {"l", "ł"},  {"L", "Ł"},  {"i", "ı"},  {"j", "ȷ"},  {"dh", "ð"},
    {"DH", "Ð"}, {"th", "þ"}, {"TH", "Þ"}, {"dj", "đ"}, {"DJ", "Đ"}, {"ng", "ŋ"}, {"NG", "Ŋ"},
};

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The letter under an accent: "e", "{e}", "\i" or "{\i}"; returns how long that is, 0: none. */
static size_t read_base(const char *text, size_t size, char *letter) {
    size_t at = 0;
    while (at < size && text[at] == ' ')
        at++;
    bool braced = at < size && text[at] == '{';
    at += braced;
    bool dotless =
        at + 1 < size && text[at] == '\\' && (text[at + 1] == 'i' || text[at + 1] == 'j');
    at += dotless;
    if (at >= size || !is_letter(text[at]))
        return 0;
    *letter = text[at++];
    while (dotless && at < size && text[at] == ' ')
        at++;
    if (braced && (at >= size || text[at] != '}'))
        return 0;
    return at + braced;
}

static size_t read_accent(const char *text, size_t size, char out[8]) {
    for (size_t i = 0; i < sizeof accents / sizeof *accents; i++) {
        char letter;
        if (accents[i].command != text[1])
            continue;
        bool word = is_letter(text[1]);
        if (word && (size < 3 || is_letter(text[2])))
            return 0;
        size_t base = read_base(text + 2, size - 2, &letter);
        if (!base)
            return 0;
        const char *known = strchr(accents[i].letters, letter);
        if (known)
            snprintf(out, 8, "%.2s", accents[i].composed + 2 * (known - accents[i].letters));
        else
            snprintf(out, 8, "%c%s", letter, accents[i].mark);
        return 2 + base;
    }
    return 0;
}

size_t xtr__accent_read(const char *text, size_t size, char out[8]) {
    if (size < 2 || text[0] != '\\')
        return 0;
    if (strchr("&%$#_{}", text[1]) && text[1]) {
        snprintf(out, 8, "%c", text[1]);
        return 2;
    }
    size_t accent = read_accent(text, size, out);
    if (accent)
        return accent;
    size_t length = 1;
    while (length < size && is_letter(text[length]))
        length++;
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if (strlen(letters[i].command) == length - 1 &&
            !memcmp(letters[i].command, text + 1, length - 1)) {
            snprintf(out, 8, "%s", letters[i].text);
            return length + (length < size && text[length] == ' ');
        }
    }
    return 0;
}
