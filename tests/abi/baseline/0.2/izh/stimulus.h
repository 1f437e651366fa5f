/**
 * @file stimulus.h
 * @brief Input to neurons that is known before a run, without a call of the host for each tick:
 * currents and conductances over time, impulses, noise.
 *
 * A *trace* is a current or a conductance over time: regular samples, as of a recording, or pieces
 * (#izh_segment). Each neuron has a *channel*, which says which trace it gets, and a *gain*, which
 * the trace is multiplied by. So a thousand neurons may share ten traces, or have one each.
 *
 * - **Ticks.** A neuron of a population gets, held through each tick, the trace's mean over that
 *   tick. So its charge is right, however samples and ticks lie to each other, and the error of the
 *   course within a tick is of the second order in dt. Samples every dt from t0 on act, to the bit,
 *   as izh_population_set_current() before each tick. Times within 4 ulp of a tick mean that tick.
 *   A solver with the same pieces does not hold them: its current changes within a step.
 * - **Outside its time a trace is 0**: before the first sample or piece; after the interval of the
 *   last held sample, or the last sample of lines. The last piece holds for ever, as a solver's.
 * - **Together.** The current of a tick is the sum, in this order, of the neuron's constant current
 *   or that of izh_population_on_current(), of gain times mean for each of its traces, and of what
 *   a network adds: in double, and rounded once where the population is #IZH_F32. A conductance g
 *   with reversal potential E adds g (E - v), and g is held through the tick.
 * - **Noise** of a population is in its config; that of a solver is here.
 *
 * Threads: as for population.h and solver.h: no object may be used from two threads at once.
 * Since 0.2, where an item names no later version.
 */
#ifndef IZH_STIMULUS_H
#define IZH_STIMULUS_H

#include <izh/population.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IZH_HELD 0       /**< Each sample of a trace holds until the next. The default. */
#define IZH_LINEAR 1     /**< A straight line leads from each sample of a trace to the next. */
#define IZH_TRACES_MAX 8 /**< The most izh_traces that a population takes at once. */

/** Traces of one kind, and which neuron gets which. Zero serves for what is not needed. Frozen. */
typedef struct izh_traces {
    uint32_t count;  /**< how many traces; at least 1 */
    int32_t between; /**< of samples: #IZH_HELD (default) or #IZH_LINEAR */
    double t;        /**< when each trace's first sample is, ms; finite */
    double dt;       /**< between samples, ms; at least 1e-9 */
    size_t samples;  /**< of each trace; 0: the traces are pieces */
    /** Sample i of trace k is values[k * samples + i], pA or, for conductances, nS and not
     * negative; finite. NULL for pieces */
    const double *values;
    /** The pieces of trace 0, then those of trace 1, ...; each trace's in the order of time.
     * Conductances: none becomes negative. NULL for samples */
    const izh_segment *segments;
    const size_t *lengths; /**< how many pieces each of the `count` traces has */
    /** Which trace each of the population's n neurons gets, below count. NULL: neuron i gets trace
     * i (count = n), or all get the only one (count = 1) */
    const uint32_t *channels;
    /** The gain of each of the n neurons; finite, for conductances not negative; 0: it gets
     * nothing. NULL: all 1 */
    const double *gains;
    int32_t conducts;  /**< 0: currents; 1: conductances */
    uint32_t reserved; /**< 0 */
    double E;          /**< of conductances: the reversal potential, mV; finite */
} izh_traces;

/** Sets the traces that neurons get from now on, in place of all that were set before. It copies 8
 * bytes for each sample, and 12 for each neuron. Blobs have them. They may be set between runs at
 * any tick, as for a long recording in parts.
 * @param traces `count` of them; a neuron gets one trace of each, summed up
 * @param count 0 to #IZH_TRACES_MAX; 0: no stimulus
 * @return also #IZH_E_MEMORY, #IZH_E_BUSY */
IZH_API IZH_ALLOCATES izh_status izh_population_set_stimulus(izh_population *population,
                                                             const izh_traces *traces,
                                                             size_t count);

/** Moves neurons' states, now: an impulse, as by a synapse. A neuron that is then at or above its
 * peak spikes now, at the next run, as with izh_solver_kick(). One in trouble stays where it is.
 * @param dv,du by how much v jumps, mV, and u, pA; finite; NULL: it stays
 * @return #IZH_E_INVALID also where a state would leave the range of izh_population_set_state();
 *         #IZH_E_BUSY */
IZH_API IZH_REALTIME izh_status izh_population_kick(izh_population *population, uint32_t first,
                                                    uint32_t count, const double *dv,
                                                    const double *du, size_t stride);

/** Noise of a solver: that of a population's neuron, on ticks of its own. All zero but for dt is no
 * noise. Frozen. */
typedef struct izh_noise {
    double dt;       /**< number k holds from t0 + k dt to t0 + (k + 1) dt, t0 being the solver's;
                          ms, at least 1e-9 and above 2^-48 |t0| */
    double sigma;    /**< as izh_population_config.noise_sigma, pA; >= 0 */
    double white;    /**< as izh_population_config.noise_white, pA sqrt(ms); >= 0 */
    izh_ou ou;       /**< as izh_population_config.noise_ou */
    uint64_t seed;   /**< numbers are a function of seed, neuron and k */
    uint64_t neuron; /**< as the global index of a population's neuron */
} izh_noise;

/** Adds noise to whatever current a solver has, from now on, in place of other noise. Blobs have
 * it. It changes at ticks of noise.dt only, breakpoints that every method hits exactly: a fixed
 * step is cut there. Splitting runs, sampling, kicks and currents change no number. With fixed
 * steps of noise.dt and noise from t0 on, a solver is the population's neuron of that seed and
 * index, to the bit. A process begins at the tick that is now as if it had always been.
 * @param noise NULL: none
 * @return also #IZH_E_BUSY inside the stimulus callback */
IZH_API IZH_REALTIME izh_status izh_solver_set_noise(izh_solver *solver, const izh_noise *noise);

#ifdef __cplusplus
}
#endif

#endif
