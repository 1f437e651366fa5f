#include "util/float.h"

double izh_log2_rough(double x) {
    if (!(x > DBL_MIN))
        return DBL_MIN_EXP;
    if (!izh_isfinite(x))
        return DBL_MAX_EXP;
    int e = izh_exponent(x);
    double m = x * izh_pow2(-e / 2) * izh_pow2(-(e - e / 2));
    if (m > 1.4142135623730951) {
        m *= .5;
        e++;
    }
    /* ln m = 2 atanh(z), z = (m - 1)/(m + 1), |z| < 0.172 */
    const double z = (m - 1) / (m + 1), z2 = z * z;
    return e + 2.8853900817779268 * z * (1 + z2 * (1. / 3 + z2 * (1. / 5 + z2 * (1. / 7))));
}

double izh_exp2_rough(double x) {
    if (!(x > -1000))
        return 0;
    if (x > 1000)
        return izh_pow2(1000);
    const int n = (int)(x < 0 ? x - .5 : x + .5);
    const double y = (x - n) * .6931471805599453; /* |y| < 0.35 */
    return izh_pow2(n) *
           (1 + y * (1 + y * (1. / 2 + y * (1. / 6 + y * (1. / 24 + y * (1. / 120 + y / 720))))));
}
