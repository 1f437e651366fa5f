/* Tangents: the derivatives of a solution with respect to something it depends on, x.
 *
 * The derivative z = (d v/d x, d u/d x) solves the equation that is linearised about the solution.
 * It is driven by what x itself changes in the equation (the variational equation: E. Hairer, S. P.
 * Norsett and G. Wanner, Solving Ordinary Differential Equations I, Springer 1993, section I.14):
 *
 *     cm z_v' = (2 k2 v + k1) z_v - z_u + push_v        push_v = d (cm v')/d x with v' held
 *        z_u' = a (U'(v) z_v - r z_u) + push_u
 *
 * This file knows steps only; events/gradients.h takes tangents through spikes and inputs. */
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

#define IZH_TANGENT_TERMS 40 /* terms of a series, besides the constant one */

/* Two numbers, which cost as much as one. The arithmetic on each is plain, so the bits are those
 * without vectors. */
typedef double izh_pair __attribute__((vector_size(16), aligned(8)));

/* The derivatives with respect to one x; pairs are (d v/d x, d u/d x). */
struct izh_tangent {
    izh_gradient of;
    izh_pair start;                         /* at the start of the step */
    izh_pair marked;                        /* at the flight's mark */
    izh_pair kept;                          /* holds `start` while a look ahead replaces it */
    izh_pair end;                           /* at the end of the step, once the series are ready */
    double dt;                              /* of the time of the last spike */
    izh_pair series[IZH_TANGENT_TERMS + 1]; /* over the step, if they are ready */
};

struct izh_tangents {
    struct izh_tangent *of;
    size_t n;
    bool squares, cubes, leaks; /* whether any x changes k2, b3 or a, */
    bool kinked;                /* or gives U two pieces */
    void *work;                 /* the method's, for steps of the tangents' own */

    /* What holds in the step. */
    bool low;        /* v is below vb */
    bool ready;      /* the series belong to the step */
    int64_t segment; /* the piece of input, -1: none */
    double since;    /* how long it has held at the start of the step, ms */
    double g, E;     /* its conductance */
    int terms;       /* of the series; an even number */
    double unit;     /* of the series' time, ms */
};

#endif
