/* What is a dialect's own: a method that reproduces another program's steps of the 2003 model,
 * operation for operation, each in the expression of its source.
 *
 * Its steps are whole, from tick to tick, under the current at the step's start; the solver stands
 * at ticks only, and tests for a spike at the end of a step only. */
#ifndef IZH_LIB_DIALECT_H
#define IZH_LIB_DIALECT_H

#include <stdbool.h>
#include <stdint.h>

#include <izh/model.h>

/* A spike after its callback. */
struct izh_firing {
    const izh_params *p; /* of the step that led to it */
    double h;            /* that step's length */
    izh_state before;    /* the state that the step left */
    izh_state own;       /* the model's reset */
    izh_state after;     /* in: the reset that the callback wants; out: the state to go on with */
    double memory;       /* in and out: what the dialect keeps beside (v, u) */
};

struct izh_dialect {
    double threshold; /* a spike where v is at least that, */
    bool above;       /* or only above it */
    bool label_start; /* a spike has the time of its step's start, or of its millisecond's */
    bool any_k;       /* takes any k1 and k0; and r = 0 with any vb */
    int per_ms;       /* has 1 to so many steps to the millisecond, which share the current at its
                         start; 0: steps of any length */
    /* What follows the reset within the step, or replaces it. NULL: nothing. */
    void (*finish)(struct izh_firing *firing);
};

static inline bool izh_dialect_fires(const struct izh_dialect *d, double v)
{
    return d->above ? v > d->threshold : v >= d->threshold;
}

/* The first field that is not of the 2003 form, its value and the only one that the form has; NULL
 * when all is well. */
const char *izh_dialect_fault(const struct izh_dialect *d, const izh_params *p, double *value,
                              double *only);

/* How many steps of length dt share an input: 1, or those of a millisecond; 0 where the dialect has
 * no such steps. */
int64_t izh_dialect_hold(const struct izh_dialect *d, double dt);

/* CARLsim's sub-step from v_new, past the test for a spike, on: no lower than -90 mV. */
static inline double izh_carlsim_clamp(double v)
{
    return v < -90.0 ? -90.0 : v;
}

#endif
