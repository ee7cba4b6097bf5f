/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Options by name, from the table in options.def. */
#include "runtime/options.h"
#include "detect/mime.h"
#include "runtime/error.h"

#include <nettle/sha2.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* How a default looks as a string: numbers by their digits, choices by position. */
#define PRESET_BOOLEAN(preset)  #preset
#define PRESET_INTEGER(preset)  #preset
#define PRESET_DURATION(preset) #preset "ms"
#define PRESET_SIZE(preset)     #preset
#define PRESET_STRING(preset)   preset
#define PRESET_LIST(preset)     NULL
#define PRESET_CHOICE(preset)   NULL
#define PRESET_PAGES(preset)    NULL

#define FIRST_BOOLEAN(preset)  preset
#define FIRST_INTEGER(preset)  preset
#define FIRST_DURATION(preset) preset
#define FIRST_SIZE(preset)     preset
#define FIRST_STRING(preset)   0
#define FIRST_LIST(preset)     0
#define FIRST_CHOICE(preset)   preset
#define FIRST_PAGES(preset)    0

typedef struct option {
    const char *name;
    xtr_type type;
    int64_t minimum, maximum;
    int64_t first; /* default of what is stored as a number */
    const char *preset;
    const char *choices, *kreuzberg, *doc;
    size_t at; /* in xtr_options */
} option;

static const option options_def[] = {
#define XTR_OPTION(name, TYPE, preset, min, max, choices, kreuzberg, doc) \
    {#name,                                                               \
     XTR_##TYPE,                                                          \
     min,                                                                 \
     max,                                                                 \
     FIRST_##TYPE(preset),                                                \
     PRESET_##TYPE(preset),                                               \
     choices,                                                             \
     kreuzberg,                                                           \
     doc,                                                                 \
     offsetof(struct xtr_options, name)},
#include "libextract/options.def"
#undef XTR_OPTION
};

enum { OPTION_COUNT = sizeof options_def / sizeof options_def[0] };

#define AT(options, option, type) ((type *)(void *)((char *)(options) + (option)->at))

/* Table ------------------------------------------------------------------------------------- */

/* The n-th of "a|b|c"; its length in *size. */
static const char *choice_at(const char *choices, int64_t n, size_t *size) {
    while (n-- > 0)
        choices = strchr(choices, '|') + 1;
    *size = strcspn(choices, "|");
    return choices;
}

/* The public view of options_def, with choices spelled out. It is a constant once written; the
 * compiler cannot write it because a choice's default is a position. */
static xtr_option_info public_table[OPTION_COUNT];
static char choice_presets[OPTION_COUNT][16];

__attribute__((constructor)) static void fill_public_table(void) {
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const option *o = &options_def[i];
        const char *preset = o->preset ? o->preset : "";
        if (o->type == XTR_CHOICE) {
            size_t size;
            const char *name = choice_at(o->choices, o->first, &size);
            memcpy(choice_presets[i], name, size);
            preset = choice_presets[i];
        }
        public_table[i] = (xtr_option_info){.name = o->name,
                                            .type = o->type,
                                            .minimum = o->minimum,
                                            .maximum = o->maximum,
                                            .preset = preset,
                                            .choices = o->choices,
                                            .kreuzberg = o->kreuzberg,
                                            .doc = o->doc};
    }
}

const xtr_option_info *xtr_option_table(size_t *count) {
    *count = OPTION_COUNT;
    return public_table;
}

/* Life -------------------------------------------------------------------------------------- */

/* What an xtr_options stands in: the caller's object, or a snapshot of one. */
typedef struct options_box {
    xtr_options values;                     /* first */
    atomic_uint references;                 /* of a snapshot; the caller's has none */
    _Atomic(struct options_box *) snapshot; /* of the caller's since it was last set, or NULL */
} options_box;

static options_box *box_of(const xtr_options *options) {
    return (options_box *)options;
}

#define VALUE_BOOLEAN(preset)  preset
#define VALUE_INTEGER(preset)  preset
#define VALUE_DURATION(preset) preset
#define VALUE_SIZE(preset)     preset
#define VALUE_STRING(preset)   preset
#define VALUE_CHOICE(preset)   preset
#define VALUE_LIST(preset) \
    { NULL, 0 }
