/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Dates and times of spreadsheets: days since an epoch and their fraction (ECMA-376 part 1,
 * 18.17.4). Counted from 1900 there is a 29 February 1900, as Lotus 1-2-3 had it. */
#include "sheet/tokens.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS_1904 = 1462, LAST_DAY = 2958465 /* 31 December 9999 */, SECONDS = 86400 };

typedef struct moment {
    int64_t year, month, day; /* month and day from 1 */
    int weekday;              /* 0: Sunday */
    int64_t hour, minute, second, fraction;
    int64_t seconds; /* since the epoch, for what is elapsed */
    bool negative;
} moment;

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};
static const char *const weekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                       "Thursday", "Friday", "Saturday"};

/* The civil date of a day counted from 1 January 1970 (H. Hinnant, "chrono-compatible low-level
 * date algorithms"). */
static void civil(moment *m, int64_t days) {
    days += 719468;
    int64_t era = days / 146097;
    int64_t of_era = days - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    m->day = of_year - (153 * month + 2) / 5 + 1;
    m->month = month < 10 ? month + 3 : month - 9;
    m->year = year + era * 400 + (m->month <= 2);
}

static void set_day(moment *m, int64_t serial) {
    enum { FIRST = 25569 /* 1 January 1970, from 1900 */, LEAP = 60 };
    m->weekday = (int)((serial + 6) % 7);
    if (serial == 0) {
        m->year = 1900;
        m->month = 1;
        m->day = 0;
    } else if (serial == LEAP) {
        m->year = 1900;
        m->month = 2;
        m->day = 29;
    } else {
        civil(m, serial - FIRST + (serial < LEAP));
    }
}

/* False when the value is no date. Rounds to what is shown of a second. */
static bool set_moment(moment *m, double value, const xtr__section *section, bool epoch_1904) {
    int64_t unit = 1;
    for (unsigned i = 0; i < section->subsecond; i++)
        unit *= 10;
    *m = (moment){.negative = value < 0};
    double days = fabs(value);
    if ((m->negative && !section->elapsed) || !(days < LAST_DAY + 1))
        return false;
    /* Excel cuts what is elapsed before the epoch. */
    int64_t ticks = (int64_t)(days * SECONDS * (double)unit + (m->negative ? 1e-6 : .5));
    m->fraction = ticks % unit;
    m->seconds = ticks / unit;
    int64_t serial = m->seconds / SECONDS + (epoch_1904 && !section->elapsed ? DAYS_1904 : 0);
    if (serial > LAST_DAY)
        return false;
    int64_t of_day = m->seconds % SECONDS;
    m->hour = of_day / 3600;
    m->minute = of_day / 60 % 60;
    m->second = of_day % 60;
    set_day(m, serial);
    return true;
}

static void put_number(xtr__shown *s, int64_t number, unsigned width) {
    char text[32];
    int size =
        snprintf(text, sizeof text, "%0*lld", (int)(width < 20 ? width : 20), (long long)number);
    xtr__shown_put(s, text, (size_t)size);
}

/* A name: in short at three letters, one letter at five, else all of it. */
static void put_name(xtr__shown *s, const char *name, unsigned letters) {
    size_t size = strlen(name);
    xtr__shown_put(s, name, letters == 5 ? 1 : letters == 3 && size > 3 ? 3 : size);
}

static void put_half(xtr__shown *s, const xtr__token *token, bool after_noon) {
    bool lower = token->what == 'a';
    xtr__shown_char(s, (char)((after_noon ? 'P' : 'A') + (lower ? 'a' - 'A' : 0)));
    if (token->size == 5)
        xtr__shown_char(s, lower ? 'm' : 'M');
}

