/* The neurons' states, which a block changes. */
#ifndef IZH_LIB_CELLS_STATES_H
#define IZH_LIB_CELLS_STATES_H

#include "cells/shape.h"
#include "events/flight.h"
#include "util/bits.h"

/* The step under way of a flight whose method chooses its steps: where it began, and under which
 * current. */
struct izh_anchor {
    double base, offset; /* of the clock */
    izh_state from;
    double I;
    struct izh_window steps; /* the limit of steps counts on the neuron's own clock */
};

/* With two sides, a block reads one and writes the other, so that the states before it remain. With
 * one side, it changes the states in place. */
struct izh_states {
    const struct izh_cells_shape *shape;
    int sides, side;               /* how many there are, and which one holds the states now */
    void *v[2], *u[2];             /* reals */
    struct izh_anchor *anchors[2]; /* NULL: no step outlasts a tick */
    unsigned char *lost[2];        /* bits of neurons in trouble */
    bool due;                      /* a neuron may be at its peak now */
};

static inline bool izh_states_in_place(const struct izh_states *s)
{
    return s->sides == 1;
}

/* The side that a block writes. */
static inline int izh_states_next_side(const struct izh_states *s)
{
    return izh_states_in_place(s) ? s->side : !s->side;
}

static inline izh_state izh_states_get(const struct izh_states *s, int side, size_t i)
{
    return (izh_state){izh_real_get(s->shape, s->v[side], i),
                       izh_real_get(s->shape, s->u[side], i)};
}

static inline void izh_states_put(struct izh_states *s, int side, size_t i, izh_state y)
{
    izh_real_set(s->shape, s->v[side], i, y.v);
    izh_real_set(s->shape, s->u[side], i, y.u);
}

static inline izh_state izh_states_now(const struct izh_states *s, size_t i)
{
    return izh_states_get(s, s->side, i);
}

#endif
