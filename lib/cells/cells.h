/* The engine: many neurons over ticks. It knows nothing of the host but a function that gives
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
    const struct izh_kernels *all; /* NULL: the method has none, */
    izh_kernel *now;               /* and single neurons go by flights */
    bool asks; /* the kernel hands neurons that may have met an event to the event function; else it
                  tests and resets them at the end of the step, and their spikes are bits */
};

struct izh_cells_noise {
    double sigma; /* in a tick; 0: none */
    uint64_t seed;
};

/* What a network gives its cells, tick by tick; called by the workers, for `count` neurons from
 * `at` on at a time, from one to a kernel's part. A block that is taken back, or a part of it that
 * is taken more carefully, is asked for again from its first tick on: the answers must then be the
 * same. All numbers must be finite; where a neuron is in trouble, they count for nothing, and its
 * states may be any. */
struct izh_drive {
    /* By how many mV each v jumps at the tick, before its step: into `dv`, which is zero. NULL: no
     * jumps. A neuron that reaches its peak by that spikes at the tick's time and is reset. */
    void (*jump)(void *user, uint32_t worker, uint64_t tick, size_t at, size_t count, double *dv);
    /* What flows in the tick, after its jumps: adds to input->I, and to input->G, for which w G is
     * taken off k1. NULL: nothing. */
    void (*input)(void *user, uint32_t worker, uint64_t tick, size_t at, size_t count,
                  struct izh_kernel_input *input);
    bool conducts; /* input->G is there */
    bool sees;     /* input->v and input->u are there: reals of the cells, of neuron `at` and on */
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
    /* Gives the host's currents for a tick, `I` holding those of the column; NULL: these. */
    void (*drive)(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                  double *I);
    void *host;
    struct izh_intake intake;            /* what comes besides; its rows are made for each block */
    struct izh_drive outside;            /* and what a network gives */
    const struct izh_follower *follower; /* NULL: none */
    void *arena;
    size_t arena_size;
};

/* The cells that a job is of, for `drive`. */
static inline struct izh_cells *izh_cells_of(const struct izh_kernel_job *job)
{
    return ((struct izh_worker *)job->context)->cells;
}

/* How many parts kernels take the cells in. */
static inline size_t izh_cells_parts(const struct izh_cells *c)
{
    return c->shape.padded / c->kernels.vectors->part;
}

/* ms, of a config that may leave it open. */
double izh_cells_tick(const izh_population_config *config);

/* The standard deviation of a tick's noise: what is held for a tick, and white noise. */
double izh_cells_sigma(const izh_population_config *config);

/* Makes cells, all zero before, of a config that was checked, all alike. False where memory or
 * threads are missing; what there is then goes with izh_cells_destroy(), too. */
bool izh_cells_create(struct izh_cells *c, const izh_population_config *config,
                      const izh_params *params, izh_state state);
void izh_cells_destroy(struct izh_cells *c);

/* Set what follows from method, events and parameters, or from t0 and dt. */
void izh_cells_choose_kernel(struct izh_cells *c);
void izh_cells_set_clocks(struct izh_cells *c);

/* Sets what comes from outside from now on; NULL: nothing. Not within a block. Jumps halve the
 * ticks of blocks with grid events, whose spikes take two rows of bits a tick then. */
void izh_cells_set_drive(struct izh_cells *c, const struct izh_drive *drive);

/* Sets the traces that flow from now on, in place of those before, and takes their memory over. */
void izh_cells_set_intake(struct izh_cells *c, const struct izh_intake *intake);

/* Ends a neuron's step that is under way, now. */
void izh_cells_cut(struct izh_cells *c, size_t i);

/* Puts neuron i in trouble at a tick, up to which it was well; from within a block. */
void izh_cells_lose(struct izh_cells *c, size_t i, int64_t tick, izh_status status);
/* Ends the trouble of neuron i, if it is in trouble. */
void izh_cells_mend(struct izh_cells *c, size_t i);

/* Lets the neurons at their peak spike now. Their spikes wait with the others, and count at the end
 * of the step that begins. False where the follower has no room for them: nothing was done. */
bool izh_cells_spike_due(struct izh_cells *c);

#endif
