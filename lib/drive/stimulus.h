/* The current that a neuron gets: constant, piecewise linear, or asked of the host piece by piece.
 */
#ifndef IZH_LIB_STIMULUS_H
#define IZH_LIB_STIMULUS_H

#include <izh/solver.h>

#include "drive/clock.h"
#include "util/report.h"

struct izh_stimulus {
    izh_input *segments; /* room for capacity, of which n are in use */
    size_t n, capacity;
    size_t next;         /* the first segment that has not begun */
    izh_input now;       /* what holds */
    double until;        /* until when; infinity for ever */
    izh_stimulus_fn *fn; /* who says what holds next; NULL: segments */
    void *user;
};

/* Replaces whatever there was. */
void izh_stimulus_set_constant(struct izh_stimulus *stimulus, double I);
void izh_stimulus_set_segments(struct izh_stimulus *stimulus, const izh_segment *segments,
                               size_t n);
void izh_stimulus_set_inputs(struct izh_stimulus *stimulus, const izh_input *inputs, size_t n);
void izh_stimulus_set_fn(struct izh_stimulus *stimulus, izh_stimulus_fn *fn, void *user);

/* Whether I is what holds, constant and for ever. */
bool izh_stimulus_is_constant(const struct izh_stimulus *stimulus, double I);

/* Whether what holds has come to its end. */
bool izh_stimulus_ended(const struct izh_stimulus *stimulus, const struct izh_clock *clock);

/* Goes on to the segment that holds now. */
void izh_stimulus_next_segment(struct izh_stimulus *stimulus, const struct izh_clock *clock);

/* The current now. */
double izh_stimulus_current(const struct izh_stimulus *stimulus, const struct izh_clock *clock);

/* Pieces that the host gives: finite, and one after the other. */
void izh_check_segments(struct izh_checks *c, const izh_segment *segments, size_t n);
void izh_check_inputs(struct izh_checks *c, const izh_input *inputs, size_t n);

/* When a clock begins, and its ticks; 0: none. */
void izh_check_ticks(struct izh_checks *c, double t0, double dt);

#endif
