/**
 * @file solver.h
 * @brief One neuron, solved by any method, with callbacks at its spikes.
 *
 * A solver steps over (t, t + h] and finds spikes inside the step, so that its spike times are as
 * good as its method and not as coarse as its grid. Splitting a run, sampling it or stopping and
 * going on does not change a bit of the result: between steps' ends it answers from dense output.
 * If a call puts the state at or above the peak, the neuron spikes at that time, at the next run.
 * A new current, stimulus, input or stimulus function takes the place of any other.
 *
 * Threads: a solver must not be used from two threads at once; different solvers may be.
 * Real time: nothing locks, and nothing does I/O but the host's own callbacks. Only an error calls
 * the C library's snprintf and strtod, for its message.
 * Since 0.1, where an item names no later version.
 */
#ifndef IZH_SOLVER_H
#define IZH_SOLVER_H

#include <izh/flow.h>
#include <izh/host.h>
#include <izh/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How a solver integrates. The classical methods take fixed steps on the ticks t0 + tick dt;
 * #IZH_EXPRB_ADAPTIVE, #IZH_DOPRI5, #IZH_TAYLOR and #IZH_PINN choose their own. */
typedef int32_t izh_method;

/** @name Methods
 * The values of #izh_method. They never change; later versions may add some.
 * @{ */
#define IZH_METHOD_DEFAULT 0 /**< #IZH_TAYLOR for a solver, #IZH_MIDPOINT for a population. */
#define IZH_EULER 1          /**< Explicit Euler. Order 1. */
/** Backward Euler, in closed form. Order 1. It divides a step that has no real solution. */
#define IZH_BACKWARD_EULER 2
#define IZH_MIDPOINT 3  /**< Explicit midpoint, a Runge-Kutta method of order 2. */
#define IZH_RK4 4       /**< The classical Runge-Kutta method of order 4. */
#define IZH_EXP_EULER 5 /**< Exponential Rosenbrock-Euler, exact for linear equations. Order 2. */
/** Adaptive exponential Rosenbrock of order 3(2). Default rtol 1e-6; atol 0 means that of rtol. */
#define IZH_EXPRB_ADAPTIVE 6
/** Dormand and Prince's adaptive Runge-Kutta of order 5(4). Defaults as #IZH_EXPRB_ADAPTIVE. */
#define IZH_DOPRI5 7
/** Taylor series with step and order from the tolerance; by default exact to round-off. */
#define IZH_TAYLOR 8
/** A small neural net for each step (PINN), trained on the equation alone; docs/pinn.md has its
 * cost and errors. rtol is the largest residual per step, in coordinates of the order of one:
 * default 1e-9; a value below 1e-11 counts as 1e-11, one above 1e-2 as 1e-2. atol is not used; dt
 * is the longest step. A step that will not train at #izh_pinn_network.shortest ends in
 * #IZH_E_TOLERANCE. A flow map (izh_solver_config.flow) makes the steps in its region. If its
 * residual, a share of the rates, is above rtol (default 1e-4, at most 1), the step is halved, up
 * to three times; then a net is trained. */
#define IZH_PINN 9
/** The network listing of the 2003 paper: two half steps of v, then u with the new v. Order 1. On a
 * grid and with input that changes on ticks it is NEST's scheme with consistent_integration false,
 * to the bit, but that a state set at the peak spikes first. */
#define IZH_PUBLISHED_2003 10
/** @} */

/** @name Dialects
 * How other programs step the 2003 model, operation for operation in double precision;
 * docs/dialects.md has their schemes. They take the parameters of izh_params_2003() and
 * #IZH_EVENTS_GRID only (#IZH_E_UNSUPPORTED), no conductances and no gradients. The current of a
 * step is that at its first double, with times compared to the bit. A solver stands at ticks only;
 * what is set between two acts with the next step. A state that is put at the peak has its step
 * first. A spike is tested for after a step, and its time is the program's label; a callback that
 * stops the run stops it at the step's end. The step is 1 by default.
 * @{ */
/** The figure listings of Izhikevich 2003 and 2004 (figure1.m). Spike at v > 30, label the step's
 * start: run to T + dt for a listing to T. Default step 0.25. Takes any k1 and k0, for patterns (G)
 * and (L), and r = 0 with any vb, for (R). */
