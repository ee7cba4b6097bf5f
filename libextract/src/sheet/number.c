/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Numbers as a spreadsheet displays them. Values are taken with the 15 digits that Excel keeps, and
 * decimals are rounded on these digits, half away from zero: 1.005 as 0.00 is 1.01. */
#include "sheet/number.h"
#include "sheet/tokens.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 15 };

/* 0.digits × 10^point; no digit: zero. Without zeros at the end. */
typedef struct decimal {
    char digits[DIGITS + 1];
    int count, point;
} decimal;

static const char *const builtin[] = {
    [0] = "General",
    [1] = "0",
    [2] = "0.00",
    [3] = "#,##0",
    [4] = "#,##0.00",
    [5] = "\"$\"#,##0_);\\(\"$\"#,##0\\)",
    [6] = "\"$\"#,##0_);[Red]\\(\"$\"#,##0\\)",
    [7] = "\"$\"#,##0.00_);\\(\"$\"#,##0.00\\)",
    [8] = "\"$\"#,##0.00_);[Red]\\(\"$\"#,##0.00\\)",
    [9] = "0%",
    [10] = "0.00%",
    [11] = "0.00E+00",
    [12] = "# ?/?",
    [13] = "# ?\?/?\?",
    [14] = "m/d/yy",
    [15] = "d-mmm-yy",
    [16] = "d-mmm",
    [17] = "mmm-yy",
    [18] = "h:mm AM/PM",
    [19] = "h:mm:ss AM/PM",
    [20] = "h:mm",
    [21] = "h:mm:ss",
    [22] = "m/d/yy h:mm",
    [37] = "#,##0 ;(#,##0)",
    [38] = "#,##0 ;[Red](#,##0)",
    [39] = "#,##0.00;(#,##0.00)",
    [40] = "#,##0.00;[Red](#,##0.00)",
    [41] = "_(* #,##0_);_(* \\(#,##0\\);_(* \"-\"_);_(@_)",
    [42] = "_(\"$\"* #,##0_);_(\"$\"* \\(#,##0\\);_(\"$\"* \"-\"_);_(@_)",
    [43] = "_(* #,##0.00_);_(* \\(#,##0.00\\);_(* \"-\"?\?_);_(@_)",
    [44] = "_(\"$\"* #,##0.00_);_(\"$\"* \\(#,##0.00\\);_(\"$\"* \"-\"?\?_);_(@_)",
    [45] = "mm:ss",
    [46] = "[h]:mm:ss",
    [47] = "mmss.0",
    [48] = "##0.0E+0",
    [49] = "@",
};

const char *xtr__number_format_builtin(unsigned id) {
    return id < sizeof builtin / sizeof *builtin ? builtin[id] : NULL;
}

xtr__number_format *xtr__number_format_new(const char *code, size_t size) {
    xtr__token tokens[XTR__FORMAT_SIZE];
    xtr__number_format made = {.count = 0};
    size = size < XTR__FORMAT_SIZE ? size : XTR__FORMAT_SIZE - 1;
    if (!size) {
        code = builtin[0];
        size = strlen(code);
    }
    memcpy(made.code, code, size);
    size_t count = xtr__number_compile(&made, tokens, size);
    xtr__number_format *format = malloc(sizeof *format + count * sizeof *tokens);
    if (format) {
        *format = made;
        memcpy(format->tokens, tokens, count * sizeof *tokens);
    }
    return format;
}

void xtr__number_format_drop(xtr__number_format *format) {
    free(format);
}

bool xtr__number_format_is_general(const xtr__number_format *format) {
    const xtr__section *s = format->sections;
    return format->count == 1 && s->end - s->first == 1 && !format->conditions &&
           (s->kind == XTR__S_GENERAL || s->kind == XTR__S_TEXT);
}

bool xtr__number_format_is_date(const xtr__number_format *format) {
    return format->sections[0].kind == XTR__S_DATE;
}

void xtr__shown_put(xtr__shown *s, const char *text, size_t size) {
    size_t room = XTR__SHOWN_SIZE - 1 - s->size;
    size = size < room ? size : room;
    memcpy(s->out + s->size, text, size);
    s->size += size;
}

void xtr__shown_char(xtr__shown *s, char c) {
    if (s->size < XTR__SHOWN_SIZE - 1)
        s->out[s->size++] = c;
}

/* Decimal numbers ----------------------------------------------------------------------------- */

