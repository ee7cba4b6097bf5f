/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Number formats of spreadsheets: what Excel displays. */
#include "sheet/number.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

static void expect(const char *code, double value, bool epoch_1904, const char *truth) {
    char shown[XTR__SHOWN_SIZE];
    xtr__number_format *format = xtr__number_format_new(code, strlen(code));
    ck_assert_ptr_nonnull(format);
    size_t size = xtr__number_show(shown, format, value, epoch_1904);
    ck_assert_msg(strcmp(shown, truth) == 0 && size == strlen(truth), "%s of %.17g: %s, not %s",
                  code, value, shown, truth);
    xtr__number_format_drop(format);
}

typedef struct example {
    const char *code;
    double value;
    const char *shown;
} example;

#define EXPECT(examples)                                               \
    for (size_t i = 0; i < sizeof(examples) / sizeof *(examples); i++) \
    expect((examples)[i].code, (examples)[i].value, false, (examples)[i].shown)

TEST(number, general_has_eleven_characters) {
    static const example examples[] = {{"General", 0, "0"},
                                       {"General", -3, "-3"},
                                       {"general", 1.5, "1.5"},
                                       {"", .1 + .2, "0.3"},
                                       {"General", 1234567.891234, "1234567.891"},
                                       {"General", 12345678901, "12345678901"},
                                       {"General", -99999999999, "-99999999999"},
                                       {"General", 123456789012, "1.23457E+11"},
                                       {"General", 99999999999.9, "1E+11"},
                                       {"General", 1.23456789e22, "1.23457E+22"},
                                       {"General", 1e-10, "1E-10"},
                                       {"General", .00001, "0.00001"},
                                       {"General", .000012345678, "1.23457E-05"},
                                       {"General", .0001234567, "0.000123457"},
                                       {"General", 1.23456789e-100, "1.2346E-100"},
                                       {"General", 1.0 / 3, "0.333333333"},
                                       {"General", 9999999999.99, "10000000000"},
                                       {"General\" %\"", 12.25, "12.25 %"}};
    EXPECT(examples);
}

TEST(number, digits_and_thousands) {
    static const example examples[] = {
        {"0", 12345.6789, "12346"},
        {"0.00", 1.005, "1.01"},
        {"0.00", -1.5, "-1.50"},
        {"0.00", 9.999, "10.00"},
        {"#,##0", 1234567.5, "1,234,568"},
        {"#,##0.00", 1234.5, "1,234.50"},
        {"0,000", 5, "0,005"},
        {"#,##0", 0, "0"},
        {"#", 0, ""},
        {"0.0#", 1.25, "1.25"},
        {"0.0#", 1, "1.0"},
        {".00", 1.5, "1.50"},
        {".00", .5, ".50"},
        {"0.0?", 1.5, "1.5"},
        {"000-00-0000", 123456789, "123-45-6789"},
        {"(###) ###-####", 5551234567, "(555) 123-4567"},
        {"0.0,", 12345, "12.3"},
        {"0,,\" M\"", 12345678, "12 M"},
        {"0%", .256, "26%"},
        {"0.00%", 12345.6789, "1234567.89%"},
        {"0.00E+00", 12345.6789, "1.23E+04"},
        {"0.00E-00", 12345.6789, "1.23E04"},
        {"0.0E+0", 9.99, "1.0E+1"},
        {"##0.0E+0", 12345.6789, "12.3E+3"},
        {"##0.0E+0", .00012, "120.0E-6"},
        {"0.00E+00", 0, "0.00E+00"},
        {"0", 1e20, "100000000000000000000"},
        {"0 USD", 5, "5 USD"},
        {"[$€-407] #,##0.00", 3.5, "€ 3.50"},
        {"#,##0.00\\ [$₽-419]", 3.5, "3.50 ₽"},
        {"\"x\\\"0\\y_)* ", 7, "x\\7y"},
        {"[Red][DBNum1]0", 7, "7"},
        {"@", 12345.6789, "12345.6789"},
        {"0.000", 1e-7, "0.000"},
        {"0.0000", 123.45, "123.4500"},
    };
    EXPECT(examples);
}

