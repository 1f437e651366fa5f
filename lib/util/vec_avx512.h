/* AVX-512: x86, 512 bits. */
#include <immintrin.h>

#define VECTORS 8
#define WIDE_PACK VECTORS

#ifdef IZH_KERNEL_F32
typedef __m512 vec;
typedef __mmask16 vec_mask;
#define LANES 16
#define OP(name) _mm512_##name##_ps
#define CMP _mm512_cmp_ps_mask
#else
typedef __m512d vec;
typedef __mmask8 vec_mask;
#define LANES 8
#define OP(name) _mm512_##name##_pd
#define CMP _mm512_cmp_pd_mask
#endif

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
    return CMP(x, y, _CMP_GE_OQ);
}

static inline vec_mask vec_lt(vec x, vec y)
{
    return CMP(x, y, _CMP_LT_OQ);
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
    return OP(mask_blend)(mask, no, yes);
}

static inline unsigned vec_bits(vec_mask mask)
{
    return mask;
}
