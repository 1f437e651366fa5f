/* Turns traces, which are stored tick by tick, into rows of a part's neurons. Only vectors_tmpl.c
 * includes this, so that it is compiled for each instruction set. All numbers are doubles. */
#ifndef IZH_LIB_CELLS_BLEND_H
#define IZH_LIB_CELLS_BLEND_H

#include "cells/kernel.h"
#include "util/real.h"

#define PART (VECTORS * LANES)

/* How many neurons are taken at once, over two ticks at a time. */
#if defined(__AVX512DQ__) || defined(IZH_KERNEL_AVX512)
#define ABREAST 8
#elif defined(__AVX__) || defined(IZH_KERNEL_AVX2)
#define ABREAST 4
#else
#define ABREAST 2
#endif

typedef double __attribute__((vector_size(8 * ABREAST))) abreast;
/* In columns, where each double may begin one. Values are of the other type, since GCC 14 for
 * aarch64 fails on a parameter of this one. */
typedef double __attribute__((vector_size(8 * ABREAST), aligned(8), may_alias)) abreast_column;

struct abreast_traces {
    const double *of[ABREAST];
};

/* The values of neurons k, k + 2, ... at ticks j and j + 1: a pair for each neuron. */
#if defined(__AVX512DQ__) || defined(IZH_KERNEL_AVX512)
ALWAYS_INLINE __m512d load_pairs(const struct abreast_traces *x, size_t k, size_t j)
{
    __m512d pairs = _mm512_castpd128_pd512(_mm_loadu_pd(x->of[k] + j));
    pairs = _mm512_insertf64x2(pairs, _mm_loadu_pd(x->of[k + 2] + j), 1);
    pairs = _mm512_insertf64x2(pairs, _mm_loadu_pd(x->of[k + 4] + j), 2);
    return _mm512_insertf64x2(pairs, _mm_loadu_pd(x->of[k + 6] + j), 3);
}
#define JOIN_FIRST _mm512_unpacklo_pd
#define JOIN_SECOND _mm512_unpackhi_pd
#elif defined(__AVX__) || defined(IZH_KERNEL_AVX2)
ALWAYS_INLINE __m256d load_pairs(const struct abreast_traces *x, size_t k, size_t j)
{
    const __m256d pair = _mm256_castpd128_pd256(_mm_loadu_pd(x->of[k] + j));
    return _mm256_insertf128_pd(pair, _mm_loadu_pd(x->of[k + 2] + j), 1);
}
#define JOIN_FIRST _mm256_unpacklo_pd
#define JOIN_SECOND _mm256_unpackhi_pd
#else
ALWAYS_INLINE abreast load_pairs(const struct abreast_traces *x, size_t k, size_t j)
{
    return *(const abreast_column *)(x->of[k] + j);
}
#define JOIN_FIRST(a, b) ((abreast){a[0], b[0]})
#define JOIN_SECOND(a, b) ((abreast){a[1], b[1]})
#endif

ALWAYS_INLINE void round_some(const double *from, float *to)
{
#if defined(__AVX512DQ__) || defined(IZH_KERNEL_AVX512)
    _mm256_storeu_ps(to, _mm512_cvtpd_ps(_mm512_loadu_pd(from)));
#elif defined(__AVX__) || defined(IZH_KERNEL_AVX2)
    _mm_storeu_ps(to, _mm256_cvtpd_ps(_mm256_loadu_pd(from)));
#else
    for (size_t k = 0; k < ABREAST; k++)
        to[k] = (float)from[k];
#endif
}

static void round_rows(const double *from, size_t count, float *to)
{
    for (size_t i = 0; i < count; i += PART) {
#pragma GCC unroll 16
        for (size_t k = 0; k < PART; k += ABREAST)
            round_some(from + i + k, to + i + k);
    }
}

/* The kind of a blend, known at compile time. */
struct blend_kind {
    bool conducts;
    bool begins; /* it is added to a row that is the same for all ticks, and not to the rows
                    themselves */
};

/* What the neurons from i on need. It is read before anything is written, since a write might
 * change it for all that the compiler knows. */