#define VALUE_PAGES(preset) \
    { NULL, 0 }

static const xtr_options defaults = {
#define XTR_OPTION(name, TYPE, preset, min, max, choices, kreuzberg, doc) \
    .name = VALUE_##TYPE(preset),
#include "libextract/options.def"
#undef XTR_OPTION
};

static bool is_number(xtr_type type) {
    return type == XTR_INTEGER || type == XTR_DURATION || type == XTR_SIZE || type == XTR_CHOICE;
}

static void list_drop(xtr_list *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
}

/* A setting makes the snapshot old. */
static void forget_snapshot(xtr_options *options) {
    options_box *old = atomic_exchange(&box_of(options)->snapshot, NULL);
    if (old)
        xtr__options_release(&old->values);
}

void xtr_options_drop(xtr_options *options) {
    if (!options)
        return;
    forget_snapshot(options);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const option *o = &options_def[i];
        if (o->type == XTR_STRING)
            free(*AT(options, o, char *));
        else if (o->type == XTR_LIST)
            list_drop(AT(options, o, xtr_list));
        else if (o->type == XTR_PAGES)
            free(AT(options, o, xtr_page_ranges)->items);
    }
    free(options);
}

static bool list_add(xtr_list *list, const char *item) {
    char **grown = realloc(list->items, (list->count + 1) * sizeof *grown);
    if (!grown)
        return false;
    list->items = grown;
    char *copy = strdup(item);
    if (!copy)
        return false;
    grown[list->count++] = copy;
    return true;
}

static bool copy_value(xtr_options *to, const xtr_options *from, const option *o) {
    if (o->type == XTR_STRING) {
        const char *value = *AT(from, o, char *);
        return !value || (*AT(to, o, char *) = strdup(value));
    }
    if (o->type == XTR_LIST) {
        const xtr_list *list = AT(from, o, xtr_list);
        for (size_t i = 0; i < list->count; i++) {
            if (!list_add(AT(to, o, xtr_list), list->items[i]))
                return false;
        }
    }
    if (o->type == XTR_PAGES) {
        const xtr_page_ranges *ranges = AT(from, o, xtr_page_ranges);
        xtr_page_ranges *copy = AT(to, o, xtr_page_ranges);
        if (ranges->count) {
            copy->items = calloc(ranges->count, sizeof *copy->items);
            if (!copy->items)
                return false;
            memcpy(copy->items, ranges->items, ranges->count * sizeof *copy->items);
            copy->count = ranges->count;
        }
    }
    if (o->type == XTR_BOOLEAN)
        *AT(to, o, bool) = *AT(from, o, bool);
    if (is_number(o->type))
        *AT(to, o, int64_t) = *AT(from, o, int64_t);
    return true;
}

static options_box *copy_options(const xtr_options *options) {
    options_box *copy = calloc(1, sizeof *copy);
    for (size_t i = 0; copy && i < OPTION_COUNT; i++) {
        if (!copy_value(&copy->values, options, &options_def[i])) {
            xtr_options_drop(&copy->values);
            return NULL;
        }
    }
    return copy;
}

xtr_options *xtr_options_new(void) {
    options_box *box = copy_options(&defaults);
    return box ? &box->values : NULL;
}

static options_box *new_snapshot(const xtr_options *options) {
    options_box *snapshot = copy_options(options);
    if (!snapshot || !options->mime_type)
        return snapshot;
    char *canonical = strdup(xtr__mime_canonical(options->mime_type));
    free(snapshot->values.mime_type);
    snapshot->values.mime_type = canonical;
    if (!canonical) {
        xtr_options_drop(&snapshot->values);
        return NULL;
    }
    return snapshot;
}

const xtr_options *xtr__options_snapshot(const xtr_options *options) {
    if (!options || options == &defaults)
        return &defaults;
    options_box *box = box_of(options);
    bool is_snapshot = atomic_load_explicit(&box->references, memory_order_relaxed) > 0;
    options_box *snapshot = is_snapshot ? box : atomic_load(&box->snapshot);
    if (!snapshot) {
        options_box *made = new_snapshot(options);
        if (!made)
            return NULL;
        made->references = 1; /* of `options` */
        if (atomic_compare_exchange_strong(&box->snapshot, &snapshot, made))
            snapshot = made;
        else /* another thread submits with the same options */
            xtr_options_drop(&made->values);
    }
    atomic_fetch_add_explicit(&snapshot->references, 1, memory_order_relaxed);
    return &snapshot->values;
}

