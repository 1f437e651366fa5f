/**
 * @file population.h
 * @brief A batch of neurons on one grid of time, as fast as the machine goes and the same bits
 * everywhere.
 *
 * The neurons of a population do not interact within a run; a network is built by running tick by
 * tick, reading the spikes and setting currents. What a run gives does not depend on the
 * instruction set, the number of threads, the size of tiles and blocks,
 * #izh_population_config.spike_capacity, or where a run is split in two. In float64 each neuron is,
 * bit for bit, the izh_solver of the same method, step and events.
 *
 * **How spikes are delivered.** A population integrates a block of ticks for all its neurons, then
 * delivers the block's spikes in the order of (t, i), then integrates the next block. A spike that
 * finds no room among the `spike_capacity` ones of a call waits in the population:
 * izh_population_run() returns #IZH_PAUSED, and the next call goes on delivering. So after every
 * call time, states, hash and blob are those of one common tick, which may lie ahead of the last
 * spike delivered; the spikes that wait are part of the blob.
 *
 * **Trouble.** A neuron whose state leaves the range of numbers stops at the tick before, and
 * stays there, silent, until its state is set. The others go on. See izh_population_troubles().
 *
 * Threads: a population must not be used from two threads at once; different populations may be.
 *
 * Real time: with `threads` <= 1, izh_population_run() does not allocate, lock or do I/O but for
 * the host's callbacks; nor do the other functions but create, destroy and where stated.
 */
#ifndef IZH_POPULATION_H
#define IZH_POPULATION_H

#include <izh/solver.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Double precision. The default. */
#define IZH_F64 0
/** Single precision: half the memory, twice the speed, 7 digits. Spike times are still doubles. */
#define IZH_F32 1

/** The best instruction set of this machine. The default. */
#define IZH_ISA_BEST 0
/** Plain C. */
#define IZH_ISA_SCALAR 1
#define IZH_ISA_SSE2 2   /**< x86, 128 bits */
#define IZH_ISA_AVX2 3   /**< x86, 256 bits */
#define IZH_ISA_AVX512 4 /**< x86, 512 bits */
#define IZH_ISA_NEON 5   /**< aarch64, 128 bits */

/**
 * Whether this machine and this build of the library have an instruction set.
 *
 * @param isa one of IZH_ISA_...
 * @return 1 or 0
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API int32_t izh_isa_supported(int32_t isa);

/**
 * A spike of a population.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_spike {
    double t;          /**< ms */
    uint32_t i;        /**< the neuron, from 0 within this population (this slice) */
    uint32_t reserved; /**< 0 */
} izh_spike;

/**
 * Spikes in the order of (t, i).
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_spikes {
    const izh_spike
        *data;    /**< `count` spikes; valid until the next call that changes the population */
    size_t count; /**< how many */
} izh_spikes;

/**
 * A neuron in trouble.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_trouble {
    double t;          /**< the tick up to which it was well, ms */
    uint32_t i;        /**< the neuron */
    izh_status status; /**< #IZH_E_DIVERGED or #IZH_E_RESET, ... as from izh_solver_run() */
} izh_trouble;

/**
 * Neurons in trouble, in the order of i.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_troubles {
    const izh_trouble *data; /**< those known, at most 64: the first ones, until some are mended */
    size_t count;            /**< how many at data */
    uint64_t total;          /**< how many there are */
} izh_troubles;

/**
 * Called with the spikes of a run, in the order of (t, i), from the thread that runs the
 * population. Inside, the population may be read.
 *
 * A run calls it as often as it likes, at ticks that are no part of the contract (they change with
 * block and spike_capacity). So what it collects, such as synaptic currents, must not reach the
 * neurons before the run has returned.
 *
 * @param spikes `count` spikes; live until the function returns
 * @param count 1 to spike_capacity
 * @param user what was given to izh_population_on_spikes()
 * @return #IZH_CONTINUE, or #IZH_STOP to end the run here: it returns #IZH_STOPPED, at the common
 *         tick it has reached
 * @since 0.1
 */
typedef int32_t izh_spikes_fn(const izh_spike *spikes, size_t count, void *user);

