/* e^x and ln x: the same bits everywhere, good to about an ulp. */
#ifndef IZH_LIB_EXP_H
#define IZH_LIB_EXP_H

#include "util/trig.h"

/* 0 below -708, where the result is near the least normal number; infinity above 709. */
static inline double izh_exp(double x)
{
    if (!(x >= -708))
        return izh_isnan(x) ? x : 0;
    if (x > 709)
        return IZH_INFINITY;
    const double n = (x * 0x1.71547652b82fep+0 + IZH_TRIG_ROUND) - IZH_TRIG_ROUND;
    /* ln 2 in two parts, the first short enough for an exact product. */
    const double y = (x - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
    return izh_pow2((int)n) * (1 + izh_doubles_expm1(izh_doubles_of(y))[0]);
}

/* For a positive normal x: Newton's and Halley's correction of a rough logarithm, one order
 * further; e is below 2e-4. */
static inline double izh_ln(double x)
{
    const double y = izh_log2_rough(x) * 0x1.62e42fefa39efp-1;
    const double e = x * izh_exp(-y) - 1;
    return y + e * (1 + e * (-.5 + e * (1. / 3 - e * .25)));
}

#endif
