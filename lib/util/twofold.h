/* Numbers with twice the digits of a double, as unevaluated sums hi + lo (T. J. Dekker, Numer.
 * Math. 18 (1971), 224-242). No product is fused, so that the bits are the same everywhere. */
#ifndef IZH_LIB_TWOFOLD_H
#define IZH_LIB_TWOFOLD_H

#include "util/float.h"

struct izh_twofold {
    double hi, lo;
};

static inline struct izh_twofold izh_twofold_of(double x)
{
    return (struct izh_twofold){x, 0};
}

/* The sum of two doubles, exactly. */
static inline struct izh_twofold izh_twofold_sum(double x, double y)
{
    struct izh_twofold s;
    izh_two_sum(x, y, &s.hi, &s.lo);
    return s;
}

/* The exact product of two doubles, unless a part of it overflows or underflows. */
static inline struct izh_twofold izh_twofold_product(double x, double y)
{
    const double p = x * y, split = 0x1p27 + 1;
    const double x1 = split * x - (split * x - x), x2 = x - x1;
    const double y1 = split * y - (split * y - y), y2 = y - y1;
    return (struct izh_twofold){p, ((x1 * y1 - p) + x1 * y2 + x2 * y1) + x2 * y2};
}

static inline struct izh_twofold izh_twofold_neg(struct izh_twofold x)
{
    return (struct izh_twofold){-x.hi, -x.lo};
}

static inline struct izh_twofold izh_twofold_add(struct izh_twofold x, struct izh_twofold y)
{
    const struct izh_twofold s = izh_twofold_sum(x.hi, y.hi), t = izh_twofold_sum(x.lo, y.lo);
    const struct izh_twofold once = izh_twofold_sum(s.hi, s.lo + t.hi);
    return izh_twofold_sum(once.hi, once.lo + t.lo);
}

static inline struct izh_twofold izh_twofold_sub(struct izh_twofold x, struct izh_twofold y)
{
    return izh_twofold_add(x, izh_twofold_neg(y));
}

static inline struct izh_twofold izh_twofold_mul(struct izh_twofold x, struct izh_twofold y)
{
    const struct izh_twofold p = izh_twofold_product(x.hi, y.hi);
    return izh_twofold_sum(p.hi, p.lo + (x.hi * y.lo + x.lo * y.hi));
}

/* Exact: the factor is a power of two. */
static inline struct izh_twofold izh_twofold_scale(struct izh_twofold x, double power)
{
    return (struct izh_twofold){x.hi * power, x.lo * power};
}

/* The quotient of the heads, then twice the quotient of the remainder. */
static inline struct izh_twofold izh_twofold_div(struct izh_twofold x, struct izh_twofold y)
{
    const double q1 = x.hi / y.hi;
    struct izh_twofold left = izh_twofold_sub(x, izh_twofold_mul(y, izh_twofold_of(q1)));
    const double q2 = left.hi / y.hi;
    left = izh_twofold_sub(left, izh_twofold_mul(y, izh_twofold_of(q2)));
    return izh_twofold_add(izh_twofold_sum(q1, q2), izh_twofold_of(left.hi / y.hi));
}

/* One step of Newton's method from the root of the head; 0 if x is not positive. */
static inline struct izh_twofold izh_twofold_sqrt(struct izh_twofold x)
{
    if (!(x.hi > 0))
        return izh_twofold_of(0);
    const double root = __builtin_sqrt(x.hi);
    const struct izh_twofold left = izh_twofold_sub(x, izh_twofold_product(root, root));
    return izh_twofold_sum(root, left.hi / (2 * root));
}

static inline double izh_twofold_round(struct izh_twofold x)
{
    return x.hi + x.lo;
}

#endif
