/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How images are read: by a backend that reads its picture from the pixels. A page is a square
 * whose first sample says how far it is turned, in quarters; letters are legible when it is
 * upright. */
#include "ocr/ocr.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = 400, WORDS = 40 };

/** What the mock knows, and saw. */
static struct {
    const char *right;  /* the language that the page is in */
    const char *script; /* that is detected */
    bool needs_block;   /* it is only read as a block */
    bool vertical;      /* pages on their side are read as lines that run down */
    bool stained;       /* its first line is nothing but a speck */
    bool missed;        /* a word at the end of the last row is read in that row only */
    int passes, trials; /* over all of the page, and over parts */
    char used[256];     /* languages of the last pass over all of it */
} mock;

static xtr__budget budget;

static int open_mock(void **out, const char *languages, char message[256]) {
    (void)message;
    *out = strdup(languages);
    return XTR_OK;
}

/* Parts show their page's turn in each sample. */
static int recognise(void *recogniser, const xtr_ocr_image *image, xtr_ocr_layout layout,
                     const xtr_ocr_sink *sink, char message[256]) {
    bool whole = image->width == SIDE;
    unsigned quarters = image->samples[0];
    bool right = strstr(recogniser, mock.right) && (!mock.needs_block || layout == XTR_OCR_BLOCK);
    bool down = mock.vertical && quarters % 2 && layout == XTR_OCR_PAGE;
    (void)message;
    mock.passes += whole;
    mock.trials += !whole;
    if (whole)
        strcpy(mock.used, recogniser);
    if (mock.stained)
        sink->add(sink->payload, &(xtr_ocr_word){.text = ".", .text_size = 1, .confidence = .1F});
    if (mock.missed && !whole) {
        float edge = (float)image->width, bottom = (float)image->height;
        sink->add(sink->payload, &(xtr_ocr_word){.text = "missed",
                                                 .text_size = 6,
                                                 .x0 = edge - 60,
                                                 .x1 = edge - 15,
                                                 .y1 = bottom,
                                                 .size = 20,
                                                 .confidence = .8F});
        return XTR_OK;
    }
    for (unsigned i = 0; i < WORDS; i++) {
        float step = (float)image->width / 8;
        float x = ((float)(i % 5) + .5F) * step, y = ((float)(i / 5) + .3F) * step;
        sink->add(sink->payload,
                  &(xtr_ocr_word){.text = "letters",
                                  .text_size = 7,
                                  .x0 = x,
                                  .y0 = y,
                                  .x1 = x + step * .8F,
                                  .y1 = y + step / 2,
                                  .size = 20,
                                  .vertical = down,
                                  .line = i / 5 + mock.stained,
                                  .paragraph = mock.stained,
                                  .block = mock.stained,
                                  .confidence = right && (!quarters || down) ? .9F : .2F});
    }
    return XTR_OK;
}

static int orient(const xtr_ocr_image *image, xtr_ocr_orientation *out, char message[256]) {
    (void)image;
    (void)message;
    *out = (xtr_ocr_orientation){.script_confidence = 1};
    strcpy(out->script, mock.script);
    return XTR_OK;
}

