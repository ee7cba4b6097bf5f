/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Signatures of binary types. Sources: the formats' specifications, IANA's registrations and
 * Library of Congress format descriptions. The longest match wins, so a general signature (RIFF)
 * may stand beside a special one. */
#include "detect/probe.h"

#include <string.h>

typedef struct signature {
    const char *type;
    uint16_t at;
    uint8_t size;
    const char *bytes;
} signature;

#define AT(at, type, bytes) \
    { type, at, sizeof(bytes) - 1, bytes }

static const signature signatures[] = {
    AT(0, "application/pdf", "%PDF-"),
    AT(0, "application/postscript", "%!PS-Adobe"),
    AT(0, "application/postscript", "%!PS\n"),
    AT(0, "application/postscript", "%!PS\r"),
    AT(0, "application/postscript", "\x04%!PS"),
    AT(0, "application/postscript", "\xC5\xD0\xD3\xC6"),
    AT(0, "application/rtf", "{\\rtf"),
    AT(0, "application/zip", "PK\3\4"),
    AT(0, "application/zip", "PK\5\6"),
    AT(0, "application/zip", "PK\7\bPK\3\4"),
    AT(0, "application/x-ole-storage", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
    AT(60, "application/x-mobipocket-ebook", "BOOKMOBI"),
    AT(60, "application/x-mobipocket-ebook", "TEXtREAd"),
    AT(0, "image/vnd.djvu", "AT&TFORM"),
    AT(0, "application/x-dvi", "\xF7\x02\x01\x83\x92\xC0"),
    AT(0, "application/vnd.ms-htmlhelp", "ITSF\3\0\0\0"),
    AT(0, "application/vnd.wordperfect", "\xFFWPC"),
    AT(0, "application/vnd.ms-outlook-pst", "!BDN"),
    AT(0, "application/vnd.ms-tnef", "\x78\x9F\x3E\x22"),
    AT(0, "image/png", "\x89PNG\r\n\x1A\n"),
    AT(0, "image/jpeg", "\xFF\xD8\xFF"),
    AT(0, "image/jls", "\xFF\xD8\xFF\xF7"),
    AT(0, "image/tiff", "II*\0"),
    AT(0, "image/tiff", "MM\0*"),
    AT(0, "image/tiff", "II+\0\b\0\0\0"),
    AT(0, "image/tiff", "MM\0+\0\b\0\0"),
    AT(0, "image/x-olympus-orf", "IIRO\b\0\0\0"),
    AT(0, "image/x-olympus-orf", "IIRS\b\0\0\0"),
    AT(0, "image/x-olympus-orf", "MMOR\0\0\0\b"),
    AT(0, "image/x-panasonic-rw2", "IIU\0"),
    AT(0, "image/x-fuji-raf", "FUJIFILMCCD-RAW"),
    AT(0, "image/gif", "GIF87a"),
    AT(0, "image/gif", "GIF89a"),
    AT(0, "image/jp2", "\0\0\0\x0CjP  \r\n\x87\n"),
    AT(0, "image/j2c", "\xFF\x4F\xFF\x51"),
    AT(0, "image/jxl", "\xFF\x0A"),
    AT(0, "image/jxl", "\0\0\0\x0CJXL \r\n\x87\n"),
    AT(0, "image/jxr", "II\xBC\x01"),
    AT(0, "image/vnd.adobe.photoshop", "8BPS\0\1"),
    AT(0, "image/vnd.adobe.photoshop", "8BPS\0\2"),
    AT(0, "image/x-xcf", "gimp xcf "),
    AT(0, "image/bpg", "BPG\xFB"),
    AT(0, "image/ktx", "\xABKTX 11\xBB\r\n\x1A\n"),
    AT(0, "image/ktx2", "\xABKTX 20\xBB\r\n\x1A\n"),
    AT(0, "image/vnd.ms-dds", "DDS |\0\0\0"),
    AT(0, "image/wmf", "\xD7\xCD\xC6\x9A\0\0"),
    AT(0, "image/flif", "FLIF"),
    AT(0, "image/x-icns", "icns"),
    AT(0, "image/vnd.dwg", "AC10"),
    AT(0, "image/x-mie",
       "~\x10\x04\xFE"
       "0MIE"),
    AT(0, "image/x-mie",
       "~\x18\x04\xFE"
       "0MIE"),
    AT(0, "application/gzip", "\x1F\x8B\b"),
    AT(0, "application/x-xz",
       "\xFD"
       "7zXZ\0"),
    AT(0, "application/zstd", "\x28\xB5\x2F\xFD"),
    AT(0, "application/x-lzip", "LZIP"),
    AT(0, "application/x-lz4", "\x04\x22\x4D\x18"),
    AT(0, "application/x-lzop", "\x89LZO\0\r\n\x1A\n"),
    AT(0, "application/x-snappy-framed", "\xFF\x06\0\0sNaPpY"),
    AT(0, "application/x-compress", "\x1F\x9D"),
    AT(0, "application/x-7z-compressed", "7z\xBC\xAF\x27\x1C"),
    AT(0, "application/vnd.rar", "Rar!\x1A\x07"),
    AT(7, "application/x-ace-compressed", "**ACE**"),
    AT(0, "application/x-arj", "\x60\xEA"),
    AT(0, "application/vnd.ms-cab-compressed", "MSCF\0\0\0\0"),
    AT(0, "application/x-cpio", "070707"),
    AT(0, "application/x-cpio", "070701"),
    AT(0, "application/x-cpio", "070702"),
    AT(0, "application/x-cpio", "\xC7\x71"),
    AT(0, "application/x-cpio", "\x71\xC7"),
    AT(0, "application/x-archive", "!<arch>\n"),
    AT(0, "application/vnd.debian.binary-package", "!<arch>\ndebian-binary"),
    AT(0, "application/x-rpm", "\xED\xAB\xEE\xDB"),
    AT(0, "application/x-xar", "xar!"),
    AT(32769, "application/x-iso9660-image", "CD001"),
    AT(0, "audio/mpeg", "ID3"),
    AT(0, "audio/ac3", "\x0B\x77"),
    AT(0, "audio/flac", "fLaC"),
    AT(0, "audio/basic", ".snd"),
    AT(0, "audio/amr", "#!AMR"),
    AT(0, "audio/x-ape", "MAC "),
    AT(0, "audio/x-musepack", "MPCK"),
    AT(0, "audio/x-musepack", "MP+"),
    AT(0, "audio/midi", "MThd"),
    AT(0, "audio/x-voc", "Creative Voice File"),
    AT(0, "audio/x-it", "IMPM"),
    AT(44, "audio/x-s3m", "SCRM"),
    AT(0, "audio/x-xm", "Extended Module:"),
    AT(0, "audio/x-dsf", "DSD "),
    AT(0, "audio/x-wavpack", "wvpk"),
    AT(0, "application/ogg", "OggS"),
    AT(0, "video/x-matroska", "\x1A\x45\xDF\xA3"),
    AT(0, "video/mpeg", "\0\0\1\xBA"),
    AT(0, "video/mpeg", "\0\0\1\xB3"),
    AT(0, "video/x-flv", "FLV\1"),
    AT(0, "video/x-ms-asf", "\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9"),
    AT(0, "application/vnd.rn-realmedia", ".RMF"),
    AT(0, "application/vnd.adobe.flash.movie", "FWS"),
    AT(0, "application/vnd.adobe.flash.movie", "CWS"),
    AT(0, "application/vnd.adobe.flash.movie", "ZWS"),
    AT(0, "application/mxf", "\x06\x0E\x2B\x34\x02\x05\x01\x01\x0D\x01\x02"),
    AT(0, "font/ttf", "\0\1\0\0\0"),
    AT(0, "font/ttf", "true\0"),
    AT(0, "font/otf", "OTTO\0"),
    AT(0, "font/collection", "ttcf\0"),
    AT(0, "font/woff", "wOFF"),
    AT(0, "font/woff2", "wOF2"),
    AT(0, "application/vnd.sqlite3", "SQLite format 3\0"),
    AT(0, "application/vnd.apache.parquet", "PAR1"),
    AT(0, "application/vnd.apache.parquet", "PARE"),
    AT(0, "application/vnd.apache.arrow.file", "ARROW1\0\0"),
    AT(0, "application/vnd.apache.avro", "Obj\1"),
    AT(0, "application/x-hdf5", "\x89HDF\r\n\x1A\n"),
    AT(0, "application/x-netcdf", "CDF\1"),
    AT(0, "application/x-netcdf", "CDF\2"),
    AT(0, "application/x-spss-sav", "$FL2"),
    AT(0, "application/x-spss-sav", "$FL3"),
    AT(0, "application/x.sas.jmp", "\xFF\xFF\0\0\x07\0\0\0"),
    AT(0, "application/vnd.shp", "\0\0\x27\x0A\0\0\0\0"),
    AT(0, "application/vnd.tcpdump.pcap", "\xD4\xC3\xB2\xA1"),
    AT(0, "application/vnd.tcpdump.pcap", "\xA1\xB2\xC3\xD4"),
    AT(0, "application/vnd.tcpdump.pcap", "\x4D\x3C\xB2\xA1"),
    AT(0, "application/x-pcapng", "\x0A\x0D\x0D\x0A"),
    AT(128, "application/dicom", "DICM"),
    AT(0, "application/fits", "SIMPLE  ="),
    AT(4, "application/x-msaccess", "Standard Jet DB"),
    AT(4, "application/x-msaccess", "Standard ACE DB"),
    AT(0, "application/x-elf",
       "\x7F"
       "ELF"),
    AT(0, "application/x-mach-binary", "\xCF\xFA\xED\xFE"),
    AT(0, "application/x-mach-binary", "\xCE\xFA\xED\xFE"),
    AT(0, "application/x-mach-binary", "\xFE\xED\xFA\xCE"),
    AT(0, "application/x-mach-binary", "\xFE\xED\xFA\xCF"),
    AT(0, "application/wasm", "\0asm"),
    AT(0, "application/x-ms-shortcut", "L\0\0\0\1\x14\2\0\0\0\0\0\xC0\0\0\0"),
    AT(0, "application/x.apple.alias", "book\0\0\0\0mark\0\0\0\0"),
    AT(0, "application/x-nes-rom", "NES\x1A"),
    AT(0, "application/x-google-chrome-extension", "Cr24"),
    AT(0, "application/x-blender", "BLENDER"),
    AT(0, "application/x.autodesk.fbx", "Kaydara FBX Binary  \0"),
    AT(0, "application/vnd.google.draco", "DRACO"),
    AT(0, "model/gltf-binary", "glTF\2\0\0\0"),
    AT(0, "application/x-bplist", "bplist00"),
};

static bool has(const xtr__sample *s, size_t at, const char *bytes, size_t size) {
    return s->size >= at + size && !memcmp(s->head + at, bytes, size);
}

#define HAS(sample, at, bytes) has(sample, at, bytes, sizeof(bytes) - 1)

static xtr_match fixed(const xtr__sample *s) {
    xtr_match best = xtr__no_match;
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        const signature *sign = &signatures[i];
        if (sign->size * 8 > best.bits && has(s, sign->at, sign->bytes, sign->size))
            best = (xtr_match){sign->type, sign->size * 8};
    }
    return best;
}

