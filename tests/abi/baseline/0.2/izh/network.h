/**
 * @file network.h
 * @brief Neurons that interact: synapses with delays, receptors, sources; the same bits everywhere.
 *
 * A network owns one population. Create it with its receptors, make groups of synapses, connect
 * them, and run. izh_network_population() gives the population, which is set and read as ever; only
 * its run, load and destroy are the network's. docs/networks.md and docs/plasticity.md say more.
 *
 * - **Time.** All that acts in a network acts on ticks. A spike counts at the tick k that ends its
 *   step, also one at the step's start, by a jump or because the host put the neuron at its peak.
 *   With a delay of m ticks it acts from tick k + m on: a jump before the step that starts there, a
 *   current or conductance from there on. So a delay of 0 is causal. Delays are axonal.
 * - **A tick.** Before the step that starts at tick k, in this order: a spike that is due since the
 *   host set the state; the jumps that arrive at k, as one sum, by which a neuron spikes at most
 *   once (what is beyond the peak is lost, a sum of 0 is no jump); then the step, under the tick's
 *   currents and conductances. A run to tick k has delivered the spikes that are due at k, and done
 *   nothing else for k: states, inputs, weights and blobs at k are those before its arrivals. A
 *   neuron that has more spikes due at a tick than max_spikes_per_ms allows is in trouble.
 * - **Weights are integers**: k r, with the nearest integer k (of two the even one) and r = range
 *   2^-31, where range is a power of two for each receptor. Sums of arrivals are exact. So a
 *   network gives the same bits for any number of threads, instruction set, tile, block, order of
 *   connecting, split of runs, and slices over machines. Only the hash and the blob know the order
 *   in which groups were made. A weight that would round to `range` or more in size is refused, and
 *   so is one that is not 0 but would round to 0.
 * - **Spikes** are delivered as a population's, but in the order of (tick counted, t, i).
 * - **Trouble.** A neuron in trouble stands still and stays silent; its receptors and synapses go
 *   on. The spikes of the step in which it got in trouble are dropped; those in flight arrive.
 * - **Equal bits.** What the host sets after #IZH_PAUSED or #IZH_STOPPED acts at the network's
 *   time, which is no part of the contract. For equal bits, set only after #IZH_OK.
 * - **Building** sorts the synapses; after it no groups and synapses can be added. A function that
 *   "builds first" builds a network that is not built yet. It then allocates, and may return what
 *   izh_network_build() returns.
 *
 * Threads: a network must not be used from two threads at once, nor together with its population;
 * different networks may be. In a callback of the population's or the exchange, the network may
 * only be read. A function of izh_population_on_current() that is called by part may read synapses
 * and weights, also on several threads at once, without messages; it cannot save, and the hash
 * and inputs that it reads may mix ticks.
 * Real time: with `threads` <= 1 and in_flight > 0, izh_network_run() does not allocate, lock or do
 * I/O but for the host's callbacks. A tick takes the longer the more spikes arrive in it.
 * Since 0.2, where an item names no later version.
 */
#ifndef IZH_NETWORK_H
#define IZH_NETWORK_H

#include <izh/population.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IZH_DELAY_MAX 65535 /**< The longest delay, ticks. */
#define IZH_RECEPTORS_MAX 8 /**< The most receptors that a network has. */

#define IZH_JUMP 0 /**< A receptor: a weight of w mV is added to v at once. */
/** A receptor: a current. With tau 0 a weight of w pA ms is a charge, given as w / dt for one tick.
 * With tau > 0 a weight of w pA is a current w exp(-t / tau). */
#define IZH_CURRENT 1
/** A receptor: the current g (E - v). A weight of w nS is g = w exp(-t / tau), or with rise > 0 a
 * difference of exponentials whose peak is w. No weight is negative: the sign is in E. */
#define IZH_CONDUCTANCE 2

/** What arriving spikes do to a neuron. Within a tick a current or conductance is held at its mean
 * over the tick, so its charge is exact, and the error falls with dt^2. With nmda, the conductance
 * is multiplied by B = z / (1 + z); z = ((v + 80 mV) / 60 mV)^2, and 0 below -80 mV (Izhikevich and
 * Edelman, PNAS 105 (2008) 3593). B is taken at v + dt/2 v' after the tick's jumps. Frozen. */
