/**
 * @file solver.h
 * @brief One neuron, solved by any method, with callbacks at its spikes.
 *
 * A solver steps over (t, t + h] and finds spikes inside the step, so that its spike times are as
 * good as its method and not as coarse as its grid. Splitting a run in two, sampling it or stopping
 * and going on does not change a bit of the result: between two steps' ends a solver answers from
 * the step that is under way.
 *
 * Threads: a solver must not be used from two threads at once; different solvers may be.
 *
 * Real time: after izh_solver_create() only izh_solver_destroy() and, where the config says so,
 * izh_solver_set_stimulus() touch the allocator. Nothing locks. Nothing does I/O but for the host's
 * own callbacks. Only the message of an error is formatted with the C library's snprintf.
 */
#ifndef IZH_SOLVER_H
#define IZH_SOLVER_H

#include <izh/flow.h>
#include <izh/host.h>
#include <izh/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * How a solver integrates.
 *
 * The classical methods take fixed steps on the ticks t0 + tick dt; #IZH_EXPRB_ADAPTIVE,
 * #IZH_DOPRI5, #IZH_TAYLOR and #IZH_PINN choose their own. The dialects reproduce other programs.
 * @since 0.1
 */
typedef int32_t izh_method;

/** What the library recommends: #IZH_TAYLOR for a solver. */
#define IZH_METHOD_DEFAULT 0
/** Explicit Euler. Order 1. */
#define IZH_EULER 1
/** Backward Euler, its equation solved in closed form. Order 1. Where a step has no real solution,
 * as on the upstroke of a spike, it is taken in shorter ones. */
#define IZH_BACKWARD_EULER 2
/** Explicit midpoint, a Runge-Kutta method of order 2. */
#define IZH_MIDPOINT 3
/** The classical Runge-Kutta method of order 4. */
#define IZH_RK4 4
/** Exponential Rosenbrock-Euler: exact for linear equations. Order 2. */
#define IZH_EXP_EULER 5
/** Adaptive exponential Rosenbrock of order 3(2). Default rtol 1e-6; atol 0 means that of rtol. */
#define IZH_EXPRB_ADAPTIVE 6
/** Dormand and Prince's adaptive Runge-Kutta method of order 5(4). Default rtol 1e-6; atol 0 means
 * that of rtol. */
#define IZH_DOPRI5 7
/** Taylor series with step and order from the tolerance; by default exact to round-off. */
#define IZH_TAYLOR 8
/** A physics-informed neural network for each step, trained on the equation alone. rtol is the
 * largest residual of the equation per step, in coordinates of the order of one: default 1e-9;
 * below 1e-11 and above 1e-2 counts as that. atol is not used; dt is the longest step. A step that
 * will not train at #izh_pinn_network.shortest ends in #IZH_E_TOLERANCE. It costs 500 to 1000 times
 * as much as #IZH_TAYLOR.
 *
 * With a flow map (izh_solver_config.flow) a step that lies in what the map was trained for is the
 * map's. Its residual, a share of the rates at the start of the step, is looked at in three places;
 * where it is above rtol, here by default 1e-4 and at most 1, the step is halved, up to three
 * times. Any other step trains a network as above. A run by the map costs 15 to 90 times as much as
 * #IZH_TAYLOR while the neuron spikes, and at rest, where others take long steps, a thousand times;
 * its spikes are good to about 0.01 ms, unless the current is so near a threshold that such an
 * error decides whether there is a spike. */
#define IZH_PINN 9
/** The scheme of the 2003 paper's network listing: two half steps of v, then u with the new v.
 * Order 1. */
#define IZH_PUBLISHED_2003 10