/* Containers whose kind stands in a four-letter code --------------------------------------- */

typedef struct brand {
    const char *code, *type;
} brand;

static const char *brand_type(const brand *brands, const unsigned char *code, const char *other) {
    for (; brands->code; brands++) {
        if (!memcmp(brands->code, code, strlen(brands->code)))
            return brands->type;
    }
    return other;
}

/* ISO/IEC 14496-12 file type box; brands registered at mp4ra.org. */
static xtr_match iso_media(const xtr__sample *s) {
    static const brand brands[] = {
        {"avif", "image/avif"},
        {"avis", "image/avif"},
        {"heic", "image/heic"},
        {"heix", "image/heic"},
        {"hevc", "image/heic"},
        {"mif1", "image/heif"},
        {"msf1", "image/heif"},
        {"crx ", "image/x-canon-cr3"},
        {"jp2 ", "image/jp2"},
        {"jpx ", "image/jpx"},
        {"jpm ", "image/jpm"},
        {"mjp2", "video/mj2"},
        {"qt  ", "video/quicktime"},
        {"M4A ", "audio/mp4"},
        {"M4B ", "audio/mp4"},
        {"M4P ", "audio/mp4"},
        {"F4A ", "audio/mp4"},
        {"F4B ", "audio/mp4"},
        {"M4V", "video/x-m4v"},
        {"3g2", "video/3gpp2"},
        {"3gp", "video/3gpp"},
        {"3gs", "video/3gpp"},
        {NULL, NULL},
    };
    if (HAS(s, 0, "\0\0\0\x0CjP  ") && s->size >= 24 && HAS(s, 16, "ftyp"))
        return (xtr_match){brand_type(brands, s->head + 20, "image/jp2"), 160};
    if (!HAS(s, 4, "ftyp") || s->size < 12)
        return HAS(s, 4, "moov") || HAS(s, 4, "mdat") ? (xtr_match){"video/quicktime", 32}
                                                      : xtr__no_match;
    const char *type = brand_type(brands, s->head + 8, "video/mp4");
    /* A general brand for images is told by the compatible ones. */
    size_t end = xtr__be32(s->head);
    for (size_t at = 16; !strcmp(type, "image/heif") && at + 4 <= end && at + 4 <= s->size;
         at += 4) {
        if (!memcmp(s->head + at, "avif", 4))
            type = "image/avif";
        else if (!memcmp(s->head + at, "heic", 4))
            type = "image/heic";
    }
    return (xtr_match){type, 64};
}

