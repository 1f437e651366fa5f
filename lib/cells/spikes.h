/* Spikes of a block, as a stream in the order of (t, i). Where neurons jump, a spike by that comes
 * after those of steps that end at its time: it is the next tick's. So is one that was due. */
#ifndef IZH_LIB_CELLS_SPIKES_H
#define IZH_LIB_CELLS_SPIKES_H

#include <stdatomic.h>

#include "cells/shape.h"

#define IZH_SPIKES_PER_TICK_MAX 100000

/* A place in the stream: spikes that were due, put in order with those of jumps at their tick; then
 * spikes of the bits' rows (all that kernels decide by themselves), then those of the list. */
struct izh_waiting {
    int64_t tick;      /* of the first row, and of those that were due */
    bool due;          /* there are more of those, */
    size_t due_neuron; /* from this neuron on */
    bool pairs;        /* rows of spikes by jumps at a tick and of those at the next one, in turn */
    size_t rows, row, neuron;
    const izh_spike *list;
    size_t count, next; /* of the list */
};

/* Where a block's spikes are kept until they are taken. */
struct izh_spike_store {
    const struct izh_cells_shape *shape;
    bool listed;         /* with their times; else as bits, a row for each tick */
    bool jumps;          /* neurons may spike by jumps, too: two rows for each tick */
    unsigned char *bits; /* rows: for each tick of a block, and at least 3; where spikes are listed
                            1 */
    unsigned char *due;  /* the last of the rows: who spiked because that was due */
    izh_spike *list;     /* `reserved` is the tick of the block, from 1 on, at which it counts */
    size_t capacity;     /* of the list */
    atomic_size_t count; /* what does not fit is counted all the same */
    uint32_t per_tick;   /* that a neuron may have */
    uint32_t most;       /* per_tick that there is room for */
    uint32_t worker_count; /* who have room for a neuron's spikes of a tick each */
    void *room;            /* for the list and the workers' pending spikes */
    struct izh_waiting waiting;
};

/* Room for so many spikes of each neuron in a tick; NULL where there is no memory. */
void *izh_spikes_new_room(const struct izh_spike_store *s, uint32_t per_tick);
/* How many bytes more than now that is; no overflow in 64 bits. */
uint64_t izh_spikes_more_room(const struct izh_spike_store *s, uint64_t per_tick);
/* Takes it into use, in place of what there was. */
void izh_spikes_set_room(struct izh_spike_store *s, void *room, uint32_t per_tick);
void izh_spikes_release_room(struct izh_spike_store *s);

/* Rows that a tick takes. */
static inline size_t izh_spikes_rows(const struct izh_spike_store *s)
{
    return s->listed ? 0 : s->jumps ? 2 : 1;
}

/* A worker's room for pending spikes. */
static inline izh_spike *izh_spikes_pending(const struct izh_spike_store *s, uint32_t worker)
{
    return s->list + s->capacity + (size_t)worker * s->most;
}

/* Puts the spikes of a block of so many steps, which has ended now, in order, and makes them the
 * waiting ones. */
void izh_spikes_collect(struct izh_spike_store *s, int steps);

/* How many spikes the rows of a block of so many steps have. */
size_t izh_spikes_in_rows(const struct izh_spike_store *s, int steps);

/* Hands over each of a block's spikes, while all wait, with the tick at which it counts. */
void izh_spikes_count(const struct izh_spike_store *s,
                      void (*count)(void *user, uint32_t i, int64_t tick), void *user);

/* Puts spikes in the order of (t, i). */
void izh_spikes_sort(izh_spike *spikes, size_t n);

/* Takes the next of the waiting spikes, at most `room`; returns how many. */
size_t izh_spikes_next(const struct izh_spike_store *s, struct izh_waiting *w, izh_spike *to,
                       size_t room);

static inline bool izh_spikes_done(const struct izh_waiting *w)
{
    return !w->due && w->row >= w->rows && w->next >= w->count;
}

#endif
