/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Code pages by the numbers that Windows gives them ([MS-UCODEREF] 2.2.1). */
#include "detect/charset.h"

#include <stdio.h>

const xtr__charset *xtr__charset_of_codepage(uint32_t codepage) {
    static const struct {
        uint32_t codepage;
        const char *label;
    } others[] = {
        {708, "iso88596"},       {1200, "utf16le"},    {1201, "utf16be"},    {10000, "macintosh"},
        {10007, "xmaccyrillic"}, {10029, "xmacce"},    {20127, "ascii"},     {20866, "koi8r"},
        {20932, "eucjp"},        {20936, "gb2312"},    {21866, "koi8u"},     {28591, "latin1"},
        {28592, "latin2"},       {28593, "latin3"},    {28594, "latin4"},    {28595, "iso88595"},
        {28596, "iso88596"},     {28597, "iso88597"},  {28598, "iso88598"},  {28599, "latin5"},
        {28603, "iso885913"},    {28605, "latin9"},    {32768, "macintosh"}, {32769, "latin1"},
        {38598, "iso88598"},     {50220, "iso2022jp"}, {50221, "iso2022jp"}, {50222, "iso2022jp"},
        {50225, "iso2022kr"},    {51932, "eucjp"},     {51936, "gb2312"},    {51949, "euckr"},
        {54936, "gb18030"},      {65001, "utf8"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (others[i].codepage == codepage)
            return xtr__charset_find(others[i].label);
    }
    char label[16];
    snprintf(label, sizeof label, "cp%u", (unsigned)codepage);
    return xtr__charset_find(label);
}
