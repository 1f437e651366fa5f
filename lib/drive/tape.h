/* Traces over time that are known before a run, as regular samples or as pieces. A neuron on ticks
 * gets a trace's mean over each tick. */
#ifndef IZH_LIB_TAPE_H
#define IZH_LIB_TAPE_H

#include <stdbool.h>

#include <izh/host.h>
#include <izh/stimulus.h>

#include "util/report.h"

struct izh_tape {
    uint32_t count;  /* number of traces */
    int32_t between; /* IZH_HELD, IZH_LINEAR */
    double t, dt;    /* time of the first sample, and between samples; ms */
    size_t samples;  /* in each trace */
    size_t row;      /* distance from one trace's samples to the next one's */
    double *values;  /* NULL: the traces are pieces */
    izh_segment *segments;
    size_t *ends; /* of each trace: the index after its last piece */
};

/* A tick, and the time from which ticks are counted. */
struct izh_tick {
    double t0, from, to; /* ms */
};

/* Where a tick lies among regular samples. */
struct izh_tape_place {
    double from, to;  /* in samples */
    double weight[2]; /* of sample `at` and the next one; `used` of the two count */
    size_t at;
    int used; /* if more than 2, the mean is taken sample by sample */
};

/* The distance between rows of so many samples. */
size_t izh_tape_row(size_t samples);

/* Makes room for the host's traces, or for a blob's. If there are no samples, `segments` is the
 * number of pieces in all. Returns false if there is no memory; *tape is then all zero. */
bool izh_tape_reserve(struct izh_tape *tape, const izh_allocator *allocator, size_t segments);
void izh_tape_release(struct izh_tape *tape, const izh_allocator *allocator);

/* Copies the host's traces into the room that was made for them. */
void izh_tape_copy(struct izh_tape *tape, const izh_traces *traces);

/* Checks that all numbers are finite, that times increase, and that conductances are not negative.
 * `k` is the index of the traces in the message. */
void izh_check_tape(struct izh_checks *c, const struct izh_tape *tape, size_t k, bool conducts);

/* Where a tick lies in a tape of regular samples. */
struct izh_tape_place izh_tape_find(const struct izh_tape *tape, const struct izh_tick *tick);

/* A trace's mean over a tick. Pieces do not use `place`. */
double izh_tape_mean(const struct izh_tape *tape, const struct izh_tape_place *place,
                     const struct izh_tick *tick, uint32_t trace);

static inline size_t izh_tape_first(const struct izh_tape *tape, uint32_t trace)
{
    return trace ? tape->ends[trace - 1] : 0;
}

#endif
