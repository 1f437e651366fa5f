/* AVX-512: x86, 512 bits. */
#include <immintrin.h>

#define VECTORS 8
#define WIDE_PACK VECTORS

#ifdef IZH_KERNEL_F32
typedef __m512 vec;
typedef __mmask16 vec_mask;
#define LANES 16

static inline vec vec_set(real x)
{
    return _mm512_set1_ps(x);
}

static inline vec vec_load(const real *x)
{
    return _mm512_loadu_ps(x);
}

static inline void vec_store(real *to, vec x)
{
    _mm512_storeu_ps(to, x);
}

static inline vec vec_sqrt(vec x)
{
    return _mm512_sqrt_ps(x);
}

/* y where x is no number; y is one. Of two zeros it may give either. */
static inline vec vec_min(vec x, vec y)
{
    return _mm512_min_ps(x, y);
}

static inline vec_mask vec_ge(vec x, vec y)
{
    return _mm512_cmp_ps_mask(x, y, _CMP_GE_OQ);
}

static inline vec_mask vec_lt(vec x, vec y)
{
    return _mm512_cmp_ps_mask(x, y, _CMP_LT_OQ);
}

static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return (vec_mask)(x & y);
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return (vec_mask)(x | y);
}

static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return _mm512_mask_blend_ps(mask, no, yes);
}

static inline unsigned vec_bits(vec_mask mask)
{
    return mask;
}
#else
typedef __m512d vec;
typedef __mmask8 vec_mask;
#define LANES 8

static inline vec vec_set(real x)
{
    return _mm512_set1_pd(x);
}

static inline vec vec_load(const real *x)
{
    return _mm512_loadu_pd(x);
}

static inline void vec_store(real *to, vec x)
{
    _mm512_storeu_pd(to, x);
}

static inline vec vec_sqrt(vec x)
{
    return _mm512_sqrt_pd(x);
}

/* y where x is no number; y is one. Of two zeros it may give either. */
static inline vec vec_min(vec x, vec y)
{
    return _mm512_min_pd(x, y);
}

static inline vec_mask vec_ge(vec x, vec y)
{
    return _mm512_cmp_pd_mask(x, y, _CMP_GE_OQ);
}

static inline vec_mask vec_lt(vec x, vec y)
{
    return _mm512_cmp_pd_mask(x, y, _CMP_LT_OQ);
}

static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return (vec_mask)(x & y);
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return (vec_mask)(x | y);
}

static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return _mm512_mask_blend_pd(mask, no, yes);
}

static inline unsigned vec_bits(vec_mask mask)
{
    return mask;
}
#endif
