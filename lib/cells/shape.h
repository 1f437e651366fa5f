/* What everything in cells shares: the number of neurons, the precision of their reals, and the
 * ticks. */
#ifndef IZH_LIB_CELLS_SHAPE_H
#define IZH_LIB_CELLS_SHAPE_H

#include <izh/host.h>
#include <izh/population.h>

#include "cells/kernel.h"
#include "util/float.h"

struct izh_cells_shape {
    uint32_t n;
    size_t padded;  /* n and padding, in whole groups */
    size_t row;     /* bytes of a row of bits, with one bit for each neuron */
    uint64_t first; /* global index of neuron 0 */
    izh_method method;
    bool one_by_one; /* as the method's operations say */
    int32_t precision, events;
    double dt, t0;
    int64_t tick; /* now */
    izh_allocator allocator;
};

/* ---- reals, of the precision ---- */

static inline size_t izh_real_size(const struct izh_cells_shape *s)
{
    return s->precision == IZH_F32 ? sizeof(float) : sizeof(double);
}

static inline double izh_real_get(const struct izh_cells_shape *s, const void *reals, size_t i)
{
    return s->precision == IZH_F32 ? (double)((const float *)reals)[i] : ((const double *)reals)[i];
}

static inline void izh_real_set(const struct izh_cells_shape *s, void *reals, size_t i, double x)
{
    if (s->precision == IZH_F32)
        ((float *)reals)[i] = (float)x;
    else
        ((double *)reals)[i] = x;
}

/* A real as the cells hold it. */
static inline double izh_rounded(const struct izh_cells_shape *s, double x)
{
    return s->precision == IZH_F32 ? (double)(float)x : x;
}

/* Whether cells can go on from a state: by a solver's rule, or for floats by their own. */
static inline bool izh_in_range(const struct izh_cells_shape *s, izh_state y)
{
    const double most = s->precision == IZH_F32 ? (double)IZH_F32_STATE_MAX : IZH_F64_STATE_MAX;
    return izh_fabs(y.v) < most && izh_fabs(y.u) < most;
}

/* ---- ticks ---- */

static inline double izh_tick_time(const struct izh_cells_shape *s, int64_t tick)
{
    return s->t0 + (double)tick * s->dt;
}

#endif
