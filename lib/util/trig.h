/* tanh, sine, cosine and arc tangent, with the same bits everywhere, to a few ulp. Nets need some
 * of them by the thousand; these take vectors of doubles, IZH_TRIG_BYTES wide, whose lanes are
 * independent. A single number goes through the same operations. */
#ifndef IZH_LIB_TRIG_H
#define IZH_LIB_TRIG_H

#include "util/float.h"

/* Only files that are compiled for an instruction set with longer vectors define it. */
#ifndef IZH_TRIG_BYTES
#define IZH_TRIG_BYTES 16
#endif

typedef double izh_doubles __attribute__((vector_size(IZH_TRIG_BYTES)));
typedef int64_t izh_doubles_bits __attribute__((vector_size(IZH_TRIG_BYTES)));

#define IZH_TRIG_LANES ((int)(IZH_TRIG_BYTES / sizeof(double)))
#define IZH_TRIG_INLINE static inline __attribute__((always_inline))

#define IZH_PI 3.141592653589793

/* Adding this to a number leaves the nearest integer in the last bits of the sum. */
#define IZH_TRIG_ROUND 0x1.8p52

IZH_TRIG_INLINE izh_doubles izh_doubles_of(double x)
{
    return x - (izh_doubles){0}; /* x itself, even if it is -0 */
}

IZH_TRIG_INLINE izh_doubles izh_doubles_select(izh_doubles_bits mask, izh_doubles yes,
                                               izh_doubles no)
{
    return (izh_doubles)((mask & (izh_doubles_bits)yes) | (~mask & (izh_doubles_bits)no));
}

/* e^y - 1 for |y| <= ln 2/2: y plus y^2 times a polynomial through the Chebyshev points, good to
 * 1e-16. */
IZH_TRIG_INLINE izh_doubles izh_doubles_expm1(izh_doubles y)
{
    const izh_doubles y2 = y * y, y4 = y2 * y2;
    const izh_doubles low = (0x1.0000000000001p-1 + 0x1.5555555555556p-3 * y) +
                            y2 * (0x1.5555555553b72p-5 + 0x1.111111111091ap-7 * y);
    const izh_doubles middle = (0x1.6c16c1794bd5cp-10 + 0x1.a01a01a83a3a3p-13 * y) +
                               y2 * (0x1.a019b62aaa670p-16 + 0x1.71de0be80e7e7p-19 * y);
    const izh_doubles high = 0x1.2894eb037878bp-22 + 0x1.af3cd7b35630ap-26 * y;
    return y + y2 * (low + y4 * (middle + y4 * high));
}

/* tanh(x) = e/(e + 2) with e = exp(2 x) - 1, where exp(2 x) = 2^n exp(y). For |x| <= 300. */
IZH_TRIG_INLINE izh_doubles izh_doubles_tanh_within(izh_doubles x)
{
    const izh_doubles twice = x + x, shifted = twice * 0x1.71547652b82fep+0 + IZH_TRIG_ROUND;
    const izh_doubles n = shifted - IZH_TRIG_ROUND;
    /* ln 2 in two parts; the first is short enough for its product with n to be exact. */
    const izh_doubles y = (twice - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
    const izh_doubles power =
        (izh_doubles)(((izh_doubles_bits)shifted << 52) + (izh_doubles_bits)izh_doubles_of(1));
    const izh_doubles e = power * izh_doubles_expm1(y) + (power - 1);
    return e / (e + 2);
}

/* From 22 on tanh is 1 to the last bit, so limiting x to 22 changes no result. */
IZH_TRIG_INLINE izh_doubles izh_doubles_tanh(izh_doubles x)
{
    const izh_doubles most = izh_doubles_of(22);
    x = izh_doubles_select(x > most, most, x);
    return izh_doubles_tanh_within(izh_doubles_select(x < -most, -most, x));
}

struct izh_doubles_sincos {
    izh_doubles sin, cos;
};

/* For |x| up to about 1e5; beyond that, digits are lost. */
IZH_TRIG_INLINE struct izh_doubles_sincos izh_doubles_sincos(izh_doubles x)
{
    const izh_doubles shifted = x * 0x1.45f306dc9c883p-1 + IZH_TRIG_ROUND;
    const izh_doubles n = shifted - IZH_TRIG_ROUND; /* quarter turns */
    /* pi/2 in three parts; the first two are short enough for exact products with n. */
    const izh_doubles y =
        ((x - n * 0x1.921fb544p+0) - n * 0x1.0b4611a6p-34) - n * 0x1.3198a2e037073p-69;
    const izh_doubles y2 = y * y, y4 = y2 * y2;
    const izh_doubles s_low = -1. / 6 + 1. / 120 * y2;
    const izh_doubles s_middle = -1. / 5040 + 1. / 362880 * y2;
    const izh_doubles s_high = -1. / 39916800 + 1. / 6227020800 * y2;
    const izh_doubles s_last = y4 * (s_high + y4 * (-1. / 1307674368000));
    const izh_doubles sin = y + y * y2 * (s_low + y4 * (s_middle + s_last));
    const izh_doubles c_low = 1. / 24 + -1. / 720 * y2, c_middle = 1. / 40320 + -1. / 3628800 * y2;
    const izh_doubles c_high = 1. / 479001600 + -1. / 87178291200 * y2;
    const izh_doubles c_last = y4 * (c_high + y4 * (1. / 20922789888000));
    const izh_doubles cos = (1 - .5 * y2) + y4 * (c_low + y4 * (c_middle + c_last));
    const izh_doubles_bits quarters = (izh_doubles_bits)shifted;
    const izh_doubles_bits odd = -(quarters & 1);
    const izh_doubles_bits sin_sign = (quarters & 2) << 62, cos_sign = ((quarters + 1) & 2) << 62;
    return (struct izh_doubles_sincos){
        (izh_doubles)((izh_doubles_bits)izh_doubles_select(odd, cos, sin) ^ sin_sign),
        (izh_doubles)((izh_doubles_bits)izh_doubles_select(odd, sin, cos) ^ cos_sign)};
}

/* ---- one number ---- */

static inline double izh_tanh(double x)
{
    return izh_doubles_tanh(izh_doubles_of(x))[0];
}

struct izh_sincos {
    double sin, cos;
};

static inline struct izh_sincos izh_sincos(double x)
{
    const struct izh_doubles_sincos both = izh_doubles_sincos(izh_doubles_of(x));
    return (struct izh_sincos){both.sin[0], both.cos[0]};
}

static inline double izh_tan(double x)
{
    const struct izh_sincos both = izh_sincos(x);
    return both.sin / both.cos;
}

/* Takes the reciprocal above 1, halves the angle twice, and sums the series. */
static inline double izh_atan(double x)
{
    const double size = izh_fabs(x);
    double t = size > 1 ? 1 / size : size, sum = 0;
    t = t / (1 + __builtin_sqrt(1 + t * t));
    t = t / (1 + __builtin_sqrt(1 + t * t)); /* at most tan(pi/16) = 0.2 */
    for (int k = 23; k > 1; k -= 2)
        sum = (1. / k - sum) * (t * t);
    const double angle = 4 * (t - t * sum);
    const double turned = size > 1 ? 0x1.921fb54442d18p+0 - (angle - 0x1.1a62633145c07p-54) : angle;
    return x < 0 ? -turned : turned;
}

#endif