#define IZH_FIGURE1 11
/** NEST's izhikevich, consistent_integration true, no v_min. Spike at v >= 30, label the end. */
#define IZH_NEST_CONSISTENT 12
/** CARLsim's FORWARD_EULER: n = 1 to 100 sub-steps of dt = 1/n, default n 2, under the current at
 * the millisecond's start. Each sub-step may spike, at v > 30; v is at least -90. Label the index
 * of the millisecond. CARLsim itself computes in float. */
#define IZH_CARLSIM_EULER 13
/** CARLsim's RUNGE_KUTTA4, with sub-steps as #IZH_CARLSIM_EULER. Default n 10. */
#define IZH_CARLSIM_RK4 14
/** GeNN's Izhikevich. Spike at v >= 29.99, label the end; the reset comes at the start of the next
 * step, if v >= 30 then (a callback's own reset acts at once). */
#define IZH_GENN 15
/** NeMo's Izhikevich: four sub-steps to the millisecond, until v >= 30. Reset and label at the
 * millisecond's end. dt is 1. NeMo itself computes in float. */
#define IZH_NEMO 16
/** sPyNNaker's Izhikevich (Hopkins and Furber, Neural Computation 27, 2015): the step after a spike
 * goes 1.85 dt far. Spike at v >= 30, label the end. It is the scheme, not its bits: the board
 * computes in s16.15 fixed point. */
#define IZH_SPINNAKER 17
/** @} */

#define IZH_EVENTS_EXACT 0 /**< Spikes are found inside the step and reset there. The default. */
/** v is tested and reset at steps' ends, as in published figures: spikes are late by up to a step.
 * Fixed-step methods only. */
#define IZH_EVENTS_GRID 1

/** A piece of a piecewise linear current: I(s) = I + slope (s - t) from t until the next segment's
 * t. All are finite. Frozen. */
typedef struct izh_segment {
    double t;     /**< start, ms */
    double I;     /**< current at the start, pA */
    double slope; /**< pA/ms */
} izh_segment;

/** A piece of input with a conductance, such as a synapse's: the current I + slope (s - t) and
 * g (E - v), from t until the next piece's t. All are finite. Frozen. @since 0.2 */
typedef struct izh_input {
    double t;     /**< start, ms */
    double I;     /**< current at the start, pA */
    double slope; /**< pA/ms */
    double g;     /**< conductance, held over the piece, nS; >= 0 */
    double E;     /**< its reversal potential, mV */
} izh_input;

/** A spike, as its callback sees it. Frozen. */
typedef struct izh_spike_event {
    double t;          /**< time of the spike, ms; from a dialect the program's label */
    uint32_t neuron;   /**< index of the neuron; 0 for a solver */
    uint32_t reserved; /**< 0 */
    izh_state before;  /**< the state at the peak, before the reset */
} izh_spike_event;

/** Called at each spike, in the order of time, from the thread that runs the solver. Inside, the
 * solver may be read, and its current, stimulus and parameters may be set, from e->t on; other
 * calls that change it are #IZH_E_BUSY.
 * @param e the spike; lives until the function returns
 * @param after arrives holding the reset of the parameters that led to the spike; write to it to
 *        replace the reset. If it is not finite and below the peak, the run ends in #IZH_E_RESET at
 *        the state before, and the next run calls for the spike again; what was set stays set.
 * @return #IZH_CONTINUE or #IZH_STOP (any other value counts as #IZH_STOP) */
typedef int32_t izh_spike_fn(const izh_spike_event *e, izh_state *after, void *user);

/** Gives the current from now on. It is asked from the thread that runs the solver: at the next
 * run, when the last answer ends, and wherever the state or the parameters jump: after a spike's
 * reset and callback, izh_solver_kick(), izh_solver_set_state() and izh_solver_set_params() (in a
 * dialect at the first step after it that shares an input). So the current may depend on the state.
 * It may be asked twice at one time. For a smooth current give short chords: with chords of length
 * l the error is l^2/8 max |I''|. For g (E - v) izh_solver_set_inputs() is exact.
 * @param segment arrives as {now, 0, 0}; write I and slope to it (t is ignored)
 * @param until arrives as +infinity, for ever; write when to ask again, after now
 * @param state the state now
 * @return #IZH_CONTINUE, or #IZH_STOP to stop the run here; it then goes on with this answer */
