/* A dialect is a method that reproduces another program's steps of the 2003 model, operation for
 * operation, each in the expression of its source.
 *
 * A dialect takes whole steps, from tick to tick, under the current at the step's start. The solver
 * stops at ticks only, and tests for a spike only at the end of a step. */
#ifndef IZH_LIB_DIALECT_H
#define IZH_LIB_DIALECT_H

#include <stdbool.h>
#include <stdint.h>

#include <izh/model.h>

/* A spike whose callback has returned. */
struct izh_firing {
    const izh_params *p; /* of the step that led to the spike */
    double h;            /* that step's length */
    izh_state before;    /* the state in which the step ended */
    izh_state own;       /* the state after the model's reset */
    izh_state after;     /* in: the reset that the callback wants; out: the state to go on with */
    double memory;       /* in and out: what the dialect keeps beside (v, u) */
};

struct izh_dialect {
    double threshold; /* a neuron spikes if v is at least this, */
    bool above;       /* or only if v is above it */
    bool label_start; /* a spike's time is the start of its step, or of its millisecond */
    bool any_k;       /* accepts any k1 and k0, and r = 0 with any vb */
    int per_ms; /* the most steps to a millisecond, which share the current at its start; 0: steps
                   have any length */
    /* What follows the reset within the step, or replaces the reset. NULL: nothing. */
    void (*finish)(struct izh_firing *firing);
};

static inline bool izh_dialect_fires(const struct izh_dialect *d, double v)
{
    return d->above ? v > d->threshold : v >= d->threshold;
}

/* Returns the first field that differs from the 2003 form, with its value and the only value that
 * the form allows, or NULL if all fields have the form. */
const char *izh_dialect_fault(const struct izh_dialect *d, const izh_params *p, double *value,
                              double *only);

/* How many steps of length dt share an input: 1, or those of a millisecond. 0 if the dialect has no
 * steps of this length. */
int64_t izh_dialect_hold(const struct izh_dialect *d, double dt);

/* The end of CARLsim's sub-step, after the test for a spike: v is no lower than -90 mV. */
static inline double izh_carlsim_clamp(double v)
{
    return v < -90.0 ? -90.0 : v;
}

#endif
