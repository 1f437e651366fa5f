/* Single neurons: through events, and through whole runs if the method has no kernel. */
#ifndef IZH_LIB_CELLS_NEURONS_H
#define IZH_LIB_CELLS_NEURONS_H

#include "cells/intake.h"
#include "cells/kernel.h"
#include "cells/troubles.h"
#include "cells/wanders.h"
#include "events/flight.h"

struct izh_cells;

/* A worker on a block, with a flight that takes single neurons through events. */
struct izh_worker {
    struct izh_cells *cells;
    struct izh_kernel_job job;
    struct izh_flight flight;
    struct izh_report report; /* of the flight; nobody reads it */
    int from;     /* the side that holds the states before the ticks that are taken now */
    bool uniform; /* all neurons have the parameters of model */
    struct izh_model model;
    struct izh_model conducting;   /* a neuron's model under a conductance */
    struct izh_step step;          /* a step that needs no flight */
    void *normals;                 /* reals: those of the noise */
    struct izh_wander_rows wander; /* of the ticks that are taken now */
    struct izh_intake_rows rows;   /* of the same ticks */
    /* The neuron that is under way, and its spikes within the tick, which become the cells' only
     * once the tick ends well. */
    uint32_t neuron, spikes;
    uint32_t counts;              /* the tick of the block, from 1 on, at which they count */
    double start, end;            /* of the tick: spikes are after start and not after end */
    struct izh_unstable beyond;   /* the neuron's steps beyond the limit in the tick */
    struct izh_unstable unstable; /* those of the block */
    izh_spike *pending;           /* room for the spikes of a tick */
    /* The states that neurons in trouble keep, of the part that is under way. */
    size_t part;
    izh_state kept[IZH_GROUP];
};

/* Sets up a worker that is all zero except its normals. Returns false if there is no memory. */
bool izh_worker_set_up(struct izh_worker *w, struct izh_cells *cells, const izh_params *params,
                       double max_steps_per_ms);
void izh_worker_release(struct izh_worker *w);

/* The event function of kernels with exact events. */
void izh_neuron_event(const struct izh_kernel_job *job, struct izh_kernel_event *event);

/* Counts a step beyond the limit of stability, for the kernels. */
void izh_neuron_unstable(const struct izh_kernel_job *job, uint64_t tick, size_t i);

/* Takes neuron i over the ticks from `tick` on by the worker's flight, if there is no kernel. */
void izh_neuron_run(struct izh_worker *w, size_t i, int64_t tick, int steps);

/* The status with which neuron i's step at a tick ends, with grid events, from the state before
 * it. */
izh_status izh_neuron_fate(struct izh_worker *w, size_t i, int64_t tick, izh_state from);

#endif