static xtr_match riff(const xtr__sample *s) {
    static const brand forms[] = {{"WEBP", "image/webp"},
                                  {"WAVE", "audio/wav"},
                                  {"AVI ", "video/x-msvideo"},
                                  {"QLCM", "audio/qcelp"},
                                  {NULL, NULL}};
    static const brand iff[] = {{"AIFF", "audio/aiff"}, {"AIFC", "audio/aiff"}, {NULL, NULL}};
    if (s->size < 12)
        return xtr__no_match;
    const char *type = NULL;
    if (HAS(s, 0, "RIFF"))
        type = brand_type(forms, s->head + 8, NULL);
    else if (HAS(s, 0, "FORM"))
        type = brand_type(iff, s->head + 8, NULL);
    return type ? (xtr_match){type, 64} : xtr__no_match;
}

/* RFC 3533 page header; the first packet names the codec. */
static xtr_match ogg(const xtr__sample *s) {
    static const brand codecs[] = {
        {"OpusHead", "audio/opus"},
        {"\x01vorbis", "audio/ogg"},
        {"\x7F"
         "FLAC",
         "audio/ogg"},
        {"Speex   ", "audio/ogg"},
        {"\x80theora", "video/ogg"},
        {"\x01video\0", "video/ogg"},
        {NULL, NULL},
    };
    if (!HAS(s, 0, "OggS") || s->size < 28)
        return xtr__no_match;
    size_t packet = 27 + (size_t)s->head[26];
    if (packet + 8 > s->size)
        return xtr__no_match;
    return (xtr_match){brand_type(codecs, s->head + packet, "application/ogg"), 88};
}