typedef struct izh_receptor {
    int32_t kind; /**< #IZH_JUMP, #IZH_CURRENT or #IZH_CONDUCTANCE */
    int32_t nmda; /**< 1: the conductance depends on v, as above; else 0 */
    double tau;   /**< time constant, ms; above 0 for conductances, 0 for jumps */
    double rise;  /**< of conductances, that of the rise, ms: 0 (at once) to .95 tau */
    double E;     /**< of conductances, the reversal potential, mV */
    double range; /**< weights are below it in size: a power of two, 2^-20 to 2^30; 0: 1024 */
} izh_receptor;

/** A synapse, which does what its group says. Frozen. */
typedef struct izh_synapse {
    uint32_t source;   /**< a neuron of the whole network; from `neurons` on a source */
    uint32_t target;   /**< a neuron of this slice */
    uint32_t delay;    /**< ticks, at most #IZH_DELAY_MAX */
    uint32_t reserved; /**< 0 */
    double weight;     /**< in the receptor's unit, below its range in size; rounded as above */
} izh_synapse;

/** Short-term plasticity (Tsodyks, Pawelzik and Markram, Neural Comput. 10 (1998) 821): a spike
 * delivers u x of each weight. Each source has one u and one x for a group, at first 0 and 1.
 * Between spikes u falls to 0 with tau_facil, and x recovers to 1 with tau_rec, or at once with 0.
 * When a spike counts, also a second in a tick, first u <- u + U (1 - u), then f = u x, then
 * x <- x - u x. Of a weight k r, floor((k f + 2^29) / 2^30) r is delivered, with f in units of
 * 2^-30, rounded to the nearest. izh_network_get_weights() reads k r. Frozen. */
typedef struct izh_stp {
    double U;         /**< what of the weight a first spike delivers, to 1; 0: no plasticity */
    double tau_rec;   /**< time constant of recovery from depression, ms; 0: there is none */
    double tau_facil; /**< time constant of the decay of facilitation, ms; 0: there is none */
} izh_stp;

#define IZH_PAIRS_ALL 0 /**< STDP pairs every arrival with every spike of the target. */
/** STDP pairs each spike of the target with the latest earlier arrival at that synapse, each
 * arrival with the latest spike of the target at or before it. A spike may be in several pairs. */
#define IZH_PAIRS_NEAREST 1

/** Spike-timing-dependent plasticity: pairs of an arrival (after its delay) at tick a and a spike
 * of the target that counts at tick p change the synapse by
 *
 *     + a_plus  exp(-(p - a - 1) dt / tau_plus)     if p > a
 *     - a_minus exp(-(a - p) dt / tau_minus)        if p <= a
 *
 * At a tick, in this order: changes that waited, if `every` divides the tick; the targets' spikes
 * that count at it; the arrivals, each of which first changes its synapse and then delivers the
 * weight that results.
 *
 * With every = 0 each event changes the weight at once, by X T / r units r, rounded to the nearest,
 * ties to even; then the weight is cut to w_min and w_max. T is a table, T[0] the amplitude and
 * T[n + 1] = T[n] exp(-dt / tau), up to where it is below r / 4. X is 1, or with #IZH_PAIRS_ALL the
 * trace of the partner's spikes: X <- 1 + X exp(-lag dt / tau) at each. Blocks of such a network
 * have one tick, and a synapse takes 8 bytes.
 *
 * With every > 0 a synapse takes 12 bytes. Changes gather in its eligibility, a float: s <- s +
 * (float)(X T), in the order of time. At each tick that is a positive multiple of `every`, counted
 * from t0, the weight changes by (drift + gain s) / r units, rounded, and is cut; then s <- keep s.
 *
 * After #IZH_E_MEMORY, or in a callback for currents and after one that did not return, weights may
 * be those after the tick's arrivals. Frozen. */
typedef struct izh_stdp {
    double a_plus;    /**< in the receptor's unit: 0, or from 16 r to below its range */
    double a_minus;   /**< the same; both 0: no plasticity, and all else must be 0 */
    double tau_plus;  /**< ms: above 0 where a_plus is, and at most 65536 dt */
    double tau_minus; /**< the same, where a_minus is above 0 */
    double w_min;     /**< the least weight of the group, in the receptor's unit */
    double w_max;     /**< the largest: above w_min, and of its sign unless one is 0 */
    double drift;     /**< in the receptor's unit; 0 where `every` is */
    double keep;      /**< from 0 to 1; 0 where `every` is */
    double gain;      /**< finite; 0 where `every` is */
    uint32_t every;   /**< ticks; 0: each event changes the weight at once */
    int32_t pairs;    /**< #IZH_PAIRS_ALL or #IZH_PAIRS_NEAREST */
} izh_stdp;

