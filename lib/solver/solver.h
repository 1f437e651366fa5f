/* What a solver holds. */
#ifndef IZH_LIB_SOLVER_H
#define IZH_LIB_SOLVER_H

#include <stdbool.h>

#include <izh/solver.h>

#include "methods/method.h"
#include "model/model.h"
#include "solver/error_bound.h"
#include "drive/clock.h"
#include "drive/stimulus.h"
#include "util/report.h"

/* The longest step, ms: at rest nothing else bounds a method that chooses its own. */
#define IZH_STEP_MAX 1000

/* What happens where a step ends. */
enum izh_step_end {
    IZH_END_PLAIN,
    IZH_END_SPIKE, /* v reaches the peak */
    IZH_END_KINK   /* v reaches the kink of U(v) */
};

/* Counts what happens within a millisecond. */
struct izh_window {
    double start, count;
};

/* Where a run at rest was some steps ago, to find out that it goes round: see run.c. */
struct izh_mark {
    uint32_t steps, left; /* it stays for `steps` steps, of which `left` are to come; 0: none */
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

/* A solver answers from the step under way: clock is its start, now lies cursor into it. Only what
 * changes the neuron or its input from outside (a kick, a new current, ...) cuts the step at now.
 * A dialect never stands inside a step: there cursor is only how long it has waited at its tick. */
struct izh_solver {
    izh_method method; /* IZH_METHOD_DEFAULT resolved */
    const struct izh_method_ops *ops;
    int32_t events;
    double dt_max;
    izh_params params;      /* the neuron's own */
    struct izh_model model; /* with the conductance of step.g and step.E */
    struct izh_stimulus stimulus;

    struct izh_clock clock;
    struct izh_step step;
    bool stepped; /* the step from clock has been taken */
    double end;   /* where it ends: its length, or an event before */
    izh_state at_end;
    enum izh_step_end why;
    bool shortened; /* the method took a shorter step than it was allowed */
    double cursor;
    double time; /* what the host sees as now: clock and cursor, or the t_end it asked for */
    izh_state now;
    bool spike_due; /* v may be at the peak now */

    struct izh_error_bound error; /* of the state at clock */
    double spike_error;           /* bound of the last spike's time, ms; NaN: none yet */

    double max_spikes_per_ms, max_steps_per_ms;
    struct izh_window spikes, steps;
    struct izh_mark mark;

    izh_spike_fn *on_spike;
    void *on_spike_user;
    enum izh_callback inside; /* which callback is running */
    uint64_t fpmode;          /* the caller's, of the run that is under way */

    izh_statistics count;
    struct izh_report report;
    izh_allocator allocator;
    size_t max_segments;
};

static inline double izh_solver_now(const struct izh_solver *s)
{
    return izh_clock_time(&s->clock, s->cursor);
}

/* Valid parameters, and of a form that the method takes, which matters to dialects. */
void izh_solver_check_params(struct izh_checks *c, izh_method method, const izh_params *params);

/* max_steps_per_ms where the config leaves it open. */
double izh_solver_default_steps(const struct izh_solver *s);

/* Ends the step under way here and now, so that what changes holds from now on. */
void izh_solver_cut(struct izh_solver *s);

/* The state or the parameters jumped: a function that gives the input is asked again here. */
void izh_solver_end_piece(struct izh_solver *s);

/* Makes the model that of the parameters and of the conductance that holds. */
void izh_solver_fold(struct izh_solver *s);

/* Takes the step from clock under the stimulus that holds, and finds the event that ends it. */
izh_status izh_solver_take_step(struct izh_solver *s);

/* What stands in the way of conductances, for a message; NULL: nothing. */
const char *izh_solver_unfoldable(const struct izh_solver *s);

/* Makes room for n segments; those there are may be lost unless it fails. */
void izh_solver_reserve_segments(struct izh_checks *c, struct izh_solver *s, size_t n);

#endif