static bool contains(const unsigned char *data, size_t size, const char *word) {
    return memmem(data, size, word, strlen(word)) != NULL;
}

static xtr_match matroska(const xtr__sample *s) {
    if (!HAS(s, 0, "\x1A\x45\xDF\xA3"))
        return xtr__no_match;
    size_t size = s->size < 64 ? s->size : 64;
    return (xtr_match){contains(s->head, size, "webm") ? "video/webm" : "video/x-matroska", 40};
}

/* Types that take more than one comparison ------------------------------------------------- */

/* POSIX ustar and older: the sum of the header's bytes with its own field as spaces. */
static xtr_match tar(const xtr__sample *s) {
    if (s->size < 512 || !s->head[0])
        return xtr__no_match;
    uint32_t sum = 0;
    uint32_t said = 0;
    for (size_t i = 0; i < 512; i++)
        sum += i >= 148 && i < 156 ? ' ' : s->head[i];
    for (size_t i = 148; i < 156; i++) {
        if (s->head[i] >= '0' && s->head[i] <= '7')
            said = said * 8 + (uint32_t)(s->head[i] - '0');
        else if (said || (s->head[i] && s->head[i] != ' '))
            break;
    }
    return said && said == sum ? (xtr_match){"application/x-tar", 48} : xtr__no_match;
}

/* A run of MPEG audio frames (ISO/IEC 11172-3, 2.4.1.3) or ADTS frames (ISO/IEC 13818-7, 6.2):
 * their length fields must lead from sync word to sync word. Returns 0 when there is none. */