/** A group of synapses. Start from #IZH_GROUP_CONFIG_INIT. Versioned, as izh_solver_config is. */
typedef struct izh_group_config {
    size_t size;      /**< set by #IZH_GROUP_CONFIG_INIT */
    int32_t receptor; /**< that of all its synapses: an index into the network's */
    izh_stp stp;      /**< default: none */
    izh_stdp stdp;    /**< default: none */
} izh_group_config;

/** The defaults: receptor 0, fixed weights. */
#define IZH_GROUP_CONFIG_INIT                   \
    {                                           \
        sizeof(izh_group_config), 0, {0, 0, 0}, \
        {                                       \
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0     \
        }                                       \
    }

/** A spike that a slice tells the others of. Frozen. */
typedef struct izh_sent {
    uint32_t source; /**< a neuron of the whole network */
    uint32_t tick;   /**< at which it counts, from the period's first tick + 1 on */
} izh_sent;

/** How slices of a network hear of one another's spikes. All zero: the network is whole. Frozen.
 *
 * A period is as many ticks as the smallest delay of all synapses from neurons, and one more; where
 * there are none, 65536 ticks, and nothing is told. `run` is called at the ticks that are multiples
 * of it from t0, before any of the spikes is handed to the host, and twice by izh_network_build():
 * the slices agree on the period, and on the same dt, neurons, sources, seed and receptors.
 *
 * The others wait at the next exchange for a slice whose build or run fails otherwise, say for
 * memory: it must build or run again, or all must be ended. An exchange that succeeded is not
 * called again. */
typedef struct izh_exchange {
    /** Gives the slice's own spikes to all others, waits for theirs, and sets *all to `*total`
     * records, in any order, which live until the next call. They are those of all slices; in a run
     * the slice's own and those of neurons without synapses in it may be missing. An error, or a
     * record out of range (#IZH_E_INVALID), ends the run or build with nothing taken; the next one
     * calls `run` again with the same spikes. It may only read the network, and in a build not its
     * synapses */
    izh_status (*run)(void *user, const izh_sent *mine, size_t count, const izh_sent **all,
                      size_t *total);
    void *user; /**< passed to run */
} izh_exchange;

/** A network. Opaque. */
typedef struct izh_network izh_network;

/** What izh_network_create() needs. Versioned; start from #IZH_NETWORK_CONFIG_INIT. */
typedef struct izh_network_config {
    size_t size; /**< set by #IZH_NETWORK_CONFIG_INIT */
    /** The neurons: required. Its allocator and log serve both. 2 + max_spikes_per_ms dt <= 255 */
    const izh_population_config *population;
    /** How many the whole network has; default the population's n. In a slice the population's
     * `first` says where it begins: first + n <= neurons */
    uint32_t neurons;
    uint32_t sources;              /**< sources beside the neurons; neurons + sources < 2^32 */
    const izh_receptor *receptors; /**< `receptor_count` of them */
    uint32_t receptor_count;       /**< at most #IZH_RECEPTORS_MAX */
    /** Room for spikes on their way, in a slice also those that it is told of: a run that needs
     * more ends with #IZH_E_MEMORY at the last tick that stands. 0: room grows */
    size_t in_flight;
    size_t send_capacity;  /**< spikes that izh_network_send() has room for; 0: room grows */
    izh_exchange exchange; /**< of a slice; default: none */
} izh_network_config;

/** The defaults; the population is missing. */
#define IZH_NETWORK_CONFIG_INIT                                \
    {                                                          \
        sizeof(izh_network_config), NULL, 0, 0, NULL, 0, 0, 0, \
        {                                                      \
            NULL, NULL                                         \
        }                                                      \
    }

/** Makes a `network` without synapses.
 * @return as izh_population_create() */
IZH_API IZH_ALLOCATES izh_status izh_network_create(izh_network **network,
                                                    const izh_network_config *config);