/**
 * Gives currents, tick by tick, for a range of neurons. They hold from t to the next tick.
 *
 * @param t the tick's time, ms
 * @param first the first neuron of the range
 * @param count how many
 * @param I arrives holding the neurons' constant currents; write to it. A neuron whose current is
 *        not finite is in trouble: #IZH_E_DIVERGED.
 * @param user what was given to izh_population_on_current()
 * @since 0.1
 */
typedef void izh_current_fn(double t, uint32_t first, uint32_t count, double *I, void *user);

/**
 * A host's own task system. All zero means the library's own threads.
 *
 * `run` calls task(argument, 0), ..., task(argument, count - 1), in any order and on any threads,
 * and returns when all are done.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_executor {
    /** Runs tasks. */
    void (*run)(void *user, void (*task)(void *argument, uint32_t index), void *argument,
                uint32_t count);
    void *user; /**< passed to run; the library never looks at it */
} izh_executor;

/** A batch of neurons. Opaque. @since 0.1 */
typedef struct izh_population izh_population;

/**
 * What izh_population_create() needs. Start from #IZH_POPULATION_CONFIG_INIT; zero in any field is
 * its default.
 *
 * Versioned, as izh_solver_config is.
 * @since 0.1
 */
typedef struct izh_population_config {
    size_t size;       /**< set by #IZH_POPULATION_CONFIG_INIT */
    uint32_t n;        /**< how many neurons; 0 is allowed */
    izh_method method; /**< default #IZH_MIDPOINT */
    uint64_t first;    /**< the global index of neuron 0, at most 2^64 - 2^32, for noise and hash:
                          slices of a population, on several machines, give the bits of the whole */
    int32_t precision; /**< #IZH_F64 (default) or #IZH_F32 */
    int32_t isa;    /**< IZH_ISA_...; default the best; #IZH_E_UNSUPPORTED if not on this machine */
    int32_t events; /**< #IZH_EVENTS_EXACT (default) or #IZH_EVENTS_GRID */
    uint32_t
        threads; /**< how many threads work in a run, at most 1024; 0 or 1: only the caller's */
    double dt; /**< tick, ms, at least 1e-9 and 16 ulp of t0; 0 is the method's default: 0.1 (1 for
                    #IZH_PUBLISHED_2003 and #IZH_TAYLOR) */
    double t0; /**< time at the start, ms */
    double noise_sigma; /**< standard deviation of the noise, pA: sigma N(0, 1), held for a tick, is
                             added to the current. >= 0; 0: none */
    uint64_t seed;      /**< of the noise */
    size_t spike_capacity;    /**< how many spikes a run delivers before it pauses; default 65536 */
    double max_spikes_per_ms; /**< a neuron that spikes more often than 2 + this times dt in one
                                 tick is in trouble; >= 1, default 4 */
    uint32_t tile; /**< neurons that a thread takes at a time; 0 chooses. Does not change results */
    uint32_t block; /**< most ticks that a block has, if less memory does not make it fewer; 0
                         chooses. Does not change results */
    izh_allocator allocator; /**< default: malloc and free */
    izh_executor executor;   /**< default: the library's own threads */
    izh_log log;             /**< default: none */
} izh_population_config;

/** The defaults. @since 0.1 */
#define IZH_POPULATION_CONFIG_INIT                                                         \
    {                                                                                      \
        sizeof(izh_population_config), 0, IZH_METHOD_DEFAULT, 0, IZH_F64, IZH_ISA_BEST,    \
            IZH_EVENTS_EXACT, 0, 0, 0, 0, 0, 0, 0, 0, 0, {NULL, NULL, NULL}, {NULL, NULL}, \
        {                                                                                  \
            NULL, NULL                                                                     \
        }                                                                                  \
    }

/**
 * Makes a population of regular spiking neurons of the 2003 paper (.02, .2, -65, 8) at (-65, -13),
 * without current.
 *
 * @param population where to store it; NULL is stored on error
 * @param config what to make; not kept
 * @return #IZH_OK, #IZH_E_INVALID, #IZH_E_UNSUPPORTED or #IZH_E_MEMORY. The config's log is told
 * why, unless `size` is wrong: then nothing in the config is trusted.
 *
 * Allocates.
 * @since 0.1
 */
