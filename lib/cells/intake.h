/* What cells take in over time besides constant currents: the host's traces. */
#ifndef IZH_LIB_CELLS_INTAKE_H
#define IZH_LIB_CELLS_INTAKE_H

#include "cells/columns.h"
#include "cells/kernel.h"
#include "cells/shape.h"
#include "cells/wanders.h"
#include "drive/tape.h"

/* Where a tick lies in regular samples, and how many ticks from it on, itself among them, are each
 * one sample after another. */
struct izh_intake_place {
    struct izh_tape_place in;
    int run;
};

/* Traces, and which neuron gets which of them. */
struct izh_intake_part {
    struct izh_tape tape;
    bool conducts;
    double E;
    uint32_t *channels; /* each neuron's trace */
    double *gains;
    /* For the ticks of the block: where each lies; and where the traces are few enough, and do not
     * say so themselves, their means: a row for each trace. */
    struct izh_intake_place *places;
    double *means; /* NULL: each neuron takes its trace's mean itself */
};

struct izh_intake {
    size_t count;
    struct izh_intake_part *part;
    uint32_t neurons;
    int most;     /* ticks that a block may have */
    int64_t tick; /* the block's first */
    bool conducts;
    /* Each worker's rows; in float32 with those that they are rounded to. */
    uint32_t workers;
    double *sums;
    float *floats;
};

/* Memory for parts, of which tapes say how many traces, samples and (in `segments`, one for each)
 * pieces there are. False where it is missing; *intake is then all zero. Their tapes', channels'
 * and gains' numbers are still to be filled in. */
bool izh_intake_reserve(struct izh_intake *intake, const struct izh_cells_shape *shape,
                        const struct izh_tape *tapes, const size_t *segments, size_t count,
                        uint32_t block, uint32_t workers);
void izh_intake_release(struct izh_intake *intake, const izh_allocator *allocator);

/* All numbers, once they are filled in. */
void izh_check_intake(struct izh_checks *c, const struct izh_intake *intake);

/* Before a block; ticks: at most `most`. */
void izh_intake_begin(struct izh_intake *intake, const struct izh_cells_shape *shape, int64_t tick,
                      int ticks);

/* Adds what comes in a tick of the block to neurons from `at` on. */
void izh_intake_add(const struct izh_intake *intake, const struct izh_cells_shape *shape,
                    izh_blend_fn *blend, uint64_t tick, size_t at, size_t count,
                    struct izh_kernel_input *input);

/* What a worker has made ahead for some neurons and ticks: the column's currents with those of
 * traces and of wandering processes, and conductances. For each part a row for each tick. */
struct izh_intake_rows {
    double *I; /* NULL: nothing */
    double *G; /* NULL: nothing conducts */
    size_t at, part;
    int64_t tick;
    int ticks;
};

/* How many ticks that is at most, for parts of so many neurons; at most IZH_NOISE_ROOM numbers in
 * all. */
int izh_intake_row_ticks(size_t part);

/* Where a worker has room for rows of neurons from `at` on. */
struct izh_intake_rows izh_intake_rows(const struct izh_intake *intake, uint32_t worker, size_t at,
                                       size_t part, int64_t tick, int ticks);

/* Fills those of the part at `at`. */
void izh_intake_fill(const struct izh_intake *intake, const struct izh_columns *columns,
                     const struct izh_wander_rows *wander, izh_blend_fn *blend,
                     const struct izh_intake_rows *rows, size_t at);

/* Takes a tick from there, in place of adding. */
void izh_intake_take(const struct izh_intake_rows *rows, int64_t tick, size_t at, size_t count,
                     struct izh_kernel_input *input);

/* The currents of parts to before `end`, in reals: for kernels that take them from there. */
struct izh_flows izh_intake_flows(const struct izh_intake *intake,
                                  const struct izh_vectors *vectors, uint32_t worker,
                                  const struct izh_intake_rows *rows, size_t end);

#endif