/** Frees a network and its population. In a callback it only reports #IZH_E_BUSY to the log. */
IZH_API IZH_RELEASES void izh_network_destroy(izh_network *network);

/** The network's neurons, which live as long as it. izh_population_run() and izh_population_load()
 * on them are #IZH_E_BUSY, and izh_population_destroy() does nothing. */
IZH_API IZH_REALTIME izh_population *izh_network_population(izh_network *network);

/** Makes a group of synapses, before the network is built.
 * @param group its number: 0, 1, ...
 * @return also #IZH_E_MEMORY, #IZH_E_BUSY */
IZH_API IZH_ALLOCATES izh_status izh_network_group(izh_network *network,
                                                   const izh_group_config *config, uint32_t *group);

/** Adds synapses to a `group`, before the network is built. A neuron may have a synapse onto
 * itself, and two neurons may have several.
 * @param synapses,count the synapses; on error, whose message names the synapse, none is added
 * @return also #IZH_E_MEMORY, #IZH_E_BUSY */
IZH_API IZH_ALLOCATES izh_status izh_network_connect(izh_network *network, uint32_t group,
                                                     const izh_synapse *synapses, size_t count);

/** Builds the network. Does nothing where that is done.
 * @return #IZH_E_INVALID for more than 2^23 synapses of one receptor onto a neuron, or slices that
 *         do not fit together; #IZH_E_MEMORY; #IZH_E_BUSY; what the exchange returned */
IZH_API IZH_ALLOCATES izh_status izh_network_build(izh_network *network);

/** Runs to a tick `t_end`, ms, as izh_population_run() does. Builds first. Also allocates if
 * in_flight is 0 and more spikes are on their way than ever before.
 * @return as izh_population_run(); #IZH_E_MEMORY, at the last tick that stands; what the exchange
 *         returned */
IZH_API IZH_ALLOCATES izh_status izh_network_run(izh_network *network, double t_end);

/** Has sources spike. A spike for t counts at the first tick that is not before t: for one at tick
 * k, let t be t0 + k * dt, in double. Each slice of a network must be sent the same. Allocates if
 * send_capacity is 0 and more spikes wait than ever before.
 * @param spikes,count in any order: i is the source's number from 0 (for synapses it is neurons +
 *        i), t in ms, from the time now on; reserved is 0
 * @return #IZH_E_INVALID also where a source would count more than 255 times in a tick;
 *         #IZH_E_MEMORY where there is no room; #IZH_E_BUSY */
IZH_API IZH_ALLOCATES izh_status izh_network_send(izh_network *network, const izh_spike *spikes,
                                                  size_t count);

/** Makes Poisson processes of sources first .. first + count - 1, from now on, by a generator that
 * depends on the population's seed, the source and the tick alone. With what is sent a source
 * counts at most 255 times in a tick; what is beyond is lost.
 * @param hz mean spikes a second, 0 for none; at most 50 in a tick: hz <= 50000 / dt
 * @return also #IZH_E_BUSY */
IZH_API IZH_REALTIME izh_status izh_network_set_rates(izh_network *network, uint32_t first,
                                                      uint32_t count, const double *hz,
                                                      size_t stride);

/** Gives each of some neurons of the slice a Poisson process of its own, from now on, without
 * synapses: its spikes act at the tick at which they count. Another call replaces that of a neuron
 * and `receptor`. Allocates when a receptor gets its first background.
 * @param hz mean spikes a second, as in izh_network_set_rates()
 * @param weight of each of the neurons, as a synapse's
 * @return also #IZH_E_MEMORY, #IZH_E_BUSY */
IZH_API IZH_ALLOCATES izh_status izh_network_set_background(izh_network *network, uint32_t receptor,
                                                            uint32_t first, uint32_t count,
                                                            const double *hz, const double *weight,
                                                            size_t stride);

/** How many synapses a `group` has; 0 for no group. */
IZH_API IZH_REALTIME size_t izh_network_count(const izh_network *network, uint32_t group);

/** Reads `count` synapses of a `group`, with their weights now, from the one with index `first` on.
 * They are in the order of (source, delay, target, weight when built). Builds first. */
IZH_API IZH_ALLOCATES izh_status izh_network_synapses(izh_network *network, uint32_t group,
                                                      size_t first, size_t count,
                                                      izh_synapse *synapses);