/**
 * @name Dialects
 * How other programs step the 2003 model, operation for operation in double precision, each in the
 * expression of its source. With f(v, u) = 0.04 v^2 + 5 v + 140 - u + I and the step h they share
 * this:
 *
 * - They take the parameters of izh_params_2003() only and #IZH_EVENTS_GRID only; else
 *   #IZH_E_UNSUPPORTED.
 * - Input enters at the start of a step: the current of a step is that at its first double, however
 *   soon after that it changes. Times are compared to the bit, as the programs do: what a listing
 *   switches on at t > T1 starts at the double after T1.
 * - A solver stands at its ticks only. Between two it is where it was at the last, and what is set
 *   there acts from that tick on, with the next step.
 * - A spike is tested where the program does, after a step, and only there: a state that is put at
 *   the peak has its step first.
 * - The time of a spike, izh_spike_event.t, is the one that the program gives it, its label. Where
 *   that is not the end of the step, a callback that stops the run still stops it at that end.
 * - A callback may replace the reset; what the program does after its reset follows.
 *
 * #IZH_PUBLISHED_2003 with #IZH_EVENTS_GRID is NEST's other scheme, consistent_integration false,
 * to the bit where the input changes on ticks only (it takes times within 4 ulp, and a step is cut
 * where the input changes inside it; a state set at the peak spikes first): a spike at v >= 30
 * after the step, at its end.
 * @{
 */
/** The figure listings of Izhikevich 2003 and 2004 (figure1.m): v += h f(v, u), then u += h a (b v
 * - u) with the new v. Spike at v > 30 after the step, label the step's start: a listing to T takes
 * T/h + 1 steps, so run to T + h for all of its spikes. Default step 0.25. Takes any k1 and k0, for
 * patterns (G) and (L), and r = 0 with any vb, u += h a (b (v - vb)), for (R). */
#define IZH_FIGURE1 11
/** NEST's izhikevich with consistent_integration true (models/izhikevich.cpp): explicit Euler, u
 * with the old v. Spike at v >= 30 after the step, label its end. No v_min, as by default. Default
 * step 1. */
#define IZH_NEST_CONSISTENT 12
/** CARLsim's FORWARD_EULER: n = 1 to 100 sub-steps to the millisecond, dt = 1/n, under the current
 * at the millisecond's start. v += h f(v, u); a spike at v > 30, with its reset; v at least -90;
 * then u += h a (b v - u) with the v that came of it. Label the index of the millisecond (a
 * sub-step's stop is at its end), and each sub-step has its spike, where CARLsim counts one a
 * millisecond. Default n 2. CARLsim computes in float. */
#define IZH_CARLSIM_EULER 13
/** CARLsim's RUNGE_KUTTA4: sub-steps, test, reset, clamp and label as #IZH_CARLSIM_EULER; u's
 * change over the step, found without the reset, is added after u's jump. Default n 10. */
#define IZH_CARLSIM_RK4 14
/** GeNN's Izhikevich (neuronModels.h): v += h/2 f(v, u) twice, then u with the new v, then v at
 * most
 * 30. Spike at v >= 29.99, label the step's end; the reset comes at the start of the next step, if
 * v >= 30 then, so that a state at a tick shows the peak (a callback's own reset acts at once).
 * Default step 1. */
#define IZH_GENN 15
/** NeMo's Izhikevich: four sub-steps to the millisecond, v += f(v, u)/4, then u with the new v;
 * once v >= 30 the rest of them is left out. Reset and label at the millisecond's end. dt is 1.
 * NeMo computes in float. */
#define IZH_NEMO 16
/** sPyNNaker's Izhikevich (Hopkins and Furber, Neural Computation 27, 2015): explicit midpoint; the
 * step after a spike goes 1.85 h far. Spike at v >= 30 after the step, label its end. In scheme,
 * not in bits: the board computes in s16.15 fixed point. Default step 1. */
#define IZH_SPINNAKER 17
/** @} */

/** Spikes are found inside the step and reset there. The default. */
#define IZH_EVENTS_EXACT 0
/** The textbook's way: v is tested at the end of each step and reset on the grid. Needed to
 * reproduce published figures; the spikes are late by up to a step. Fixed-step methods only. */
