/* What the library requires of floating point, and small helpers without libm. IEEE 754 defines
 * sqrt and the four operations exactly, so they are the same everywhere; a libm's transcendental
 * functions are not. */
#ifndef IZH_LIB_FLOAT_H
#define IZH_LIB_FLOAT_H

#include <float.h>
#include <stdint.h>
#include <string.h>

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || \
    defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || defined(__NO_SIGNED_ZEROS__)
#error "libizh promises the same bits everywhere: build it without fast math or parts of it"
#endif
_Static_assert(FLT_EVAL_METHOD == 0,
               "double arithmetic must round to double (on x86: -mfpmath=sse)");
_Static_assert(sizeof(double) == 8 && DBL_MANT_DIG == 53, "double must be IEEE 754 binary64");

#define IZH_INFINITY ((double)__builtin_inff())
#define IZH_NAN ((double)__builtin_nanf(""))

static inline int izh_isnan(double x)
{
    return x != x;
}

static inline int izh_isfinite(double x)
{
    return x - x == 0;
}

static inline double izh_fabs(double x)
{
    return __builtin_fabs(x); /* an instruction, and never a branch */
}

static inline double izh_fmax(double x, double y)
{
    return x > y ? x : y;
}

static inline double izh_fmin(double x, double y)
{
    return x < y ? x : y;
}

/* The nearest integer, halves away from zero. From 2^52 on every double is an integer: x itself. */
static inline double izh_round(double x)
{
    if (!(izh_fabs(x) < 0x1p52))
        return x;
    return (double)(int64_t)(x < 0 ? x - .5 : x + .5);
}

/* The next double after a finite x. */
static inline double izh_next(double x)
{
    uint64_t bits;
    if (x == 0)
        return DBL_TRUE_MIN;
    memcpy(&bits, &x, sizeof bits);
    bits += x > 0 ? 1 : UINT64_MAX;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The sum of two doubles without error: *hi + *lo == x + y (Knuth's TwoSum). */
static inline void izh_two_sum(double x, double y, double *hi, double *lo)
{
    const double s = x + y, z = s - x;
    *hi = s;
    *lo = (x - (s - z)) + (y - z);
}

/* 2^n for n in -1022 .. 1023. */
static inline double izh_pow2(int n)
{
    const uint64_t bits = (uint64_t)(n + 1023) << 52;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The exponent e of a normal x = m 2^e, 1 <= |m| < 2. */
static inline int izh_exponent(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (int)(bits >> 52 & 0x7ff) - 1023;
}

/* log2 and exp2 to about 1e-4, with the same bits everywhere, for choosing steps. The polynomials
 * are near the minimax ones: log2 on [1, 2), 2^x on [-1/2, 1/2]. */

static inline double izh_log2_rough(double x)
{
    if (!(x > DBL_MIN))
        return DBL_MIN_EXP;
    if (!(x <= DBL_MAX))
        return DBL_MAX_EXP;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = (bits & 0xfffffffffffff) | 0x3ff0000000000000;
    double m;
    memcpy(&m, &bits, sizeof m);
    const double m2 = m * m;
    return (izh_exponent(x) - 2.794153677 + 5.069756317 * m) +
           m2 * ((-3.520218838 + 1.610177547 * m) + m2 * (-0.4094755858 + 0.04392862785 * m));
}

static inline double izh_exp2_rough(double x)
{
    if (!(x > -1000))
        return 0;
    if (x > 1000)
        return izh_pow2(1000);
    /* The last bits of `shifted` are n. */
    const double shifted = x + 0x1.8p52, y = x - (shifted - 0x1.8p52);
    uint64_t n;
    memcpy(&n, &shifted, sizeof n);
    return izh_pow2((int)n) *
           ((1.000000075 + 0.693121034 * y) +
            y * y * ((0.2402210736 + 0.05592203565 * y) + y * y * 0.009676037098));
}

#endif