static size_t mpeg_frame(const unsigned char *p) {
    static const uint16_t rates[2][3][16] = {
        {{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 0},
         {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0},
         {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}},
        {{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 0},
         {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
         {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}}};
    static const uint32_t hertz[4] = {44100, 48000, 32000, 0};
    unsigned version = p[1] >> 3 & 3; /* 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5 */
    unsigned layer = 4 - (p[1] >> 1 & 3);
    uint32_t frequency = hertz[p[2] >> 2 & 3] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
    if (p[0] != 0xFF || (p[1] & 0xE0) != 0xE0 || version == 1 || layer == 4 || !frequency)
        return 0;
    uint32_t rate = rates[version != 3][layer - 1][p[2] >> 4] * 1000U;
    uint32_t padding = p[2] >> 1 & 1;
    if (!rate)
        return 0;
    if (layer == 1)
        return (12 * rate / frequency + padding) * 4;
    return (layer == 3 && version != 3 ? 72U : 144U) * rate / frequency + padding;
}

static size_t adts_frame(const unsigned char *p) {
    if (p[0] != 0xFF || (p[1] & 0xF6) != 0xF0 || (p[2] >> 2 & 15) > 12)
        return 0;
    size_t size = (size_t)(p[3] & 3) << 11 | (size_t)p[4] << 3 | p[5] >> 5;
    return size >= 7 ? size : 0;
}

static int frames(const xtr__sample *s, size_t (*frame)(const unsigned char *)) {
    int count = 0;
    for (size_t at = 0; count < 4 && at + 7 <= s->size; count++) {
        size_t size = frame(s->head + at);
        if (!size)
            return 0;
        at += size;
    }
    return count;
}

static xtr_match audio_frames(const xtr__sample *s) {
    int adts = frames(s, adts_frame);
    int mpeg = adts ? 0 : frames(s, mpeg_frame);
    if (adts >= 2 || mpeg >= 2)
        return (xtr_match){adts ? "audio/aac" : "audio/mpeg", 12 * (adts + mpeg)};
    return xtr__no_match;
}

static xtr_match bitmap(const xtr__sample *s) {
    if (!HAS(s, 0, "BM") || s->size < 30)
        return xtr__no_match;
    uint32_t header = xtr__le32(s->head + 14);
    bool known = header == 12 || header == 40 || header == 52 || header == 56 || header == 64 ||
                 header == 108 || header == 124 || header == 16;
    return known ? (xtr_match){"image/bmp", 48} : xtr__no_match;
}

/* Netpbm: the letter P, a digit, white space, comments, then the width. */
static xtr_match pnm(const xtr__sample *s) {
    static const char *const kinds[] = {"image/x-portable-bitmap", "image/x-portable-graymap",
                                        "image/x-portable-pixmap"};
    if (s->size < 8 || s->head[0] != 'P' || !s->head[2] || !strchr(" \t\r\n", s->head[2]))
        return xtr__no_match;
    size_t size = s->size < 256 ? s->size : 256;
    if (s->head[1] == '7')
        return contains(s->head, size, "WIDTH ") && contains(s->head, size, "HEIGHT ")
                   ? (xtr_match){"image/x-portable-arbitrarymap", 80}
                   : xtr__no_match;
    size_t at = 3;
    bool comment = s->head[at] == '#';
    while (at < size && (comment || s->head[at] == '#' || s->head[at] == ' ')) {
        comment = s->head[at] == '#' || (comment && s->head[at] != '\n');
        at++;
    }
    size_t digits = at;
    while (digits < size && s->head[digits] >= '0' && s->head[digits] <= '9')
        digits++;
    if (s->head[1] < '1' || s->head[1] > '6' || digits == at || digits == size ||
        !s->head[digits] || !strchr(" \t\r\n", s->head[digits]))
        return xtr__no_match;
    return (xtr_match){kinds[(s->head[1] - '1') % 3], 40};
}

static xtr_match executable(const xtr__sample *s) {
    if (HAS(s, 0, "\xCA\xFE\xBA\xBE") && s->size >= 8)
        /* Fat Mach-O has few architectures; a Java class has a version above 44 there. */
        return (xtr_match){
            xtr__be32(s->head + 4) < 40 ? "application/x-mach-binary" : "application/java-vm", 40};
    if (!HAS(s, 0, "MZ") || s->size < 64)
        return xtr__no_match;
    uint32_t at = xtr__le32(s->head + 60);
    bool portable = at < s->size && has(s, at, "PE\0\0", 4);
    return portable ? (xtr_match){"application/vnd.microsoft.portable-executable", 48}
                    : xtr__no_match;
}

static xtr_match compressed(const xtr__sample *s) {
    if (HAS(s, 0, "BZh") && s->size > 10 && s->head[3] >= '1' && s->head[3] <= '9' &&
        (HAS(s, 4, "1AY&SY") || HAS(s, 4, "\x17\x72\x45\x38\x50\x90")))
        return (xtr_match){"application/x-bzip2", 80};
    if (HAS(s, 2, "-lh") && s->size > 7 && s->head[6] == '-')
        return (xtr_match){"application/x-lzh-compressed", 32};
    if (HAS(s, 0, "\x5D\0\0") && s->size > 13 &&
        (HAS(s, 5, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF") || HAS(s, 9, "\0\0\0\0")))
        return (xtr_match){"application/x-lzma", 56};
    if (HAS(s, 4, "\0\0\0") && s->size > 20 && HAS(s, 0, "\4\0\0\0") &&
        contains(s->head, s->size < 64 ? s->size : 64, "{\"files\":"))
        return (xtr_match){"application/x-asar", 96};
    return xtr__no_match;
}

static xtr_match other(const xtr__sample *s) {
    if (HAS(s, 34, "LP") && s->size > 82 &&
        (HAS(s, 8, "\0\0\1\0") || HAS(s, 8, "\1\0\2\0") || HAS(s, 8, "\2\0\2\0")))
        return (xtr_match){"application/vnd.ms-fontobject", 48};
    if (s->size >= 44 && HAS(s, 0, "\1\0\0\0") && HAS(s, 40, " EMF"))
        return (xtr_match){"image/emf", 64};
    if (s->size > 376 && s->head[0] == 'G' && s->head[188] == 'G' && s->head[376] == 'G')
        return (xtr_match){"video/mp2t", 24};
    if (s->size > 1084 && (HAS(s, 1080, "M.K.") || HAS(s, 1080, "4CHN") || HAS(s, 1080, "8CHN")))
        return (xtr_match){"audio/x-mod", 32};
    if (HAS(s, 0, "d8:announce") || HAS(s, 0, "d4:info"))
        return (xtr_match){"application/x-bittorrent", 56};
    /* Binary STL: 80 bytes, then the number of triangles of 50 bytes each. */
    if (s->size >= 84 && s->input_size == 84 + 50 * (uint64_t)xtr__le32(s->head + 80) &&
        s->input_size > 84)
        return (xtr_match){"model/stl", 32};
    return xtr__no_match;
}

/* Icons and cursors: the number of images, then for each a reserved zero byte. */
static xtr_match icon(const xtr__sample *s) {
    bool cursor = HAS(s, 0, "\0\0\2\0");
    if (s->size < 22 || (!cursor && !HAS(s, 0, "\0\0\1\0")) || !s->head[4] || s->head[5] ||
        s->head[9])
        return xtr__no_match;
    return (xtr_match){cursor ? "image/x-win-bitmap" : "image/vnd.microsoft.icon", 48};
}

/* PDF readers accept junk before the header (PDF 32000-1, annex H.3.4.1: within 1024 bytes). */
static xtr_match late_pdf(const xtr__sample *s) {
    size_t size = s->size < 1024 ? s->size : 1024;
    const unsigned char *found = memmem(s->head, size, "%PDF-", 5);
    if (!found || found + 8 > s->head + s->size || found[5] < '1' || found[5] > '2' ||
        found[6] != '.')
        return xtr__no_match;
    return (xtr_match){"application/pdf", 40};
}

/* Apple disk images and Shapefile-like types are told by their last 512 bytes. */
static xtr_match trailer(const xtr__sample *s) {
    unsigned char tail[4];
    if (s->input_size < 512 || xtr_input_read(s->input, s->input_size - 512, tail, 4) != 4)
        return xtr__no_match;
    return memcmp(tail, "koly", 4) != 0 ? xtr__no_match
                                        : (xtr_match){"application/x-apple-diskimage", 32};
}

xtr_match xtr__probe_signature(const xtr__sample *s) {
    static xtr_match (*const probes[])(const xtr__sample *) = {
        iso_media, riff, ogg,        matroska,   tar,  audio_frames,
        bitmap,    pnm,  executable, compressed, icon, other,
    };
    xtr_match best = fixed(s);
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        xtr_match match = probes[i](s);
        if (match.bits > best.bits)
            best = match;
    }
    if (best.bits <= 24) {
        xtr_match match = late_pdf(s);
        if (!match.bits)
            match = trailer(s);
        if (match.bits > best.bits)
            best = match;
    }
    return best;
}
