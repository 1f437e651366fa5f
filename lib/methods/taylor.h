/* The series of a step by Taylor's method, which its file and that of the derivatives share. */
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
    double unit;      /* of the series' s, ms: a power of two, so that it changes no bit */
    double from_v;    /* the series' own v at s = 0 */
    double distance;  /* of v from the slow solution, mV, which fades */
    double fall;      /* at this rate, 1/ms, below zero */
    double log_ratio; /* log2 of the ratio of a step to the radius of convergence */
    double rest;      /* bounds the terms left out, as a share of the scale */
    int order;        /* a multiple of 4 */
    union izh_taylor_coefficients x, u;
    union izh_taylor_coefficients x2; /* x^2, where U is cubic; what a sweep changed */
};

/* The hook of izh_method_ops. */
void izh_taylor_tangents(const struct izh_step *step, struct izh_tangents *tangents);

#endif