void xtr__options_release(const xtr_options *snapshot) {
    if (!snapshot || snapshot == &defaults)
        return;
    options_box *box = box_of(snapshot);
    if (atomic_fetch_sub_explicit(&box->references, 1, memory_order_acq_rel) == 1)
        xtr_options_drop(&box->values);
}

/* To another process ------------------------------------------------------------------------ */

/* Numbers as they are; strings with their size and their zero, in a list after its count. */

static void pack_number(xtr__buffer *out, int64_t number) {
    xtr__put(out, (const char *)&number, sizeof number);
}

static void pack_string(xtr__buffer *out, const char *string) {
    size_t size = string ? strlen(string) + 1 : 0; /* 0: NULL */
    pack_number(out, (int64_t)size);
    xtr__put(out, string, size);
}

static void pack_value(xtr__buffer *out, const xtr_options *options, const option *o) {
    if (o->type == XTR_STRING) {
        pack_string(out, *AT(options, o, char *));
    } else if (o->type == XTR_LIST) {
        const xtr_list *list = AT(options, o, xtr_list);
        pack_number(out, (int64_t)list->count);
        for (size_t i = 0; i < list->count; i++)
            pack_string(out, list->items[i]);
    } else if (o->type == XTR_PAGES) {
        const xtr_page_ranges *ranges = AT(options, o, xtr_page_ranges);
        pack_number(out, (int64_t)ranges->count);
        xtr__put(out, (const char *)ranges->items, ranges->count * sizeof *ranges->items);
    } else {
        pack_number(out, o->type == XTR_BOOLEAN ? *AT(options, o, bool) : *AT(options, o, int64_t));
    }
}

void xtr__options_pack(xtr__buffer *out, const xtr_options *options) {
    for (size_t i = 0; i < OPTION_COUNT; i++)
        pack_value(out, options, &options_def[i]);
}

/* Not those that only say which documents are read, where and how soon; nor passwords, which a
 * journal should not tell of, and with which what failed for them can be tried again. A document
 * that runs out of time fails, so limits of time are not in what comes of those that end; limits of
 * memory are, for a document that runs out of that is cut. */
static bool changes_results(const option *o) {
    static const char *const others[] = {
        "priority",  "isolation", "timeout",        "cpu_time",     "silence", "password",
        "ocr_cache", "journal",   "ocr_cache_size", "include",      "exclude", "hidden",
        "symlinks",  "max_size",  "resume",         "retry_failed", "force",   "same_content"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (!strcmp(o->name, others[i]))
            return false;
    }
    return true;
}

/* Defaults are left out, so that a new option changes nothing. */
uint64_t xtr__options_fingerprint(const xtr_options *options) {
    struct sha256_ctx hash;
    unsigned char digest[8];
    uint64_t number = 0;
    sha256_init(&hash);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const option *o = &options_def[i];
        xtr__buffer value = {.failed = false}, usual = {.failed = false};
        pack_value(&value, options, o);
        pack_value(&usual, &defaults, o);
        if (changes_results(o) &&
            (value.size != usual.size || memcmp(value.data, usual.data, value.size) != 0)) {
            sha256_update(&hash, strlen(o->name) + 1, (const uint8_t *)o->name);
            sha256_update(&hash, value.size, (const uint8_t *)value.data);
        }
        free(value.data);
        free(usual.data);
    }
    sha256_digest(&hash, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        number = number << 8 | digest[i];
    return number;
}

typedef struct packed {
    const char *at;
    size_t left;
    bool failed;
} packed;

static const char *unpack_bytes(packed *from, size_t size) {
    const char *bytes = from->at;
    from->failed = from->failed || size > from->left;
    if (from->failed)
        return NULL;
    from->at += size;
    from->left -= size;
    return bytes;
}

static int64_t unpack_number(packed *from) {
    int64_t number = 0;
    const char *bytes = unpack_bytes(from, sizeof number);
    if (bytes)
        memcpy(&number, bytes, sizeof number);
    return number;
}

