/* What cells take in over time besides constant currents: the host's traces. */
#ifndef IZH_LIB_CELLS_INTAKE_H
#define IZH_LIB_CELLS_INTAKE_H

#include "cells/columns.h"
#include "cells/kernel.h"
#include "cells/shape.h"
#include "cells/wanders.h"
#include "drive/tape.h"

/* Where a tick lies among regular samples; and for how many ticks from it on, each tick is the next
 * sample. */
struct izh_intake_place {
    struct izh_tape_place in;
    int run;
};

/* Traces, and which neuron gets which trace. */
struct izh_intake_part {
    struct izh_tape tape;
    bool conducts;
    double E;
    uint32_t *channels; /* each neuron's trace */
    double *gains;
    /* For the ticks of the block: their places, and the traces' means, a row for each trace. Only
     * few traces have means, which are left out if the samples themselves are the means. */
    struct izh_intake_place *places;
    double *means; /* NULL: a neuron's means are computed for it alone */
};

struct izh_intake {
    size_t count;
    struct izh_intake_part *part;
    uint32_t neurons;
    int most;     /* the most ticks that a block may have */
    int64_t tick; /* the block's first */
    bool conducts;
    /* Each worker's rows; in float32, also the floats to which they are rounded. */
    uint32_t workers;
    double *sums;
    float *floats;
};

/* Allocates memory for parts. A part's tape says how many traces and samples there are, and
 * `segments` how many pieces. Returns false if memory is missing; *intake is then all zero. After
 * that, the numbers of tapes, channels and gains are still to be filled in. */
bool izh_intake_reserve(struct izh_intake *intake, const struct izh_cells_shape *shape,
                        const struct izh_tape *tapes, const size_t *segments, size_t count,
                        uint32_t block, uint32_t workers);
void izh_intake_release(struct izh_intake *intake, const izh_allocator *allocator);

/* Checks all numbers, once they are filled in. */
void izh_check_intake(struct izh_checks *c, const struct izh_intake *intake);

/* Prepares for a block; `ticks` is at most `most`. */
void izh_intake_begin(struct izh_intake *intake, const struct izh_cells_shape *shape, int64_t tick,
                      int ticks);

/* Adds what traces bring in a tick of the block to neurons from `at` on. */
void izh_intake_add(const struct izh_intake *intake, const struct izh_cells_shape *shape,
                    izh_blend_fn *blend, uint64_t tick, size_t at, size_t count,
                    struct izh_kernel_input *input);

/* What a worker has made ahead for some neurons and ticks: currents, those of the column with those
 * of traces and of wandering processes, and conductances. Each part has a row for each tick. */
struct izh_intake_rows {
    double *I; /* NULL: nothing is made ahead */
    double *G; /* NULL: nothing conducts */
    size_t at, part;
    int64_t tick;
    int ticks;
};

/* The most ticks of such rows, for parts of so many neurons: all rows have at most IZH_NOISE_ROOM
 * numbers. */
int izh_intake_row_ticks(size_t part);

/* A worker's room for rows of neurons from `at` on. */
struct izh_intake_rows izh_intake_rows(const struct izh_intake *intake, uint32_t worker, size_t at,
                                       size_t part, int64_t tick, int ticks);

/* Fills the rows of the part at `at`. */
void izh_intake_fill(const struct izh_intake *intake, const struct izh_columns *columns,
                     const struct izh_wander_rows *wander, izh_blend_fn *blend,
                     const struct izh_intake_rows *rows, size_t at);

/* Copies a tick from the rows, instead of adding it up. */
void izh_intake_take(const struct izh_intake_rows *rows, int64_t tick, size_t at, size_t count,
                     struct izh_kernel_input *input);

/* The currents of parts up to `end`, in reals, for kernels that read them from the rows. */
struct izh_flows izh_intake_flows(const struct izh_intake *intake,
                                  const struct izh_vectors *vectors, uint32_t worker,
                                  const struct izh_intake_rows *rows, size_t end);

#endif