#define IZH_EVENTS_GRID 1

/**
 * A piece of a piecewise linear current: I(s) = I + slope (s - t) from t until the next segment's
 * t. All three are finite.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_segment {
    double t;     /**< start, ms */
    double I;     /**< current at the start, pA (2003 form: the model's own unit) */
    double slope; /**< pA/ms */
} izh_segment;

/**
 * A spike, as its callback sees it.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_spike_event {
    double t;          /**< time of the spike, ms; from a dialect the program's label */
    uint32_t neuron;   /**< index of the neuron; 0 for a solver */
    uint32_t reserved; /**< 0 */
    izh_state before;  /**< the state at the peak, before the reset */
} izh_spike_event;

/**
 * Called at each spike, in the order of time, from the thread that runs the solver.
 *
 * Inside, the solver may be read, and its current, stimulus and parameters may be set, from e->t
 * on; other calls on it that change it return #IZH_E_BUSY.
 *
 * @param e the spike; lives until the function returns
 * @param after arrives holding the reset of the parameters that led to the spike; write to it to
 * replace the reset. It must be finite and lie below the peak, else the run ends in #IZH_E_RESET at
 * the state before the spike; the next run calls for that spike again, and what the function set
 * meanwhile stays set.
 * @param user what was given to izh_solver_on_spike()
 * @return #IZH_CONTINUE or #IZH_STOP (any other value counts as #IZH_STOP)
 * @since 0.1
 */
typedef int32_t izh_spike_fn(const izh_spike_event *e, izh_state *after, void *user);

/**
 * Asked for the current from now on, once at the next run and then whenever the last answer ends.
 * A closed loop in one function: the current may depend on the state.
 *
 * For a smooth current give short chords: with chords of length l the error is l^2/8 max |I''|.
 *
 * @param segment arrives as {t, 0, 0} with t = now; write I and slope to it (t is ignored)
 * @param until arrives as +infinity, which means for ever; write the time at which to ask again, >
 * t
 * @param state the state now
 * @param user what was given to izh_solver_on_stimulus()
 * @return #IZH_CONTINUE, or #IZH_STOP to stop the run here; it then goes on with this answer
 * @since 0.1
 */
typedef int32_t izh_stimulus_fn(izh_segment *segment, double *until, izh_state state, void *user);

/** A solver of one neuron. Opaque. @since 0.1 */
typedef struct izh_solver izh_solver;

/**
 * The networks of #IZH_PINN: each solves the equation over one window of time, a few ms to tens of
 * ms long, of which a spike or the kink of U(v) may cut off the end. All zero is the default.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_pinn_network {
    uint32_t hidden; /**< tanh units; even, 4 to 24, default 16 */
    uint32_t points; /**< Chebyshev points at which the equation is to hold; 4 to 32, default 20 */
    uint64_t seed;   /**< of the units' first weights; 0 means 1 */
    double shortest; /**< a window of this length that misses the tolerance ends the run, ms;
                        default 0.01 */
} izh_pinn_network;

/**
 * What izh_solver_create() needs. Start from #IZH_SOLVER_CONFIG_INIT and set `params`; zero in any
 * other field is its default.
 *
 * Versioned: later versions append fields. `size` says what the caller knows; zero stands for the
 * rest. A `size` above 4096 is refused, and so are bytes beyond what this library knows unless
 * zero.
 * @since 0.1
 */