/* A count of things of at least `size` bytes each. */
static size_t unpack_count(packed *from, size_t size) {
    int64_t count = unpack_number(from);
    from->failed = from->failed || count < 0 || (uint64_t)count > from->left / size;
    return from->failed ? 0 : (size_t)count;
}

static const char *unpack_string(packed *from) {
    size_t size = unpack_count(from, 1);
    const char *string = size ? unpack_bytes(from, size) : NULL;
    from->failed = from->failed || (string && strnlen(string, size) + 1 != size);
    return string;
}

static void unpack_pages(packed *from, xtr_page_ranges *ranges) {
    size_t count = unpack_count(from, sizeof *ranges->items);
    if (!count)
        return;
    ranges->items = calloc(count, sizeof *ranges->items);
    const char *bytes = unpack_bytes(from, count * sizeof *ranges->items);
    from->failed = from->failed || !ranges->items;
    if (from->failed)
        return;
    memcpy(ranges->items, bytes, count * sizeof *ranges->items);
    ranges->count = count;
}

static void unpack_value(packed *from, xtr_options *options, const option *o) {
    if (o->type == XTR_STRING) {
        const char *string = unpack_string(from);
        if (string && !from->failed && !(*AT(options, o, char *) = strdup(string)))
            from->failed = true;
    } else if (o->type == XTR_LIST) {
        for (size_t count = unpack_count(from, sizeof(int64_t)); count-- && !from->failed;) {
            const char *string = unpack_string(from);
            if (!from->failed && !list_add(AT(options, o, xtr_list), string ? string : ""))
                from->failed = true;
        }
    } else if (o->type == XTR_PAGES) {
        unpack_pages(from, AT(options, o, xtr_page_ranges));
    } else if (o->type == XTR_BOOLEAN) {
        *AT(options, o, bool) = unpack_number(from) != 0;
    } else {
        *AT(options, o, int64_t) = unpack_number(from);
    }
}

xtr_options *xtr__options_unpack(const void *bytes, size_t size) {
    packed from = {.at = bytes, .left = size};
    options_box *box = calloc(1, sizeof *box);
    if (!box)
        return NULL;
    for (size_t i = 0; i < OPTION_COUNT; i++)
        unpack_value(&from, &box->values, &options_def[i]);
    if (!from.failed && !from.left)
        return &box->values;
    xtr_options_drop(&box->values);
    return NULL;
}

/* Names ------------------------------------------------------------------------------------- */

/* Edit distance of two short names (Wagner & Fischer 1974), one row at a time. */
static size_t distance(const char *a, const char *b) {
    size_t row[64];
    size_t width = strlen(b);
    if (width >= sizeof row / sizeof row[0])
        return width;
    for (size_t j = 0; j <= width; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < width; j++) {
            size_t change = corner + (a[i] != b[j]);
            corner = row[j + 1];
            size_t best = change < row[j] + 1 ? change : row[j] + 1;
            row[j + 1] = best < corner + 1 ? best : corner + 1;
        }
    }
    return row[width];
}

/* Whether Kreuzberg calls an option so, with its group or without. */
static bool is_called(const option *o, const char *name) {
    const char *dot = strrchr(o->kreuzberg, '.');
    return *name && (!strcmp(o->kreuzberg, name) || (dot && !strcmp(dot + 1, name)));
}

static const option *find(const char *name, xtr_error *error) {
    const option *nearest = &options_def[0];
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (!strcmp(options_def[i].name, name))
            return &options_def[i];
        size_t d = is_called(&options_def[i], name) ? 0 : distance(name, options_def[i].name);
        if (d < least) {
            least = d;
            nearest = &options_def[i];
        }
    }
    if (least <= 2 || (least <= 4 && strlen(name) > 8))
        xtr__error(error, XTR_E_ARGUMENT, "unknown option '%.64s': did you mean '%s'?", name,
                   nearest->name);
    else
        xtr__error(error, XTR_E_ARGUMENT, "unknown option '%.64s'", name);
    return NULL;
}