/** Reads the weights alone, as izh_network_synapses() reads synapses of a `group`. Builds first. */
IZH_API IZH_ALLOCATES izh_status izh_network_get_weights(izh_network *network, uint32_t group,
                                                         size_t first, size_t count,
                                                         double *weights);

/** Sets weights, from the next tick on, also for what is on its way, in the order of
 * izh_network_synapses() of a `group`. 0 silences a synapse. Builds first.
 * @param weights as those of izh_synapse; where the group has STDP, from w_min to w_max
 * @return also #IZH_E_BUSY */
IZH_API IZH_ALLOCATES izh_status izh_network_set_weights(izh_network *network, uint32_t group,
                                                         size_t first, size_t count,
                                                         const double *weights);

/** Sets the gain of a `group` whose changes wait (izh_stdp, every > 0): how much of a synapse's
 * eligibility changes its weight. It acts from the first multiple of `every` at or after now.
 * @param gain finite; in every slice of a network the same
 * @return #IZH_E_INVALID also for a group of other synapses; #IZH_E_BUSY */
IZH_API IZH_REALTIME izh_status izh_network_set_gain(izh_network *network, uint32_t group,
                                                     double gain);

/** Reads what a `receptor`'s synapses give neurons of the slice now, without what arrives at this
 * tick: a current, pA, or a conductance, nS, without the factor of nmda. 0 for jumps and for
 * currents of tau 0. #IZH_E_INVALID leaves no message. */
IZH_API IZH_REALTIME izh_status izh_network_get_input(const izh_network *network, uint32_t receptor,
                                                      uint32_t first, uint32_t count,
                                                      double *input);

/** The hash of the network's state: the sum modulo 2^64 of the population's hash, and of mixes of
 * the receptors' currents and conductances, of synapses with their weights, of what plasticity
 * knows of spikes and of spikes on their way. Receptors and rules are not in it; they are in blobs.
 * Building does not change it. The hashes of slices add up to that of the whole. */
IZH_API IZH_REALTIME uint64_t izh_network_hash(const izh_network *network);

/** Saves a network: the population, receptors, weights, plasticity, rates, and the spikes that were
 * sent, are on their way, or are not delivered yet; not which groups and synapses there are. Builds
 * first. Equal networks have equal blobs, whatever the threads and the split of runs. 0 also where
 * building failed, and in a function for currents that is called by part. */
IZH_API IZH_ALLOCATES size_t izh_network_save(izh_network *network, void *buffer, size_t capacity);

/** Turns a network of the same population, receptors, sources, groups in their order, and synapses
 * but for weights into the one that was saved; a run from here is the same, bit for bit. Threads,
 * tile, block and isa are free. Builds first.
 * @return as izh_population_load(); #IZH_E_INVALID also for another structure */
IZH_API IZH_ALLOCATES izh_status izh_network_load(izh_network *network, const void *buffer,
                                                  size_t length);

/** The message of the last error of the network's functions. */
IZH_API IZH_REALTIME const char *izh_network_message(const izh_network *network);

/** Draws `k` sources of 0 .. `sources` - 1, with repetition, for each of the targets first .. first
 * + `targets` - 1: k for the first, k for the next, ... There is at least one source unless targets
 * or k is 0. What a target gets depends on the `seed` and its own number alone: slices draw what
 * the whole would. */
IZH_API IZH_REALTIME izh_status izh_draw_in_degree(uint64_t seed, uint32_t sources, uint32_t first,
                                                   uint32_t targets, uint32_t k, uint32_t *source);

/** Draws pairs of a source and a target, of `sources`, `first` and `targets` as in
 * izh_draw_in_degree(), each of all pairs with probability `p`, in the order of (target, source).
 * What a target gets depends on the `seed` and its own number alone.
 * @param source,target,capacity room for the pairs; NULL to ask how many there are
 * @return how many pairs there are, the first `capacity` stored; SIZE_MAX for more than a size_t
 *         counts; 0 also where p is not within 0 and 1, or first + targets is above 2^32 - 1 */
IZH_API IZH_REALTIME size_t izh_draw_pairwise(uint64_t seed, uint32_t sources, uint32_t first,
                                              uint32_t targets, double p, uint32_t *source,
                                              uint32_t *target, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
