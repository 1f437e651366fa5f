/* The engine: many neurons over ticks. All that it knows of the host is a function that gives
 * currents. */
#ifndef IZH_LIB_CELLS_H
#define IZH_LIB_CELLS_H

#include "cells/block.h"
#include "cells/columns.h"
#include "cells/intake.h"
#include "cells/neurons.h"
#include "cells/record.h"
#include "cells/shape.h"
#include "cells/spikes.h"
#include "cells/states.h"
#include "cells/troubles.h"
#include "cells/wanders.h"

/* How steps are taken. */
struct izh_cells_kernels {
    int32_t isa;
    const struct izh_vectors *vectors;
    const struct izh_kernels *all; /* NULL: the method has none, and flights take single neurons */
    izh_kernel *now;
    bool asks; /* the kernel hands neurons that may have met an event to the event function; else it
                  tests and resets them at the end of the step, and their spikes are bits */
};

struct izh_cells_noise {
    double sigma; /* of a tick; 0: no noise */
    uint64_t seed;
};

/* What a network gives its cells, tick by tick. The workers call these for `count` neurons from
 * `at` on at a time, from one neuron to a kernel's part. If a block is taken back, or a part of it
 * is taken more carefully, they ask again from its first tick on: the answers must then be the
 * same. All numbers must be finite. Those for a neuron in trouble are ignored, and its states may
 * be any. */
struct izh_drive {
    /* By how many mV each v jumps at the tick, before its step: written into `dv`, which is zero.
     * NULL: no jumps. A neuron that reaches its peak by a jump spikes at the tick's time and is
     * reset. */
    void (*jump)(void *user, uint32_t worker, uint64_t tick, size_t at, size_t count, double *dv);
    /* What flows in the tick, after its jumps: adds to input->I, and to input->G, whose w G is
     * subtracted from k1. NULL: nothing. */
    void (*input)(void *user, uint32_t worker, uint64_t tick, size_t at, size_t count,
                  struct izh_kernel_input *input);
    bool conducts; /* there is an input->G */
    bool sees;     /* there are input->v and input->u: the cells' reals, from neuron `at` on */
    void *user;
};

struct izh_cells {
    struct izh_cells_shape shape;
    struct izh_cells_kernels kernels;
    struct izh_columns columns;
    struct izh_states states;
    struct izh_cells_noise noise;
    struct izh_wanders wanders;
    struct izh_spike_store spikes;
    struct izh_record record;
    struct izh_troubles_list troubles;
    atomic_flag trouble_lock;
    struct izh_unstable unstable;
    struct izh_work work;
    /* Gives the host's currents for a tick; at first, `I` holds those of the column. NULL:
     * these. */
    void (*drive)(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                  double *I);
    void *host;
    struct izh_intake intake; /* traces that flow in, too; their rows are made for each block */
    struct izh_drive outside; /* what a network gives, too */
    const struct izh_follower *follower; /* NULL: none */
    void *arena;
    size_t arena_size;
};

/* The cells of a job, for `drive`. */
static inline struct izh_cells *izh_cells_of(const struct izh_kernel_job *job)
{
    return ((struct izh_worker *)job->context)->cells;
}

/* The number of parts in which kernels take the cells. */
static inline size_t izh_cells_parts(const struct izh_cells *c)
{
    return c->shape.padded / c->kernels.vectors->part;
}

/* The length of a tick, ms, if the config leaves it open, too. */
double izh_cells_tick(const izh_population_config *config);

/* The standard deviation of a tick's noise, from noise that is held for a tick and white noise. */
double izh_cells_sigma(const izh_population_config *config);

/* Makes cells, which are all zero before, from a checked config. All neurons are alike. Returns
 * false if memory or threads are missing; izh_cells_destroy() then releases what there is. */
bool izh_cells_create(struct izh_cells *c, const izh_population_config *config,
                      const izh_params *params, izh_state state);
void izh_cells_destroy(struct izh_cells *c);

/* The one sets what follows from method, events and parameters, the other what follows from t0 and
 * dt. */
void izh_cells_choose_kernel(struct izh_cells *c);
void izh_cells_set_clocks(struct izh_cells *c);

/* Sets what comes from outside from now on; NULL: nothing. Must not be called within a block. Jumps
 * halve the ticks of blocks with grid events, whose spikes then take two rows of bits a tick. */
void izh_cells_set_drive(struct izh_cells *c, const struct izh_drive *drive);

/* Replaces the traces that flow from now on, and takes over the memory of the new ones. */
void izh_cells_set_intake(struct izh_cells *c, const struct izh_intake *intake);

/* Ends the step of neuron i that is under way, at now. */
void izh_cells_cut(struct izh_cells *c, size_t i);

/* Puts neuron i, which was well up to a tick, in trouble at that tick. Called within a block. */
void izh_cells_lose(struct izh_cells *c, size_t i, int64_t tick, izh_status status);
/* Ends the trouble of neuron i, if it is in trouble. */
void izh_cells_mend(struct izh_cells *c, size_t i);

/* Makes the neurons at their peak spike now. Their spikes wait with the others, and count at the
 * end of the step that begins. Returns false if the follower has no room for them: nothing was
 * done. */
bool izh_cells_spike_due(struct izh_cells *c);

#endif
