/* Saved objects: little-endian by definition, with a checksum. A blob is
 *
 *     magic (8 bytes), version (u64), length of the body (u64), body, FNV-1a of all before (u64)
 *
 * and its body a row of 64-bit words: integers, and doubles as IEEE 754 bits with one NaN. */
#ifndef IZH_LIB_BLOB_H
#define IZH_LIB_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Counts what it is given, and writes what fits. */
struct izh_blob_writer {
    unsigned char *bytes;
    size_t capacity, length;
    bool mixes; /* whether to keep the fingerprint, which takes time */
    uint64_t mixed;
};

void izh_blob_begin(struct izh_blob_writer *w, void *bytes, size_t capacity);
void izh_blob_put(struct izh_blob_writer *w, uint64_t word);
void izh_blob_put_double(struct izh_blob_writer *w, double x);
/* Passes over the room of so many words; returns where they are to be written, or NULL where they
 * do not fit. */
unsigned char *izh_blob_put_room(struct izh_blob_writer *w, size_t words);
/* Puts the last n pairs of words in order, by the first word and then by the second. */
void izh_blob_sort_pairs(struct izh_blob_writer *w, size_t n);
/* A number that tells one row of words from another, and is not 0; where `mixes` was set first. */
uint64_t izh_blob_fingerprint(const struct izh_blob_writer *w);
/* Heads and seals the blob; returns its size. Where that is above the capacity there is no blob,
 * but parts of its body may be. */
size_t izh_blob_end(struct izh_blob_writer *w, const char magic[8], uint64_t version);

/* Gives zeros beyond the end, and remembers that it did. */
struct izh_blob_reader {
    const unsigned char *bytes;
    size_t length, at;
    bool failed;
};

/* Checks the frame; false where it is not a whole, undamaged blob of this kind and version. */
bool izh_blob_open(struct izh_blob_reader *r, const void *bytes, size_t length, const char magic[8],
                   uint64_t version);
uint64_t izh_blob_get(struct izh_blob_reader *r);
double izh_blob_get_double(struct izh_blob_reader *r);
/* How many words are still to be read. */
static inline size_t izh_blob_left(const struct izh_blob_reader *r)
{
    return (r->length - r->at) / sizeof(uint64_t);
}
/* Passes over so many words; fails where there are fewer. */
void izh_blob_skip(struct izh_blob_reader *r, uint64_t words);
/* Where the next word is. */
const unsigned char *izh_blob_here(const struct izh_blob_reader *r);
/* Whether all was there, and all was read. */
bool izh_blob_close(const struct izh_blob_reader *r);

#endif
