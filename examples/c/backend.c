/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A program with a backend of its own for recognition: it does not read the picture, but says where
 * one would.
 *
 *     backend PICTURE */
#include <libextract/ocr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A real one would load a model here, and keep it for picture after picture. */
static int open_recogniser(void **out, const char *languages, char message[256]) {
    (void)languages;
    *out = malloc(1);
    if (*out)
        return XTR_OK;
    snprintf(message, 256, "out of memory");
    return XTR_E_MEMORY;
}

/* And here it would look at image->samples, ask sink->should_stop now and then, and add each word
 * it finds, in reading order. */
static int recognise(void *recogniser, const xtr_ocr_image *image, xtr_ocr_layout layout,
                     const xtr_ocr_sink *sink, char message[256]) {
    (void)recogniser, (void)layout, (void)message;
    float width = (float)image->width, height = (float)image->height;
    const xtr_ocr_word word = {.text = "something",
                               .text_size = strlen("something"),
                               .x0 = width / 4,
                               .y0 = height / 4,
                               .x1 = width * 3 / 4,
                               .y1 = height / 2,
                               .baseline_left = height / 2,
                               .baseline_right = height / 2,
                               .size = height / 4,
                               .confidence = .5F};
    sink->add(sink->payload, &word);
    return XTR_OK;
}

static const xtr_ocr_backend example = {.size = sizeof example,
                                        .name = "example",
                                        .open = open_recogniser,
                                        .drop = free,
                                        .recognise = recognise};

static int print(const char *path, const xtr_options *options) {
    xtr_error error;
    xtr_result *result;
    xtr_source *source = xtr_source_new_path(path);
    int code = source ? xtr_extract(&result, NULL, source, options, &error) : XTR_E_MEMORY;
    if (code == XTR_OK) {
        printf("%s\n", xtr_result_content(result, NULL));
        xtr_result_drop(result);
    } else {
        fprintf(stderr, "%s\n", source ? error.message : "out of memory");
    }
    xtr_source_drop(source);
    return code;
}

int main(int count, char **arguments) {
    xtr_error error;
    xtr_options *options = xtr_options_new();
    if (count != 2 || !options)
        return EXIT_FAILURE;
    int code = xtr_ocr_register(&example, &error);
    if (!code)
        code = xtr_options_set(options, "ocr_backend", "example", &error);
    if (!code)
        code = print(arguments[1], options);
    xtr_options_drop(options);
    return code ? EXIT_FAILURE : EXIT_SUCCESS;
}
