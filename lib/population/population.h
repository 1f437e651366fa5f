/* What a population holds. */
#ifndef IZH_LIB_POPULATION_H
#define IZH_LIB_POPULATION_H

#include <stdatomic.h>
#include <stdbool.h>

#include <izh/population.h>

#include "cells/kernel.h"
#include "events/flight.h"
#include "threads/crew.h"
#include "util/float.h"
#include "util/report.h"

#define IZH_TROUBLES_MAX 64
/* Noise is made for some neurons and ticks at once: so many normals, and over at most so many
 * ticks. */
#define IZH_NOISE_ROOM 2048
#define IZH_NOISE_TICKS (IZH_NOISE_ROOM / IZH_GROUP)
#define IZH_SPIKES_PER_TICK_MAX 100000

/* A flight's step under way, of a method that chooses its steps: where it began, and under which
 * current. */
struct izh_anchor {
    double base, offset; /* of the clock */
    izh_state from;
    double I;
    struct izh_window steps; /* the limit of steps counts on the neuron's own clock */
};

/* Spikes of a block that are not delivered yet: those of the bits' rows (all with grid events, and
 * those due at once), then those of the list, in order. */
struct izh_waiting {
    int64_t tick; /* of the first row */
    size_t rows, row, neuron;
    const izh_spike *list;
    size_t count, next; /* of the list */
};

/* The neurons in trouble, in the order of i, as far as there is room. */
struct izh_troubles_list {
    izh_trouble data[IZH_TROUBLES_MAX];
    size_t count;
    uint64_t total;
    bool news; /* some of them have not been told of */
};

/* Steps beyond the method's limit of stability, and the first of them by (t, i). */
struct izh_unstable {
    uint64_t count;
    double t;
    uint32_t i;
};

struct izh_recorded {
    uint32_t neuron;
    size_t place; /* in a sample */
};

/* What is recorded: nothing where `taken` has reached `samples`. */
struct izh_record {
    struct izh_recorded *neurons; /* `count`, part by part */
    size_t *start;                /* of each part's in `neurons`; one more: their end */
    size_t count;
    uint32_t every;
    izh_state *states;
    size_t samples, taken;
    int64_t next; /* tick of the next sample */
};

/* One who works on a block, with a flight to take single neurons through events. */
struct izh_worker {
    struct izh_population *population;
    struct izh_kernel_job job;
    struct izh_flight flight;
    struct izh_report report; /* of the flight, which nobody reads */
    int from;     /* the side that holds the states before the ticks that are taken now */
    bool uniform; /* all neurons have the parameters of model */
    struct izh_model model;
    struct izh_step step; /* that is taken where no flight is needed for it */
    void *normals;        /* reals: of the noise */
    /* The neuron that is under way, and its spikes within the tick: they are the
     * population's only once the tick ends well. */
    uint32_t neuron, spikes;
    double start, end;            /* of the tick: spikes are after start and not after end */
    struct izh_unstable beyond;   /* its steps beyond the limit, likewise */
    struct izh_unstable unstable; /* those of the block */
    izh_spike *pending;           /* room for spikes_per_tick */
    /* What neurons that got in trouble keep, within the part that is under way. */
    size_t part;
    izh_state kept[IZH_GROUP];
};

/* What the workers share in a block. It lives as long as they do: the caller of a run may be gone
 * by a jump out of a callback while the others are still at work. */
struct izh_block {
    struct izh_population *population;
    int64_t tick;
    int steps;
    atomic_size_t next; /* the first neuron that nobody has taken */
    bool under_way;
    struct izh_troubles_list troubles; /* before the block */
};

struct izh_population {
    uint32_t n;
    size_t padded; /* n and padding, in whole groups */
    uint64_t first;
    izh_method method;
    int32_t precision, isa, events;
    const struct izh_vectors *vectors;
    const struct izh_kernels *kernels; /* NULL: the method has none, */
    izh_kernel *kernel;                /* and single neurons go by flights */
    bool special;                      /* some neuron has terms beyond the plain quadratic ones */
    double dt, t0;
    int64_t tick;
    double sigma;
    uint64_t seed;
    uint32_t spikes_per_tick;

    /* Whether spikes are listed with their times, and not kept as bits: with exact events, and
     * where single neurons go by flights. The states are then there twice, so that a block whose
     * spikes do not fit can be taken back. */
    bool listed;
    bool one_by_one; /* as the method says */
    void *v[2], *u[2];
    struct izh_anchor *anchors[2];
    unsigned char *lost[2];                 /* bits of neurons in trouble */
    int side;                               /* which of the two holds the states now */
    struct izh_column columns[IZH_COLUMNS]; /* all reals */
    void *column_memory[IZH_COLUMNS];
    double uniform[IZH_COLUMNS]; /* room for the reals of columns with stride 0 */
    bool due;                    /* a neuron may be at its peak now */