struct blended {
    struct abreast_traces traces;
    abreast gains, start;
    double *I, *G;
    double E;
};

ALWAYS_INLINE struct blended load_blended(const struct izh_blend *m, size_t i, struct blend_kind is)
{
    struct blended x = {.gains = *(const abreast_column *)(m->gains + i), .I = m->I + i, .E = m->E};
#pragma GCC unroll 8
    for (size_t k = 0; k < ABREAST; k++)
        x.traces.of[k] = m->means + m->channels[i + k] * m->row;
    if (is.begins)
        x.start = *(const abreast_column *)(m->start + i);
    if (is.conducts)
        x.G = m->G + i;
    return x;
}

/* Adds the neurons' values at tick j. */
ALWAYS_INLINE void blend_in(const struct blended *x, size_t j, abreast at, struct blend_kind is)
{
    abreast_column *const I = (abreast_column *)(x->I + j * PART);
    const abreast from = is.begins ? x->start : (abreast)*I, gained = x->gains * at;
    if (is.conducts) {
        const abreast g = gained + 0.; /* + 0. turns -0 into 0 */
        *I = from + g * x->E;
        *(abreast_column *)(x->G + j * PART) += g;
    } else {
        *I = from + gained;
    }
}

ALWAYS_INLINE void blend_two(const struct blended *x, size_t j, struct blend_kind is)
{
    const abreast even = load_pairs(&x->traces, 0, j), odd = load_pairs(&x->traces, 1, j);
    blend_in(x, j, JOIN_FIRST(even, odd), is);
    blend_in(x, j + 1, JOIN_SECOND(even, odd), is);
}

ALWAYS_INLINE void blend_abreast(const struct izh_blend *m, size_t i, struct blend_kind is)
{
    const struct blended x = load_blended(m, i, is);
    const size_t ticks = m->ticks;
    size_t j = 0;
    for (; j + 8 <= ticks; j += 8) {
#pragma GCC unroll 4
        for (size_t k = 0; k < 8; k += 2)
            blend_two(&x, j + k, is);
    }
    for (; j + 2 <= ticks; j += 2)
        blend_two(&x, j, is);
    if (j < ticks) {
        abreast at = {0}; /* or GCC for i686 warns that it is not set */
        for (size_t k = 0; k < ABREAST; k++)
            at[k] = x.traces.of[k][j];
        blend_in(&x, j, at, is);
    }
}

static __attribute__((noinline)) void blend_one(const struct izh_blend *m, size_t i,
                                                struct blend_kind is)
{
    const double *trace = m->means + m->channels[i] * m->row;
    for (size_t j = 0; j < m->ticks; j++) {
        const size_t at = j * PART + i;
        const double from = is.begins ? m->start[i] : m->I[at], gained = m->gains[i] * trace[j];
        const double g = gained + 0.;
        m->I[at] = from + (is.conducts ? g * m->E : gained);
        if (is.conducts)
            m->G[at] += g;
    }
}

ALWAYS_INLINE void blend(const struct izh_blend *blended, struct blend_kind is)
{
    const struct izh_blend m = *blended; /* a copy, which no write can change */
    size_t i = 0;
    for (; i + ABREAST <= m.count; i += ABREAST)
        blend_abreast(&m, i, is);
    for (; i < m.count; i++)
        blend_one(&m, i, is);
}

/* One function for each kind, so that its variables stay in registers. */
static void blend_currents(const struct izh_blend *m)
{
    blend(m, (struct blend_kind){false, false});
}

static void begin_currents(const struct izh_blend *m)
{
    blend(m, (struct blend_kind){false, true});
}

static void blend_conductances(const struct izh_blend *m)
{
    blend(m, (struct blend_kind){true, false});
}

static void begin_conductances(const struct izh_blend *m)
{
    blend(m, (struct blend_kind){true, true});
}

static void blend_traces(const struct izh_blend *m)
{
    if (m->G)
        (m->start ? begin_conductances : blend_conductances)(m);
    else
        (m->start ? begin_currents : blend_currents)(m);
}

#endif
