/* NEON: aarch64, 128 bits. */
#include <arm_neon.h>

#define VECTORS 8
#define WIDE_PACK VECTORS

#ifdef IZH_KERNEL_F32
typedef float32x4_t vec;
typedef uint32x4_t vec_mask;
#define LANES 4

static inline vec vec_set(real x)
{
    return vdupq_n_f32(x);
}

static inline vec vec_load(const real *x)
{
    return vld1q_f32(x);
}

static inline void vec_store(real *to, vec x)
{
    vst1q_f32(to, x);
}

static inline vec vec_sqrt(vec x)
{
    return vsqrtq_f32(x);
}

/* y where x is no number; y is one. Of two zeros it may give either. */
static inline vec vec_min(vec x, vec y)
{
    return vminnmq_f32(x, y);
}

static inline vec_mask vec_ge(vec x, vec y)
{
    return vcgeq_f32(x, y);
}

static inline vec_mask vec_lt(vec x, vec y)
{
    return vcltq_f32(x, y);
}

static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return vandq_u32(x, y);
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return vorrq_u32(x, y);
}

static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return vbslq_f32(mask, yes, no);
}

static inline unsigned vec_bits(vec_mask mask)
{
    return (unsigned)(vgetq_lane_u32(mask, 0) & 1) | (unsigned)(vgetq_lane_u32(mask, 1) & 2) |
           (unsigned)(vgetq_lane_u32(mask, 2) & 4) | (unsigned)(vgetq_lane_u32(mask, 3) & 8);
}
#else
typedef float64x2_t vec;
typedef uint64x2_t vec_mask;
#define LANES 2

static inline vec vec_set(real x)
{
    return vdupq_n_f64(x);
}

static inline vec vec_load(const real *x)
{
    return vld1q_f64(x);
}

static inline void vec_store(real *to, vec x)
{
    vst1q_f64(to, x);
}

static inline vec vec_sqrt(vec x)
{
    return vsqrtq_f64(x);
}

/* y where x is no number; y is one. Of two zeros it may give either. */
static inline vec vec_min(vec x, vec y)
{
    return vminnmq_f64(x, y);
}

static inline vec_mask vec_ge(vec x, vec y)
{
    return vcgeq_f64(x, y);
}

static inline vec_mask vec_lt(vec x, vec y)
{
    return vcltq_f64(x, y);
}

static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return vandq_u64(x, y);
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return vorrq_u64(x, y);
}

static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return vbslq_f64(mask, yes, no);
}

static inline unsigned vec_bits(vec_mask mask)
{
    return (unsigned)(vgetq_lane_u64(mask, 0) & 1) | (unsigned)(vgetq_lane_u64(mask, 1) & 2);
}
#endif
