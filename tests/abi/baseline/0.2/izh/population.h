/**
 * @file population.h
 * @brief A batch of neurons on one grid of time: fast, and the same bits everywhere.
 *
 * The neurons of a population do not interact within a run; izh/network.h has neurons that do. What
 * a run gives does not depend on the instruction set, the number of threads, the size of tiles and
 * blocks, `spike_capacity`, or where a run is split in two. In float64 each neuron is, bit for bit,
 * the izh_solver of the same method, step, events and currents, until a limit (`max_spikes_per_ms`,
 * `max_steps_per_ms`) ends either. #IZH_TAYLOR chooses its steps here, too: dt is only the tick,
 * and the solver like it has dt 0.
 *
 * - **How spikes are delivered.** A population integrates a block of ticks for all its neurons,
 *   then delivers the block's spikes in the order of (t, i), then integrates the next block. Spikes
 *   beyond `spike_capacity` wait: izh_population_run() returns #IZH_PAUSED, and the next call goes
 *   on delivering. So after every call time, states, hash and blob are those of one common tick,
 *   which may lie ahead of the last spike delivered; the spikes that wait are part of the blob.
 * - **Trouble.** A neuron is in trouble when its state leaves the range of numbers, its step has no
 *   solution, its reset does not lie below the peak, its current is not finite, or it meets a
 *   limit. It stops at the tick before, and stays there, silent, until its state is set. The others
 *   go on.
 *
 * If a call puts a neuron's state at or above its peak, it spikes at that time, at the next run. In
 * a callback of a population, calls that change it return #IZH_E_BUSY.
 *
 * Threads: a population must not be used from two threads at once; different populations may be.
 * Real time: izh_population_run() and izh_population_abandon() are safe with `threads` <= 1.
 * Since 0.1, where an item names no later version.
 */
#ifndef IZH_POPULATION_H
#define IZH_POPULATION_H

#include <izh/solver.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IZH_F64 0 /**< States, parameters and currents in double precision. The default. */
/** Single precision: half the memory, twice the speed, 7 digits. Spike times are still doubles. */
#define IZH_F32 1

/** @name Instruction sets
 * They change how fast a population runs, not a bit of what it gives.
 * @{ */
#define IZH_ISA_BEST 0   /**< The best instruction set of this machine. The default. */
#define IZH_ISA_SCALAR 1 /**< Plain C. */
#define IZH_ISA_SSE2 2   /**< x86, 128 bits */
#define IZH_ISA_AVX2 3   /**< x86, 256 bits */
#define IZH_ISA_AVX512 4 /**< x86, 512 bits */
#define IZH_ISA_NEON 5   /**< aarch64, 128 bits */
/** @} */

/** Whether this machine and this build of the library have an instruction set `isa`: 1 or 0. */
IZH_API IZH_REALTIME int32_t izh_isa_supported(int32_t isa);

/** A spike of a population. A spike within a step, however its time is rounded, is after the step's
 * first tick and not after its last; one of a state put at the peak is at a tick. Frozen. */
typedef struct izh_spike {
    double t;          /**< ms */
    uint32_t i;        /**< the neuron, from 0 within this population (this slice) */
    uint32_t reserved; /**< 0 */
} izh_spike;

/** Spikes in the order of (t, i). Frozen. */
typedef struct izh_spikes {
    const izh_spike *data; /**< `count`; valid until the next call that changes the population */
    size_t count;          /**< how many */
} izh_spikes;

/** A neuron in trouble. Frozen. */
typedef struct izh_trouble {
    double t;          /**< the tick up to which it was well, ms */
    uint32_t i;        /**< the neuron */
    izh_status status; /**< #IZH_E_DIVERGED or #IZH_E_RESET, ... as from izh_solver_run() */
} izh_trouble;

/** Neurons in trouble, in the order of i. Frozen. */
typedef struct izh_troubles {
    const izh_trouble *data; /**< those known, at most 64: the first ones, until some are mended */
    size_t count;            /**< how many at data */
    uint64_t total;          /**< how many there are */
} izh_troubles;

/** What a population has done since it was created. Versioned; start from
 * #IZH_POPULATION_STATISTICS_INIT. @since 0.2 */
typedef struct izh_population_statistics {
    size_t size; /**< set by #IZH_POPULATION_STATISTICS_INIT */
    /** Steps of all neurons beyond the method's limit of stability: #izh_statistics.unstable_steps.
     * A step that ends in trouble is not counted */
    uint64_t unstable_steps;
    double unstable_t;   /**< when the first of them began, ms; NaN: there was none */
    uint32_t unstable_i; /**< the first neuron that took it then; 0 if there was none */
    uint32_t reserved;   /**< 0 */
} izh_population_statistics;