typedef struct izh_solver_config {
    size_t size;       /**< set by #IZH_SOLVER_CONFIG_INIT */
    izh_method method; /**< default #IZH_TAYLOR */
    int32_t events;    /**< #IZH_EVENTS_EXACT (default) or #IZH_EVENTS_GRID */
    double dt;   /**< step, ms, at least 1e-9 and 16 ulp of t0; for methods that choose theirs, the
                      largest step. 0 is the method's default: 0.1 for fixed steps (1 for
                      #IZH_PUBLISHED_2003; for dialects see there), 1000 for the others */
    double rtol; /**< relative tolerance of methods that choose their step; 0 is the
                      method's default, below what doubles hold means the tightest, above 1
                      means 1 */
    double atol; /**< absolute tolerance, mV and pA; 0 is the method's default */
    double t0;   /**< time at the start, ms; ticks are t0 + tick dt */
    izh_params params;        /**< the neuron; must be set */
    izh_state initial;        /**< the state at t0 */
    double max_spikes_per_ms; /**< more spikes in a window of 1 ms end in #IZH_E_DIVERGED; >= 1,
                                 default 1000 */
    size_t max_segments;      /**< the longest stimulus that izh_solver_set_stimulus() takes without
                                   allocating; 0 means that it may allocate */
    izh_allocator allocator;  /**< default: malloc and free */
    izh_log log;              /**< default: none */
    izh_pinn_network network; /**< of #IZH_PINN; others do not look at it */
    const izh_flow *flow; /**< of #IZH_PINN: a flow map of `params`, which must live as long as the
                             solver; default: none. Others do not look at it. After
                             izh_solver_set_params() with others it is not used */
} izh_solver_config;

