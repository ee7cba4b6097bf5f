/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that the analysis of a page left out. A piece that holds letters and no word is read again
 * with what stands beside it in its row: alone, a number of three digits makes the recogniser
 * unsure. What then stands in the piece is added. */
#include "ocr/ocr.h"

#include <math.h>
#include <string.h>

/* A row makes sense with this share of its letters legible; a word with this confidence. */
#define SENSE  .6
#define UNSURE .3F
/* How far what stands beside a piece may be, in heights of it. */
#define REACH 6

/* What is this much lower than most words is a rest of a letter. */
#define LOW .4F

enum { MOST_PIECES = 48 };

/** From pixels of a reading to those of what was prepared. */
typedef struct frame {
    float scale, dx, dy;
} frame;

/** What there is of a page, in pixels of what was prepared. */
typedef struct missed {
    const xtr__reader *reader;
    const xtr__ocr_prepared *prepared;
    const xtr__way *way;
    xtr__reading *reading;
    frame frame;
    xtr_box *words; /* of the reading, as it was */
    float height;   /* of a word, the mean */
    uint32_t word_count, count;
    xtr_box pieces[MOST_PIECES];
    bool read[MOST_PIECES];
} missed;

static frame frame_of(const xtr__ocr_prepared *prepared, const xtr__reading *reading) {
    float scale = prepared->scale;
    return (frame){scale, ((float)prepared->image.width - (float)reading->width * scale) / 2,
                   ((float)prepared->image.height - (float)reading->height * scale) / 2};
}

static void measure_words(missed *m) {
    for (uint32_t i = 0; i < m->word_count; i++) {
        xtr__read_word word = m->reading->words.items[i];
        xtr__read_word_scale(&word, m->frame.scale);
        xtr__read_word_move(&word, m->frame.dx, m->frame.dy);
        m->words[i] = word.box;
        m->height += (word.box.y1 - word.box.y0) / (float)m->word_count;
    }
}

/* Rows -------------------------------------------------------------------------------------- */

/** Adds a box to a row when it stands beside it. Whether the row grew. */
static bool join(xtr_box *row, const xtr_box *piece, const xtr_box *box) {
    float height = piece->y1 - piece->y0, off = box->y0 + box->y1 - piece->y0 - piece->y1;
    float gap = fmaxf(box->x0 - row->x1, row->x0 - box->x1);
    if (fabsf(off) > height / 2 || box->y1 - box->y0 > 1.5F * height || gap > REACH * height ||
        (box->x0 >= row->x0 && box->x1 <= row->x1))
        return false;
    *row = (xtr_box){fminf(row->x0, box->x0), fminf(row->y0, box->y0), fmaxf(row->x1, box->x1),
                     fmaxf(row->y1, box->y1)};
    return true;
}

static xtr_box row_of(const missed *m, const xtr_box *piece) {
    xtr_box row = *piece;
    for (bool grew = true; grew;) {
        grew = false;
        for (uint32_t i = 0; i < m->word_count; i++)
            grew |= join(&row, piece, &m->words[i]);
        for (uint32_t i = 0; i < m->count; i++)
            grew |= join(&row, piece, &m->pieces[i]);
    }
    float height = piece->y1 - piece->y0;
    float width = (float)m->prepared->image.width, most = (float)m->prepared->image.height;
    return (xtr_box){floorf(fmaxf(row.x0 - height / 4, 0)), floorf(fmaxf(row.y0, 0)),
                     floorf(fminf(row.x1 + height / 4, width)), floorf(fminf(row.y1, most))};
}

/* Words ------------------------------------------------------------------------------------- */

/** The piece that a box stands in, or MOST_PIECES. */
static uint32_t piece_at(const missed *m, const xtr_box *box) {
    float x = (box->x0 + box->x1) / 2, y = (box->y0 + box->y1) / 2;
    for (uint32_t i = 0; i < m->count; i++) {
        const xtr_box *at = &m->pieces[i];
        if (x > at->x0 && x < at->x1 && y > at->y0 && y < at->y1)
            return i;
    }
    return MOST_PIECES;
}

