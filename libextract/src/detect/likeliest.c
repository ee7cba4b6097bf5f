/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which charset is text in, when it is not Unicode? Each candidate reads the bytes, and the one
 * whose reading is the most probable text wins: a sum of logarithms of probabilities over the
 * characters (naive Bayes, one character at a time).
 *
 * - Single-byte sets: letters by their rank in a language, everything else by class, corrected by
 *   the neighbour: capitals within words, two scripts in one word and symbols between letters are
 *   improbable.
 * - Multi-byte sets: by region of the code table. The standards put frequent characters together
 *   (JIS X 0208 and GB 2312 level 1, Big5 level 1, KS X 1001's syllables), so the share of a
 *   region in running text and its size give the probability of a character.
 *
 * What uchardet thinks of it counts as well, as a small bonus, and so does what the document says
 * of itself, as a large one. */
#include "detect/charset.h"
#include "detect/probe.h"

#include <math.h>
#include <string.h>
#include <uchar.h>
#include <uchardet/uchardet.h>

#define MAX_LOOK      ((size_t)64 << 10) /* bytes looked at */
#define MAX_ASKED     ((size_t)16 << 10) /* bytes that uchardet looks at */
#define MAX_HIGH      1024               /* of them outside ASCII: more would tell no more */
#define ASCII         (-4.0F)            /* any ASCII character */
#define IMPOSSIBLE    (-16.0F)           /* undefined or malformed bytes */
#define IMPLAUSIBLE   (-11.5F)           /* mean below which bytes are no text */
#define BESIDE_LETTER (-2.0F)            /* an ideograph and an ASCII letter side by side */
#define UCHARDET      3.0F               /* bonus in all */
#define FOREIGN       (-4.0F)            /* another script in a text nearly all of ASCII letters */
#define DECLARED      2.0F               /* bonus for each byte outside ASCII */
#define DECLARED_ONCE 6.0F

/* Languages --------------------------------------------------------------------------------- */

typedef enum script { LATIN, CYRILLIC, GREEK, HEBREW, ARABIC, THAI, NO_SCRIPT } script;

/* Lower-case letters, the most frequent first; in the Latin script those outside ASCII. */
typedef struct language {
    script script;
    float ratio; /* of each letter's frequency to that of the one before */
    const char32_t *letters;
} language;

static const language languages[] = {
    {CYRILLIC, .90F, U"оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"}, /* Russian */
    {CYRILLIC, .90F, U"оаниверткіслдмупязьбгйчхжїцюєшщфґ"}, /* Ukrainian */
    {CYRILLIC, .90F, U"аоинеторсвлкдпмзъгбячуйжщцшхфюьь"},  /* Bulgarian */
    {CYRILLIC, .90F, U"аоиеунрстјквдлпмзгбчњшћцжљхђџфќѓѕ"}, /* Serbian, Macedonian */
    {CYRILLIC, .90F, U"анеіорыстлкдвмуяўпзцгьбчшхжюйёэф"},  /* Belarusian */
    {GREEK, .91F, U"αοιτεσνηυρπκςμλόίάωέήγδχθώύφβξζψϊΐϋΰ"},
    {HEBREW, .91F, U"יוהלאתרבשמנדקעחםפטסגןזכץךצף"},
    {ARABIC, .91F, U"المينرتوبعدفهسكقحجأةشصىضطخذزثإءئغظؤآپچژگ"}, /* Arabic, Persian */
    {THAI, .94F, U"านรอกเง่มยลว้ดทสตีิะัปบแจหคขไพุูำโชใ์ผซถณศธ็ฉภญษฟฏฮฐ"},
    {LATIN, .70F, U"éàèêçîôâûùïëœÉÀÈÊ"},                            /* French */
    {LATIN, .70F, U"üäößÜÄÖé"},                                     /* German */
    {LATIN, .70F, U"óíáéñúüªº¿¡"},                                  /* Spanish */
    {LATIN, .75F, U"ãçáéíóõêâúàôªº"},                               /* Portuguese */
    {LATIN, .65F, U"èàùòìéÈ"},                                      /* Italian */
    {LATIN, .65F, U"åäöéüø"},                                       /* Swedish, Finnish */
    {LATIN, .65F, U"øåæéöäü"},                                      /* Danish, Norwegian */
    {LATIN, .65F, U"éëïèöüó"},                                      /* Dutch */
    {LATIN, .80F, U"áíðéóöþúæý"},                                   /* Icelandic */
    {LATIN, .75F, U"àéíòèçóúïü·"},                                  /* Catalan */
    {LATIN, .85F, U"íáéěžřčýšůúňóťď"},                              /* Czech */
    {LATIN, .85F, U"áíéčšúýžôľťňäóďĺŕ"},                            /* Slovak */
    {LATIN, .82F, U"łążęóśćźń"},                                    /* Polish */
    {LATIN, .80F, U"áéóöőíüúű"},                                    /* Hungarian */
    {LATIN, .75F, U"čšžćđ"},                                        /* Slovene, Croatian */
    {LATIN, .70F, U"ăîâţşșț"},                                      /* Romanian */
    {LATIN, .70F, U"ıişüçğöİâî"},                                   /* Turkish */
    {LATIN, .82F, U"āīēšūņļģķžč"},                                  /* Latvian */
    {LATIN, .82F, U"ėšžųčįąūę"},                                    /* Lithuanian */
    {LATIN, .65F, U"äõüöšž"},                                       /* Estonian */
    {LATIN, .60F, U"ëç"},                                           /* Albanian */
    {LATIN, .75F, U"ĉĝŭĥŝĵ"},                                       /* Esperanto */
    {LATIN, .75F, U"ħżġċ"},                                         /* Maltese */
    {LATIN, .92F, U"đ\u0301\u0300êôưâơạ\u0323ă\u0309\u0303áàảấếộ"}, /* Vietnamese */
};

typedef struct candidate {
    const char *name;
    script script;
    float prior; /* how much rarer it is than its rivals */
} candidate;

static const candidate single_byte[] = {
    {"windows-1252", LATIN, 0},
    {"ISO-8859-15", LATIN, -2},
    {"macintosh", LATIN, -3},
    {"IBM850", LATIN, -3},
    {"IBM437", LATIN, -4},
    {"windows-1250", LATIN, -1},
    {"ISO-8859-2", LATIN, -1.5F},
    {"IBM852", LATIN, -4},
    {"x-mac-ce", LATIN, -5},
    {"windows-1257", LATIN, -2},
    {"ISO-8859-13", LATIN, -3},
    {"windows-1254", LATIN, -2},
    {"IBM857", LATIN, -5},
    {"ISO-8859-3", LATIN, -5},
    {"ISO-8859-4", LATIN, -5},
    {"windows-1258", LATIN, -4},
    {"ISO-8859-10", LATIN, -6},
    {"ISO-8859-16", LATIN, -5},
    {"VISCII", LATIN, -5},
    {"windows-1251", CYRILLIC, 0},
    {"KOI8-R", CYRILLIC, -.5F},
    {"KOI8-U", CYRILLIC, -1},
    {"IBM866", CYRILLIC, -1},
    {"ISO-8859-5", CYRILLIC, -1},
    {"x-mac-cyrillic", CYRILLIC, -2},
    {"IBM855", CYRILLIC, -2},
    {"windows-1253", GREEK, 0},
    {"ISO-8859-7", GREEK, -.5F},
    {"IBM737", GREEK, -3},
    {"windows-1255", HEBREW, 0},
    {"ISO-8859-8", HEBREW, -1},
    {"IBM862", HEBREW, -2},
    {"windows-1256", ARABIC, 0},
    {"ISO-8859-6", ARABIC, -1},
    {"windows-874", THAI, 0},
};

/* Characters -------------------------------------------------------------------------------- */

typedef enum class {
    OTHER, /* digits, spaces, punctuation: anything may be next to them */
    LOWER,
    UPPER,
    LETTER, /* of a script without case, and marks on letters */
    SYMBOL  /* does not stand between two letters */
} class;

typedef struct reading {
    float weight; /* logarithm of its probability */
    class class;
    script script;
} reading;

static char32_t upper_of(char32_t c) {
    if ((c >= 0xE0 && c <= 0xFE && c != 0xF7) || (c >= 0x3B1 && c <= 0x3CB && c != 0x3C2) ||
        (c >= 0x430 && c <= 0x44F))
        return c - 32;
    if (c >= 0x450 && c <= 0x45F)
        return c - 80;
    switch (c) {
    case 0x3AC:
        return 0x386;
    case 0x3AD:
    case 0x3AE:
    case 0x3AF:
        return c - 37;
    case 0x3CC:
        return 0x38C;
    case 0x3CD:
    case 0x3CE:
        return c - 63;
    case 0xFF:
        return 0x178;
    default:
        break;
    }
    bool odd_is_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
    if ((c >= 0x100 && c < 0x180) || (c >= 0x1A0 && c <= 0x1B0) || (c >= 0x218 && c <= 0x21B) ||
        (c >= 0x1EA0 && c <= 0x1EF9) || (c >= 0x490 && c <= 0x4FF))
        return (c & 1) != odd_is_upper && c != 0x131 && c != 0x138 ? c - 1 : c;
    return c;
}

static script script_of(char32_t c) {
    if ((c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) || (c >= 0x1E00 && c <= 0x1EFF) ||
        (c >= 0x300 && c <= 0x323) || c == 0xAA || c == 0xBA)
        return LATIN;
    if (c >= 0x400 && c <= 0x4FF)
        return CYRILLIC;
    if (c >= 0x386 && c <= 0x3CE && c != 0x387)
        return GREEK;
    if (c >= 0x5B0 && c <= 0x5F4)
        return HEBREW;
    if (c >= 0x621 && c <= 0x6D2)
        return ARABIC;
    if (c >= 0xE01 && c <= 0xE4E && c != 0xE3F)
        return THAI;
    return NO_SCRIPT;
}

static bool is_one_of(char32_t c, const char32_t *set) {
    while (*set && *set != c)
        set++;
    return *set != 0;
}

/* What is no letter, or a letter of another script. */
static reading read_other(char32_t c, script script_wanted) {
    script s = script_of(c);
    if (c < 0xA0 || (c >= 0xE000 && c < 0xF900) || c == 0xFFFD)
        return (reading){IMPOSSIBLE, SYMBOL, NO_SCRIPT};
    if (s != NO_SCRIPT) {
        class kind = s == HEBREW || s == ARABIC || s == THAI       ? LETTER
                     : (c >= 0x300 && c < 0x330)                   ? LETTER
                     : upper_of(c) != c || c == 0xDF || c == 0x131 ? LOWER
                                                                   : UPPER;
        return (reading){s == script_wanted ? -9.5F : -11.0F, kind, s};
    }
    if (is_one_of(c, U"\u00A0’–—“”„«»"))
        return (reading){-5.0F, OTHER, NO_SCRIPT};
    if (is_one_of(c, U"‘…•·№§°©®™€£¡¿\u00AD،؟؛"))
        return (reading){-6.5F, is_one_of(c, U"‘·\u00AD°") ? OTHER : SYMBOL, NO_SCRIPT};
    if (c == 0x200C || c == 0x200D || c == 0x640)
        return (reading){-7.0F, LETTER, ARABIC};
    return (reading){-9.0F, SYMBOL, NO_SCRIPT};
}

/* Gives the letters of a language among the characters of a charset their probabilities. */
static void read_letters(reading *out, const char32_t *table, const language *lang) {
    size_t count = 0;
    while (lang->letters[count])
        count++;
    float step = logf(lang->ratio);
    float weight = logf(.8F * (1 - lang->ratio) / (1 - powf(lang->ratio, (float)count)));
    for (size_t rank = 0; rank < count; rank++, weight += step) {
        char32_t letter = lang->letters[rank];
        char32_t upper = upper_of(letter);
        /* The table has no ASCII. */
        for (int i = letter < 0x80 && upper < 0x80 ? 128 : 0; i < 128; i++) {
            if (table[i] == letter || table[i] == upper)
                out[i].weight = weight;
        }
    }
}

static reading read_ascii(unsigned char c) {
    if (c >= 'a' && c <= 'z')
        return (reading){ASCII, LOWER, LATIN};
    if (c >= 'A' && c <= 'Z')
        return (reading){ASCII, UPPER, LATIN};
    return (reading){ASCII, OTHER, NO_SCRIPT};
}

static bool is_letter(reading r) {
    return r.class == LOWER || r.class == UPPER || r.class == LETTER;
}

/* How much likelier or not a character is after another one; at least one is outside ASCII. */
static float transition(reading before, reading now) {
    if (!is_letter(now))
        return 0;
    if (!is_letter(before))
        return now.class == UPPER ? -1.5F : -.2F;
    float cost = before.script != now.script ? -4.0F : 0;
    if (before.class == LOWER && now.class == UPPER)
        return cost - 6.0F;
    if (before.class == UPPER)
        return cost + (now.class == UPPER ? -1.0F : -.4F);
    return cost;
}

/* Gives up once the sum, which only falls, is below `floor`. */
static float rate_single(const unsigned char *data, size_t size, const reading *readings,
                         float floor) {
    reading before = {0, OTHER, NO_SCRIPT};
    reading earlier = before;
    float sum = 0;
    for (size_t i = 0; i < size && sum >= floor; i++) {
        bool high = data[i] >= 128;
        reading now = high ? readings[data[i] - 128] : read_ascii(data[i]);
        /* Ornaments come in runs. */
        bool again = i && data[i] == data[i - 1] && now.class == SYMBOL && now.weight > IMPOSSIBLE;
        sum += again ? -1.0F : now.weight;
        if (high || (i && data[i - 1] >= 128))
            sum += transition(before, now);
        if (before.class == SYMBOL && is_letter(earlier) && is_letter(now))
            sum -= 4.0F;
        earlier = before;
        before = now;
    }
    return sum;
}

/* Multi-byte sets --------------------------------------------------------------------------- */

/* Logarithm of the probability of a character in a region with `share` per mille of the text. */
#define REGION(share, size) logf((share) / 1000.0F / (size))

typedef struct step {
    size_t bytes;
    float weight;
} step;

static const step malformed = {1, IMPOSSIBLE};

static bool within(unsigned char c, unsigned low, unsigned high) {
    return c >= low && c <= high;
}

/* JIS X 0208, row and cell from 1. */
static float weigh_jis(unsigned row) {
    if (row == 4)
        return REGION(470, 83); /* hiragana */
    if (row == 5)
        return REGION(130, 86); /* katakana */
    if (row >= 16 && row <= 47)
        return REGION(250, 2965);
    if (row == 1)
        return REGION(120, 94);
    if (row == 3)
        return REGION(15, 62);
    if (row >= 48 && row <= 84)
        return REGION(4, 3390);
    return REGION(2, 800);
}

static step step_eucjp(const unsigned char *p, size_t left) {
    if (left >= 2 && p[0] == 0x8E && within(p[1], 0xA1, 0xDF))
        return (step){2, REGION(5, 63)};
    if (left >= 3 && p[0] == 0x8F && within(p[1], 0xA1, 0xFE) && within(p[2], 0xA1, 0xFE))
        return (step){3, REGION(.1F, 6067)};
    if (left >= 2 && within(p[0], 0xA1, 0xFE) && within(p[1], 0xA1, 0xFE))
        return (step){2, weigh_jis(p[0] - 0xA0U)};
    return malformed;
}

static step step_sjis(const unsigned char *p, size_t left) {
    if (within(p[0], 0xA1, 0xDF))
        return (step){1, REGION(5, 63)};
    if (left < 2 || !(within(p[0], 0x81, 0x9F) || within(p[0], 0xE0, 0xFC)) ||
        !(within(p[1], 0x40, 0x7E) || within(p[1], 0x80, 0xFC)))
        return malformed;
    unsigned pair = p[0] - (p[0] >= 0xE0 ? 0xC1U : 0x81U);
    return (step){2, weigh_jis(2 * pair + (p[1] >= 0x9F ? 2 : 1))};
}

static step step_gb(const unsigned char *p, size_t left) {
    if (left >= 4 && within(p[0], 0x81, 0xFE) && within(p[1], '0', '9') &&
        within(p[2], 0x81, 0xFE) && within(p[3], '0', '9'))
        return (step){4, REGION(.1F, 40000)};
    if (left < 2 || !within(p[0], 0x81, 0xFE) || p[1] < 0x40 || p[1] == 0x7F || p[1] == 0xFF)
        return malformed;
    if (p[1] < 0xA1 || p[0] < 0xA1)
        return (step){2, REGION(3, 14000)};
    unsigned row = p[0] - 0xA0U;
    if (row >= 16 && row <= 55)
        return (step){2, REGION(860, 3755)};
    if (row == 1 || row == 3)
        return (step){2, row == 1 ? REGION(90, 94) : REGION(25, 94)};
    return (step){2, row >= 56 && row <= 87 ? REGION(14, 3008) : REGION(4, 900)};
}

static step step_big5(const unsigned char *p, size_t left) {
    if (left < 2 || !within(p[0], 0x87, 0xFE) ||
        !(within(p[1], 0x40, 0x7E) || within(p[1], 0xA1, 0xFE)))
        return malformed;
    if (p[0] >= 0xA4 && p[0] <= 0xC6)
        return (step){2, REGION(860, 5401)};
    if (p[0] >= 0xA1 && p[0] <= 0xA3)
        return (step){2, REGION(115, 408)};
    return (step){2, p[0] >= 0xC9 && p[0] <= 0xF9 ? REGION(15, 7652) : REGION(4, 5000)};
}

static step step_euctw(const unsigned char *p, size_t left) {
    if (left >= 4 && p[0] == 0x8E && within(p[1], 0xA1, 0xB0) && within(p[2], 0xA1, 0xFE) &&
        within(p[3], 0xA1, 0xFE))
        return (step){4, REGION(15, 20000)};
    if (left < 2 || !within(p[0], 0xA1, 0xFE) || !within(p[1], 0xA1, 0xFE))
        return malformed;
    return (step){2, p[0] >= 0xC4   ? REGION(860, 5401)
                     : p[0] <= 0xA6 ? REGION(115, 564)
                                    : REGION(2, 2000)};
}

static step step_euckr(const unsigned char *p, size_t left) {
    if (left < 2 || !within(p[0], 0x81, 0xFE) || p[1] < 0x41 || p[1] == 0xFF)
        return malformed;
    if (p[1] < 0xA1 || p[0] < 0xA1)
        return (step){2, REGION(3, 8822)};
    if (within(p[0], 0xB0, 0xC8))
        return (step){2, REGION(950, 2350)};
    if (p[0] == 0xA1 || p[0] == 0xA3)
        return (step){2, REGION(10, 94)};
    return (step){2, p[0] >= 0xCA ? REGION(15, 4888) : REGION(5, 900)};
}

/* Johab (KS X 1001 annex 3): a high bit and five bits each for the initial, the vowel and the final
 * consonant. Half of all syllables have no final; eight finals make up nearly all others. */
static step step_johab(const unsigned char *p, size_t left) {
    if (left < 2 || !(within(p[1], 0x31, 0x7E) || within(p[1], 0x81, 0xFE)))
        return malformed;
    unsigned code = (unsigned)p[0] << 8 | p[1];
    unsigned initial = code >> 10 & 31;
    unsigned vowel = code >> 5 & 31;
    unsigned final = code & 31;
    if (within(p[0], 0xD8, 0xF9) && p[0] != 0xDF)
        return (step){2, p[0] <= 0xDE ? REGION(25, 1128) : REGION(5, 4888)};
    bool vowel_known = vowel >= 3 && vowel <= 29 && vowel % 8 >= (vowel < 8 ? 3 : 2);
    if (!within(p[0], 0x84, 0xD3) || p[1] < 0x41 || initial < 2 || initial > 20 || !vowel_known ||
        final < 1 || final > 29 || final == 18)
        return malformed;
    bool usual = final == 2 || final == 5 || final == 9 || final == 17 || final == 19 ||
                 final == 21 || final == 22 || final == 23;
    float of_final = final == 1 ? logf(.5F) : usual ? logf(.46F / 8) : logf(.04F / 18);
    return (step){2, REGION(970, 19 * 21) + of_final};
}

static const struct {
    const char *name;
    step (*step)(const unsigned char *p, size_t left);
    float prior;
} multi_byte[] = {
    {"Shift_JIS", step_sjis, 0}, {"EUC-JP", step_eucjp, 0}, {"GB18030", step_gb, 0},
    {"Big5", step_big5, 0},      {"EUC-KR", step_euckr, 0}, {"Johab", step_johab, -3},
    {"EUC-TW", step_euctw, -3},
};

static bool is_ascii_letter(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static float rate_multi(const unsigned char *data, size_t size,
                        step (*next)(const unsigned char *, size_t)) {
    float sum = 0;
    bool after_letter = false; /* of ASCII */
    bool after_wide = false;
    for (size_t at = 0; at < size;) {
        bool wide = data[at] >= 0x80;
        bool letter = !wide && is_ascii_letter(data[at]);
        step s = wide ? next(data + at, size - at) : (step){1, ASCII};
        if (wide && s.weight <= IMPOSSIBLE && size - at < 4)
            break; /* cut off by the end */
        sum += s.weight;
        if ((wide && after_letter) || (letter && after_wide))
            sum += BESIDE_LETTER;
        after_letter = letter;
        after_wide = wide;
        at += s.bytes;
    }
    return sum;
}

/* Choice ------------------------------------------------------------------------------------ */

typedef struct contest {
    const unsigned char *data;
    size_t size, high, letters; /* bytes; those outside ASCII; ASCII letters */
    const char *declared, *uchardet;
    const char *best;
    float best_sum, best_plain;
} contest;

/* What speaks for a candidate besides its reading of the text. */
static float bonus(const contest *c, const char *name, bool latin, float prior) {
    float sum = prior;
    if (!latin && c->letters > 10 * c->high)
        sum += FOREIGN;
    if (c->uchardet && !strcmp(c->uchardet, name))
        sum += UCHARDET;
    if (c->declared && !strcmp(c->declared, name))
        sum += DECLARED_ONCE + DECLARED * (float)c->high;
    return sum;
}

static void enter(contest *c, const char *name, float sum, float bonus_sum) {
    if (c->best && sum + bonus_sum <= c->best_sum)
        return;
    c->best = name;
    c->best_sum = sum + bonus_sum;
    c->best_plain = sum;
}

static void enter_multi(contest *c, size_t index) {
    const char *name = multi_byte[index].name;
    enter(c, name, rate_multi(c->data, c->size, multi_byte[index].step),
          bonus(c, name, false, multi_byte[index].prior));
}

static void enter_single(contest *c, size_t index) {
    const candidate *set = &single_byte[index];
    const char32_t *table = xtr__charset_bytes(xtr__charset_find(set->name)) + 128;
    float bonus_sum = bonus(c, set->name, set->script == LATIN, set->prior);
    reading others[128];
    for (int i = 0; i < 128; i++)
        others[i] = read_other(table[i], set->script);
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        reading readings[128];
        if (languages[i].script != set->script)
            continue;
        memcpy(readings, others, sizeof readings);
        read_letters(readings, table, &languages[i]);
        float floor = c->best ? c->best_sum - bonus_sum : -INFINITY;
        enter(c, set->name, rate_single(c->data, c->size, readings, floor), bonus_sum);
    }
}

/* Asks about the text from the first line with a byte outside ASCII on. */
static const char *ask_uchardet(const unsigned char *data, size_t size) {
    size_t start = 0;
    while (start < size && data[start] < 0x80)
        start++;
    while (start && data[start - 1] != '\n')
        start--;
    data += start;
    size = size - start < MAX_ASKED ? size - start : MAX_ASKED;
    uchardet_t handle = uchardet_new();
    const xtr__charset *set = NULL;
    if (handle && !uchardet_handle_data(handle, (const char *)data, size)) {
        uchardet_data_end(handle);
        set = xtr__charset_find(uchardet_get_charset(handle));
    }
    if (handle)
        uchardet_delete(handle);
    return set ? set->name : NULL;
}

/* Copies what tells charsets apart: bytes outside ASCII with two ASCII ones on either side, and a
 * line break for all others, on which all charsets agree. */
static void take_sample(contest *c, unsigned char *out, const unsigned char *data, size_t size) {
    size_t near = 0; /* ASCII bytes that still belong to the byte before them */
    for (size_t i = 0; i < size && c->high < MAX_HIGH; i++) {
        bool high = data[i] >= 0x80;
        bool soon = (i + 1 < size && data[i + 1] >= 0x80) || (i + 2 < size && data[i + 2] >= 0x80);
        c->high += high;
        c->letters += is_ascii_letter(data[i]);
        if (high || near || soon)
            out[c->size++] = data[i];
        else if (c->size && out[c->size - 1] != '\n')
            out[c->size++] = '\n';
        near = high ? 2 : near - (near > 0);
    }
}

const char *xtr__charset_likeliest(const unsigned char *data, size_t size, const char *declared) {
    unsigned char sample[6 * MAX_HIGH + 8];
    const xtr__charset *said = declared ? xtr__charset_find(declared) : NULL;
    contest c = {.data = sample, .declared = said ? said->name : NULL};
    size = size < MAX_LOOK ? size : MAX_LOOK;
    take_sample(&c, sample, data, size);
    c.uchardet = ask_uchardet(data, size);
    for (size_t i = 0; i < sizeof multi_byte / sizeof *multi_byte; i++)
        enter_multi(&c, i);
    /* The favourites first: the others then give up early. */
    for (size_t i = 0; i < sizeof single_byte / sizeof *single_byte; i++) {
        const char *name = single_byte[i].name;
        if ((c.uchardet && !strcmp(name, c.uchardet)) || (c.declared && !strcmp(name, c.declared)))
            enter_single(&c, i);
    }
    for (size_t i = 0; i < sizeof single_byte / sizeof *single_byte; i++)
        enter_single(&c, i);
    float mean = (c.best_plain - ASCII * (float)(c.size - c.high)) / (float)(c.high ? c.high : 1);
    return mean < IMPLAUSIBLE ? NULL : c.best;
}
