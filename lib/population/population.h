/* A population: cells, and what the host has to do with them. */
#ifndef IZH_LIB_POPULATION_H
#define IZH_LIB_POPULATION_H

#include <izh/population.h>

#include "cells/cells.h"
#include "util/report.h"

/* Spikes on their way to the host. */
struct izh_delivery {
    izh_spike *out; /* those of the last run that the host has, or gets next */
    size_t capacity, count;
    izh_spikes_fn *fn; /* NULL: it reads them after a run */
    void *user;
    izh_spike *loaded; /* the waiting ones of a blob */
    size_t loaded_count;
};

/* Currents that the host gives. */
struct izh_currents {
    izh_current_fn *fn; /* NULL: none but those that it set */
    void *user;
    double *stepwise; /* what fn gave for this tick; NULL: it is called by part */
};

struct izh_population {
    struct izh_cells cells;
    struct izh_currents currents;
    struct izh_delivery delivery;
    bool inside;                        /* a callback is running */
    izh_status (*settle)(void *owner);  /* a network's: what a run does before it delivers */
    izh_status (*no_room)(void *owner); /* says why a tick does not fit */
    void *owner;                        /* NULL: none */
    uint32_t per_tick_most;             /* of a neuron's spikes in a tick: fewer in a network */
    uint64_t fpmode;                    /* the caller's, of the run that is under way */
    struct izh_report report;
};

/* Gives kernels the currents of a tick. */
void izh_population_drive(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                          double *I);

/* Whether so many doubles, or what is larger, can lie `stride` of them apart. */
static inline bool izh_stride_fits(size_t count, size_t stride)
{
    return count < 2 || stride <= SIZE_MAX / sizeof(double) / (count - 1);
}

/* IZH_OK, or IZH_E_BUSY for what the host may not do now, or not with a network's population. */
izh_status izh_population_check_own(struct izh_population *p, const char *what);

/* IZH_OK where neurons may now be given values, which lie `stride` elements apart. */
izh_status izh_population_check_range(struct izh_population *p, const char *what, uint32_t first,
                                      uint32_t count, const void *values, size_t stride);

/* What a network does with its population, as the functions of the host do with one without;
 * `fpmode` is the caller's floating-point mode. */
izh_status izh_population_advance(izh_population *p, double t_end, uint64_t fpmode);
izh_status izh_population_restore(izh_population *p, const void *buffer, size_t length);

/* IZH_OK if a blob is of what this population can become, whatever else is in it. */
izh_status izh_population_check_blob(struct izh_population *p, const void *buffer, size_t length);

#endif