IZH_API izh_status izh_population_create(izh_population **population,
                                         const izh_population_config *config);

/**
 * Frees a population. NULL is allowed. Inside one of its callbacks it does nothing but report
 * #IZH_E_BUSY to the log.
 *
 * @param population the population
 * @since 0.1
 */
IZH_API void izh_population_destroy(izh_population *population);

/**
 * Sets the parameters of neurons first .. first + count - 1, from now on. A neuron that is then at
 * or above its peak spikes now, at the next run.
 *
 * A parameter that is the same in all neurons takes no memory; one that differs takes a real a
 * neuron.
 *
 * @param population the population
 * @param first the first neuron
 * @param count how many
 * @param params the parameters; copied
 * @param stride from one neuron's to the next's, in elements; 0 gives all the same
 * @return #IZH_OK; #IZH_E_INVALID; #IZH_E_MEMORY; #IZH_E_BUSY inside a callback. On error nothing
 * changes.
 *
 * Allocates where a parameter differs between neurons for the first time.
 * @since 0.1
 */
IZH_API izh_status izh_population_set_params(izh_population *population, uint32_t first,
                                             uint32_t count, const izh_params *params,
                                             size_t stride);

/**
 * Sets the states of neurons first .. first + count - 1, now, and mends those in trouble. A neuron
 * that is then at or above its peak spikes now, at the next run.
 *
 * @param population the population
 * @param first the first neuron
 * @param count how many
 * @param states v, mV, and u, pA, in the range in which neurons are well: below 1e100 in size, for
 *        #IZH_F32 below 1e18
 * @param stride from one neuron's to the next's, in elements; 0 gives all the same
 * @return #IZH_OK; #IZH_E_INVALID; #IZH_E_BUSY inside a callback. On error nothing changes.
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_population_set_state(izh_population *population, uint32_t first,
                                            uint32_t count, const izh_state *states, size_t stride);

/**
 * Sets the constant currents of neurons first .. first + count - 1, from now on.
 *
 * @param population the population
 * @param first the first neuron
 * @param count how many
 * @param I currents, pA (2003 form: the model's own unit), finite, for #IZH_F32 also as floats
 * @param stride from one neuron's to the next's, in elements; 0 gives all the same
 * @return #IZH_OK; #IZH_E_INVALID; #IZH_E_BUSY inside a callback. On error nothing changes.
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_population_set_current(izh_population *population, uint32_t first,
                                              uint32_t count, const double *I, size_t stride);

/**
 * Lets a function give the currents, tick by tick.
 *
 * @param population the population
 * @param fn the function; NULL for the constant currents again
 * @param user passed to it
 * @param stepwise 0: the function is called for parts of the population, in any order of parts and
 *        ticks, from several threads at once where there are several; its answer may depend only on
 *        its arguments and on what does not change during a run. 1: it is called once a tick, for
 * all neurons, in the order of time, from the thread that runs; it may read the states. That is
 * slower.
 * @return #IZH_OK; #IZH_E_INVALID; #IZH_E_MEMORY; #IZH_E_BUSY inside a callback
 *
 * Allocates.
 * @since 0.1
 */
IZH_API izh_status izh_population_on_current(izh_population *population, izh_current_fn *fn,
                                             void *user, int32_t stepwise);

/**
 * Sets the function that gets the spikes, instead of izh_population_spikes(). A run then does not
 * pause.
 *
 * @param population the population
 * @param fn the function; NULL for none
 * @param user passed to it
 * @return #IZH_OK; #IZH_E_INVALID; #IZH_E_BUSY inside a callback
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_population_on_spikes(izh_population *population, izh_spikes_fn *fn,
                                            void *user);

/**
 * Records some neurons' states at every `every`th tick, from the next one on that is a multiple of
 * `every` after t0; not at the tick that is now. After izh_population_load() recording goes on in
 * the same array from the next such tick.
 *
 * @param population the population
 * @param neurons `count` indices; copied
 * @param count how many; 0 ends recording
 * @param every ticks between samples; at least 1
 * @param states the caller's array for samples x count states: sample s of neurons[j] at
 *        states[s * count + j]
 * @param samples room; once full, recording ends
 * @return #IZH_OK; #IZH_E_INVALID; #IZH_E_MEMORY; #IZH_E_BUSY inside a callback
 *
 * Allocates.
 * @since 0.1
 */