static long double power_of_ten(int exponent) {
    static const long double powers[] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,
                                         1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
                                         1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L,
                                         1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
    return exponent < 28 ? powers[exponent] : powl(10.0L, exponent);
}

bool xtr__number_parse(double *value, const char *text, size_t size) {
    uint64_t digits = 0;
    int exponent = 0;
    bool any = false, behind = false;
    size_t at = size && (*text == '-' || *text == '+') ? 1 : 0;
    for (; at < size; at++) {
        char c = text[at];
        if (c == '.' && !behind) {
            behind = true;
            continue;
        }
        if (c < '0' || c > '9')
            break;
        any = true;
        bool fits = digits < UINT64_MAX / 10 - 1;
        digits = fits ? digits * 10 + (uint64_t)(c - '0') : digits;
        exponent += (fits ? 0 : 1) - behind;
    }
    if (at < size && any && (text[at] == 'e' || text[at] == 'E')) {
        bool minus = ++at < size && text[at] == '-';
        at += at < size && (text[at] == '-' || text[at] == '+');
        int given = 0;
        for (any = false; at < size && text[at] >= '0' && text[at] <= '9'; at++, any = true)
            given = given < 10000 ? given * 10 + (text[at] - '0') : given;
        exponent += minus ? -given : given;
    }
    long double number = (long double)digits;
    if (digits && exponent)
        number = exponent > 0       ? number * power_of_ten(exponent)
                 : exponent > -5000 ? number / power_of_ten(-exponent)
                                    : 0;
    *value = (double)(size && *text == '-' ? -number : number);
    return any && at == size && isfinite(*value);
}

static void strip_zeros(decimal *d) {
    while (d->count && d->digits[d->count - 1] == '0')
        d->count--;
}

static void set_digits(decimal *d, uint64_t number) {
    char text[24];
    int at = (int)sizeof text;
    for (; number; number /= 10)
        text[--at] = (char)('0' + number % 10);
    int count = (int)sizeof text - at;
    d->point = count;
    d->count = count < DIGITS ? count : DIGITS;
    memcpy(d->digits, text + at, (size_t)d->count);
    strip_zeros(d);
}

/* The 15 digits of a positive number. */
static decimal decimal_of(double value) {
    decimal d = {.count = 0};
    if (value < 1e15 && value == floor(value)) {
        set_digits(&d, (uint64_t)value);
        return d;
    }
    int exponent = (int)floor(log10(value));
    int shift = DIGITS - 1 - exponent;
    if (LDBL_MANT_DIG >= 64 && shift >= -27 && shift <= 27) {
        long double scaled = shift < 0 ? (long double)value / power_of_ten(-shift)
                                       : (long double)value * power_of_ten(shift);
        set_digits(&d, (uint64_t)roundl(scaled));
        d.point -= shift;
        return d;
    }
    char text[40]; /* the point may be another character */
    snprintf(text, sizeof text, "%.*e", DIGITS - 1, value);
    const char *e = strchr(text, 'e');
    for (const char *c = text; e && c < e; c++) {
        if (*c >= '0' && *c <= '9' && d.count < DIGITS)
            d.digits[d.count++] = *c;
    }
    d.point = (e ? (int)strtol(e + 1, NULL, 10) : 0) + 1;
    strip_zeros(&d);
    return d;
}

/* Rounds to so many digits behind the point. */
static void round_to(decimal *d, int decimals) {
    int kept = d->point + decimals;
    if (kept >= d->count)
        return;
    bool up = kept >= 0 && d->digits[kept] >= '5';
    d->count = kept > 0 ? kept : 0;
    if (up) {
        int i = d->count - 1;
        while (i >= 0 && d->digits[i] == '9')
            i--;
        d->count = i + 1;
        if (i >= 0) {
            d->digits[i]++;
        } else {
            d->digits[0] = '1';
            d->count = 1;
            d->point++;
        }
    }
    strip_zeros(d);
}

/* The digit at a power of ten. */
static char digit_at(const decimal *d, int power) {
    int i = d->point - 1 - power;
    return i >= 0 && i < d->count ? d->digits[i] : '0';
}

static int integer_digits(const decimal *d) {
    return d->count && d->point > 0 ? d->point : 0;
}

/* General ------------------------------------------------------------------------------------- */