    izh_current_fn *on_current;
    void *on_current_user;
    double *stepwise; /* what on_current gave for this tick; NULL: it is called by part */

    unsigned char *bits; /* rows of padded/8 bytes */
    size_t row, rows;
    izh_spike *list;
    size_t list_capacity;
    atomic_size_t list_count;
    void *spike_room;     /* for the list and the workers' pending spikes */
    uint32_t spikes_most; /* spikes_per_tick that there is room for */
    struct izh_waiting waiting;
    izh_spike *loaded; /* the waiting ones of a blob */
    size_t loaded_count;
    izh_spike *out;
    size_t out_capacity, out_count;
    izh_spikes_fn *on_spikes;
    void *on_spikes_user;

    struct izh_troubles_list troubles;
    atomic_flag trouble_lock;
    double least; /* of izh_kernel_job */
    struct izh_unstable unstable;

    struct izh_record record;
    uint32_t tile, block;
    uint32_t worker_count;
    struct izh_worker *worker;
    struct izh_crew *crew; /* NULL: one worker, or the host's executor */
    izh_executor executor;
    bool inside;     /* a callback is running */
    long process;    /* that has the workers; in another one, the child of a fork, none work */
    uint64_t fpmode; /* the caller's, of the run that is under way */
    struct izh_block work;
    void *before; /* states before the block, to go back to: see run.c */

    struct izh_report report;
    izh_allocator allocator;
    void *arena;
    size_t arena_size;
};

static inline size_t izh_real_size(const struct izh_population *p)
{
    return p->precision == IZH_F32 ? sizeof(float) : sizeof(double);
}

static inline double izh_real_get(const struct izh_population *p, const void *reals, size_t i)
{
    return p->precision == IZH_F32 ? (double)((const float *)reals)[i] : ((const double *)reals)[i];
}

static inline void izh_real_set(const struct izh_population *p, void *reals, size_t i, double x)
{
    if (p->precision == IZH_F32)
        ((float *)reals)[i] = (float)x;
    else
        ((double *)reals)[i] = x;
}

static inline double izh_column_get(const struct izh_population *p, enum izh_column_name c,
                                    size_t i)
{
    return izh_real_get(p, p->columns[c].values, p->columns[c].stride * i);
}

static inline izh_state izh_population_state(const struct izh_population *p, size_t i)
{
    return (izh_state){izh_real_get(p, p->v[p->side], i), izh_real_get(p, p->u[p->side], i)};
}

/* Whether a population can go on from a state; a solver's rule, or for floats their own. */
static inline bool izh_in_range(const struct izh_population *p, izh_state y)
{
    const double most = p->precision == IZH_F32 ? (double)IZH_F32_STATE_MAX : IZH_F64_STATE_MAX;
    return izh_fabs(y.v) < most && izh_fabs(y.u) < most;
}

static inline bool izh_bit(const unsigned char *bits, size_t i)
{
    return bits[i / 8] >> (i % 8) & 1;
}

static inline void izh_bit_set(unsigned char *bits, size_t i)
{
    bits[i / 8] |= (unsigned char)(1u << (i % 8));
}

static inline void izh_bit_clear(unsigned char *bits, size_t i)
{
    bits[i / 8] &= (unsigned char)~(1u << (i % 8));
}

static inline void izh_unstable_add(struct izh_unstable *to, struct izh_unstable more)
{
    if (!more.count)
        return;
    if (!to->count || more.t < to->t || (more.t == to->t && more.i < to->i)) {
        to->t = more.t;
        to->i = more.i;
    }
    to->count += more.count;
}

static inline double izh_tick_time(const struct izh_population *p, int64_t tick)
{
    return p->t0 + (double)tick * p->dt;
}

/* The side that a block's states go to. */
static inline int izh_other_side(const struct izh_population *p)
{
    return p->listed ? !p->side : p->side;
}

/* ---- run.c ---- */

/* Memory for the states before a block; NULL where there is none. */
void *izh_population_new_before(const struct izh_population *p);
void izh_population_release_before(struct izh_population *p);

/* Fills in the sizes of blocks and tiles that the config leaves open. */
void izh_population_choose_blocks(struct izh_population *p);

/* ---- population.c ---- */

