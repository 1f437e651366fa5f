/* What cells take in over time besides constant currents: the host's traces. */
#ifndef IZH_LIB_CELLS_INTAKE_H
#define IZH_LIB_CELLS_INTAKE_H

#include "cells/kernel.h"
#include "cells/shape.h"
#include "drive/tape.h"

/* Traces, and which neuron gets which of them. */
struct izh_intake_part {
    struct izh_tape tape;
    bool conducts;
    double E;
    uint32_t *channels; /* each neuron's trace */
    double *gains;
    /* For the ticks of the block: where each lies in regular samples; and where the traces are few
     * enough, a row of their means. */
    struct izh_tape_place *places;
    double *rows; /* NULL: each neuron takes its trace's mean itself */
};

struct izh_intake {
    size_t count;
    struct izh_intake_part *part;
    uint32_t neurons;
    int most;     /* ticks that a block may have */
    int64_t tick; /* the block's first */
    bool conducts;
};

/* Memory for parts, of which tapes say how many traces, samples and (in `segments`, one for each)
 * pieces there are. False where it is missing; *intake is then all zero. Their tapes', channels'
 * and gains' numbers are still to be filled in. */
bool izh_intake_reserve(struct izh_intake *intake, const struct izh_cells_shape *shape,
                        const struct izh_tape *tapes, const size_t *segments, size_t count,
                        uint32_t block);
void izh_intake_release(struct izh_intake *intake, const izh_allocator *allocator);

/* All numbers, once they are filled in. */
void izh_check_intake(struct izh_checks *c, const struct izh_intake *intake);

/* Before a block; ticks: at most `most`. */
void izh_intake_begin(struct izh_intake *intake, const struct izh_cells_shape *shape, int64_t tick,
                      int ticks);

/* Adds what comes in a tick of the block to neurons from `at` on. */
void izh_intake_add(const struct izh_intake *intake, const struct izh_cells_shape *shape,
                    uint64_t tick, size_t at, size_t count, struct izh_kernel_input *input);

#endif
