/* What the machine can do at most: the operations of a step of the 2003 paper's scheme on
 * registers, without a load or store, and a stream through memory. Built once for each instruction
 * set and precision, with the flags of the former; LIMIT_NAME is the table to define, LIMIT_F32 is
 * defined for single precision. */
#include <immintrin.h>

#include "bench_population.h"

#ifdef LIMIT_F32
typedef float real;
#define TYPE(bits) __m##bits
#define OP(prefix, op) prefix##op##_ps
#define MASKED(op) _mm512_##op##_ps_mask
#else
typedef double real;
#define TYPE(bits) __m##bits##d
#define OP(prefix, op) prefix##op##_pd
#define MASKED(op) _mm512_##op##_pd_mask
#endif

#define INLINE static inline __attribute__((always_inline))

#ifdef __AVX512F__
#define ISA IZH_ISA_AVX512
typedef TYPE(512) vec;
#define V(op) OP(_mm512_, op)
#ifdef LIMIT_F32
typedef __mmask16 vec_mask;
#else
typedef __mmask8 vec_mask;
#endif

INLINE vec_mask greater_equal(vec x, vec y)
{
    return MASKED(cmp)(x, y, _CMP_GE_OQ);
}

INLINE vec_mask both(vec_mask x, vec_mask y)
{
    return (vec_mask)(x & y);
}

INLINE vec choose(vec_mask mask, vec yes, vec no)
{
    return OP(_mm512_mask_, blend)(mask, no, yes);
}

INLINE double as_number(vec_mask mask)
{
    return mask;
}
#else
#ifdef __AVX2__
#define ISA IZH_ISA_AVX2
typedef TYPE(256) vec;
#define V(op) OP(_mm256_, op)
#define GREATER_EQUAL(x, y) V(cmp)(x, y, _CMP_GE_OQ)
#define SELECT(mask, yes, no) V(blendv)(no, yes, mask)
#else
#define ISA IZH_ISA_SSE2
typedef TYPE(128) vec;
#define V(op) OP(_mm_, op)
#define GREATER_EQUAL(x, y) V(cmpge)(x, y)
#define SELECT(mask, yes, no) V(or)(V(and)(mask, yes), V(andnot)(mask, no))
#endif
typedef vec vec_mask;

INLINE vec_mask greater_equal(vec x, vec y)
{
    return GREATER_EQUAL(x, y);
}

INLINE vec_mask both(vec_mask x, vec_mask y)
{
    return V(and)(x, y);
}

INLINE vec choose(vec_mask mask, vec yes, vec no)
{
    return SELECT(mask, yes, no);
}

INLINE double as_number(vec_mask mask)
{
    return V(movemask)(mask);
}
#endif

#define LANES ((int)(sizeof(vec) / sizeof(real)))

struct constants {
    vec k2, k1, k0, I, half, a, b, peak, c, d;
    vec w, r, vb, most; /* of the library's form only */
};

INLINE struct constants spread(const double *x)
{
    return (struct constants){V(set1)((real)x[0]),  V(set1)((real)x[1]), V(set1)((real)x[2]),
                              V(set1)((real)x[3]),  V(set1)((real).5),   V(set1)((real)x[4]),
                              V(set1)((real)x[5]),  V(set1)((real)x[6]), V(set1)((real)x[7]),
                              V(set1)((real)x[8]),  V(set1)((real)x[9]), V(set1)((real)x[10]),
                              V(set1)((real)x[11]), V(set1)((real)x[12])};
}

struct state {
    vec v, u;
    vec_mask good;
};

/* Operation by operation over all vectors, not vector by vector: a processor looks only so far
 * ahead for something to do. */
#define MOST 16
#ifdef __clang__
#define EACH _Pragma("clang loop unroll(full)") for (int j = 0; j < count; j++)
#else
#define EACH _Pragma("GCC unroll 16") for (int j = 0; j < count; j++)
#endif

/* 8 operations: v + .5 ((k2 v + k1) v + k0 - u + I). */
INLINE void half_step(const struct constants *m, struct state *y, int count)
{
    vec x[MOST];
    EACH x[j] = V(mul)(m->k2, y[j].v);
    EACH x[j] = V(add)(x[j], m->k1);
    EACH x[j] = V(mul)(x[j], y[j].v);
    EACH x[j] = V(add)(x[j], m->k0);
    EACH x[j] = V(sub)(x[j], y[j].u);
    EACH x[j] = V(add)(x[j], m->I);
    EACH x[j] = V(mul)(m->half, x[j]);
    EACH y[j].v = V(add)(y[j].v, x[j]);
}