static void list_languages(void (*add)(void *payload, const char *language), void *payload) {
    static const char *const names[] = {"chi_sim", "deu", "eng", "frk", "jpn", "rus"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add(payload, names[i]);
}

static const xtr_ocr_backend backend = {.size = sizeof backend,
                                        .name = "mock",
                                        .open = open_mock,
                                        .drop = free,
                                        .recognise = recognise,
                                        .orient = orient,
                                        .list_languages = list_languages};

static int copy(const xtr_ocr_image *image, int quarters, xtr_ocr_image *out) {
    unsigned char *samples = malloc((size_t)image->width * image->height);
    memset(samples, (image->samples[0] + quarters) % 4, (size_t)image->width * image->height);
    *out = *image;
    out->samples = samples;
    out->stride = image->width;
    return XTR_OK;
}

static int turn(const xtr_ocr_image *image, int degrees, xtr_ocr_image *out) {
    return copy(image, degrees / 90, out);
}

static int prepare(const xtr_ocr_image *image, xtr__ocr_prepared *out) {
    *out = (xtr__ocr_prepared){.scale = 1};
    return copy(image, 0, &out->image);
}

static uint32_t find_missed(const xtr_ocr_image *image, const xtr_box *words, uint32_t count,
                            xtr_box *out, uint32_t most) {
    (void)image;
    ck_assert(most > 0 && count == WORDS && words[WORDS - 1].x1 < 300);
    *out = (xtr_box){300, 365, 390, 390};
    return mock.missed;
}

static bool never(void *payload) {
    (void)payload;
    return false;
}

/* Reads a page that is turned. */
static int read_page(int degrees, const char *languages, xtr__reading *out, char message[256]) {
    static const xtr__ocr_module module = {
        .prepare = prepare, .turn = turn, .find_missed = find_missed};
    static unsigned char samples[SIDE * SIDE];
    memset(samples, degrees / 90, sizeof samples);
    const xtr_ocr_image image = {.samples = samples, .width = SIDE, .height = SIDE, .stride = SIDE};
    const xtr__reader reader = {.budget = &budget,
                                .module = &module,
                                .backend = &backend,
                                .languages = languages,
                                .should_stop = never};
    return xtr__read_image(&reader, &image, out, message);
}

static void set_mock(const char *right) {
    memset(&mock, 0, sizeof mock);
    mock.right = right;
    mock.script = "Latin";
    setenv("LC_ALL", "C", 1);
}

TEST(ocr_read, good_page_takes_one_pass) {
    xtr__reading reading;
    char message[256];
    set_mock("eng");
    ck_assert_int_eq(read_page(0, "eng", &reading, message), XTR_OK);
    ck_assert_int_eq(mock.passes, 1);
    ck_assert_int_eq(mock.trials, 0);
    ck_assert_int_eq(reading.turn, 0);
    ck_assert_float_eq_tol(reading.confidence, .9F, .001F);
    xtr__reading_drop(&reading);
}

/* Stored readings are only believed when they are numbered so. */
TEST(ocr_read, lines_count_from_0_without_specks) {
    xtr__reading reading;
    char message[256];
    set_mock("eng");
    mock.stained = true;
    ck_assert_int_eq(read_page(0, "eng", &reading, message), XTR_OK);
    ck_assert_uint_eq(reading.words.count, WORDS);
    ck_assert_uint_eq(reading.words.items[0].line, 0);
    ck_assert_uint_eq(reading.words.items[0].paragraph, 0);
    ck_assert_uint_eq(reading.words.items[0].block, 0);
    ck_assert_uint_eq(reading.words.items[WORDS - 1].line, (WORDS - 1) / 5);
    xtr__reading_drop(&reading);
}

TEST(ocr_read, words_that_were_missed_are_read_in_their_row) {
    xtr__reading reading;
    char message[256];
    set_mock("eng");
    mock.missed = true;
    ck_assert_int_eq(read_page(0, "eng", &reading, message), XTR_OK);
    ck_assert_int_eq(mock.passes, 1);
    ck_assert_int_eq(mock.trials, 1);
    ck_assert_uint_eq(reading.words.count, WORDS + 1);
    const xtr__read_word *word = &reading.words.items[WORDS];
    ck_assert_int_eq(memcmp(reading.text.items + word->text, "missed", 6), 0);
    ck_assert(word->box.x0 > 300 && word->box.x1 < 400 && word->box.y0 >= 360);
    ck_assert_uint_gt(word->line, word[-1].line);
    xtr__reading_drop(&reading);
}

TEST(ocr_read, signs_do_not_tell_whether_a_page_is_upright) {
    xtr__legibility found = {0};
    const xtr__read_word word = {.text_size = 3, .confidence = .9F};
    xtr__weigh(&found, &word, "|]-");
    ck_assert_double_eq(found.letters, 0);
    xtr__weigh(&found, &word, "|a7");
    ck_assert_double_eq(found.letters, 2);
}

TEST(ocr_read, turned_pages_are_read_upright) {
    for (int degrees = 90; degrees < 360; degrees += 90) {
        xtr__reading reading;
        char message[256];
        set_mock("eng");
        ck_assert_int_eq(read_page(degrees, "eng", &reading, message), XTR_OK);
        ck_assert_int_eq(reading.turn, degrees);
        ck_assert_int_eq(mock.passes, 2);
        ck_assert_float_eq_tol(reading.confidence, .9F, .001F);
        xtr__reading_drop(&reading);
    }
}

TEST(ocr_read, lines_that_run_down_are_turned) {
    xtr__reading reading;
    char message[256];
    set_mock("eng");
    mock.vertical = true;
    ck_assert_int_eq(read_page(90, "eng", &reading, message), XTR_OK);
    ck_assert_int_eq(reading.turn, 90);
    ck_assert_double_eq(reading.legibility.vertical, 0);
    ck_assert_int_eq(mock.trials, 1);
    xtr__reading_drop(&reading);
}

TEST(ocr_read, page_that_is_read_as_block_only) {
    xtr__reading reading;
    char message[256];
    set_mock("eng");
    mock.needs_block = true;
    ck_assert_int_eq(read_page(0, "eng", &reading, message), XTR_OK);
    ck_assert_int_eq(reading.turn, 0);
    ck_assert_float_eq_tol(reading.confidence, .9F, .001F);
    xtr__reading_drop(&reading);
}

TEST(ocr_read, page_in_another_language_stays_as_it_lies) {
    xtr__reading reading;
    char message[256];
    set_mock("rus");
    ck_assert_int_eq(read_page(180, "eng", &reading, message), XTR_OK);
    ck_assert_int_eq(reading.turn, 0);
    ck_assert_int_eq(mock.passes, 1);
    xtr__reading_drop(&reading);
}

TEST(ocr_read, languages_of_the_detected_script) {
    xtr__reading reading;
    char message[256];
    set_mock("rus");
    mock.script = "Cyrillic";
    ck_assert_int_eq(read_page(0, "auto", &reading, message), XTR_OK);
    ck_assert_str_eq(mock.used, "rus");
    ck_assert_int_eq(mock.passes, 1);
    xtr__reading_drop(&reading);
    set_mock("eng");
    ck_assert_int_eq(read_page(0, "auto", &reading, message), XTR_OK);
    ck_assert_str_eq(mock.used, "eng+deu");
    xtr__reading_drop(&reading);
    set_mock("jpn");
    mock.script = "Japanese";
    ck_assert_int_eq(read_page(0, "auto", &reading, message), XTR_OK);
    ck_assert_str_eq(mock.used, "jpn");
    xtr__reading_drop(&reading);
}

TEST(ocr_read, old_letters_of_german) {
    xtr__reading reading;
    char message[256];
    set_mock("frk");
    ck_assert_int_eq(read_page(0, "deu", &reading, message), XTR_OK);
    ck_assert_str_eq(mock.used, "deu+frk");
    ck_assert_float_eq_tol(reading.confidence, .9F, .001F);
    xtr__reading_drop(&reading);
}

static void list_scripts(void (*add)(void *payload, const char *language), void *payload) {
    add(payload, "Fraktur");
    add(payload, "deu");
}

TEST(ocr_read, data_of_scripts_beside_that_of_languages) {
    xtr_ocr_backend debian = backend;
    char out[256], message[256];
    debian.list_languages = list_scripts;
    ck_assert_int_eq(xtr__languages_resolve(&debian, "script/Fraktur", out, message), XTR_OK);
    ck_assert_str_eq(out, "Fraktur");
    ck_assert(xtr__languages_with_old_letters(&debian, "deu", out));
    ck_assert_str_eq(out, "deu+Fraktur");
}

TEST(ocr_read, names_of_languages) {
    static const char *const said[][2] = {
        {"eng", "eng"},    {"de", "deu"},     {"German", "deu"}, {"ger+eng", "deu+eng"},
        {"zh", "chi_sim"}, {"deu+de", "deu"}, {"Russian", "rus"}};
    char out[256], message[256];
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        ck_assert_int_eq(xtr__languages_resolve(&backend, said[i][0], out, message), XTR_OK);
        ck_assert_str_eq(out, said[i][1]);
    }
}

static const char *complaint_about(const char *asked) {
    static char message[256];
    char out[256];
    ck_assert_int_eq(xtr__languages_resolve(&backend, asked, out, message), XTR_E_MISSING_LANGUAGE);
    return message;
}

TEST(ocr_read, missing_languages_name_their_package) {
    ck_assert_str_eq(complaint_about("eng+chi_tra"),
                     "no data of the language chi_tra: apt-get install tesseract-ocr-chi-tra; "
                     "installed: chi_sim, deu, eng, frk, jpn, rus");
    ck_assert_ptr_nonnull(strstr(complaint_about("fr"), "tesseract-ocr-fra;"));
    ck_assert_ptr_nonnull(strstr(complaint_about("script/Fraktur"), "tesseract-ocr-script-frak;"));
    ck_assert_ptr_nonnull(strstr(complaint_about("germn"), "did you mean deu (German)?"));
    ck_assert_ptr_nonnull(strstr(complaint_about("x"), "no language x; installed"));
    complaint_about("");
}
