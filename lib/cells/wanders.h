/* Each cell's wandering current. */
#ifndef IZH_LIB_CELLS_WANDERS_H
#define IZH_LIB_CELLS_WANDERS_H

#include "cells/shape.h"
#include "drive/wander.h"

/* A block reads one side and writes the other, so that it can be taken back. */
struct izh_wanders {
    struct izh_wander_law law;
    double *away[2]; /* distance from the mean, before the tick's normal; NULL: no processes */
    int side;
    double *rows; /* each worker's currents of some neurons and ticks */
    size_t padded;
    uint32_t workers;
};

/* The rows that a worker has made. */
struct izh_wander_rows {
    double *currents; /* NULL: none */
    size_t at, width;
    int64_t tick;
};

/* Sets up processes with their law; they stand at 0. Returns false if there is no memory; *w is
 * then all zero. */
bool izh_wanders_reserve(struct izh_wanders *w, const struct izh_cells_shape *shape,
                         uint32_t workers, const izh_ou *ou);
void izh_wanders_release(struct izh_wanders *w, const izh_allocator *allocator);

/* Starts the processes as if they had always been running. */
void izh_wanders_begin(struct izh_wanders *w, const struct izh_cells_shape *shape, uint64_t seed);

/* A fingerprint of where the processes stand; 0 if there are none. Those of a population's slices
 * add up to the population's. */
uint64_t izh_wanders_hash(const struct izh_wanders *w, const struct izh_cells_shape *shape);

/* Advances the processes of `count` neurons over some ticks, for a worker. The normals are the
 * cells' reals. */
struct izh_wander_rows izh_wanders_advance(struct izh_wanders *w,
                                           const struct izh_cells_shape *shape, uint32_t worker,
                                           const struct izh_normals *normals, size_t at,
                                           size_t count, int ticks);

static inline double izh_wander_row(const struct izh_wander_rows *rows, int64_t tick, size_t i)
{
    return rows->currents[(size_t)(tick - rows->tick) * rows->width + (i - rows->at)];
}

#endif