IZH_API izh_status izh_population_record(izh_population *population, const uint32_t *neurons,
                                         size_t count, uint32_t every, izh_state *states,
                                         size_t samples);

/**
 * How many samples izh_population_record()'s array holds so far.
 *
 * @param population the population
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API size_t izh_population_recorded(const izh_population *population);

/**
 * Runs to a tick.
 *
 * @param population the population
 * @param t_end a tick, within 4 ulp, ms, not before now: anything else is #IZH_E_INVALID. Adding dt
 *        up loses that soon: give t0 + k dt, or izh_population_time() + dt.
 * @return #IZH_OK: t_end is reached and all spikes up to it are delivered. #IZH_PAUSED: there are
 *         more spikes; take those delivered and call again. #IZH_STOPPED by the
 *         callback. #IZH_E_DIVERGED and the like: as #IZH_OK, but there are neurons in trouble that
 *         no run has reported yet; the message names the first. #IZH_E_BUSY inside a callback.
 *
 * Real-time safe with threads <= 1.
 * @since 0.1
 */
IZH_API izh_status izh_population_run(izh_population *population, double t_end);

/**
 * The spikes that the last run delivered.
 *
 * @param population the population
 * @return the spikes; none for NULL
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_spikes izh_population_spikes(const izh_population *population);

/**
 * The time now, ms: that of a tick. NaN for NULL.
 *
 * @param population the population
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API double izh_population_time(const izh_population *population);

/**
 * The tick, ms: the config's dt or the method's default; after izh_population_load(), the blob's.
 * NaN for NULL.
 *
 * @param population the population
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API double izh_population_dt(const izh_population *population);

/**
 * Reads the states now of neurons first .. first + count - 1.
 *
 * @param population the population
 * @param first the first neuron
 * @param count how many
 * @param states where to store them
 * @return #IZH_OK or #IZH_E_INVALID, which leaves no message
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_population_get_state(const izh_population *population, uint32_t first,
                                            uint32_t count, izh_state *states);

/**
 * A fingerprint of the states now: the sum modulo 2^64, over the neurons, of a mix of the global
 * index and the bits of v and u. So the hashes of slices add up to that of the whole. 0 for NULL.
 *
 * @param population the population
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API uint64_t izh_population_hash(const izh_population *population);

/**
 * The neurons in trouble.
 *
 * @param population the population
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API izh_troubles izh_population_troubles(const izh_population *population);

/**
 * The instruction set that the population uses.
 *
 * @param population the population
 * @return IZH_ISA_..., never #IZH_ISA_BEST; 0 for NULL
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API int32_t izh_population_isa(const izh_population *population);

/**
 * Saves a population: everything but callbacks, recording, executor, allocator and log, and but for
 * what does not change results (isa, threads, tile, block, spike_capacity).
 *
 * @param population the population
 * @param buffer where to write; NULL to ask for the size
 * @param capacity bytes at buffer
 * @return the size of the blob; it was written only if that is at most the capacity. 0 for NULL.
 * @since 0.1
 */
IZH_API size_t izh_population_save(const izh_population *population, void *buffer, size_t capacity);

/**
 * Turns a population into the one that was saved; a run from here is the same, bit for bit. Its
 * time, dt, first, noise and undelivered spikes are those of the blob; callbacks and recording
 * stay.
 *
 * @param population made with the same n, method, precision and events
 * @param buffer the blob
 * @param length its size, bytes
 * @return #IZH_OK; #IZH_E_FORMAT if it is no whole, undamaged blob of a population; #IZH_E_INVALID
 * if of another one; #IZH_E_MEMORY; #IZH_E_BUSY inside a callback. On error nothing changes.
 *
 * May allocate, as izh_population_set_params() does.
 * @since 0.1
 */
IZH_API izh_status izh_population_load(izh_population *population, const void *buffer,
                                       size_t length);

/**
 * The message of the last error; empty if there was none.
 *
 * @param population the population
 * @return a string that lives as long as the population and changes with the next error
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API const char *izh_population_message(const izh_population *population);

#ifdef __cplusplus
}
#endif

#endif
