/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_CRYPT_H
#define XTR_CRYPT_H

#include "container/ole.h"

/** The encryption of an Office file ([MS-OFFCRYPTO]) and, once a password has opened it, its key.
 */
typedef struct xtr__crypt xtr__crypt;

typedef enum xtr__crypt_method {
    XTR__CRYPT_XOR,      /* obfuscation, method 1; 2.3.7 */
    XTR__CRYPT_RC4,      /* with MD5; 2.3.6 */
    XTR__CRYPT_RC4_CAPI, /* with SHA-1; 2.3.5 */
    XTR__CRYPT_STANDARD, /* AES-ECB; 2.3.4.5 */
    XTR__CRYPT_AGILE     /* ECMA-376 agile; 2.3.4.10 */
} xtr__crypt_method;

/** Reads what says how a file is encrypted: the stream EncryptionInfo of a package, or the header
 *  that begins with a version in binary documents: of FilePass (after wEncryptionType), of the
 * table stream of Word, of CryptSession10Container. *out is yours: xtr__crypt_drop. Otherwise what
 *  xtr_job_fail returned: CORRUPT, UNSUPPORTED, MEMORY. */
int xtr__crypt_open(xtr__crypt **out, xtr_job *job, const unsigned char *info, size_t size);

/** The same for XOR obfuscation, whose key and verifier the file holds. */
int xtr__crypt_open_xor(xtr__crypt **out, xtr_job *job, uint16_t key, uint16_t verifier);
void xtr__crypt_drop(xtr__crypt *crypt);

xtr__crypt_method xtr__crypt_method_of(const xtr__crypt *crypt);

/** Tries the passwords of the job in order, then those that documents have that ask for none: the
 *  empty one and the one of Office for documents that are only protected against changes. XTR_OK,
 * or what xtr_job_fail returned: PASSWORD_REQUIRED, PASSWORD_WRONG. Also ends, with XTR_OK and
 * without a key, when the job should stop; who decrypts asks that first. */
int xtr__crypt_unlock(xtr__crypt *crypt);

/** RC4: decrypts `size` bytes in place that begin at `at` of block `block`. */
void xtr__crypt_rc4(xtr__crypt *crypt, uint32_t block, size_t at, unsigned char *data, size_t size);

/** RC4 of a stream whose key changes every `block_size` bytes: 1024 in workbooks, 512 in Word.
 *  `data` begins at `at` of the stream. Quickest in ascending order. */
void xtr__crypt_rc4_stream(xtr__crypt *crypt, size_t block_size, uint64_t at, unsigned char *data,
                           size_t size);

/** XOR: decrypts in place what begins at place `index` (modulo 16) of the array of keys. For the
 * data of a record of a workbook that is where the record ends in the stream. */
void xtr__crypt_xor(const xtr__crypt *crypt, size_t index, unsigned char *data, size_t size);

/** The same for documents of Word 6 and 95, by the offset in their file. */
void xtr__crypt_xor_text(const xtr__crypt *crypt, size_t index, unsigned char *data, size_t size);

/** Standard and agile: decrypts the stream EncryptedPackage in place. Returns the size of the
 *  package, which then begins at `data`. Sets *altered when a check of integrity says that the data
 *  are not what was encrypted. */
size_t xtr__crypt_package(xtr__crypt *crypt, unsigned char *data, size_t size, bool *altered);

#endif