static void put_part(xtr__shown *s, const moment *m, const xtr__section *section,
                     const xtr__token *token) {
    unsigned size = token->size;
    unsigned two = size < 2 ? size : 2;
    switch ((xtr__token_type)token->type) {
    case XTR__T_YEAR:
        put_number(s, size < 3 ? m->year % 100 : m->year, size < 3 ? 2 : 4);
        break;
    case XTR__T_BUDDHIST_YEAR:
        put_number(s, size < 3 ? (m->year + 543) % 100 : m->year + 543, size < 3 ? 2 : 4);
        break;
    case XTR__T_MONTH:
        if (size < 3)
            put_number(s, m->month, two);
        else
            put_name(s, months[m->month - 1], size);
        break;
    case XTR__T_DAY:
        if (size < 3)
            put_number(s, m->day, two);
        else
            put_name(s, weekdays[m->weekday], size == 3 ? 3 : 4);
        break;
    case XTR__T_HOUR:
        put_number(s, section->half ? (m->hour + 11) % 12 + 1 : m->hour, two);
        break;
    case XTR__T_MINUTE:
        put_number(s, m->minute, two);
        break;
    case XTR__T_SECOND:
        put_number(s, m->second, two);
        break;
    case XTR__T_SUBSECOND:
        xtr__shown_char(s, '.');
        put_number(s, m->fraction, size);
        break;
    case XTR__T_HALF:
        put_half(s, token, m->hour >= 12);
        break;
    case XTR__T_ALL_HOURS:
        put_number(s, m->seconds / 3600, size);
        break;
    case XTR__T_ALL_MINUTES:
        put_number(s, m->seconds / 60, size);
        break;
    case XTR__T_ALL_SECONDS:
        put_number(s, m->seconds, size);
        break;
    default: /* of numbers: not in a date */
        break;
    }
}

bool xtr__show_date(xtr__shown *s, const xtr__number_format *format, const xtr__section *section,
                    double value, bool epoch_1904) {
    moment m;
    if (!set_moment(&m, value, section, epoch_1904))
        return false;
    if (m.negative)
        xtr__shown_char(s, '-');
    for (unsigned i = section->first; i < section->end; i++) {
        const xtr__token *token = &format->tokens[i];
        if (token->type == XTR__T_LITERAL)
            xtr__shown_put(s, format->code + token->at, token->size);
        else if (token->type == XTR__T_SPACE || token->type == XTR__T_POINT)
            xtr__shown_char(s, token->type == XTR__T_POINT ? '.' : ' ');
        else
            put_part(s, &m, section, token);
    }
    return true;
}

/* Days of a civil date from 1 January 1970, the inverse of `civil`. */
static int64_t days_of(int64_t year, int64_t month, int64_t day) {
    year -= month <= 2;
    int64_t era = year / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* `size` digits at *text, and past them. */
static bool read_digits(int64_t *out, const char **text, size_t size) {
    *out = 0;
    for (size_t i = 0; i < size; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return false;
        *out = *out * 10 + (c - '0');
    }
    *text += size;
    return true;
}

static bool skip(const char **text, char c) {
    bool is = **text == c;
    *text += is;
    return is;
}

/* "08:27:48.765", the seconds may be missing. */
static double read_time(const char *text) {
    int64_t hour, minute, second = 0;
    double fraction = 0;
    if (!read_digits(&hour, &text, 2) || !skip(&text, ':') || !read_digits(&minute, &text, 2))
        return 0;
    if (skip(&text, ':') && read_digits(&second, &text, 2) && skip(&text, '.')) {
        double place = .1;
        for (; *text >= '0' && *text <= '9'; text++, place /= 10)
            fraction += (*text - '0') * place;
    }
    return ((double)(hour * 3600 + minute * 60 + second) + fraction) / SECONDS;
}

bool xtr__number_from_date(double *value, const char *text, bool epoch_1904) {
    int64_t year, month, day;
    if (!read_digits(&year, &text, 4) || !skip(&text, '-') || !read_digits(&month, &text, 2) ||
        !skip(&text, '-') || !read_digits(&day, &text, 2) || month < 1 || month > 12 || day < 1 ||
        day > 31)
        return false;
    int64_t serial = days_of(year, month, day) + 25569;
    serial -= serial <= 60; /* there is one more day in its 1900 */
    if (epoch_1904)
        serial -= DAYS_1904;
    *value = (double)serial + (skip(&text, 'T') || skip(&text, ' ') ? read_time(text) : 0);
    return true;
}
