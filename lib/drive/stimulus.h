/* The current that a neuron gets: constant, piecewise linear, or asked of the host piece by piece.
 */
#ifndef IZH_LIB_STIMULUS_H
#define IZH_LIB_STIMULUS_H

#include <izh/stimulus.h>

#include "drive/clock.h"
#include "drive/wander.h"
#include "util/report.h"

/* Noise besides, on ticks of its own. */
struct izh_stir {
    double t0, dt; /* dt 0: none */
    double sigma;  /* of a tick */
    struct izh_wander_law law;
    uint64_t seed, neuron;
    int64_t tick;          /* whose numbers hold */
    double away;           /* from the process's mean, in it */
    double wander, normal; /* the currents, in it */
    double until;          /* when it ends */
};

struct izh_stimulus {
    izh_input *segments; /* room for capacity, of which n are in use */
    size_t n, capacity;
    size_t next;         /* the first segment that has not begun */
    izh_input now;       /* what holds */
    double until;        /* until when; infinity for ever */
    izh_stimulus_fn *fn; /* who says what holds next; NULL: segments */
    void *user;
    struct izh_stir noise;
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

/* Noise from the tick on that is now; NULL: none. */
void izh_stimulus_set_noise(struct izh_stimulus *stimulus, const izh_noise *noise, double t0,
                            double now);
/* The numbers of a tick, where the process stands. */
void izh_stir_hold(struct izh_stir *noise);
/* Whether the noise's tick has come to its end, and then goes on to the one that is now. */
bool izh_stimulus_stirs(struct izh_stimulus *stimulus, const struct izh_clock *clock);

/* When the current changes next, by what holds or by noise. */
static inline double izh_stimulus_until(const struct izh_stimulus *stimulus)
{
    const struct izh_stir *noise = &stimulus->noise;
    return noise->dt > 0 ? izh_fmin(noise->until, stimulus->until) : stimulus->until;
}

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