/** The defaults, but for `params`, which must be set. @since 0.1 */
#define IZH_SOLVER_CONFIG_INIT                                                                  \
    {                                                                                           \
        sizeof(izh_solver_config), IZH_METHOD_DEFAULT, IZH_EVENTS_EXACT, 0, 0, 0, 0,            \
            {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {0, 0}, 0, 0, {NULL, NULL, NULL}, \
            {NULL, NULL}, {0, 0, 0, 0}, NULL                                                    \
    }

/**
 * What a solver has done since it was created.
 *
 * Versioned: later versions append fields. Start from #IZH_STATISTICS_INIT.
 * @since 0.1
 */
typedef struct izh_statistics {
    size_t size;       /**< set by #IZH_STATISTICS_INIT */
    uint64_t steps;    /**< steps that the solution is made of */
    uint64_t rejected; /**< steps that were tried and taken shorter */
    uint64_t rhs;      /**< evaluations of the right-hand side; for #IZH_TAYLOR, of a coefficient of
                            the series; for #IZH_PINN, in training, and three for each look at a
                            flow map's step */
    uint64_t iterations; /**< iterations of the search for events */
    uint64_t spikes;     /**< spikes */
} izh_statistics;

/** An empty izh_statistics. @since 0.1 */
#define IZH_STATISTICS_INIT                   \
    {                                         \
        sizeof(izh_statistics), 0, 0, 0, 0, 0 \
    }

/**
 * Finds a method by its name: "euler", "backward-euler", "midpoint", "rk4", "exp-euler",
 * "exprb-adaptive", "dopri5", "taylor", "pinn", "published-2003"; and the dialects "figure1",
 * "nest-consistent", "carlsim-euler", "carlsim-rk4", "genn", "nemo", "spinnaker".
 *
 * @param name the name; NULL is an error
 * @param method where to store the method; untouched on error
 * @return #IZH_OK, or #IZH_E_INVALID if there is no such method
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_method_find(const char *name, izh_method *method);

/**
 * The name of a method.
 *
 * @return a string that lives for ever; NULL for a value that is no method of this library.
 *         #IZH_METHOD_DEFAULT gives the name of the default.
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API const char *izh_method_name(izh_method method);

/**
 * Makes a solver.
 *
 * An initial state at or above the peak is valid: the neuron spikes at t0.
 *
 * @param solver where to store it; NULL is stored on error
 * @param config what to make; not kept
 * @return #IZH_OK, #IZH_E_INVALID, #IZH_E_UNSUPPORTED or #IZH_E_MEMORY; the config's log is told
 * why, unless `size` is wrong: then nothing in the config is trusted
 *
 * Allocates.
 * @since 0.1
 */
IZH_API izh_status izh_solver_create(izh_solver **solver, const izh_solver_config *config);

/**
 * Frees a solver. NULL is allowed. Must not be called inside one of the solver's callbacks (there
 * it does nothing but report #IZH_E_BUSY to the log).
 *
 * @param solver the solver
 * @since 0.1
 */
IZH_API void izh_solver_destroy(izh_solver *solver);

/**
 * Runs to a time, with a call of the spike callback for every spike in (now, t_end], and for one
 * that is due now.
 *
 * With fixed steps a t_end within 4 ulp of a tick means that tick, and izh_solver_time() is then
 * the tick's. Where two calls meet does not change any result.
 *
 * @param solver the solver
 * @param t_end where to stop, ms; finite and not before now (#IZH_E_INVALID). With t_end = now only
 *        a spike that is due happens.
 * @return #IZH_OK; #IZH_STOPPED if a callback stopped it, at that time; #IZH_E_DIVERGED or
 *         #IZH_E_TOLERANCE where the solution ends, at the last good state; #IZH_E_RESET;
 *         #IZH_E_INVALID; #IZH_E_BUSY inside a callback
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_solver_run(izh_solver *solver, double t_end);

/**
 * Runs through some times and stores the state at each. At a spike's own time it is the state after
 * the reset.
 *
 * @param solver the solver
 * @param times n times, ms, finite, in ascending order (equal ones are allowed), none before now
 * @param n how many; 0 does nothing
 * @param states where to store n states. If the run ends before the last time, the rest is NaN.
 * @return as izh_solver_run(); the solver then stands where the run ended
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_solver_sample(izh_solver *solver, const double *times, size_t n,
                                     izh_state *states);

/**
 * The state now. NaN for NULL.
 *
 * @param solver the solver
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_state izh_solver_state(const izh_solver *solver);

/**
 * The time now, ms. NaN for NULL.
 *
 * @param solver the solver
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API double izh_solver_time(const izh_solver *solver);

/**
 * Sets a constant current from now on, in place of any stimulus. The value that holds already
 * changes nothing, not a bit of the solution.
 *
 * @param solver the solver
 * @param I pA (2003 form: the model's own unit); finite
 * @return #IZH_OK or #IZH_E_INVALID
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_solver_set_current(izh_solver *solver, double I);

/**
 * Sets a piecewise linear current, in place of any other. The solution meets each segment's start
 * exactly. Before the first segment the current is zero.
 *
 * @param solver the solver
 * @param segments n segments with strictly ascending t, all finite; copied
 * @param n how many; 0 means no current
 * @return #IZH_OK; #IZH_E_INVALID; #IZH_E_MEMORY. On error the old stimulus stays.
 *
 * Real-time safe for n up to the config's max_segments; beyond, it is an error if that is not 0 and
 * allocates if it is.
 * @since 0.1
 */
IZH_API izh_status izh_solver_set_stimulus(izh_solver *solver, const izh_segment *segments,
                                           size_t n);

/**
 * Lets a function give the current, in place of any other.
 *
 * @param solver the solver
 * @param fn the function; NULL means no current from now on
 * @param user passed to it
 * @return #IZH_OK, #IZH_E_INVALID for a NULL solver
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_solver_on_stimulus(izh_solver *solver, izh_stimulus_fn *fn, void *user);

/**
 * Sets the function that is called at spikes.
 *
 * @param solver the solver
 * @param fn the function; NULL for none
 * @param user passed to it
 * @return #IZH_OK, #IZH_E_INVALID for a NULL solver
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_solver_on_spike(izh_solver *solver, izh_spike_fn *fn, void *user);

/**
 * Changes the neuron's parameters from now on. If v is then at or above the peak, it spikes now, at
 * the next run.
 *
 * @param solver the solver
 * @param params the new parameters; copied
 * @return #IZH_OK; #IZH_E_INVALID, or #IZH_E_UNSUPPORTED from a dialect for another form than the
 * 2003 one (nothing changes)
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_solver_set_params(izh_solver *solver, const izh_params *params);

/**
 * Sets the state now. If v is at or above the peak, it spikes now, at the next run.
 *
 * @param solver the solver
 * @param state v, mV, and u, pA (2003 form: the model's own unit); finite
 * @return #IZH_OK, #IZH_E_INVALID (nothing changes), #IZH_E_BUSY inside a callback
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_solver_set_state(izh_solver *solver, izh_state state);

/**
 * Adds an impulse to the state now, such as a synapse's. If v is then at or above the peak, it
 * spikes now, at the next run.
 *
 * @param solver the solver
 * @param dv mV, finite
 * @param du pA (2003 form: the model's own unit), finite
 * @return #IZH_OK, #IZH_E_INVALID (nothing changes), #IZH_E_BUSY inside a callback
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_solver_kick(izh_solver *solver, double dv, double du);

/**
 * How far the last spike's time may be from that of the exact solution, ms; also inside the spike
 * callback.
 *
 * The bound counts the method's own errors and rounding since the state was last set, and carries
 * them through steps and resets; the parameters, the input and a reset given by the callback count
 * as exact. It is first-order: where an error has grown so large that it changes the spiking
 * pattern, no bound on a time means anything.
 *
 * @param solver the solver
 * @return the bound; infinite for methods other than #IZH_TAYLOR once they have taken a step, and
 * after a spike at whose very time a stimulus function has to be asked, since the rate after the
 * reset is then not known; NaN before the first spike and for NULL
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API double izh_solver_spike_error_bound(const izh_solver *solver);

/**
 * Saves a solver: method, parameters, step, tolerances, stimulus, state, and where in its step it
 * stands. Not the callbacks, the allocator and the log.
 *
 * The blob is the same on every machine. It may be saved inside a callback; in the spike callback
 * it holds the neuron before its reset.
 *
 * @param solver the solver
 * @param buffer where to write; NULL to ask for the size
 * @param capacity bytes at buffer
 * @return the size of the blob; it was written only if that is at most the capacity. 0 for NULL.
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API size_t izh_solver_save(const izh_solver *solver, void *buffer, size_t capacity);

/**
 * Turns a solver into the one that was saved: a run from here is the same, bit for bit, as the one
 * that went on. Callbacks stay as they are; if a function gave the saved solver its current, set
 * one with izh_solver_on_stimulus() before; if it had a flow map, this one needs the same.
 *
 * @param solver the solver
 * @param buffer the blob
 * @param length its size, bytes
 * @return #IZH_OK; #IZH_E_FORMAT if it is no whole, undamaged blob of a solver; #IZH_E_INVALID if
 * this solver was made with another method or other events, has less room for segments, or lacks a
 *         stimulus function; #IZH_E_MEMORY; #IZH_E_BUSY inside a callback. On error nothing
 * changes.
 *
 * May allocate, as izh_solver_set_stimulus() does.
 * @since 0.1
 */
IZH_API izh_status izh_solver_load(izh_solver *solver, const void *buffer, size_t length);

/**
 * What the solver has done so far.
 *
 * @param solver the solver
 * @param statistics from #IZH_STATISTICS_INIT; no more than its size is written
 * @return #IZH_OK or #IZH_E_INVALID
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_solver_statistics(const izh_solver *solver, izh_statistics *statistics);

/**
 * The message of the last error: which field, which value, what time. It stays until the next
 * error.
 *
 * @param solver the solver
 * @return a string that lives as long as the solver and changes with the next error; empty if there
 *         was none
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API const char *izh_solver_message(const izh_solver *solver);

#ifdef __cplusplus
}
#endif

#endif
