/* e^x and ln x: the same bits everywhere, good to about an ulp. */
#ifndef IZH_LIB_EXP_H
#define IZH_LIB_EXP_H

#include "util/trig.h"

/* Gives 0 below -708, where the result is near the smallest normal number, and infinity above
 * 709. */
static inline double izh_exp(double x)
{
    if (!(x >= -708))
        return izh_isnan(x) ? x : 0;
    if (x > 709)
        return IZH_INFINITY;
    const double n = (x * 0x1.71547652b82fep+0 + IZH_TRIG_ROUND) - IZH_TRIG_ROUND;
    /* ln 2 in two parts; the first is short enough for its product with n to be exact. */
    const double y = (x - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
    return izh_pow2((int)n) * (1 + izh_doubles_expm1(izh_doubles_of(y))[0]);
}

/* For a positive normal x. With x = exp(y) (1 + e), ln x = y + ln(1 + e). As y is the rough
 * logarithm, e is below 2e-4, and four terms of the series of ln(1 + e) suffice. */
static inline double izh_ln(double x)
{
    const double y = izh_log2_rough(x) * 0x1.62e42fefa39efp-1;
    const double e = x * izh_exp(-y) - 1;
    return y + e * (1 + e * (-.5 + e * (1. / 3 - e * .25)));
}

#endif
