/* Each cell's wandering current. */
#ifndef IZH_LIB_CELLS_WANDERS_H
#define IZH_LIB_CELLS_WANDERS_H

#include "cells/shape.h"
#include "drive/wander.h"

/* A block goes from one side to the other, so that it can be taken back. */
struct izh_wanders {
    struct izh_wander_law law;
    double *away[2]; /* from the mean, before the tick's normal; NULL: there are none */
    int side;
    double *rows; /* each worker's currents of some neurons and ticks */
    size_t padded;
    uint32_t workers;
};

/* Where rows are that a worker has made. */
struct izh_wander_rows {
    double *currents; /* NULL: none */
    size_t at, width;
    int64_t tick;
};

/* False where there is no memory; *w is then all zero. Processes stand at 0, but for their law. */
bool izh_wanders_reserve(struct izh_wanders *w, const struct izh_cells_shape *shape,
                         uint32_t workers, const izh_ou *ou);
void izh_wanders_release(struct izh_wanders *w, const izh_allocator *allocator);

/* As if they had always been. */
void izh_wanders_begin(struct izh_wanders *w, const struct izh_cells_shape *shape, uint64_t seed);

/* A fingerprint of where they stand, of which slices' add up; 0 where there are none. */
uint64_t izh_wanders_hash(const struct izh_wanders *w, const struct izh_cells_shape *shape);

/* For a worker: `count` neurons over some ticks, by normals in the cells' reals. */
struct izh_wander_rows izh_wanders_advance(struct izh_wanders *w,
                                           const struct izh_cells_shape *shape, uint32_t worker,
                                           const struct izh_normals *normals, size_t at,
                                           size_t count, int ticks);

static inline double izh_wander_row(const struct izh_wander_rows *rows, int64_t tick, size_t i)
{
    return rows->currents[(size_t)(tick - rows->tick) * rows->width + (i - rows->at)];
}

#endif