typedef int32_t izh_stimulus_fn(izh_segment *segment, double *until, izh_state state, void *user);

/** A solver of one neuron. Opaque. */
typedef struct izh_solver izh_solver;

/** The nets of #IZH_PINN, each for a window of a few to tens of ms. Zero is the default. Frozen. */
typedef struct izh_pinn_network {
    uint32_t hidden; /**< tanh units; even, 4 to 24, default 16 */
    uint32_t points; /**< Chebyshev points at which the equation is to hold; 4 to 32, default 20 */
    uint64_t seed;   /**< of the units' first weights; 0 means 1 */
    double shortest; /**< ms, default 0.01: a run ends if so short a window misses the tolerance */
} izh_pinn_network;

/** @name Parts of a segment, for izh_gradient
 * @since 0.2
 * @{ */
#define IZH_SEGMENT_NONE 0  /**< No part. */
#define IZH_SEGMENT_I 1     /**< Its I. */
#define IZH_SEGMENT_SLOPE 2 /**< Its slope. */
#define IZH_SEGMENT_T 3     /**< Its t: when it begins, and the segment before it ends. */
#define IZH_SEGMENT_G 4     /**< Its conductance g, of izh_solver_set_inputs(). */
#define IZH_SEGMENT_E 5     /**< The reversal potential E of its conductance. */
/** @} */

/** A number x on which a solution depends: each field says how fast something changes with x, 0 by
 * default. All are finite. Frozen. @since 0.2
 *
 *     izh_gradient k2 = {.params = {.k2 = 1}};       the derivative with respect to a field
 *     izh_gradient v0 = {.initial = {.v = 1}};       to the initial v
 *     izh_gradient I0 = {.of_segment = IZH_SEGMENT_I, .segment = 0};
 *     gradient.params = jacobian[1];                 of izh_params_2007_jacobian(): to its k */
typedef struct izh_gradient {
    izh_params params;  /**< how each parameter changes with x: d param/d x */
    izh_state initial;  /**< how the initial state does */
    int32_t of_segment; /**< which part of a segment x is: IZH_SEGMENT_..., default none */
    /** The segment's index in the stimulus that holds; a constant current is segment 0, at t = 0 */
    uint32_t segment;
} izh_gradient;

/** What izh_solver_create() needs. Start from #IZH_SOLVER_CONFIG_INIT and set `params`. Versioned:
 * `size` is the struct's sizeof in some released version's header; another one below the library's
 * own or above 4096 is refused, and so are bytes beyond what the library knows unless zero. */
typedef struct izh_solver_config {
    size_t size;       /**< set by #IZH_SOLVER_CONFIG_INIT */
    izh_method method; /**< default #IZH_TAYLOR */
    int32_t events;    /**< #IZH_EVENTS_EXACT (default) or #IZH_EVENTS_GRID */
    /** Step, ms, at least 1e-9 and above 2^-48 |t0|; the largest for methods that choose theirs.
     * Default 0.1 for fixed steps (1 for #IZH_PUBLISHED_2003 and most dialects), 1000 else */
    double dt;
    /** Relative tolerance of methods that choose their step; 0 is the method's default, below what
     * doubles hold means the tightest, above 1 means 1 */
    double rtol;
    double atol;       /**< absolute tolerance, mV and pA; 0 is the method's default */
    double t0;         /**< time at the start, ms */
    izh_params params; /**< the neuron; must be set */
    izh_state initial; /**< the state at t0; each below 1e100 in size */
    /** More spikes in a window of 1 ms end in #IZH_E_DIVERGED; >= 1, default 1000 */
    double max_spikes_per_ms;
    size_t max_segments; /**< longest stimulus that is set without allocating; 0: may allocate */
    izh_allocator allocator; /**< default: malloc and free */
    izh_log log;             /**< default: none */
    izh_pinn_network pinn;   /**< of #IZH_PINN; others do not look at it */
    /** Of #IZH_PINN: a flow map of `params`, which must live as long as the solver; default: none.
     * Other parameters switch it off */
    const izh_flow *flow;
    /** More steps in a window of 1 ms, of those that an event or the method itself made short, end
     * in #IZH_E_DIVERGED; >= 1, default 200000, with fixed steps 20000. @since 0.2 */
    double max_steps_per_ms;
    const izh_gradient *gradients; /**< for derivatives; #IZH_TAYLOR only. @since 0.2 */
    size_t gradient_count;         /**< how many; default 0. @since 0.2 */
} izh_solver_config;

