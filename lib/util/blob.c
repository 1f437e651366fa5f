#include "util/blob.h"

#include <string.h>

#include "util/float.h"

#define WORD_SIZE 8
#define HEAD_SIZE ((size_t)3 * WORD_SIZE)
#define CANONICAL_NAN 0x7ff8000000000000u

static void write_word(unsigned char *bytes, uint64_t word)
{
    for (int i = 0; i < WORD_SIZE; i++)
        bytes[i] = (unsigned char)(word >> 8 * i);
}

static uint64_t read_word(const unsigned char *bytes)
{
    uint64_t word = 0;
    for (int i = 0; i < WORD_SIZE; i++)
        word |= (uint64_t)bytes[i] << 8 * i;
    return word;
}

/* FNV-1a, 64 bits (Fowler, Noll and Vo, draft-eastlake-fnv). */
#define FNV_BASIS 0xcbf29ce484222325u
#define FNV_PRIME 0x100000001b3u

static uint64_t checksum(const unsigned char *bytes, size_t length)
{
    uint64_t hash = FNV_BASIS;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * FNV_PRIME;
    return hash;
}

void izh_blob_begin(struct izh_blob_writer *w, void *bytes, size_t capacity)
{
    *w = (struct izh_blob_writer){bytes, bytes ? capacity : 0, HEAD_SIZE, false, FNV_BASIS};
}

void izh_blob_put(struct izh_blob_writer *w, uint64_t word)
{
    if (w->length + 2 * WORD_SIZE <= w->capacity)
        write_word(w->bytes + w->length, word);
    w->length += WORD_SIZE;
    for (int i = 0; w->mixes && i < WORD_SIZE; i++)
        w->mixed = (w->mixed ^ (word >> 8 * i & 0xff)) * FNV_PRIME;
}

unsigned char *izh_blob_put_room(struct izh_blob_writer *w, size_t words)
{
    const size_t at = w->length;
    w->length += words * WORD_SIZE;
    return w->length + WORD_SIZE <= w->capacity ? w->bytes + at : NULL;
}

struct word_pair {
    uint64_t first, second;
};

static struct word_pair read_pair(const unsigned char *pairs, size_t k)
{
    const unsigned char *at = pairs + k * 2 * WORD_SIZE;
    return (struct word_pair){read_word(at), read_word(at + WORD_SIZE)};
}

static void write_pair(unsigned char *pairs, size_t k, struct word_pair pair)
{
    unsigned char *at = pairs + k * 2 * WORD_SIZE;
    write_word(at, pair.first);
    write_word(at + WORD_SIZE, pair.second);
}

static bool pair_precedes(struct word_pair x, struct word_pair y)
{
    return x.first < y.first || (x.first == y.first && x.second < y.second);
}

/* Puts `pair` into the heap of the first n pairs, in which place `at` is free. */
static void sink_pair(unsigned char *pairs, struct word_pair pair, size_t at, size_t n)
{
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && pair_precedes(read_pair(pairs, child), read_pair(pairs, child + 1)))
            child++;
        if (!pair_precedes(pair, read_pair(pairs, child)))
            break;
        write_pair(pairs, at, read_pair(pairs, child));
    }
    write_pair(pairs, at, pair);
}

/* Heapsort works in place, and with any alignment of the blob. */
void izh_blob_sort_pairs(struct izh_blob_writer *w, size_t n)
{
    if (w->length + WORD_SIZE > w->capacity)
        return;
    unsigned char *pairs = w->bytes + w->length - n * 2 * WORD_SIZE;
    for (size_t k = n / 2; k-- > 0;)
        sink_pair(pairs, read_pair(pairs, k), k, n);
    for (size_t k = n; k-- > 1;) {
        const struct word_pair last = read_pair(pairs, k);
        write_pair(pairs, k, read_pair(pairs, 0));
        sink_pair(pairs, last, 0, k);
    }
}

uint64_t izh_blob_fingerprint(const struct izh_blob_writer *w)
{
    return w->mixed ? w->mixed : 1;
}

void izh_blob_put_double(struct izh_blob_writer *w, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    izh_blob_put(w, izh_isnan(x) ? CANONICAL_NAN : bits);
}

size_t izh_blob_end(struct izh_blob_writer *w, const char magic[8], uint64_t version)
{
    const size_t size = w->length + WORD_SIZE;
    if (size > w->capacity)
        return size;
    memcpy(w->bytes, magic, WORD_SIZE);
    write_word(w->bytes + WORD_SIZE, version);
    write_word(w->bytes + 2 * WORD_SIZE, w->length - HEAD_SIZE);
    write_word(w->bytes + w->length, checksum(w->bytes, w->length));
    return size;
}

bool izh_blob_open(struct izh_blob_reader *r, const void *bytes, size_t length, const char magic[8],
                   uint64_t version)
{
    *r = (struct izh_blob_reader){bytes, 0, HEAD_SIZE, true};
    if (!bytes || length < HEAD_SIZE + WORD_SIZE || length % WORD_SIZE != 0 ||
        memcmp(bytes, magic, WORD_SIZE) != 0 || read_word(r->bytes + WORD_SIZE) != version ||
        read_word(r->bytes + 2 * WORD_SIZE) != length - HEAD_SIZE - WORD_SIZE ||
        read_word(r->bytes + length - WORD_SIZE) != checksum(bytes, length - WORD_SIZE))
        return false;
    r->length = length - WORD_SIZE;
    r->failed = false;
    return true;
}

uint64_t izh_blob_get(struct izh_blob_reader *r)
{
    if (r->failed || r->at >= r->length) {
        r->failed = true;
        return 0;
    }
    const uint64_t word = read_word(r->bytes + r->at);
    r->at += WORD_SIZE;
    return word;
}

double izh_blob_get_double(struct izh_blob_reader *r)
{
    const uint64_t bits = izh_blob_get(r);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

void izh_blob_skip(struct izh_blob_reader *r, uint64_t words)
{
    if (r->failed || words > izh_blob_left(r))
        r->failed = true;
    else
        r->at += (size_t)words * WORD_SIZE;
}

const unsigned char *izh_blob_here(const struct izh_blob_reader *r)
{
    return r->bytes + r->at;
}

bool izh_blob_close(const struct izh_blob_reader *r)
{
    return !r->failed && r->at == r->length;
}