static void put_exponent(xtr__shown *s, int exponent, char sign, int width) {
    char text[16];
    int size = snprintf(text, sizeof text, "%0*d", width < 8 ? width : 8, abs(exponent));
    xtr__shown_char(s, 'E');
    if (exponent < 0 || sign == '+')
        xtr__shown_char(s, exponent < 0 ? '-' : '+');
    xtr__shown_put(s, text, (size_t)size);
}

static void put_plain(xtr__shown *s, const decimal *d) {
    int whole = integer_digits(d);
    if (!whole)
        xtr__shown_char(s, '0');
    for (int power = whole - 1; power >= 0; power--)
        xtr__shown_char(s, digit_at(d, power));
    if (d->count > d->point)
        xtr__shown_char(s, '.');
    for (int power = -1; power >= d->point - d->count; power--)
        xtr__shown_char(s, digit_at(d, power));
}

/* Of a number that is not negative: 11 characters with the point, or six digits and an exponent. */
static void put_general(xtr__shown *s, double value) {
    enum { WIDTH = 11 };
    decimal exact = decimal_of(value);
    if (!exact.count) {
        xtr__shown_char(s, '0');
        return;
    }
    decimal d = exact;
    int whole = integer_digits(&d);
    round_to(&d, whole < WIDTH - 1 ? WIDTH - 1 - (whole ? whole : 1) : 0);
    bool small = exact.point < -3 && d.count < exact.count;
    if (d.count && d.point <= WIDTH && !small) {
        put_plain(s, &d);
        return;
    }
    int exponent = exact.point - 1;
    exact.point = 1;
    round_to(&exact, abs(exponent) < 100 ? 5 : 4);
    exponent += exact.point - 1; /* 9.999995 */
    exact.point = 1;
    put_plain(s, &exact);
    put_exponent(s, exponent, '+', 2);
}

size_t xtr__number_show_general(char *out, double value) {
    xtr__shown s = {.out = out};
    if (value < 0)
        xtr__shown_char(&s, '-');
    if (isfinite(value))
        put_general(&s, fabs(value));
    out[s.size] = '\0';
    return s.size;
}

/* Sections ------------------------------------------------------------------------------------ */

typedef struct shower {
    xtr__shown s;
    const xtr__number_format *format;
    const xtr__section *section;
    decimal d;
    int exponent;
    uint32_t numerator, denominator;
    unsigned digit, decimal; /* placeholders that were passed */
} shower;

static void put_integer_digit(shower *w, int power) {
    xtr__shown_char(&w->s, digit_at(&w->d, power));
    if (w->section->groups && power > 0 && power % 3 == 0)
        xtr__shown_char(&w->s, ',');
}

/* The next placeholder before the point; the first takes all digits for which there is none. */
static void put_placeholder(shower *w, char what) {
    int have = integer_digits(&w->d);
    int power = (int)w->section->digits - 1 - (int)w->digit;
    for (int p = have - 1; !w->digit && p > power; p--)
        put_integer_digit(w, p);
    w->digit++;
    if (power < have || what == '0')
        put_integer_digit(w, power);
    else if (what == '?')
        xtr__shown_char(&w->s, ' ');
}

static void put_decimal(shower *w, char what) {
    int at = w->d.point + (int)w->decimal++;
    if (w->d.count && at < w->d.count)
        xtr__shown_char(&w->s, at < 0 ? '0' : w->d.digits[at]);
    else if (what != '#')
        xtr__shown_char(&w->s, what == '?' ? ' ' : '0');
}

static void put_uint(xtr__shown *s, uint32_t number) {
    char text[16];
    int size = snprintf(text, sizeof text, "%lu", (unsigned long)number);
    xtr__shown_put(s, text, (size_t)size);
}

/* A placeholder of a fraction's whole part or, all at once, of its numerator. */
static void put_fraction_digit(shower *w, char what) {
    unsigned digits = w->section->digits;
    bool whole = w->digit < digits;
    bool shown = w->d.count || w->numerator || w->digit + 1 < digits;
    if (whole) {
        put_placeholder(w, shown ? what : '0');
        return;
    }
    if (w->digit++ == digits && (w->numerator || !digits))
        put_uint(&w->s, w->numerator);
}

