/* One neuron on its way: step, event, reset, and on from there. A solver's run and a population's
 * single neurons have this in common. */
#ifndef IZH_LIB_FLIGHT_H
#define IZH_LIB_FLIGHT_H

#include <stdbool.h>

#include <izh/solver.h>

#include "drive/clock.h"
#include "drive/stimulus.h"
#include "events/crossing.h"
#include "events/error_bound.h"
#include "events/event.h"
#include "methods/method.h"
#include "methods/tangent.h"
#include "model/model.h"
#include "util/report.h"

/* The longest step, ms: at rest nothing else bounds a method that chooses its steps. */
#define IZH_STEP_MAX 1000

/* What happens at the end of a step. */
enum izh_flight_end {
    IZH_END_PLAIN,
    IZH_END_SPIKE, /* v reaches the peak */
    IZH_END_KINK   /* v reaches the kink of U(v) */
};

/* Where a run at rest was some steps ago, to detect that it repeats itself: see flight.c. */
struct izh_mark {
    uint32_t steps, left; /* it stays for `steps` steps, `left` of them are to come; 0: none */
    double base, offset;  /* of the clock */
    izh_state now;
    struct izh_error_bound error;
    struct {
        uint64_t steps, rhs, rejected, iterations;
    } counted;
};

enum izh_callback {
    IZH_CALLBACK_NONE,
    IZH_CALLBACK_SPIKE,
    IZH_CALLBACK_STIMULUS
};

/* A flight interpolates within the step under way: `clock` is the step's start, and now is `cursor`
 * after it. Only a change of the neuron or its input from outside (a kick, a new current, ...) cuts
 * the step at now. A dialect never stands inside a step: its cursor is only how long it has waited
 * at its tick. */
struct izh_flight {
    const struct izh_method_ops *ops;
    int32_t events;
    enum izh_callback inside; /* which callback is running */
    double dt_max;
    izh_params params;      /* the neuron's own */
    struct izh_model model; /* with the conductance of step.g and step.E folded in */
    struct izh_stimulus stimulus;

    struct izh_clock clock;
    struct izh_step step; /* the owner of the flight provides the method's work */
    double end;           /* where the step ends: its length, or an event before */
    izh_state at_end;
    enum izh_flight_end why;
    bool stepped;   /* the step from clock has been taken */
    bool shortened; /* the method took a shorter step than it was allowed */
    bool spike_due; /* v may be at the peak now */
    double cursor;
    double time; /* what the host sees as now: clock and cursor, or the t_end it asked for */
    izh_state now;

    struct izh_error_bound error;  /* of the state at clock; infinite if nobody asks for it */
    double spike_error;            /* bound of the last spike's time, ms; NaN: no spike yet */
    struct izh_tangents *tangents; /* NULL: nobody asks for derivatives */

    double max_spikes_per_ms, max_steps_per_ms;
    struct izh_window spikes, steps;
    struct izh_mark mark;

    izh_spike_fn *on_spike;
    void *on_spike_user;

    izh_statistics count;
    struct izh_report *report; /* gets the reason when a run ends in an error */
};

/* The derivatives; NULL if nobody asks for them. In a build without derivatives it is NULL at
 * compile time. */
static inline struct izh_tangents *izh_flight_tangents(const struct izh_flight *f)
{
    return IZH_HAS_GRADIENTS ? f->tangents : NULL;
}

/* Whether a neuron can go on from a state. */
static inline bool izh_flight_sane(izh_state y)
{
    return izh_fabs(y.v) < IZH_STATE_MAX && izh_fabs(y.u) < IZH_STATE_MAX;
}

/* Whether a step meets the peak before *end. *end and *at_end are where the step ends otherwise; if
 * it meets the peak, they become the time and the state there. */
static inline bool izh_flight_meets_peak(const struct izh_method_ops *ops,
                                         const struct izh_step *step, double *end,
                                         izh_state *at_end)
{
    return izh_crossing_first(ops, step, izh_line_of_peak(step->model), end, at_end);
}

/* The host's choices; 0 means the default. */
struct izh_flight_config {
    const struct izh_method_ops *ops;
    int32_t events;
    double t0, dt;
    double max_spikes_per_ms, max_steps_per_ms;
    struct izh_report *report;
};

static inline double izh_flight_now(const struct izh_flight *f)
{
    return izh_clock_time(&f->clock, f->cursor);
}

/* Sets up a flight that is all zero, at t0 and without a current. The neuron is set after that. */
void izh_flight_set_up(struct izh_flight *f, const struct izh_flight_config *config);

/* Starts a clock at t0. dt is the length of its ticks (0: the method's), or the longest step if the
 * method chooses its steps. */
void izh_flight_set_clock(struct izh_flight *f, double t0, double dt);

/* The default of max_steps_per_ms. */
double izh_flight_default_steps(const struct izh_flight *f);

/* After a flight was copied: makes the copy's pointers into itself point into the copy. */
void izh_flight_settle(struct izh_flight *f);

/* Sets another neuron, under the conductance that holds. */
void izh_flight_set_params(struct izh_flight *f, const izh_params *params);

/* Puts the neuron at a state, now. */
void izh_flight_move(struct izh_flight *f, izh_state state);

/* Puts a neuron at a tick, whose time is t, before any step and without a bound of its error. */
void izh_flight_place(struct izh_flight *f, const struct izh_model *model, int64_t tick, double t,
                      izh_state state);

/* Sets a current from now on, for ever. */
void izh_flight_set_current(struct izh_flight *f, double I);

/* Ends the step under way at now, so that a change holds from now on. */
void izh_flight_cut(struct izh_flight *f);

/* After a jump of the state or the parameters: a function that gives the input is asked again
 * now. */
void izh_flight_end_piece(struct izh_flight *f);

/* Sets the model from the parameters and the conductance that holds. */
void izh_flight_fold(struct izh_flight *f);

/* After a change from outside, by which v may have reached the peak. */
void izh_flight_look_for_spike(struct izh_flight *f);

/* Takes the step from clock under the stimulus that holds, and finds the event that ends it. */
izh_status izh_flight_take_step(struct izh_flight *f);

/* The derivatives at now, for a flight that has them. */
void izh_flight_gradients(struct izh_flight *f, izh_state *out);

/* Runs to t_end, which is not before now, through all events up to it. */
izh_status izh_flight_run(struct izh_flight *f, double t_end);

#endif
