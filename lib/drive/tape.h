/* Traces over time that are known before a run: regular samples, or pieces. A neuron on ticks gets
 * a trace's mean over each tick. */
#ifndef IZH_LIB_TAPE_H
#define IZH_LIB_TAPE_H

#include <stdbool.h>

#include <izh/host.h>
#include <izh/stimulus.h>

#include "util/report.h"

struct izh_tape {
    uint32_t count;  /* traces */
    int32_t between; /* IZH_HELD, IZH_LINEAR */
    double t, dt;    /* when the first sample is, and how long until the next; ms */
    size_t samples;  /* of each trace */
    size_t row;      /* from one trace's samples to the next one's */
    double *values;  /* NULL: pieces */
    izh_segment *segments;
    size_t *ends; /* of each trace: one beyond its last piece */
};

/* A tick, as ticks are counted from t0. */
struct izh_tick {
    double t0, from, to; /* ms */
};

/* Where a tick lies in regular samples. */
struct izh_tape_place {
    double from, to;  /* in samples */
    double weight[2]; /* of the samples `at` and after it, of which `used` count; */
    size_t at;
    int used; /* more than 2: the mean has to be taken sample by sample */
};

/* From one row of so many samples to the next. */
size_t izh_tape_row(size_t samples);

/* Makes room for what the host's traces hold, or a blob's: `segments` pieces in all, where there
 * are no samples. False where there is no memory; *tape is then all zero. */
bool izh_tape_reserve(struct izh_tape *tape, const izh_allocator *allocator, size_t segments);
void izh_tape_release(struct izh_tape *tape, const izh_allocator *allocator);

/* Copies the host's traces to where there is room for them. */
void izh_tape_copy(struct izh_tape *tape, const izh_traces *traces);

/* All numbers finite, times one after another; conductances not negative. `k` is which traces the
 * message is about. */
void izh_check_tape(struct izh_checks *c, const struct izh_tape *tape, size_t k, bool conducts);

/* Where a tick lies in a tape of regular samples. */
struct izh_tape_place izh_tape_find(const struct izh_tape *tape, const struct izh_tick *tick);

/* A trace's mean over a tick; for pieces nothing is looked at in `place`. */
double izh_tape_mean(const struct izh_tape *tape, const struct izh_tape_place *place,
                     const struct izh_tick *tick, uint32_t trace);

static inline size_t izh_tape_first(const struct izh_tape *tape, uint32_t trace)
{
    return trace ? tape->ends[trace - 1] : 0;
}

#endif
