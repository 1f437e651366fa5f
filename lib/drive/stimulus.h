/* The current that a neuron gets: constant, piecewise linear, or asked from the host piece by
 * piece. */
#ifndef IZH_LIB_STIMULUS_H
#define IZH_LIB_STIMULUS_H

#include <izh/stimulus.h>

#include "drive/clock.h"
#include "drive/wander.h"
#include "util/report.h"

/* Noise that is added to the current, on ticks of its own. */
struct izh_stir {
    double t0, dt; /* dt 0: no noise */
    double sigma;  /* of the white noise in a tick */
    struct izh_wander_law law;
    uint64_t seed, neuron;
    int64_t tick;          /* the tick whose numbers hold now */
    double away;           /* the process's distance from its mean in this tick */
    double wander, normal; /* the two currents in this tick */
    double until;          /* when this tick ends */
};

struct izh_stimulus {
    izh_input *segments; /* room for capacity, of which n are in use */
    size_t n, capacity;
    size_t next;         /* the first segment that has not begun */
    izh_input now;       /* the piece that holds */
    double until;        /* until when it holds; infinity: for ever */
    izh_stimulus_fn *fn; /* gives the next piece; NULL: the segments do */
    void *user;
    struct izh_stir noise;
};

/* Each of these replaces whatever there was, except noise. */
void izh_stimulus_set_constant(struct izh_stimulus *stimulus, double I);
void izh_stimulus_set_segments(struct izh_stimulus *stimulus, const izh_segment *segments,
                               size_t n);
void izh_stimulus_set_inputs(struct izh_stimulus *stimulus, const izh_input *inputs, size_t n);
void izh_stimulus_set_fn(struct izh_stimulus *stimulus, izh_stimulus_fn *fn, void *user);

/* Whether the piece that holds is the constant I, for ever. */
bool izh_stimulus_is_constant(const struct izh_stimulus *stimulus, double I);

/* Whether the piece that holds has ended. */
bool izh_stimulus_ended(const struct izh_stimulus *stimulus, const struct izh_clock *clock);

/* Adds noise from the tick on that contains the time `now`; NULL: no noise. */
void izh_stimulus_set_noise(struct izh_stimulus *stimulus, const izh_noise *noise, double t0,
                            double now);
/* Sets the currents of the noise's tick from the state of its process. */
void izh_stir_hold(struct izh_stir *noise);
/* Moves the noise on to the tick that contains the clock's time; returns whether it had to. */
bool izh_stimulus_stirs(struct izh_stimulus *stimulus, const struct izh_clock *clock);

/* When the current changes next, by its pieces or by noise. */
static inline double izh_stimulus_until(const struct izh_stimulus *stimulus)
{
    const struct izh_stir *noise = &stimulus->noise;
    return noise->dt > 0 ? izh_fmin(noise->until, stimulus->until) : stimulus->until;
}

/* Moves on to the segment that holds now. */
void izh_stimulus_next_segment(struct izh_stimulus *stimulus, const struct izh_clock *clock);

/* The current now. */
double izh_stimulus_current(const struct izh_stimulus *stimulus, const struct izh_clock *clock);

/* Check that the host's pieces are finite and in the order of time. */
void izh_check_segments(struct izh_checks *c, const izh_segment *segments, size_t n);
void izh_check_inputs(struct izh_checks *c, const izh_input *inputs, size_t n);

/* Checks when a clock begins, and its ticks; dt 0: no ticks. */
void izh_check_ticks(struct izh_checks *c, double t0, double dt);

#endif
