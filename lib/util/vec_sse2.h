/* SSE2: x86, 128 bits. */
#include <emmintrin.h>

#define VECTORS 8
#define WIDE_PACK 4

#ifdef IZH_KERNEL_F32
typedef __m128 vec;
typedef __m128 vec_mask;
#define LANES 4

static inline vec vec_set(real x)
{
    return _mm_set1_ps(x);
}

static inline vec vec_load(const real *x)
{
    return _mm_loadu_ps(x);
}

static inline void vec_store(real *to, vec x)
{
    _mm_storeu_ps(to, x);
}

static inline vec vec_sqrt(vec x)
{
    return _mm_sqrt_ps(x);
}

/* y where x is no number; y is one. Of two zeros it may give either. */
static inline vec vec_min(vec x, vec y)
{
    return _mm_min_ps(x, y);
}

static inline vec_mask vec_ge(vec x, vec y)
{
    return _mm_cmpge_ps(x, y);
}

static inline vec_mask vec_lt(vec x, vec y)
{
    return _mm_cmplt_ps(x, y);
}

static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return _mm_and_ps(x, y);
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return _mm_or_ps(x, y);
}

static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return _mm_or_ps(_mm_and_ps(mask, yes), _mm_andnot_ps(mask, no));
}

static inline unsigned vec_bits(vec_mask mask)
{
    return (unsigned)_mm_movemask_ps(mask);
}
#else
typedef __m128d vec;
typedef __m128d vec_mask;
#define LANES 2

static inline vec vec_set(real x)
{
    return _mm_set1_pd(x);
}

static inline vec vec_load(const real *x)
{
    return _mm_loadu_pd(x);
}

static inline void vec_store(real *to, vec x)
{
    _mm_storeu_pd(to, x);
}

static inline vec vec_sqrt(vec x)
{
    return _mm_sqrt_pd(x);
}

/* y where x is no number; y is one. Of two zeros it may give either. */
static inline vec vec_min(vec x, vec y)
{
    return _mm_min_pd(x, y);
}

static inline vec_mask vec_ge(vec x, vec y)
{
    return _mm_cmpge_pd(x, y);
}

static inline vec_mask vec_lt(vec x, vec y)
{
    return _mm_cmplt_pd(x, y);
}

static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return _mm_and_pd(x, y);
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return _mm_or_pd(x, y);
}

static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return _mm_or_pd(_mm_and_pd(mask, yes), _mm_andnot_pd(mask, no));
}

static inline unsigned vec_bits(vec_mask mask)
{
    return (unsigned)_mm_movemask_pd(mask);
}
#endif
