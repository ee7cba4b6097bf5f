/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markup/frontmatter.h"
#include "document/buffer.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { MOST = 64 << 10, MOST_EVENTS = 4096 };

/* What Pandoc, Jekyll, Hugo and Quarto call the facts that have a name here. */
static const struct {
    const char *theirs, *ours;
} keys[] = {
    {"author", "authors"},   {"abstract", "description"}, {"summary", "description"},
    {"lang", "language"},    {"tags", "keywords"},        {"date", "created"},
    {"lastmod", "modified"}, {"updated", "modified"},
};

static const char *ours(const char *key) {
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!strcmp(key, keys[i].theirs))
            return keys[i].ours;
    }
    return key;
}

/* The line that ends it, or NULL. */
static const char *find_end(const char *text, size_t size, size_t *length) {
    const char *end = text + (size < MOST ? size : MOST);
    const char *at = text;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t line = (size_t)((stop ? stop : end) - at);
        *length = line + (stop != NULL);
        if (line && at[line - 1] == '\r')
            line--;
        if (line == 3 && (!memcmp(at, "---", 3) || !memcmp(at, "...", 3)))
            return at;
        if (!stop)
            return NULL;
        at = stop + 1;
    }
    return NULL;
}

/* Values of deeper maps are joined to those of the key at the top, keys left out. */
static bool read_events(xtr_builder *builder, yaml_parser_t *parser, bool dry) {
    xtr__buffer value = {0};
    char *key = NULL;
    int depth = 0;
    bool done = false, failed = false, is_map = false;
    for (int i = 0; i < MOST_EVENTS && !done && !failed; i++) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            failed = true;
            break;
        }
        bool opens =
            event.type == YAML_SEQUENCE_START_EVENT || event.type == YAML_MAPPING_START_EVENT;
        bool closes = event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT;
        is_map = is_map || (event.type == YAML_MAPPING_START_EVENT && depth == 0);
        depth += opens - closes;
        bool scalar = event.type == YAML_SCALAR_EVENT;
        bool is_key = scalar && depth == 1 && !key;
        if (is_key) {
            key = strdup((const char *)event.data.scalar.value);
            failed = !key;
        } else if (scalar && key && event.data.scalar.length) {
            if (value.size)
                xtr__puts(&value, ", ");
            xtr__put(&value, (const char *)event.data.scalar.value, event.data.scalar.length);
        }
        if (key && depth == 1 && !is_key && (closes || scalar)) {
            char *text = xtr__buffer_take(&value, NULL);
            if (text && !dry)
                xtr_metadata(builder, ours(key), text);
            free(text);
            free(key);
            key = NULL;
        }
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    free(value.data);
    free(key);
    return done && is_map && !failed;
}

static bool read_yaml(xtr_builder *builder, const char *text, size_t size, bool dry) {
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return false;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    bool done = read_events(builder, &parser, dry);
    yaml_parser_delete(&parser);
    return done;
}

size_t xtr__front_matter_read(xtr_builder *builder, const char *text, size_t size) {
    size_t first = size > 4 && !memcmp(text, "---\n", 4)     ? 4
                   : size > 5 && !memcmp(text, "---\r\n", 5) ? 5
                                                             : 0;
    size_t last = 0;
    const char *end = first ? find_end(text + first, size - first, &last) : NULL;
    if (!end)
        return 0;
    size_t length = (size_t)(end - text) - first;
    /* Between two rules may stand any text: it is front matter when it is a map. */
    if (!read_yaml(builder, text + first, length, true))
        return 0;
    read_yaml(builder, text + first, length, false);
    return first + length + last;
}
