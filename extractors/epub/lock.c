/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* META-INF/encryption.xml (OCF 3.3, 4.2.6.3.2): which parts are encrypted. Fonts are obfuscated by
 * algorithms of their own, which hides them from nobody who only reads the text. */
#include "epub/epub.h"

#include <string.h>

typedef struct locks {
    xtr__epub *book;
    bool obfuscated;
} locks;

static void begin(void *payload, const xtr__xml_element *e) {
    static const char *const harmless[] = {"http://www.idpf.org/2008/embedding",
                                           "http://ns.adobe.com/pdf/enc#RC"};
    locks *s = payload;
    if (!strcmp(e->name, "EncryptedData"))
        s->obfuscated = false;
    if (!strcmp(e->name, "EncryptionMethod")) {
        const char *algorithm = xtr__xml_attribute_named(e, "Algorithm");
        for (size_t i = 0; algorithm && i < sizeof harmless / sizeof *harmless; i++)
            s->obfuscated = s->obfuscated || !strcmp(algorithm, harmless[i]);
    }
    if (!strcmp(e->name, "CipherReference") && !s->obfuscated) {
        const char *uri = xtr__xml_attribute_named(e, "URI");
        int64_t part = uri ? xtr__opc_resolve(s->book->zip, -1, uri) : -1;
        if (part >= 0)
            s->book->locked[part] = s->book->any_locked = true;
    }
}

static void end(void *payload, int id, const char *name) {
    (void)payload, (void)id, (void)name;
}

void xtr__epub_read_locks(xtr__epub *book) {
    const xtr__xml_handler handler = {.begin = begin, .end = end};
    int64_t part = xtr__zip_find(book->zip, "META-INF/encryption.xml");
    locks s = {.book = book};
    if (part >= 0)
        xtr__xml_parse_part(book->job, book->zip, (size_t)part, &handler, &s);
}

const char *xtr__epub_scheme(const xtr__epub *book) {
    if (xtr__zip_find(book->zip, "META-INF/license.lcpl") >= 0)
        return "Readium LCP";
    if (xtr__zip_find(book->zip, "META-INF/sinf.xml") >= 0)
        return "Apple FairPlay";
    if (xtr__zip_find(book->zip, "META-INF/rights.xml") >= 0)
        return "Adobe ADEPT";
    return "a scheme that is not known";
}