/** An empty izh_population_statistics. @since 0.2 */
#define IZH_POPULATION_STATISTICS_INIT                \
    {                                                 \
        sizeof(izh_population_statistics), 0, 0, 0, 0 \
    }

/** Called with the spikes of a run, in the order of (t, i), from the thread that runs. Inside, the
 * population may be read. How often and at which ticks it is called is no part of the contract:
 * what it collects must not reach the neurons before the run has returned.
 * @param spikes,count 1 to spike_capacity spikes; live until the function returns
 * @return #IZH_CONTINUE, or #IZH_STOP to end the run at the common tick it has reached */
typedef int32_t izh_spikes_fn(const izh_spike *spikes, size_t count, void *user);

/** Gives currents, tick by tick, for a range of neurons. They hold from t to the next tick.
 * izh_population_on_current() says from which thread it is called, and how often for a tick.
 * @param t the tick's time, ms
 * @param I arrives holding the neurons' constant currents; write to it. A neuron whose current is
 *        not finite is in trouble: #IZH_E_DIVERGED. */
typedef void izh_current_fn(double t, uint32_t first, uint32_t count, double *I, void *user);

/** A host's own task system. All zero means the library's own threads. It is not called in the
 * child of a fork, where its threads may be missing. Frozen. */
typedef struct izh_executor {
    /** Calls task(argument, 0), ..., task(argument, count - 1), in any order and on any threads,
     * and returns when all are done. */
    void (*run)(void *user, void (*task)(void *argument, uint32_t index), void *argument,
                uint32_t count);
    void *user; /**< passed to run */
} izh_executor;

/** A current that wanders: an Ornstein-Uhlenbeck process, whose correlation falls as exp(-t / tau).
 * In each tick the current is x, held; in the next it is mean + (x - mean) e +
 * sigma sqrt(1 - e^2) N(0, 1), with e = exp(-dt / tau): so at the ticks the process is exact,
 * whatever dt is. It begins as if it had always been. Frozen. @since 0.2 */
typedef struct izh_ou {
    double mean;  /**< pA */
    double sigma; /**< standard deviation, pA; >= 0 */
    double tau;   /**< ms; above 0, unless all is 0: then there is none */
} izh_ou;

/** A batch of neurons. Opaque. */
typedef struct izh_population izh_population;

/** What izh_population_create() needs. Versioned; start from #IZH_POPULATION_CONFIG_INIT. */
typedef struct izh_population_config {
    size_t size;       /**< set by #IZH_POPULATION_CONFIG_INIT */
    uint32_t n;        /**< how many neurons; 0 is allowed */
    izh_method method; /**< default #IZH_MIDPOINT */
    /** The global index of neuron 0, at most 2^64 - 2^32, for noise and hash: slices of a
     * population, on several machines, give the bits of the whole */
    uint64_t first;
    int32_t precision; /**< #IZH_F64 (default) or #IZH_F32 */
    int32_t isa;       /**< default the best; #IZH_E_UNSUPPORTED if this machine has no such */
    int32_t events;    /**< #IZH_EVENTS_EXACT (default) or #IZH_EVENTS_GRID */
    uint32_t threads;  /**< how many work in a run, at most 1024; 0 or 1: only the caller's */
    /** Tick, ms, at least 1e-9 and above 2^-48 |t0|; default 0.1, or 1 for #IZH_PUBLISHED_2003 and
     * #IZH_TAYLOR */
    double dt;
    double t0;             /**< time at the start, ms */
    double noise_sigma;    /**< sigma N(0, 1), held for a tick, is added to the current, pA; >= 0 */
    uint64_t seed;         /**< of the noise */
    size_t spike_capacity; /**< how many spikes a run delivers before it pauses; default 65536 */
    /** A neuron that spikes more often than 2 + this times dt in one tick is in trouble; >= 1,
     * default 4 */
    double max_spikes_per_ms;
    uint32_t tile;  /**< neurons that a thread takes at a time; 0 chooses. Changes no results */
    uint32_t block; /**< most ticks of a block; 0 chooses. Changes no results */
    izh_allocator allocator; /**< default: malloc and free */
    izh_executor executor;   /**< default: the library's own threads */
    izh_log log;             /**< default: none */
    /** A neuron that takes more steps within 1 ms, of those that an event or the method itself made
     * short, is in trouble; >= 1, default 200000 for #IZH_TAYLOR, 20000 for others. @since 0.2 */
    double max_steps_per_ms;
    /** White noise, pA sqrt(ms), >= 0: in each tick noise_white / sqrt(dt) N(0, 1), held, is added
     * to the current. Its charge in t ms has the standard deviation noise_white sqrt(t), whatever
     * dt is. With noise_sigma the variances add up. @since 0.2 */
    double noise_white;
    izh_ou noise_ou; /**< each neuron's own current of this law; default: none. @since 0.2 */
} izh_population_config;