TEST(number, sections_and_conditions) {
    static const char account[] =
        "_(\"$\"* #,##0.00_);_(\"$\"* \\(#,##0.00\\);_(\"$\"* \"-\"?\?_);_(@_)";
    static const char coloured[] =
        "[Red][<-25]General;[Blue][>25]General;[Green]General;General\\ ";
    const example examples[] = {
        {"0;(0)", -5, "(5)"},
        {"0;(0)", 5, "5"},
        {"0;(0)", 0, "0"},
        {"0;(0);\"zero\"", 0, "zero"},
        {";;;", 5, ""},
        {"0;;", -5, ""},
        {"\"yes\";\"no\";\"none\"", -1, "no"},
        {account, 1234.5, "$1,234.50"},
        {account, -1234.5, "$(1,234.50)"},
        {account, 0, "$-"},
        {coloured, -26, "26"},
        {coloured, -25, "-25"},
        {coloured, -1, "-1"},
        {coloured, 26, "26"},
        {"[=50]General;000", 51, "051"},
        {"[=50]General;000", 50, "50"},
        {"[<>50]General;000", 50, "050"},
        {"[<=9999999]###-####;(###) ###-####", 5551234, "555-1234"},
        {"[<=9999999]###-####;(###) ###-####", 2125551234, "(212) 555-1234"},
        {"m/d/yy;@", 41684, "2/14/14"},
    };
    EXPECT(examples);
}

TEST(number, fractions) {
    static const example examples[] = {
        {"# ?/?", 12345.6789, "12345 2/3"},
        {"# ?\?/?\?", 12345.6789, "12345 55/81"},
        {"# ?/?", 5, "5"},
        {"# ?/?", 0, "0"},
        {"# ?/?", .5, "1/2"},
        {"# ?/2", 1.5, "1 1/2"},
        {"# ?\?/16", 1.25, "1 4/16"},
        {"# ?/10", 1.5, "1 5/10"},
        {"?/?", 1.5, "3/2"},
        {"# ?/?", 1.999, "2"},
        {"0 ?/?", -.25, "-0 1/4"},
        {"# ?\?\?/?\?\?", 3.14159265358979, "3 16/113"},
    };
    EXPECT(examples);
}

TEST(number, dates_and_times) {
    static const example examples[] = {
        {"m/d/yy", 12345.6789, "10/18/33"},
        {"d-mmm-yy", 12345.6789, "18-Oct-33"},
        {"mmm-yy", 12345.6789, "Oct-33"},
        {"h:mm AM/PM", 12345.6789, "4:17 PM"},
        {"h:mm:ss a/p", 12345.1789, "4:17:37 a"},
        {"hh:mm:ss", 12345.6789, "16:17:37"},
        {"m/d/yy h:mm", 12345.6789, "10/18/33 16:17"},
        {"mm:ss", 12345.6789, "17:37"},
        {"[h]:mm:ss", 12345.6789, "296296:17:37"},
        {"mmss.0", 12345.6789, "1737.0"},
        {"h:mm:ss.000", .123456789, "2:57:46.667"},
        {"[h]", -1.2, "-28"},
        {"[ss]", -1.2, "-103680"},
        {"[m]", 1, "1440"},
        {"[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", 41684, "Friday, February 14, 2014"},
        {"yyyy\\-mm\\-dd;@", 41684.3525, "2014-02-14"},
        {"ddd mmmmm", 41684, "Fri F"},
        {"yyyy", -1, "-1"},
        {"yyyy", 3e6, "3000000"},
        {"yyyy-mm-dd", 2958465, "9999-12-31"},
        {"yyyy-mm-dd", 60, "1900-02-29"},
        {"yyyy-mm-dd", 59, "1900-02-28"},
        {"yyyy-mm-dd", 61, "1900-03-01"},
        {"yyyy-mm-dd", 0, "1900-01-00"},
        {"yyyy-mm-dd", 1, "1900-01-01"},
        {"yyyy-mm-dd h:mm:ss", 41684.999999999, "2014-02-15 0:00:00"},
        {"bbbb", 41684, "2557"},
        {"hmm", .5, "1200"},
        {"yy\"年\"m\"月\"d\"日\"", 41684, "14年2月14日"},
    };
    EXPECT(examples);
    expect("yyyy-mm-dd", 40222, true, "2014-02-14");
    expect("yyyy-mm-dd", 0, true, "1904-01-01");
}