static int bad_value(xtr_error *error, const option *o, const char *value, const char *wanted) {
    return xtr__error(error, XTR_E_ARGUMENT, "option '%s' cannot be '%.64s': %s", o->name, value,
                      wanted);
}

/* Values ------------------------------------------------------------------------------------ */

static int store_number(xtr_options *options, const option *o, int64_t value, xtr_error *error) {
    if (value < o->minimum || value > o->maximum)
        return xtr__error(error, XTR_E_ARGUMENT, "option '%s' must be from %lld to %lld", o->name,
                          (long long)o->minimum, (long long)o->maximum);
    *AT(options, o, int64_t) = value;
    return XTR_OK;
}

/* Reads digits with at most three decimals as thousandths; NULL when there are none or they do
 * not fit. By hand: strtod follows the host's locale. */
static const char *read_thousandths(const char *text, int64_t *out) {
    const int64_t most = INT64_MAX / 100000;
    int64_t value = 0;
    const char *c = text;
    for (; *c >= '0' && *c <= '9'; c++) {
        if (value > most)
            return NULL;
        value = value * 10 + (*c - '0');
    }
    if (c == text)
        return NULL;
    value *= 1000;
    if (*c == '.') {
        int64_t unit = 100;
        for (c++; *c >= '0' && *c <= '9'; c++) {
            value += (*c - '0') * unit;
            unit /= 10;
        }
    }
    *out = value;
    return c;
}

typedef struct unit {
    const char *name;
    int64_t factor; /* of the stored unit */
} unit;

