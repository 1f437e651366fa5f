#include "util/float.h"

/* Polynomials near the Chebyshev best: log2 on [1, 2), 2^x on [-1/2, 1/2]. */

double izh_log2_rough(double x)
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
    return izh_exponent(x) + -2.794153677 +
           m * (5.069756317 +
                m * (-3.520218838 + m * (1.610177547 + m * (-0.4094755858 + m * (0.04392862785)))));
}

double izh_exp2_rough(double x)
{
    if (!(x > -1000))
        return 0;
    if (x > 1000)
        return izh_pow2(1000);
    const int n = (int)(x < 0 ? x - .5 : x + .5);
    const double y = x - n;
    return izh_pow2(n) *
           (1.000000075 +
            y * (0.693121034 + y * (0.2402210736 + y * (0.05592203565 + y * (0.009676037098)))));
}
