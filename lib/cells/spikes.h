/* Spikes of a block, as a stream in the order of (t, i). If neurons jump, a spike by a jump comes
 * after those of steps that end at its time, since it belongs to the next tick. So does a spike
 * that was due. */
#ifndef IZH_LIB_CELLS_SPIKES_H
#define IZH_LIB_CELLS_SPIKES_H

#include <stdatomic.h>

#include "cells/shape.h"

#define IZH_SPIKES_PER_TICK_MAX 100000

/* A place in the stream. First come spikes that were due, sorted together with those of jumps at
 * their tick; then the spikes of the rows of bits, which kernels decide by themselves; then those
 * of the list. */
struct izh_waiting {
    int64_t tick;      /* of the first row, and of spikes that were due */
    bool due;          /* there are more spikes that were due, */
    size_t due_neuron; /* from this neuron on */
    bool pairs;        /* rows alternate: spikes by jumps at a tick, and those at the next tick */
    size_t rows, row, neuron;
    const izh_spike *list;
    size_t count, next; /* of the list */
};

/* Where a block's spikes are kept until they are taken. */
struct izh_spike_store {
    const struct izh_cells_shape *shape;
    bool listed;           /* spikes are kept with their times; else as bits, a row for each tick */
    bool jumps;            /* neurons may spike by jumps, too: two rows for each tick */
    unsigned char *bits;   /* rows for the ticks of a block, at least 3; 1 if spikes are listed */
    unsigned char *due;    /* the last of the rows: neurons that spiked because they were due */
    izh_spike *list;       /* `reserved` is the block's tick, from 1 on, at which it counts */
    size_t capacity;       /* of the list */
    atomic_size_t count;   /* includes those that do not fit */
    uint32_t per_tick;     /* the most spikes of a neuron in a tick */
    uint32_t most;         /* the per_tick that there is room for */
    uint32_t worker_count; /* each has room for a neuron's spikes of a tick */
    void *room;            /* for the list and the workers' pending spikes */
    struct izh_waiting waiting;
};

/* Allocates room for so many spikes of each neuron in a tick. Returns NULL if there is no
 * memory. */
void *izh_spikes_new_room(const struct izh_spike_store *s, uint32_t per_tick);
/* How many bytes that is more than now. Cannot overflow 64 bits. */
uint64_t izh_spikes_more_room(const struct izh_spike_store *s, uint64_t per_tick);
/* Uses this room in place of the one before. */
void izh_spikes_set_room(struct izh_spike_store *s, void *room, uint32_t per_tick);
void izh_spikes_release_room(struct izh_spike_store *s);

/* The rows that a tick takes. */
static inline size_t izh_spikes_rows(const struct izh_spike_store *s)
{
    return s->listed ? 0 : s->jumps ? 2 : 1;
}

/* A worker's room for pending spikes. */
static inline izh_spike *izh_spikes_pending(const struct izh_spike_store *s, uint32_t worker)
{
    return s->list + s->capacity + (size_t)worker * s->most;
}

/* Sorts the spikes of a block of so many steps, which has just ended, and makes them the waiting
 * ones. */
void izh_spikes_collect(struct izh_spike_store *s, int steps);

/* How many spikes are in the rows of a block of so many steps. */
size_t izh_spikes_in_rows(const struct izh_spike_store *s, int steps);

/* Calls `count` for each of a block's spikes, with the tick at which it counts. All of them still
 * wait. */
void izh_spikes_count(const struct izh_spike_store *s,
                      void (*count)(void *user, uint32_t i, int64_t tick), void *user);

/* Sorts spikes by (t, i). */
void izh_spikes_sort(izh_spike *spikes, size_t n);

/* Takes the next of the waiting spikes, at most `room`; returns how many. */
size_t izh_spikes_next(const struct izh_spike_store *s, struct izh_waiting *w, izh_spike *to,
                       size_t room);

static inline bool izh_spikes_done(const struct izh_waiting *w)
{
    return !w->due && w->row >= w->rows && w->next >= w->count;
}

#endif