static void put_token(shower *w, const xtr__token *t) {
    bool fraction = w->section->kind == XTR__S_FRACTION;
    switch ((xtr__token_type)t->type) {
    case XTR__T_LITERAL:
        xtr__shown_put(&w->s, w->format->code + t->at, t->size);
        break;
    case XTR__T_SPACE:
        xtr__shown_char(&w->s, ' ');
        break;
    case XTR__T_DIGIT:
        if (fraction)
            put_fraction_digit(w, t->what);
        else if (w->digit < w->section->digits)
            put_placeholder(w, t->what);
        else
            put_decimal(w, t->what);
        break;
    case XTR__T_POINT:
        for (int p = integer_digits(&w->d) - 1; !w->section->digits && p >= 0; p--)
            put_integer_digit(w, p);
        xtr__shown_char(&w->s, '.');
        break;
    case XTR__T_EXPONENT:
        put_exponent(&w->s, w->exponent, t->what, t->size);
        break;
    case XTR__T_FRACTION:
        if (w->numerator || !w->section->digits) {
            xtr__shown_char(&w->s, '/');
            put_uint(&w->s, w->denominator);
        }
        break;
    default: /* General and "@" are shown by who knows the value, dates by dates.c */
        break;
    }
}

/* The nearest fraction to 0 <= value < 1 with a denominator up to `most`: continued fractions, and
 * the last semiconvergent where it is nearer. */
static void find_fraction(shower *w, double value, uint32_t most) {
    uint64_t p0 = 0, q0 = 1, p1 = 1, q1 = 0;
    double rest = value;
    for (int i = 0; i < 40; i++) {
        double whole = floor(rest);
        uint64_t a = whole < 1e9 ? (uint64_t)whole : 1000000000;
        if (a * q1 + q0 > most) {
            uint64_t last = q1 ? (most - q0) / q1 : 0;
            uint64_t p = last * p1 + p0, q = last * q1 + q0;
            if (q && fabs((double)p / (double)q - value) < fabs((double)p1 / (double)q1 - value)) {
                p1 = p;
                q1 = q;
            }
            break;
        }
        uint64_t p = a * p1 + p0, q = a * q1 + q0;
        p0 = p1;
        q0 = q1;
        p1 = p;
        q1 = q;
        if (rest - whole < 1e-11)
            break;
        rest = 1 / (rest - whole);
    }
    w->numerator = (uint32_t)p1;
    w->denominator = (uint32_t)q1;
}

static bool set_fraction(shower *w, double value) {
    const xtr__token *tokens = w->format->tokens;
    unsigned i = w->section->first;
    while (tokens[i].type != XTR__T_FRACTION)
        i++;
    uint32_t most = 1;
    for (unsigned digit = 0; digit < tokens[i].size && digit < 7; digit++)
        most *= 10;
    double whole = w->section->digits ? floor(value) : 0;
    if (value >= (w->section->digits ? 1e15 : 1e9))
        return false;
    if (tokens[i].at) {
        double exact = (value - whole) * tokens[i].at + .5;
        if (exact >= UINT32_MAX)
            return false;
        w->denominator = tokens[i].at;
        w->numerator = (uint32_t)exact;
    } else {
        double part = value - floor(value);
        find_fraction(w, part, most - 1);
        double numerator = w->numerator + (floor(value) - whole) * w->denominator;
        if (numerator >= UINT32_MAX)
            return false;
        w->numerator = (uint32_t)numerator;
    }
    if (w->section->digits && w->numerator == w->denominator) {
        w->numerator = 0;
        whole++;
    }
    w->d = decimal_of(whole);
    return true;
}

/* The exponent is a multiple of the digits before the point: ##0.0E+0. */
static void set_exponent(shower *w) {
    int step = w->section->digits ? w->section->digits : 1;
    int exponent = w->d.count ? w->d.point - 1 : 0;
    exponent -= (exponent % step + step) % step;
    w->d.point -= exponent;
    round_to(&w->d, w->section->decimals);
    if (w->d.count && w->d.point > step) {
        w->d.point -= step;
        exponent += step;
    }
    w->exponent = exponent;
}

/* A number that is not negative by its section; false when the section cannot show it. */
static bool show_section(shower *w, double value) {
    const xtr__section *section = w->section;
    const xtr__token *tokens = w->format->tokens;
    bool exponent = false;
    for (unsigned i = section->first; i < section->end; i++)
        exponent = exponent || tokens[i].type == XTR__T_EXPONENT;
    if (section->kind == XTR__S_FRACTION) {
        if (!set_fraction(w, value))
            return false;
    } else if (section->kind == XTR__S_NUMBER) {
        w->d = decimal_of(value);
        w->d.point += w->d.count ? section->scale : 0;
        if (exponent)
            set_exponent(w);
        else
            round_to(&w->d, section->decimals);
    }
    for (unsigned i = section->first; i < section->end; i++) {
        if (tokens[i].type == XTR__T_GENERAL || tokens[i].type == XTR__T_TEXT)
            put_general(&w->s, value);
        else
            put_token(w, &tokens[i]);
    }
    return true;
}

