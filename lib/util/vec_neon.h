/* NEON: aarch64, 128 bits. */
#include <arm_neon.h>

#define VECTORS 8
#define WIDE_PACK VECTORS

#ifdef IZH_KERNEL_F32
typedef float32x4_t vec;
typedef uint32x4_t vec_mask;
#define LANES 4
#define OP(name) v##name##q_f32
#define SET vdupq_n_f32
#define MASK_OP(name) v##name##q_u32
#else
typedef float64x2_t vec;
typedef uint64x2_t vec_mask;
#define LANES 2
#define OP(name) v##name##q_f64
#define SET vdupq_n_f64
#define MASK_OP(name) v##name##q_u64
#endif

static inline vec vec_set(real x)
{
    return SET(x);
}

static inline vec vec_load(const real *x)
{
    return OP(ld1)(x);
}

static inline void vec_store(real *to, vec x)
{
    OP(st1)(to, x);
}

static inline vec vec_sqrt(vec x)
{
    return OP(sqrt)(x);
}

/* Gives y if x is NaN; y must not be NaN. Of two zeros it may give either. */
static inline vec vec_min(vec x, vec y)
{
    return OP(minnm)(x, y);
}

static inline vec_mask vec_ge(vec x, vec y)
{
    return OP(cge)(x, y);
}

static inline vec_mask vec_lt(vec x, vec y)
{
    return OP(clt)(x, y);
}

static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return MASK_OP(and)(x, y);
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return MASK_OP(orr)(x, y);
}

static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return OP(bsl)(mask, yes, no);
}

/* Bit i is that of lane i. */
static inline unsigned vec_bits(vec_mask mask)
{
    unsigned bits = 0;
    for (int i = 0; i < LANES; i++)
        bits |= (unsigned)mask[i] & 1u << i;
    return bits;
}