static const unit sizes[] = {{"", 1},          {"B", 1},         {"kB", 1000},
                             {"KB", 1000},     {"MB", 1000000},  {"GB", 1000000000},
                             {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
                             {NULL, 0}};
static const unit durations[] = {{"", 1000},   {"s", 1000},    {"ms", 1},
                                 {"m", 60000}, {"h", 3600000}, {NULL, 0}};
static const unit plain[] = {{"", 1}, {NULL, 0}};

static int set_quantity(xtr_options *options, const option *o, const char *value,
                        xtr_error *error) {
    const unit *units = o->type == XTR_SIZE ? sizes : o->type == XTR_DURATION ? durations : plain;
    int64_t thousandths;
    const char *end = read_thousandths(value, &thousandths);
    for (; end && units->name; units++) {
        if (strcmp(units->name, end) != 0)
            continue;
        int64_t result;
        if (__builtin_mul_overflow(thousandths, units->factor, &result))
            break;
        return store_number(options, o, result / 1000, error);
    }
    return bad_value(error, o, value,
                     o->type == XTR_SIZE       ? "give bytes, or a size such as 500MB or 1GiB"
                     : o->type == XTR_DURATION ? "give seconds, or a time such as 500ms or 2m"
                                               : "give a whole number");
}

static int set_choice(xtr_options *options, const option *o, const char *value, xtr_error *error) {
    size_t size = strlen(value);
    const char *choice = o->choices;
    for (int64_t n = 0;; n++) {
        size_t length = strcspn(choice, "|");
        if (length == size && !memcmp(choice, value, size)) {
            *AT(options, o, int64_t) = n;
            return XTR_OK;
        }
        if (!choice[length])
            break;
        choice += length + 1;
    }
    return xtr__error(error, XTR_E_ARGUMENT, "option '%s' cannot be '%.64s': choose one of %s",
                      o->name, value, o->choices);
}

static int set_boolean(xtr_options *options, const option *o, const char *value, xtr_error *error) {
    bool on = !strcmp(value, "true") || !strcmp(value, "yes") || !strcmp(value, "1");
    if (!on && strcmp(value, "false") != 0 && strcmp(value, "no") != 0 && strcmp(value, "0") != 0)
        return bad_value(error, o, value, "say true or false");
    *AT(options, o, bool) = on;
    return XTR_OK;
}

static const char *read_page(const char *text, uint32_t *out) {
    int64_t value;
    const char *end = text;
    value = 0;
    while (*end >= '0' && *end <= '9' && value <= UINT32_MAX)
        value = value * 10 + (*end++ - '0');
    if (end == text || value < 1 || value > UINT32_MAX)
        return NULL;
    *out = (uint32_t)value;
    return end;
}

/* One of "7", "1-3", "12-". */
static const char *read_range(const char *text, xtr_page_range *range) {
    const char *end = read_page(text, &range->first);
    if (!end)
        return NULL;
    range->last = range->first;
    if (*end != '-')
        return end;
    if (end[1] < '0' || end[1] > '9') {
        range->last = UINT32_MAX;
        return end + 1;
    }
    end = read_page(end + 1, &range->last);
    return end && range->last >= range->first ? end : NULL;
}

static int set_pages(xtr_options *options, const option *o, const char *value, xtr_error *error) {
    xtr_page_ranges ranges = {NULL, 0};
    size_t capacity = 1;
    for (const char *c = value; (c = strchr(c, ',')); c++)
        capacity++;
    ranges.items = calloc(capacity, sizeof *ranges.items);
    if (!ranges.items)
        return xtr__error_memory(error);
    const char *at = value;
    while (at) {
        at = read_range(at, &ranges.items[ranges.count]);
        if (at)
            ranges.count++;
        if (!at || *at != ',')
            break;
        at++;
    }
    if (!at || *at) {
        free(ranges.items);
        return bad_value(error, o, value, "give ranges such as 1-3,7,12-");
    }
    free(AT(options, o, xtr_page_ranges)->items);
    *AT(options, o, xtr_page_ranges) = ranges;
    return XTR_OK;
}

int xtr_options_set(xtr_options *options, const char *name, const char *value, xtr_error *error) {
    const option *o = find(name, error);
    if (!o)
        return XTR_E_ARGUMENT;
    forget_snapshot(options);
    switch (o->type) {
    case XTR_BOOLEAN:
        return set_boolean(options, o, value, error);
    case XTR_CHOICE:
        return set_choice(options, o, value, error);
    case XTR_PAGES:
        return set_pages(options, o, value, error);
    case XTR_INTEGER:
    case XTR_DURATION:
    case XTR_SIZE:
        return set_quantity(options, o, value, error);
    case XTR_LIST:
        return list_add(AT(options, o, xtr_list), value) ? XTR_OK : xtr__error_memory(error);
    case XTR_STRING:
        break;
    }
    char *copy = strdup(value);
    if (!copy)
        return xtr__error_memory(error);
    free(*AT(options, o, char *));
    *AT(options, o, char *) = copy;
    return XTR_OK;
}

int xtr_options_set_integer(xtr_options *options, const char *name, int64_t value,
                            xtr_error *error) {
    const option *o = find(name, error);
    if (!o)
        return XTR_E_ARGUMENT;
    forget_snapshot(options);
    if (o->type == XTR_BOOLEAN && (value == 0 || value == 1)) {
        *AT(options, o, bool) = value != 0;
        return XTR_OK;
    }
    if (o->type == XTR_PAGES && value >= 1 && value <= UINT32_MAX) {
        xtr_page_range *range = malloc(sizeof *range);
        if (!range)
            return xtr__error_memory(error);
        *range = (xtr_page_range){(uint32_t)value, (uint32_t)value};
        free(AT(options, o, xtr_page_ranges)->items);
        *AT(options, o, xtr_page_ranges) = (xtr_page_ranges){range, 1};
        return XTR_OK;
    }
    if (o->type != XTR_CHOICE && is_number(o->type))
        return store_number(options, o, value, error);
    return xtr__error(error, XTR_E_ARGUMENT, "option '%s' cannot be the number %lld", o->name,
                      (long long)value);
}

int xtr_options_get_integer(const xtr_options *options, const char *name, int64_t *out,
                            xtr_error *error) {
    const option *o = find(name, error);
    *out = 0;
    if (!o)
        return XTR_E_ARGUMENT;
    if (o->type != XTR_BOOLEAN && !is_number(o->type))
        return xtr__error(error, XTR_E_ARGUMENT, "option '%s' is no number", o->name);
    *out = o->type == XTR_BOOLEAN ? *AT(options, o, bool) : *AT(options, o, int64_t);
    return XTR_OK;
}

bool xtr_pages_include(const xtr_page_ranges *ranges, uint32_t number) {
    for (size_t i = 0; i < ranges->count; i++) {
        if (number >= ranges->items[i].first && number <= ranges->items[i].last)
            return true;
    }
    return ranges->count == 0;
}
