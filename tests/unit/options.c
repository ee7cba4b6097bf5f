/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "runtime/options.h"
#include "test.h"

#include <string.h>

static int set(xtr_options *options, const char *name, const char *value) {
    return xtr_options_set(options, name, value, NULL);
}

TEST(options, every_preset_is_accepted_and_is_the_default) {
    size_t count;
    const xtr_option_info *table = xtr_option_table(&count);
    xtr_options *fresh = xtr_options_new();
    xtr_options *set_by_name = xtr_options_new();
    ck_assert_uint_gt(count, 10);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(strlen(table[i].doc) > 20, "%s is not documented", table[i].name);
        if (*table[i].preset)
            ck_assert_int_eq(set(set_by_name, table[i].name, table[i].preset), XTR_OK);
    }
    ck_assert_int_eq(fresh->timeout, set_by_name->timeout);
    ck_assert_int_eq(fresh->timeout, 300000);
    ck_assert_int_eq(fresh->format, set_by_name->format);
    ck_assert_int_eq(fresh->max_input_size, set_by_name->max_input_size);
    ck_assert_str_eq(fresh->ocr_languages, set_by_name->ocr_languages);
    xtr_options_drop(fresh);
    xtr_options_drop(set_by_name);
}

TEST(options, quantities_have_units) {
    xtr_options *o = xtr_options_new();
    ck_assert_int_eq(set(o, "timeout", "15"), XTR_OK);
    ck_assert_int_eq(o->timeout, 15000);
    ck_assert_int_eq(set(o, "timeout", "1.5s"), XTR_OK);
    ck_assert_int_eq(o->timeout, 1500);
    ck_assert_int_eq(set(o, "timeout", "250ms"), XTR_OK);
    ck_assert_int_eq(o->timeout, 250);
    ck_assert_int_eq(set(o, "max_input_size", "2GiB"), XTR_OK);
    ck_assert_int_eq(o->max_input_size, 2147483648);
    ck_assert_int_eq(set(o, "max_input_size", "0.5MB"), XTR_OK);
    ck_assert_int_eq(o->max_input_size, 500000);
    ck_assert_int_eq(set(o, "timeout", "15 parsecs"), XTR_E_ARGUMENT);
    ck_assert_int_eq(set(o, "timeout", "-1"), XTR_E_ARGUMENT);
    ck_assert_int_eq(set(o, "timeout", ""), XTR_E_ARGUMENT);
    ck_assert_int_eq(set(o, "max_pages", "99999999999999999999"), XTR_E_ARGUMENT);
    ck_assert_int_eq(set(o, "max_pages", "1000001"), XTR_E_ARGUMENT);
    xtr_options_drop(o);
}

