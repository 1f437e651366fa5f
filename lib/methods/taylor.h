/* The series of a step by Taylor's method, for its file and that of the derivatives. */
#ifndef IZH_LIB_TAYLOR_H
#define IZH_LIB_TAYLOR_H

#include "methods/tangent.h"

#define IZH_TAYLOR_ORDER_MAX IZH_TANGENT_TERMS

/* The coefficients of s, s^2, ... */
union izh_taylor_coefficients {
    double one[IZH_TAYLOR_ORDER_MAX];
    izh_pair two[IZH_TAYLOR_ORDER_MAX / 2];
};

struct izh_taylor {
    double unit;      /* of the series' s, ms: a power of two, which changes no bit */
    double from_v;    /* the series' own v at s = 0 */
    double distance;  /* of v from the slow solution, mV; it decays */
    double fall;      /* the rate of that decay, 1/ms, below zero */
    double log_ratio; /* log2 of the ratio of a step to the radius of convergence */
    double rest;      /* bounds the omitted terms, as a share of the scale */
    int order;        /* a multiple of 4 */
    union izh_taylor_coefficients x, u;
    union izh_taylor_coefficients x2; /* x^2, if U is cubic; in a sweep: what the sweep changed */
};

/* 1/n, as a division would give it. */
static const double izh_reciprocals[IZH_TAYLOR_ORDER_MAX + 1] = {
    0,       1. / 1,  1. / 2,  1. / 3,  1. / 4,  1. / 5,  1. / 6,  1. / 7,  1. / 8,
    1. / 9,  1. / 10, 1. / 11, 1. / 12, 1. / 13, 1. / 14, 1. / 15, 1. / 16, 1. / 17,
    1. / 18, 1. / 19, 1. / 20, 1. / 21, 1. / 22, 1. / 23, 1. / 24, 1. / 25, 1. / 26,
    1. / 27, 1. / 28, 1. / 29, 1. / 30, 1. / 31, 1. / 32, 1. / 33, 1. / 34, 1. / 35,
    1. / 36, 1. / 37, 1. / 38, 1. / 39, 1. / 40};

/* `tangents` of izh_method_ops. */
void izh_taylor_tangents(const struct izh_step *step, struct izh_tangents *tangents);

#endif
