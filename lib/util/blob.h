/* Saved objects: little-endian by definition, with a checksum. A blob is
 *
 *     magic (8 bytes), version (u64), length of the body (u64), body, FNV-1a of all before (u64)
 *
 * The body is a row of 64-bit words: integers, and doubles as IEEE 754 bits with one canonical
 * NaN. */
#ifndef IZH_LIB_BLOB_H
#define IZH_LIB_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Counts all bytes put into it, and writes those that fit. */
struct izh_blob_writer {
    unsigned char *bytes;
    size_t capacity, length;
    bool mixes; /* whether to keep the fingerprint, which takes time */
    uint64_t mixed;
};

void izh_blob_begin(struct izh_blob_writer *w, void *bytes, size_t capacity);
void izh_blob_put(struct izh_blob_writer *w, uint64_t word);
void izh_blob_put_double(struct izh_blob_writer *w, double x);
/* Skips the given number of words. Returns the place where they are to be written, or NULL if they
 * do not fit. */
unsigned char *izh_blob_put_room(struct izh_blob_writer *w, size_t words);
/* Sorts the last n pairs of words by the first word and then by the second. */
void izh_blob_sort_pairs(struct izh_blob_writer *w, size_t n);
/* A hash of the words that were put since `mixes` was set; it is never 0. */
uint64_t izh_blob_fingerprint(const struct izh_blob_writer *w);
/* Writes the header and the checksum; returns the blob's size. If that exceeds the capacity, the
 * buffer holds no valid blob, but may hold parts of its body. */
size_t izh_blob_end(struct izh_blob_writer *w, const char magic[8], uint64_t version);

/* A read beyond the end gives 0 and sets `failed`. */
struct izh_blob_reader {
    const unsigned char *bytes;
    size_t length, at;
    bool failed;
};

/* Checks the frame. Returns false unless this is a whole, undamaged blob of this kind and
 * version. */
bool izh_blob_open(struct izh_blob_reader *r, const void *bytes, size_t length, const char magic[8],
                   uint64_t version);
uint64_t izh_blob_get(struct izh_blob_reader *r);
double izh_blob_get_double(struct izh_blob_reader *r);
/* The number of words not yet read. */
static inline size_t izh_blob_left(const struct izh_blob_reader *r)
{
    return (r->length - r->at) / sizeof(uint64_t);
}
/* Skips the given number of words; fails if fewer are left. */
void izh_blob_skip(struct izh_blob_reader *r, uint64_t words);
/* Where the next word is. */
const unsigned char *izh_blob_here(const struct izh_blob_reader *r);
/* Whether every read succeeded and the whole body was read. */
bool izh_blob_close(const struct izh_blob_reader *r);

#endif