TEST(options, page_ranges) {
    xtr_options *o = xtr_options_new();
    ck_assert(xtr_pages_include(&o->pages, 9));
    ck_assert_int_eq(set(o, "pages", "1-3,7,12-"), XTR_OK);
    ck_assert(xtr_pages_include(&o->pages, 1));
    ck_assert(xtr_pages_include(&o->pages, 3));
    ck_assert(!xtr_pages_include(&o->pages, 4));
    ck_assert(xtr_pages_include(&o->pages, 7));
    ck_assert(!xtr_pages_include(&o->pages, 11));
    ck_assert(xtr_pages_include(&o->pages, 4000000000u));
    const char *bad[] = {"", "0", "3-1", "a", "1,", ",1", "1-2-3", "99999999999", "1 2"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(set(o, "pages", bad[i]) == XTR_E_ARGUMENT, "accepted '%s'", bad[i]);
    ck_assert(xtr_pages_include(&o->pages, 7));
    ck_assert_int_eq(xtr_options_set_integer(o, "pages", 5, NULL), XTR_OK);
    ck_assert(!xtr_pages_include(&o->pages, 7));
    xtr_options_drop(o);
}

TEST(options, numbers_can_be_read) {
    xtr_options *o = xtr_options_new();
    xtr_error error;
    int64_t value;
    ck_assert_int_eq(set(o, "max_input_size", "2MiB"), XTR_OK);
    ck_assert_int_eq(xtr_options_get_integer(o, "max_input_size", &value, NULL), XTR_OK);
    ck_assert_int_eq(value, 2 << 20);
    ck_assert_int_eq(set(o, "ocr", "off"), XTR_OK);
    ck_assert_int_eq(xtr_options_get_integer(o, "ocr", &value, NULL), XTR_OK);
    ck_assert_int_eq(value, XTR_OCR_OFF);
    ck_assert_int_eq(xtr_options_get_integer(o, "charset", &value, &error), XTR_E_ARGUMENT);
    ck_assert_str_eq(error.message, "option 'charset' is no number");
    ck_assert_int_eq(xtr_options_get_integer(o, "max_input_siz", &value, NULL), XTR_E_ARGUMENT);
    xtr_options_drop(o);
}

TEST(options, mistakes_are_explained) {
    xtr_options *o = xtr_options_new();
    xtr_error error;
    ck_assert_int_eq(xtr_options_set(o, "pasword", "x", &error), XTR_E_ARGUMENT);
    ck_assert_str_eq(error.message, "unknown option 'pasword': did you mean 'password'?");
    ck_assert_int_eq(xtr_options_set(o, "colour", "x", &error), XTR_E_ARGUMENT);
    ck_assert_str_eq(error.message, "unknown option 'colour'");
    ck_assert_int_eq(xtr_options_set(o, "output_format", "x", &error), XTR_E_ARGUMENT);
    ck_assert_str_eq(error.message, "unknown option 'output_format': did you mean 'format'?");
    ck_assert_int_eq(xtr_options_set(o, "target_dpi", "x", &error), XTR_E_ARGUMENT);
    ck_assert_str_eq(error.message, "unknown option 'target_dpi': did you mean 'ocr_dpi'?");
    ck_assert_int_eq(xtr_options_set(o, "ocr.language", "x", &error), XTR_E_ARGUMENT);
    ck_assert_str_eq(error.message, "unknown option 'ocr.language': did you mean 'ocr_languages'?");
    ck_assert_int_eq(xtr_options_set(o, "", "x", &error), XTR_E_ARGUMENT);
    ck_assert_str_eq(error.message, "unknown option ''");
    ck_assert_int_eq(xtr_options_set(o, "ocr", "maybe", &error), XTR_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "auto|force|off"));
    ck_assert_int_eq(xtr_options_set_integer(o, "ocr", 1, &error), XTR_E_ARGUMENT);
    ck_assert_int_eq(xtr_options_set_integer(o, "max_pages", -1, &error), XTR_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "from 0 to 1000000"));
    xtr_options_drop(o);
}

TEST(options, snapshots_do_not_change) {
    xtr_options *o = xtr_options_new();
    ck_assert_int_eq(set(o, "password", "one"), XTR_OK);
    ck_assert_int_eq(set(o, "password", "two"), XTR_OK);
    ck_assert_int_eq(set(o, "pages", "2-4"), XTR_OK);
    ck_assert_int_eq(set(o, "charset", "koi8-r"), XTR_OK);
    ck_assert_int_eq(set(o, "priority", "high"), XTR_OK);
    ck_assert_int_eq(set(o, "mime_type", "Application/X-PDF"), XTR_OK);
    const xtr_options *copy = xtr__options_snapshot(o);
    const xtr_options *same = xtr__options_snapshot(o);
    ck_assert_ptr_eq(copy, same);
    xtr__options_release(same);
    ck_assert_int_eq(set(o, "charset", "utf-8"), XTR_OK);
    const xtr_options *other = xtr__options_snapshot(o);
    ck_assert_ptr_ne(copy, other);
    ck_assert_str_eq(other->charset, "utf-8");
    same = xtr__options_snapshot(other);
    ck_assert_ptr_eq(same, other);
    xtr__options_release(same);
    xtr__options_release(other);
    xtr_options_drop(o);
    ck_assert_str_eq(copy->mime_type, "application/pdf");
    ck_assert_uint_eq(copy->password.count, 2);
    ck_assert_str_eq(copy->password.items[1], "two");
    ck_assert(!xtr_pages_include(&copy->pages, 5));
    ck_assert_str_eq(copy->charset, "koi8-r");
    ck_assert_int_eq(copy->priority, XTR_PRIORITY_HIGH);
    xtr__options_release(copy);
}

TEST(options, no_options_are_the_defaults) {
    const xtr_options *none = xtr__options_snapshot(NULL);
    xtr_options *o = xtr_options_new();
    ck_assert_int_eq(none->timeout, o->timeout);
    ck_assert_int_eq(none->max_memory, o->max_memory);
    ck_assert_str_eq(none->ocr_languages, o->ocr_languages);
    ck_assert_ptr_eq(none->charset, NULL);
    ck_assert_ptr_eq(xtr__options_snapshot(none), none);
    xtr_options_drop(o);
    xtr__options_release(none);
}
