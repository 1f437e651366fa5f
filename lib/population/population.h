/* A population: cells, and all that is between them and the host. */
#ifndef IZH_LIB_POPULATION_H
#define IZH_LIB_POPULATION_H

#include <izh/population.h>

#include "cells/cells.h"
#include "util/report.h"

/* Spikes on their way to the host. */
struct izh_delivery {
    izh_spike *out; /* spikes of the last run that the host has, or gets next */
    size_t capacity, count;
    izh_spikes_fn *fn; /* NULL: the host reads spikes after a run */
    void *user;
    izh_spike *loaded; /* the spikes that waited in a blob */
    size_t loaded_count;
};

/* Currents that the host gives. */
struct izh_currents {
    izh_current_fn *fn; /* NULL: the host has only set currents */
    void *user;
    double *stepwise; /* what fn gave for this tick; NULL: fn is called for each part */
};

struct izh_population {
    struct izh_cells cells;
    struct izh_currents currents;
    struct izh_delivery delivery;
    bool inside;                        /* a callback is running */
    izh_status (*settle)(void *owner);  /* a network's: called before a run delivers */
    izh_status (*no_room)(void *owner); /* a network's: says why a tick does not fit */
    void *owner;                        /* the network; NULL: there is none */
    uint32_t per_tick_most; /* the most spikes of a neuron in a tick: fewer in a network */
    uint64_t fpmode;        /* the caller's, while a run is under way */
    struct izh_report report;
};

/* Gives kernels the currents of a tick. */
void izh_population_drive(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                          double *I);

/* Whether so many doubles, or larger elements, can lie `stride` of them apart. */
static inline bool izh_stride_fits(size_t count, size_t stride)
{
    return count < 2 || stride <= SIZE_MAX / sizeof(double) / (count - 1);
}

/* Returns IZH_E_BUSY, with a message, if the host may not do `what` now, or not with the population
 * of a network. */
izh_status izh_population_check_own(struct izh_population *p, const char *what);

/* Returns IZH_OK if neurons may now be given values, which lie `stride` elements apart. */
izh_status izh_population_check_range(struct izh_population *p, const char *what, uint32_t first,
                                      uint32_t count, const void *values, size_t stride);

/* A network calls these for its population. For a population without a network, the host's
 * functions do the same. `fpmode` is the caller's floating-point mode. */
izh_status izh_population_advance(izh_population *p, double t_end, uint64_t fpmode);
izh_status izh_population_restore(izh_population *p, const void *buffer, size_t length);

/* Returns IZH_OK if a blob's population has the kind of this one, and in a network its place,
 * whatever else is in the blob. */
izh_status izh_population_check_blob(struct izh_population *p, const void *buffer, size_t length);

#endif
