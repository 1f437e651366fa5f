/* Moves fields to and from a blob: one list of fields serves both directions. */
#ifndef IZH_LIB_CODEC_H
#define IZH_LIB_CODEC_H

#include <izh/model.h>

#include "util/blob.h"

/* One of `to` and `from` is NULL: a codec either writes or reads. */
struct izh_codec {
    struct izh_blob_writer *to;
    struct izh_blob_reader *from;
    const char *lacks; /* out: what the blob needs that the object reading it lacks, or NULL */
};

static inline void izh_codec_number(struct izh_codec *c, double *x)
{
    if (c->to)
        izh_blob_put_double(c->to, *x);
    else
        *x = izh_blob_get_double(c->from);
}

static inline void izh_codec_numbers(struct izh_codec *c, double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        izh_codec_number(c, &x[i]);
}

static inline uint64_t izh_codec_word(struct izh_codec *c, uint64_t x)
{
    if (c->to)
        izh_blob_put(c->to, x);
    else
        x = izh_blob_get(c->from);
    return x;
}

/* A word. Reading fails if it is larger than `most`. */
static inline uint64_t izh_codec_upto(struct izh_codec *c, uint64_t x, uint64_t most)
{
    const uint64_t word = izh_codec_word(c, x);
    if (c->from && word > most)
        c->from->failed = true;
    return word;
}

static inline void izh_codec_u32(struct izh_codec *c, uint32_t *x)
{
    *x = (uint32_t)izh_codec_upto(c, *x, UINT32_MAX);
}

static inline void izh_codec_i32(struct izh_codec *c, int32_t *x)
{
    const uint64_t word = izh_codec_word(c, (uint64_t)(int64_t)*x);
    *x = (int32_t)(int64_t)word;
    if (c->from && word != (uint64_t)(int64_t)*x)
        c->from->failed = true;
}

static inline void izh_codec_size(struct izh_codec *c, size_t *x)
{
    *x = (size_t)izh_codec_upto(c, *x, SIZE_MAX);
}

static inline void izh_codec_state(struct izh_codec *c, izh_state *y)
{
    izh_codec_number(c, &y->v);
    izh_codec_number(c, &y->u);
}

static inline void izh_codec_params(struct izh_codec *c, izh_params *p)
{
#define PARAM(name, column) izh_codec_number(c, &p->name);
#include "model/params.def"
}

#endif