TEST(number, builtin_codes) {
    ck_assert_str_eq(xtr__number_format_builtin(14), "m/d/yy");
    ck_assert_ptr_null(xtr__number_format_builtin(30));
    ck_assert_ptr_null(xtr__number_format_builtin(4000000000U));
    for (unsigned id = 0; id < 64; id++) {
        const char *code = xtr__number_format_builtin(id);
        if (!code)
            continue;
        xtr__number_format *format = xtr__number_format_new(code, strlen(code));
        bool date = (id >= 14 && id <= 22) || (id >= 45 && id <= 47);
        ck_assert_int_eq(xtr__number_format_is_date(format), date);
        ck_assert_int_eq(xtr__number_format_is_general(format), id == 0 || id == 49);
        xtr__number_format_drop(format);
    }
}

static void append(void *payload, const char *text, size_t size) {
    strncat(payload, text, size);
}

static void expect_text(const char *code, const char *truth) {
    char shown[64] = "";
    xtr__number_format *format = xtr__number_format_new(code, strlen(code));
    xtr__number_show_text(format, "text", 4, append, shown);
    ck_assert_str_eq(shown, truth);
    xtr__number_format_drop(format);
}

TEST(number, text_by_its_section) {
    expect_text("General", "text");
    expect_text("0.00;-0.00", "text");
    expect_text("0;0;0;\"<\"@\">\"", "<text>");
    expect_text("0;@\" !\"", "text !");
    expect_text(";;;", "");
    expect_text("0;0;0;General", "text");
    expect_text("@", "text");
}

TEST(number, parsing) {
    static const struct {
        const char *text;
        bool valid;
        double value;
    } examples[] = {
        {"12", true, 12},        {"-1.5e3", true, -1500}, {"1e400", false, 0},
        {"1E-400", true, 0},     {".5", true, .5},        {"", false, 0},
        {"1x", false, 0},        {"e5", false, 0},        {"-", false, 0},
        {"1e", false, 0},        {"0.1", true, .1},       {"12345.6789", true, 12345.6789},
        {"1e99999999", false, 0}};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        double value = 0;
        bool valid = xtr__number_parse(&value, examples[i].text, strlen(examples[i].text));
        ck_assert_int_eq(valid, examples[i].valid);
        if (valid)
            ck_assert_msg(value == examples[i].value, "%s: %.17g", examples[i].text, value);
    }
}

TEST(number, dates_of_iso_8601) {
    double value;
    ck_assert(xtr__number_from_date(&value, "2014-02-14T12:00:00.000Z", false));
    ck_assert_msg(value == 41684.5, "%.17g", value);
    ck_assert(xtr__number_from_date(&value, "1900-01-01", false) && value == 1);
    ck_assert(xtr__number_from_date(&value, "1904-01-02", true) && value == 1);
    ck_assert(!xtr__number_from_date(&value, "2014-13-14", false));
    ck_assert(!xtr__number_from_date(&value, "x", false));
}

TEST(number, hostile_codes) {
    char code[2000];
    char shown[XTR__SHOWN_SIZE];
    static const char *const codes[] = {"[",    "\"",   "\\",          "_",       "*",
                                        "[>",   "[$",   "[$-",         "/",       "0/",
                                        "E+",   "0E+",  ";;;;;;;;",    ",",       "0,,,,,,",
                                        "%%%%", "[h",   "?\?/?\?/?\?", "0.0.0.0", "[<1e999]0;[>]0",
                                        "AM/P", "\xC3", "\\\xE2\x82"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        xtr__number_format *format = xtr__number_format_new(codes[i], strlen(codes[i]));
        static const double values[] = {0, -1.5, 1e308, -1e-308, 12345.678};
        for (size_t j = 0; j < sizeof values / sizeof *values; j++)
            ck_assert_uint_lt(xtr__number_show(shown, format, values[j], false), XTR__SHOWN_SIZE);
        xtr__number_format_drop(format);
    }
    static const char fills[] = "0#?%,yhE;@\"[";
    for (size_t i = 0; fills[i]; i++) {
        memset(code, fills[i], sizeof code);
        xtr__number_format *format = xtr__number_format_new(code, sizeof code);
        ck_assert_uint_lt(xtr__number_show(shown, format, 1e300, true), XTR__SHOWN_SIZE);
        xtr__number_format_drop(format);
    }
}