static bool covers_a_word(const missed *m, const xtr_box *box) {
    for (uint32_t i = 0; i < m->word_count; i++) {
        const xtr_box *word = &m->words[i];
        float x = fminf(word->x1, box->x1) - fmaxf(word->x0, box->x0);
        float y = fminf(word->y1, box->y1) - fmaxf(word->y0, box->y0);
        if (x > 0 && y > 0 && x * y > 0.3F * (box->x1 - box->x0) * (box->y1 - box->y0))
            return true;
    }
    return false;
}

/** Adds what stands in pieces, each a line of its own. `first` is the first free line. What memory
 *  is refused for is left out. */
static void add_words(missed *m, const xtr__reading *row, xtr_box at, uint32_t first) {
    xtr__reading *to = m->reading;
    size_t text = to->text.count;
    if (!xtr__reserve(to->budget, &to->text.items, &to->text.capacity, text + row->text.count, 1))
        return;
    memcpy(to->text.items + text, row->text.items, row->text.count);
    to->text.count += row->text.count;
    for (size_t i = 0; i < row->words.count; i++) {
        xtr__read_word word = row->words.items[i];
        xtr__read_word_move(&word, at.x0, at.y0);
        uint32_t piece = piece_at(m, &word.box);
        if (word.box.y1 - word.box.y0 < LOW * m->height || piece == MOST_PIECES ||
            word.confidence < UNSURE || covers_a_word(m, &word.box))
            continue;
        xtr__read_word_move(&word, -m->frame.dx, -m->frame.dy);
        xtr__read_word_scale(&word, 1 / m->frame.scale);
        word.text += (uint32_t)text;
        word.line = word.block = word.paragraph = first + piece;
        xtr__read_word *out = XTR__PUSH(to->budget, &to->words);
        if (!out)
            return;
        *out = word;
        xtr__weigh(&to->legibility, out, to->text.items + out->text);
    }
}

static void read_row(missed *m, xtr_box at, uint32_t first) {
    char ignored[256];
    xtr__way block = *m->way;
    xtr__reading row = {0};
    xtr_ocr_image image = m->prepared->image;
    image.samples += (size_t)at.y0 * image.stride + (size_t)at.x0;
    image.width = (uint32_t)(at.x1 - at.x0);
    image.height = (uint32_t)(at.y1 - at.y0);
    block.layout = XTR_OCR_BLOCK;
    int code = xtr__read_as_is(m->reader, &image, &block, &row, ignored);
    const xtr__legibility *l = &row.legibility;
    if (!code && l->letters > 0 && l->vertical == 0 && l->legible >= l->letters * SENSE)
        add_words(m, &row, at, first);
    xtr__reading_drop(&row);
}

static bool should_stop(const missed *m) {
    return m->reader->should_stop(m->reader->payload);
}

static void read_rows(missed *m) {
    uint32_t first = 1;
    for (uint32_t i = 0; i < m->word_count; i++) {
        const xtr__read_word *word = &m->reading->words.items[i];
        uint32_t last = word->line > word->block ? word->line : word->block;
        first = last >= first ? last + 1 : first;
    }
    for (uint32_t i = 0; i < m->count && !should_stop(m); i++) {
        if (m->read[i])
            continue;
        xtr_box row = row_of(m, &m->pieces[i]);
        for (uint32_t k = i; k < m->count; k++) {
            const xtr_box *other = &m->pieces[k];
            float y = (other->y0 + other->y1) / 2;
            m->read[k] |= other->x0 >= row.x0 && other->x1 <= row.x1 && y > row.y0 && y < row.y1;
        }
        read_row(m, row, first);
    }
}

void xtr__read_missed(const xtr__reader *reader, const xtr__ocr_prepared *prepared,
                      const xtr__way *way, xtr__reading *reading) {
    missed m = {.reader = reader,
                .prepared = prepared,
                .way = way,
                .reading = reading,
                .frame = frame_of(prepared, reading),
                .word_count = (uint32_t)reading->words.count};
    if (!m.word_count || xtr__is_poor(reading) || should_stop(&m))
        return;
    m.words = xtr__budget_resize(reading->budget, NULL, m.word_count * sizeof *m.words);
    if (!m.words)
        return;
    measure_words(&m);
    m.count =
        reader->module->find_missed(&prepared->image, m.words, m.word_count, m.pieces, MOST_PIECES);
    read_rows(&m);
    xtr__budget_resize(reading->budget, m.words, 0);
    if (reading->legibility.letters > 0)
        reading->confidence = (float)(reading->legibility.confidence / reading->legibility.letters);
}