/* Room for so many spikes of each neuron in a tick; NULL where there is no memory. */
void *izh_population_new_spike_room(const struct izh_population *p, uint32_t spikes_per_tick);
/* How many bytes more than now that is; no overflow in 64 bits. */
uint64_t izh_population_more_spike_room(const struct izh_population *p, uint64_t spikes_per_tick);
/* Takes it into use, in place of what there was. */
void izh_population_set_spike_room(struct izh_population *p, void *room, uint32_t spikes_per_tick);

/* What follows from method, events, special terms, t0 and dt. */
void izh_population_choose_kernel(struct izh_population *p);
void izh_population_set_clocks(struct izh_population *p);

/* ---- record.c ---- */

void izh_record_release(struct izh_population *p);
/* Counts what the ticks up to now have recorded. */
void izh_record_advance(struct izh_population *p);
/* From the next tick on that is a multiple. */
void izh_record_from_now(struct izh_population *p);

/* ---- columns.c: parameters ---- */

/* The neuron's model, from its columns. */
void izh_population_model(const struct izh_population *p, size_t i, struct izh_model *m);

/* Whether all neurons have the same. */
bool izh_columns_uniform(const struct izh_population *p);

/* Makes room for the columns that differ from neuron to neuron once these parameters are set; false
 * where there is no memory. */
bool izh_columns_reserve(struct izh_population *p, uint32_t first, uint32_t count,
                         const izh_params *params, size_t stride);
/* Gives each neuron its own real of a column that has the memory, or all the same. */
void izh_column_spread(struct izh_population *p, int c);
void izh_column_level(struct izh_population *p, int c, double x);
/* Memory for a column of its own; false where there is none. */
bool izh_column_reserve(struct izh_population *p, int c);
/* Gives back the memory of columns that do not use theirs, as after a call that got only some. */
void izh_columns_trim(struct izh_population *p);
void izh_columns_set(struct izh_population *p, uint32_t first, uint32_t count,
                     const izh_params *params, size_t stride);

/* Takes neurons whose parameters are new, or all with a new dt, into `least`. */
void izh_columns_set_least(struct izh_population *p, uint32_t first, uint32_t count);

/* The first field at fault, and its value, of parameters in the population's reals; NULL when all
 * is well. */
const char *izh_columns_fault(const struct izh_population *p, const izh_params *params,
                              double *value);

/* Whether these are the reals of a neuron with valid parameters, with special terms only where that
 * is said. */
bool izh_columns_valid(const struct izh_population *p, const double column[IZH_CONSTANT_I],
                       bool special);

/* A real as the population holds it. */
static inline double izh_rounded(const struct izh_population *p, double x)
{
    return p->precision == IZH_F32 ? (double)(float)x : x;
}

/* ---- neurons.c: single neurons ---- */

/* Puts neuron i in trouble at a tick, up to which it was well. */
void izh_population_lose(struct izh_population *p, size_t i, int64_t tick, izh_status status);

/* The event function of kernels with exact events. */
void izh_neuron_event(const struct izh_kernel_job *job, uint64_t tick, size_t i, double I,
                      double from_v, double from_u, double *v, double *u, bool beyond);

/* Counts a step beyond the limit of stability: what the kernels call. */
void izh_neuron_unstable(const struct izh_kernel_job *job, uint64_t tick, size_t i);

/* What the workers' flights call at a spike; `user` is the worker. */
int32_t izh_neuron_spike(const izh_spike_event *e, izh_state *after, void *user);

/* Takes neuron i over the ticks from `tick` on by the worker's flight, where there is no kernel. */
void izh_neuron_run(struct izh_worker *w, size_t i, int64_t tick, int steps);

/* The status that ends neuron i's step at a tick with grid events, from its state before. */
izh_status izh_neuron_fate(struct izh_worker *w, size_t i, int64_t tick, izh_state from);

/* ---- spikes.c: spikes in order ---- */

/* Neurons at their peak spike now: into the waiting ones. */
void izh_spikes_due(struct izh_population *p);

/* Puts the block's spikes in order and makes them the waiting ones. */
void izh_spikes_collect(struct izh_population *p, int64_t tick, size_t rows);

/* Takes the next of the waiting spikes, at most `room`; returns how many. */
size_t izh_spikes_next(const struct izh_population *p, struct izh_waiting *w, izh_spike *to,
                       size_t room);

/* Delivers waiting spikes: IZH_OK if all are, IZH_PAUSED or IZH_STOPPED. */
izh_status izh_spikes_deliver(struct izh_population *p);

#endif