/** The defaults, but for `params`, which must be set. */
#define IZH_SOLVER_CONFIG_INIT                                                                  \
    {                                                                                           \
        sizeof(izh_solver_config), IZH_METHOD_DEFAULT, IZH_EVENTS_EXACT, 0, 0, 0, 0,            \
            {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {0, 0}, 0, 0, {NULL, NULL, NULL}, \
            {NULL, NULL}, {0, 0, 0, 0}, NULL, 0, NULL, 0                                        \
    }

/** What a solver has done since it was created. Versioned; start from #IZH_STATISTICS_INIT. */
typedef struct izh_statistics {
    size_t size;       /**< set by #IZH_STATISTICS_INIT */
    uint64_t steps;    /**< steps that the solution is made of */
    uint64_t rejected; /**< steps that were tried and taken shorter */
    /** Evaluations of the right-hand side; for #IZH_TAYLOR, of a coefficient of the series; for
     * #IZH_PINN, in training, and three for each look at a flow map's step */
    uint64_t rhs;
    uint64_t iterations; /**< iterations of the search for events */
    uint64_t spikes;     /**< spikes */
    /** Steps beyond the method's limit of stability, where v may leap over its course and spike
     * without cause, while the status stays #IZH_OK. Such a step of h evaluated v' at some v where
     * -h (2 k2 v + k1) / cm > 2 (#IZH_EULER, #IZH_MIDPOINT), 2.785 (#IZH_RK4) or 4
     * (#IZH_PUBLISHED_2003). Dialects have their own limits, other methods none. @since 0.2 */
    uint64_t unstable_steps;
    double unstable_t; /**< when the first of them began, ms; NaN: there was none. @since 0.2 */
} izh_statistics;

/** An empty izh_statistics. */
#define IZH_STATISTICS_INIT                         \
    {                                               \
        sizeof(izh_statistics), 0, 0, 0, 0, 0, 0, 0 \
    }

/** The `method` of a `name`: "euler", "backward-euler", "midpoint", "rk4", "exp-euler",
 * "exprb-adaptive", "dopri5", "taylor", "pinn", "published-2003"; and the dialects "figure1",
 * "nest-consistent", "carlsim-euler", "carlsim-rk4", "genn", "nemo", "spinnaker". */
IZH_API IZH_REALTIME izh_status izh_method_find(const char *name, izh_method *method);

/** The name of a `method`, also of the default; NULL for a value that is no method. */
IZH_API IZH_REALTIME const char *izh_method_name(izh_method method);

/** Makes a `solver`.
 * @return also #IZH_E_UNSUPPORTED, #IZH_E_MEMORY */
IZH_API IZH_ALLOCATES izh_status izh_solver_create(izh_solver **solver,
                                                   const izh_solver_config *config);

/** Frees a solver. In a callback, or after one that was left by a jump before izh_solver_abandon(),
 * it only reports #IZH_E_BUSY to the log. */
IZH_API IZH_RELEASES void izh_solver_destroy(izh_solver *solver);

/** Runs to a time, with a call of the spike callback for every spike in (now, t_end], and for one
 * that is due now.
 * @param t_end ms; finite, not before now. With fixed steps, 4 ulp around a tick mean that tick.
 * @return also #IZH_STOPPED if a callback stopped it, at that time; at the last good state
 *         #IZH_E_DIVERGED (as where a r < 0 and |u| passes 1e12: u then grows for ever) or
 *         #IZH_E_TOLERANCE; #IZH_E_RESET; #IZH_E_BUSY */
IZH_API IZH_REALTIME izh_status izh_solver_run(izh_solver *solver, double t_end);

/** Runs through some times and stores the state at each; at a spike's own time it is the state
 * after the reset.
 * @param times n times, ms, finite, in ascending order (equal ones are allowed), none before now
 * @param states n states; NaN at times that the run does not reach
 * @return as izh_solver_run(); the solver then stands where the run ended */
IZH_API IZH_REALTIME izh_status izh_solver_sample(izh_solver *solver, const double *times, size_t n,
                                                  izh_state *states);

/** The state now. */
IZH_API IZH_REALTIME izh_state izh_solver_state(const izh_solver *solver);

/** The time now, ms. */
IZH_API IZH_REALTIME double izh_solver_time(const izh_solver *solver);

/** Sets a constant current `I`, pA, finite, from now on. Setting the value that already
 * holds changes no bit of the solution. */
IZH_API IZH_REALTIME izh_status izh_solver_set_current(izh_solver *solver, double I);

/** Sets a piecewise linear current. The solution meets each segment's start exactly. Before the
 * first segment the current is zero. Real-time safe for n up to the config's max_segments; beyond,
 * it is an error if that is not 0 and allocates if it is.
 * @param segments n segments with strictly ascending t; n = 0 means no current
 * @return also #IZH_E_MEMORY */
IZH_API IZH_ALLOCATES IZH_REALTIME izh_status izh_solver_set_stimulus(izh_solver *solver,
                                                                      const izh_segment *segments,
                                                                      size_t n);

/** Sets pieces of input with conductances, as izh_solver_set_stimulus() sets segments. A
 * conductance is part of the neuron's equation, as k1 - g and k0 + g E: the solution is as exact as
 * without.
 * @param inputs n pieces with strictly ascending t; n = 0 means no input
 * @return also #IZH_E_MEMORY; #IZH_E_UNSUPPORTED: dialects, #IZH_PINN with a flow map @since 0.2 */
IZH_API IZH_ALLOCATES IZH_REALTIME izh_status izh_solver_set_inputs(izh_solver *solver,
                                                                    const izh_input *inputs,
                                                                    size_t n);

/** Lets a function `fn` give the current; NULL means no current from now on. */
IZH_API IZH_REALTIME izh_status izh_solver_on_stimulus(izh_solver *solver, izh_stimulus_fn *fn,
                                                       void *user);

/** Sets the function `fn` that is called at spikes; NULL for none. */
IZH_API IZH_REALTIME izh_status izh_solver_on_spike(izh_solver *solver, izh_spike_fn *fn,
                                                    void *user);

/** Changes the neuron's parameters from now on.
 * @return also #IZH_E_UNSUPPORTED from a dialect for another form than the 2003 one */
IZH_API IZH_REALTIME izh_status izh_solver_set_params(izh_solver *solver, const izh_params *params);

/** Sets the `state` now; finite.
 * @return also #IZH_E_BUSY */
IZH_API IZH_REALTIME izh_status izh_solver_set_state(izh_solver *solver, izh_state state);

/** Adds an impulse to the state now, such as a synapse's: `dv`, mV, and `du`, pA; finite.
 * @return also #IZH_E_BUSY */
IZH_API IZH_REALTIME izh_status izh_solver_kick(izh_solver *solver, double dv, double du);

/** How far the last spike's time may be from that of the exact solution, ms; also inside the spike
 * callback. NaN before the first spike; infinite for methods other than #IZH_TAYLOR once they have
 * taken a step, and after a spike at which a stimulus function gave no valid current. It counts the
 * method's errors and rounding since the state was last set; parameters, input and a callback's
 * reset count as exact. It is first-order: where an error changes the pattern, it means nothing. */
IZH_API IZH_REALTIME double izh_solver_spike_error_bound(const izh_solver *solver);

/** When the neuron will spike next, if nothing changes: the very time that a run would find, in the
 * time of that run and a step. Nothing changes in the solver, to the bit, and no callback is
 * called. So two solvers are coupled exactly by running both to the earlier of their next spikes.
 * @param limit how far to look, ms; finite and not before now. A spike at it, or now, counts
 * @param t the time of the spike, ms (a dialect's label); infinity: there is none
 * @return also #IZH_E_UNSUPPORTED where a stimulus function would have to be asked before;
 *         #IZH_E_BUSY; the error in which a run would end before the next spike @since 0.2 */
IZH_API IZH_REALTIME izh_status izh_solver_next_spike(izh_solver *solver, double limit, double *t);

/** Saves a solver: all but its callbacks, its allocator and its log. Inside the spike callback the
 * blob holds the neuron before its reset. */
IZH_API IZH_REALTIME size_t izh_solver_save(const izh_solver *solver, void *buffer,
                                            size_t capacity);

/** Turns a solver into the one that was saved: a run from here is the same, bit for bit. Callbacks
 * stay as they are. If a function gave the saved solver its current, set one before
 * (izh_solver_on_stimulus()); if it had a flow map, this one needs the same. Allocates as
 * izh_solver_set_stimulus() does.
 * @return also #IZH_E_FORMAT; #IZH_E_INVALID for another method or other events, less room for
 *         segments, or no stimulus function; #IZH_E_MEMORY; #IZH_E_BUSY */
IZH_API IZH_ALLOCATES izh_status izh_solver_load(izh_solver *solver, const void *buffer,
                                                 size_t length);

/** What the solver has done so far. Writes no more of `statistics` than its size. */
IZH_API IZH_REALTIME izh_status izh_solver_statistics(const izh_solver *solver,
                                                      izh_statistics *statistics);

/** The derivatives of the state now with respect to each x of the config's `gradients`: d v/d x,
 * mV, and d u/d x, pA, per unit of x. They are those of the exact solution, and do not change its
 * bits (docs/gradients.md has the equations). At a spike's own time they are those after the reset,
 * in the spike callback those before it. Blobs have them.
 *
 * izh_solver_set_state() makes the state the initial one, with the derivatives
 * izh_gradient.initial. A kick, a stimulus function's answer, and a reset that a callback replaces
 * are constants. New parameters and inputs come at a time that does not depend on x, or in the
 * spike callback at the spike's, which does. From then on x acts on them.
 * @param gradients room for gradient_count of them
 * @return #IZH_E_INVALID also from a solver that was made without gradients @since 0.2 */
IZH_API IZH_REALTIME izh_status izh_solver_gradients(izh_solver *solver, izh_state *gradients);

/** The derivatives of the last spike's time with respect to each x, ms per unit of x; also inside
 * the spike callback. They are NaN before the first spike, 0 for a spike that the host made by a
 * state at or above the peak, and infinite where v only touches the peak. Where a segment starts at
 * a spike there are two sets, one from each side, and this is one of them.
 * @param gradients room for gradient_count of them
 * @return as izh_solver_gradients() @since 0.2 */
IZH_API IZH_REALTIME izh_status izh_solver_spike_gradients(const izh_solver *solver,
                                                           double *gradients);

/** izh_solver_sample() for `times`, and izh_solver_gradients() at each time.
 * @param states n states; NULL: nowhere
 * @param gradients n rows of gradient_count; NaN at times that are not reached
 * @return as izh_solver_sample() and izh_solver_gradients() @since 0.2 */
IZH_API IZH_REALTIME izh_status izh_solver_sample_gradients(izh_solver *solver, const double *times,
                                                            size_t n, izh_state *states,
                                                            izh_state *gradients);

/** Makes a solver usable again after longjmp() or an exception left a callback (izh/host.h), and
 * restores the thread's floating-point mode. The solver stands where the callback was called, and
 * the next run calls for that again. What the function set stays set. If no callback was left, it
 * does nothing.
 * @pre not inside a callback; in the thread that called the run @since 0.2 */
IZH_API IZH_REALTIME izh_status izh_solver_abandon(izh_solver *solver);

/** Sends messages to another log from now on, such as when its owner moves. @since 0.2 */
IZH_API IZH_REALTIME izh_status izh_solver_set_log(izh_solver *solver, const izh_log *log);

/** The message of the last error: which field, which value, what time. */
IZH_API IZH_REALTIME const char *izh_solver_message(const izh_solver *solver);

#ifdef __cplusplus
}
#endif

#endif