/* 4 operations */
INLINE void reset(const struct constants *m, struct state *y, int count)
{
    EACH
    {
        const vec_mask spikes = greater_equal(y[j].v, m->peak);
        y[j].v = choose(spikes, m->c, y[j].v);
        y[j].u = choose(spikes, V(add)(y[j].u, m->d), y[j].u);
    }
}

/* As the paper has it: 24 operations. */
INLINE void paper(const struct constants *m, struct state *y, int count)
{
    vec x[MOST];
    half_step(m, y, count);
    half_step(m, y, count);
    EACH x[j] = V(mul)(m->b, y[j].v);
    EACH x[j] = V(sub)(x[j], y[j].u);
    EACH x[j] = V(mul)(m->a, x[j]);
    EACH y[j].u = V(add)(y[j].u, x[j]);
    reset(m, y, count);
}

/* 9 operations, with w u at hand: the 2007 form as well, each operation in the order in which the
 * solver has it. */
INLINE void half_library(const struct constants *m, struct state *y, const vec *wu, int count)
{
    vec x[MOST];
    EACH x[j] = V(mul)(m->k2, y[j].v);
    EACH x[j] = V(mul)(x[j], y[j].v);
    EACH x[j] = V(add)(x[j], V(mul)(m->k1, y[j].v));
    EACH x[j] = V(add)(x[j], m->k0);
    EACH x[j] = V(sub)(x[j], wu[j]);
    EACH x[j] = V(add)(x[j], m->I);
    EACH x[j] = V(mul)(m->half, x[j]);
    EACH y[j].v = V(add)(y[j].v, x[j]);
}

/* As the library has it, for any neuron and with a check of the range: 31 operations. */
INLINE void library(const struct constants *m, struct state *y, int count)
{
    vec x[MOST];
    EACH x[j] = V(mul)(m->w, y[j].u);
    half_library(m, y, x, count);
    half_library(m, y, x, count);
    EACH x[j] = V(sub)(y[j].v, m->vb);
    EACH x[j] = V(mul)(m->b, x[j]);
    EACH x[j] = V(sub)(x[j], V(mul)(m->r, y[j].u));
    EACH x[j] = V(mul)(m->a, x[j]);
    EACH y[j].u = V(add)(y[j].u, x[j]);
    EACH y[j].good = both(y[j].good, greater_equal(m->most, y[j].v));
    reset(m, y, count);
}

INLINE double sum(const struct state *y, int count)
{
    real x[sizeof(vec) / sizeof(real)];
    double all = 0;
    for (int j = 0; j < count; j++) {
        V(storeu)(x, V(add)(y[j].v, y[j].u));
        for (int i = 0; i < LANES; i++)
            all += x[i];
        all += as_number(y[j].good);
    }
    return all;
}

#define PROBE(form, count_)                                                       \
    static double form##_##count_(const double *constants, int steps)             \
    {                                                                             \
        enum {                                                                    \
            count = count_                                                        \
        };                                                                        \
        const struct constants m = spread(constants);                             \
        struct state y[count];                                                    \
        EACH y[j] = (struct state){V(set1)((real)(-65 + j)), V(set1)((real)(-j)), \
                                   greater_equal(m.most, m.peak)};                \
        for (int k = 0; k < steps; k++)                                           \
            form(&m, y, count);                                                   \
        return sum(y, count);                                                     \
    }
#define PROBES(count) PROBE(paper, count) PROBE(library, count)
PROBES(4)
PROBES(6)
PROBES(8)
PROBES(12)
PROBES(16)

static void stream(void *to_v, void *to_u, size_t n)
{
    const vec some = V(set1)((real).25);
    real *v = to_v, *u = to_u;
    for (size_t i = 0; i + LANES <= n; i += LANES) {
        V(storeu)(v + i, V(add)(V(loadu)(v + i), some));
        V(storeu)(u + i, V(add)(V(loadu)(u + i), some));
    }
}

const struct bench_limit LIMIT_NAME = {
    ISA,
    LANES,
    {{4, paper_4, library_4},
     {6, paper_6, library_6},
     {8, paper_8, library_8},
     {12, paper_12, library_12},
     {16, paper_16, library_16}},
    stream,
};
