/* AVX2: x86, 256 bits. */
#include <immintrin.h>

#define VECTORS 8
#define WIDE_PACK VECTORS

#ifdef IZH_KERNEL_F32
typedef __m256 vec;
typedef __m256 vec_mask;
#define LANES 8

static inline vec vec_set(real x)
{
    return _mm256_set1_ps(x);
}

static inline vec vec_load(const real *x)
{
    return _mm256_loadu_ps(x);
}

static inline void vec_store(real *to, vec x)
{
    _mm256_storeu_ps(to, x);
}

static inline vec vec_sqrt(vec x)
{
    return _mm256_sqrt_ps(x);
}

/* y where x is no number; y is one. Of two zeros it may give either. */
static inline vec vec_min(vec x, vec y)
{
    return _mm256_min_ps(x, y);
}

static inline vec_mask vec_ge(vec x, vec y)
{
    return _mm256_cmp_ps(x, y, _CMP_GE_OQ);
}

static inline vec_mask vec_lt(vec x, vec y)
{
    return _mm256_cmp_ps(x, y, _CMP_LT_OQ);
}

static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return _mm256_and_ps(x, y);
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return _mm256_or_ps(x, y);
}

static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return _mm256_blendv_ps(no, yes, mask);
}

static inline unsigned vec_bits(vec_mask mask)
{
    return (unsigned)_mm256_movemask_ps(mask);
}
#else
typedef __m256d vec;
typedef __m256d vec_mask;
#define LANES 4

static inline vec vec_set(real x)
{
    return _mm256_set1_pd(x);
}

static inline vec vec_load(const real *x)
{
    return _mm256_loadu_pd(x);
}

static inline void vec_store(real *to, vec x)
{
    _mm256_storeu_pd(to, x);
}

static inline vec vec_sqrt(vec x)
{
    return _mm256_sqrt_pd(x);
}

/* y where x is no number; y is one. Of two zeros it may give either. */
static inline vec vec_min(vec x, vec y)
{
    return _mm256_min_pd(x, y);
}

static inline vec_mask vec_ge(vec x, vec y)
{
    return _mm256_cmp_pd(x, y, _CMP_GE_OQ);
}

static inline vec_mask vec_lt(vec x, vec y)
{
    return _mm256_cmp_pd(x, y, _CMP_LT_OQ);
}

static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return _mm256_and_pd(x, y);
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return _mm256_or_pd(x, y);
}

static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return _mm256_blendv_pd(no, yes, mask);
}

static inline unsigned vec_bits(vec_mask mask)
{
    return (unsigned)_mm256_movemask_pd(mask);
}
#endif
