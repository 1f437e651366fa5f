/* AVX2: x86, 256 bits. */
#include <immintrin.h>

#define VECTORS 8
#define WIDE_PACK VECTORS

#ifdef IZH_KERNEL_F32
typedef __m256 vec;
#define LANES 8
#define OP(name) _mm256_##name##_ps
#else
typedef __m256d vec;
#define LANES 4
#define OP(name) _mm256_##name##_pd
#endif
typedef vec vec_mask;

static inline vec vec_set(real x)
{
    return OP(set1)(x);
}

static inline vec vec_load(const real *x)
{
    return OP(loadu)(x);
}

static inline void vec_store(real *to, vec x)
{
    OP(storeu)(to, x);
}

static inline vec vec_sqrt(vec x)
{
    return OP(sqrt)(x);
}

/* y where x is no number; y is one. Of two zeros it may give either. */
static inline vec vec_min(vec x, vec y)
{
    return OP(min)(x, y);
}

static inline vec_mask vec_ge(vec x, vec y)
{
    return OP(cmp)(x, y, _CMP_GE_OQ);
}

static inline vec_mask vec_lt(vec x, vec y)
{
    return OP(cmp)(x, y, _CMP_LT_OQ);
}

static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return OP(and)(x, y);
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return OP(or)(x, y);
}

/* Not blendv: gcc compares the mask with zero before each. */
static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return OP(or)(OP(and)(mask, yes), OP(andnot)(mask, no));
}

static inline unsigned vec_bits(vec_mask mask)
{
    return (unsigned)OP(movemask)(mask);
}
