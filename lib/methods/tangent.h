/* The derivatives of a solution with respect to what it depends on: its tangents.
 *
 * The derivative z = (d v/d x, d u/d x) solves the equation's linear part about the solution,
 * driven by what x changes in the equation (the variational equation: E. Hairer, S. P. Norsett and
 * G. Wanner, Solving Ordinary Differential Equations I, Springer 1993, section I.14):
 *
 *     cm z_v' = (2 k2 v + k1) z_v - z_u + push_v        push_v = d (cm v')/d x with v' held
 *        z_u' = a (U'(v) z_v - r z_u) + push_u
 *
 * What is here knows of steps only; how tangents go through spikes and inputs is in
 * events/gradients.h. */
#ifndef IZH_LIB_TANGENT_H
#define IZH_LIB_TANGENT_H

#include <stdbool.h>

#include <izh/solver.h>

#include "methods/method.h"

#ifdef IZH_EMBEDDED
#define IZH_HAS_GRADIENTS 0
#else
#define IZH_HAS_GRADIENTS 1
#endif

#define IZH_TANGENT_TERMS 40 /* of a series, the constant one not counted */

/* Two numbers, which cost as much as one: plain arithmetic on each, so the same bits as without
 * vectors. */
typedef double izh_pair __attribute__((vector_size(16), aligned(8)));

/* The derivatives with respect to one x; pairs are (d v/d x, d u/d x). */
struct izh_tangent {
    izh_gradient of;
    izh_pair start;                         /* where the step begins */
    izh_pair marked;                        /* at the flight's mark */
    izh_pair kept;                          /* while a look ahead takes the place of start */
    izh_pair end;                           /* where the step ends, once they are ready */
    double dt;                              /* of the last spike's time */
    izh_pair series[IZH_TANGENT_TERMS + 1]; /* over the step, where they are ready */
};

struct izh_tangents {
    struct izh_tangent *of;
    size_t n;
    bool squares, cubes, leaks; /* whether any x changes k2, b3, a, */
    bool kinked;                /* or makes two pieces of U */
    void *work;                 /* of the method, for steps of the tangents' own */

    /* What holds in the step. */
    bool low;        /* v is below vb */
    bool ready;      /* the series are those of the step */
    int64_t segment; /* the piece of input, -1: none */
    double since;    /* how long it has held where the step begins, ms */
    double g, E;     /* its conductance */
    int terms;       /* of the series, an even number */
    double unit;     /* of their time, ms */
};

#endif