static bool meets(const xtr__section *section, double value) {
    switch (section->comparison) {
    case XTR__LESS:
        return value < section->limit;
    case XTR__LESS_EQUAL:
        return value <= section->limit;
    case XTR__EQUAL:
        return value == section->limit;
    case XTR__NOT_EQUAL:
        return value != section->limit;
    case XTR__GREATER_EQUAL:
        return value >= section->limit;
    case XTR__GREATER:
        return value > section->limit;
    default:
        return true;
    }
}

/* Sections for numbers: the last one may be for text. */
static unsigned number_sections(const xtr__number_format *f) {
    bool text = f->count == XTR__FORMAT_SECTIONS ||
                (f->count > 1 && f->sections[f->count - 1].kind == XTR__S_TEXT);
    return f->count - text;
}

/* What a section without a condition takes, given how many there are. */
static bool takes(const xtr__number_format *f, unsigned i, unsigned count, double value) {
    if (f->sections[i].comparison != XTR__ALWAYS)
        return meets(&f->sections[i], value);
    if (i + 1 == count)
        return true;
    return i                                                        ? value < 0
           : count == 2 && f->sections[1].comparison == XTR__ALWAYS ? value >= 0
                                                                    : value > 0;
}

/* Whether only negative numbers come to a section, which then says so itself. */
static bool is_negative(const xtr__number_format *f, unsigned i, unsigned count) {
    const xtr__section *s = &f->sections[i];
    switch (s->comparison) {
    case XTR__LESS:
        return s->limit <= 0;
    case XTR__LESS_EQUAL:
    case XTR__EQUAL:
        return s->limit < 0;
    case XTR__ALWAYS:
        break;
    default:
        return false;
    }
    const xtr__section *before = &f->sections[0];
    if (i != 1)
        return false;
    return count > 2 || before->comparison == XTR__ALWAYS ||
           (before->comparison == XTR__GREATER_EQUAL && before->limit <= 0);
}

/* The same text without space around it. */
static size_t trim(char *out, size_t size) {
    size_t from = 0;
    while (size && out[size - 1] == ' ')
        size--;
    while (from < size && out[from] == ' ')
        from++;
    memmove(out, out + from, size - from);
    out[size - from] = '\0';
    return size - from;
}

size_t xtr__number_show(char *out, const xtr__number_format *format, double value,
                        bool epoch_1904) {
    unsigned count = number_sections(format);
    unsigned i = 0;
    while (i < count && !takes(format, i, count, value))
        i++;
    if (i >= count || !isfinite(value))
        return xtr__number_show_general(out, value);
    const xtr__section *section = &format->sections[i];
    shower w = {.s = {.out = out}, .format = format, .section = section};
    if (!section->shows) {
        *out = '\0';
        return 0;
    }
    bool minus = value < 0 && !is_negative(format, i, count);
    bool shown;
    if (section->kind == XTR__S_DATE) {
        shown = xtr__show_date(&w.s, format, section, minus ? value : fabs(value), epoch_1904);
    } else {
        if (minus)
            xtr__shown_char(&w.s, '-');
        shown = show_section(&w, fabs(value));
    }
    return shown ? trim(out, w.s.size) : xtr__number_show_general(out, value);
}

void xtr__number_show_text(const xtr__number_format *format, const char *text, size_t size,
                           void (*put)(void *payload, const char *text, size_t size),
                           void *payload) {
    const xtr__section *section = &format->sections[format->count - 1];
    if (format->count < XTR__FORMAT_SECTIONS && section->kind != XTR__S_TEXT) {
        put(payload, text, size);
        return;
    }
    for (unsigned i = section->first; i < section->end; i++) {
        const xtr__token *t = &format->tokens[i];
        if (t->type == XTR__T_TEXT || t->type == XTR__T_GENERAL)
            put(payload, text, size);
        else if (t->type == XTR__T_LITERAL)
            put(payload, format->code + t->at, t->size);
    }
}