/** The defaults. */
#define IZH_POPULATION_CONFIG_INIT                                                         \
    {                                                                                      \
        sizeof(izh_population_config), 0, IZH_METHOD_DEFAULT, 0, IZH_F64, IZH_ISA_BEST,    \
            IZH_EVENTS_EXACT, 0, 0, 0, 0, 0, 0, 0, 0, 0, {NULL, NULL, NULL}, {NULL, NULL}, \
            {NULL, NULL}, 0, 0,                                                            \
        {                                                                                  \
            0, 0, 0                                                                        \
        }                                                                                  \
    }

/** Makes a `population` of regular spiking neurons of the 2003 paper (.02, .2, -65, 8) at (-65,
 * -13), without current.
 * @return also #IZH_E_UNSUPPORTED; #IZH_E_MEMORY, also where a thread cannot be started */
IZH_API IZH_ALLOCATES izh_status izh_population_create(izh_population **population,
                                                       const izh_population_config *config);

/** Frees a population. In a callback, or after a jump out of one before izh_population_abandon(),
 * it only reports #IZH_E_BUSY to the log. */
IZH_API IZH_RELEASES void izh_population_destroy(izh_population *population);

/** Sets neurons' parameters, from now on. A parameter that is the same in all neurons takes no
 * memory. One that differs takes a real a neuron, allocated when it first differs.
 * @return also #IZH_E_MEMORY, #IZH_E_BUSY */
IZH_API IZH_ALLOCATES izh_status izh_population_set_params(izh_population *population,
                                                           uint32_t first, uint32_t count,
                                                           const izh_params *params, size_t stride);

/** Sets neurons' states, now, and mends those in trouble.
 * @param states below 1e100 in size, for #IZH_F32 below 1e18
 * @return also #IZH_E_BUSY */
IZH_API IZH_REALTIME izh_status izh_population_set_state(izh_population *population, uint32_t first,
                                                         uint32_t count, const izh_state *states,
                                                         size_t stride);

/** Sets neurons' constant currents, from now on: `I`, pA, finite, for #IZH_F32 also as floats.
 * @return also #IZH_E_BUSY */
IZH_API IZH_REALTIME izh_status izh_population_set_current(izh_population *population,
                                                           uint32_t first, uint32_t count,
                                                           const double *I, size_t stride);

/** Lets a function `fn` give the currents, tick by tick; NULL for the constant currents again.
 * @param stepwise 0: it is called for parts of the population, in any order of parts and ticks,
 * from several threads at once where there are several, and maybe again for a neuron and tick. So
 * its answer may depend only on its arguments and on what does not change during a run, not on a
 * count of calls or on a sequence of random numbers. 1: it is called once a tick, for all neurons,
 * in the order of time, from the thread that runs, and may read the states. That is slower.
 * @return also #IZH_E_MEMORY, #IZH_E_BUSY */
IZH_API IZH_ALLOCATES izh_status izh_population_on_current(izh_population *population,
                                                           izh_current_fn *fn, void *user,
                                                           int32_t stepwise);

/** Sets the function `fn` that gets the spikes, instead of izh_population_spikes(); NULL for none.
 * A run then does not pause.
 * @return also #IZH_E_BUSY */
IZH_API IZH_REALTIME izh_status izh_population_on_spikes(izh_population *population,
                                                         izh_spikes_fn *fn, void *user);

/** Records some neurons' states at every `every`th tick, from the next one on that is a multiple of
 * `every` after t0; not at the tick that is now. After izh_population_load() recording goes on in
 * the same array from the next such tick.
 * @param neurons,count indices; 0 of them end recording
 * @param every ticks between samples; at least 1
 * @param states the caller's array: sample s of neurons[j] at states[s * count + j]
 * @param samples room; once full, recording ends
 * @return also #IZH_E_MEMORY, #IZH_E_BUSY */
IZH_API IZH_ALLOCATES izh_status izh_population_record(izh_population *population,
                                                       const uint32_t *neurons, size_t count,
                                                       uint32_t every, izh_state *states,
                                                       size_t samples);

/** How many samples izh_population_record()'s array holds so far. */
IZH_API IZH_REALTIME size_t izh_population_recorded(const izh_population *population);

/** Runs to a tick.
 * @param t_end a tick, ms, to within 4 ulp (2^-50 of the larger of |t_end| and |t0|), not before
 *        now. Adding dt up loses that soon: give t0 + k dt, or izh_population_time() + dt.
 * @return #IZH_OK: t_end is reached and all spikes up to it are delivered. #IZH_PAUSED: there are
 *         more spikes; take those delivered and call again. #IZH_STOPPED by the callback.
 *         #IZH_E_DIVERGED and the like: as #IZH_OK, but there are neurons in trouble that no run
 *         has reported yet; the message names the first. #IZH_E_BUSY */
IZH_API IZH_REALTIME izh_status izh_population_run(izh_population *population, double t_end);

/** The spikes that the last run delivered. */
IZH_API IZH_REALTIME izh_spikes izh_population_spikes(const izh_population *population);

/** The time now, ms: that of a tick. */
IZH_API IZH_REALTIME double izh_population_time(const izh_population *population);

/** The tick, ms: the config's dt or the method's default; of a population that was loaded, the
 * blob's. */
IZH_API IZH_REALTIME double izh_population_dt(const izh_population *population);

/** Reads neurons' `states` now. #IZH_E_INVALID leaves no message. */
IZH_API IZH_REALTIME izh_status izh_population_get_state(const izh_population *population,
                                                         uint32_t first, uint32_t count,
                                                         izh_state *states);

/** The hash of the states now: the sum modulo 2^64, over the neurons, of a mix of the global index
 * and the bits of v and u. So the hashes of slices add up to that of the whole. */
IZH_API IZH_REALTIME uint64_t izh_population_hash(const izh_population *population);

/** The neurons in trouble. */
IZH_API IZH_REALTIME izh_troubles izh_population_troubles(const izh_population *population);

/** What the population has done so far. The same for any isa, threads, tile, block and split of
 * runs; the counts of slices add up. Writes no more of `statistics` than its size. @since 0.2 */
IZH_API IZH_REALTIME izh_status izh_population_get_statistics(
    const izh_population *population, izh_population_statistics *statistics);

/** The instruction set that the population uses: IZH_ISA_..., never #IZH_ISA_BEST. */
IZH_API IZH_REALTIME int32_t izh_population_isa(const izh_population *population);

/** Saves a population: everything but callbacks, recording, executor, allocator and log, and but
 * for what does not change results (isa, threads, tile, block, spike_capacity). */
IZH_API IZH_REALTIME size_t izh_population_save(const izh_population *population, void *buffer,
                                                size_t capacity);

/** Turns a population of the same n, method, precision and events into the one that was saved; a
 * run from here is the same, bit for bit. Its time, dt, first, noise and undelivered spikes are the
 * blob's; callbacks and recording stay. May allocate: columns as izh_population_set_params() does,
 * and room for spikes, which grows by at most 16 times the blob's size.
 * @return also #IZH_E_FORMAT; #IZH_E_INVALID for another population, or where the blob's spikes per
 *         ms would need more room than that: create this one with its max_spikes_per_ms then;
 *         #IZH_E_MEMORY; #IZH_E_BUSY */
IZH_API IZH_ALLOCATES izh_status izh_population_load(izh_population *population, const void *buffer,
                                                     size_t length);

/** Makes a population usable again after longjmp() or an exception left a callback (izh/host.h),
 * and restores the thread's floating-point mode. If the function gave currents, the population
 * stands at the start of that block of ticks, and the next run takes it again.
 * izh_population_spikes() has the run's spikes up to there; those that an izh_spikes_fn had been
 * given count as delivered. It waits for other threads. If no callback was left, it does nothing.
 * @pre not inside a callback; in the thread that called the run @since 0.2 */
IZH_API IZH_REALTIME izh_status izh_population_abandon(izh_population *population);

/** Sends messages to another log from now on, such as when its owner moves. @since 0.2 */
IZH_API IZH_REALTIME izh_status izh_population_set_log(izh_population *population,
                                                       const izh_log *log);

/** The message of the last error. */
IZH_API IZH_REALTIME const char *izh_population_message(const izh_population *population);

#ifdef __cplusplus
}
#endif

#endif
