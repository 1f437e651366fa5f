/**
 * @file network.h
 * @brief Neurons that interact: synapses with delays, receptors, sources of spikes; the same bits
 * everywhere.
 *
 * A network owns one population. Its neurons may differ in every parameter. To make one: create the
 * network with its receptors, make groups of synapses, connect them, and run.
 * izh_network_population() gives the population, whose parameters, states, currents and recording
 * are set as ever; only its run, load and destroy are the network's.
 *
 * **Time.** All that acts in a network acts on ticks. A spike counts at the tick k that ends its
 * step, however exact its own time is. With a delay of m ticks it acts from tick k + m on: a jump
 * is added to v at that tick, before the step that starts there; a current or conductance begins
 * there. Within a tick nothing cascades, so a delay of 0 is causal. Delays are axonal: whole ticks,
 * at most #IZH_DELAY_MAX. A spike at the start of a step, by a jump or because the host put the
 * neuron at its peak, counts at the end of that step. There is no exact delivery between ticks.
 *
 * **A tick.** Before the step that starts at tick k, in this order: a spike that is due since the
 * host set the state; the jumps of all that arrives at k, as one sum, by which a neuron spikes at
 * most once (what is beyond the peak is lost, and a sum of 0 is no jump); then the step, under the
 * currents and conductances of the tick. A run to tick k has done none of this for k, but for the
 * spikes that are due, which it delivers: states and inputs read at k, and what is saved, are those
 * before the arrivals of k. At a tick a neuron may have as many spikes that are due as
 * max_spikes_per_ms allows, besides those of its jumps and its step. The next one puts it in
 * trouble.
 *
 * **Weights are integers.** A weight is rounded to k r with the nearest integer k, of two the even
 * one. Here r = range 2^-31, and range is a power of two for each receptor. What arrives is summed
 * without rounding. So the order of arrivals does not matter, and what a network gives is the same,
 * bit for bit, for any number of threads, instruction set, tile, block, order of connecting, split
 * of runs, and slices over machines. Only the hash and the blob know the order in which groups were
 * made. Refused is a weight that is not 0 but would round to 0, which is half of r or less, and one
 * that would round to `range` or more in size.
 *
 * **Spikes** are delivered as a population's, but in the order of (tick counted, t, i). Where a run
 * ends at the tick at which spikes are due, they come before those of its jumps, which the next run
 * has.
 *
 * **Trouble.** A neuron in trouble stands still and stays silent; its receptors and synapses go on.
 * The spikes of the step in which it got in trouble are dropped; those in flight arrive.
 *
 * What the host sets after #IZH_PAUSED or #IZH_STOPPED acts at the network's time, which is no part
 * of the contract. For equal bits, set only after #IZH_OK.
 *
 * Threads: a network must not be used from two threads at once, nor together with its population;
 * different networks may be. In a callback of the population's or the exchange, the network may
 * only be read. A function of izh_population_on_current() that is called by part may read synapses
 * and weights, also on several threads at once, and errors leave no message there; it cannot save,
 * and hash and inputs are of no one tick.
 *
 * Real time: with `threads` <= 1 and in_flight > 0, izh_network_run() does not allocate, lock or do
 * I/O but for the host's callbacks. The time that a tick takes grows with the spikes that arrive in
 * it.
 *
 * Units are those of the population's parameters: mV, pA and nS, or for the 2003 form mV/ms for pA
 * and 1/ms for nS.
 *
 * Since 0.2, where an item names no later version.
 */
#ifndef IZH_NETWORK_H
#define IZH_NETWORK_H

#include <izh/population.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The longest delay, ticks. */
#define IZH_DELAY_MAX 65535
/** The most receptors that a network has. */
#define IZH_RECEPTORS_MAX 8

/**
 * @name Kinds of receptors
 * @{
 */
/** A weight of w mV is added to v at once. */
#define IZH_JUMP 0
/** A current. With tau 0 a weight of w pA ms is a charge, given as w / dt for one tick, so that dt
 * does not change it. With tau > 0 a weight of w pA is a current w exp(-t / tau). */
#define IZH_CURRENT 1
/** A conductance g: the current g (E - v). A weight of w nS is g = w exp(-t / tau), or with rise >
 * 0 a difference of exponentials whose peak is w. No weight is negative: the sign is in E. */
#define IZH_CONDUCTANCE 2
/** @} */

/** What arriving spikes do to a neuron.
 *
 * Within a tick a current or conductance is held at its mean over the tick, so its charge is exact,
 * and the error falls with dt^2. With nmda, the conductance is multiplied by B = z / (1 + z), z =
 * ((v + 80 mV) / 60 mV)^2, and 0 below -80 mV: that of magnesium at NMDA receptors (Izhikevich and
 * Edelman, PNAS 105 (2008) 3593). B is taken at v + dt/2 v' after the tick's jumps and held through
 * the tick.
 * Frozen: this struct never changes. */
typedef struct izh_receptor {
    int32_t kind; /**< #IZH_JUMP, #IZH_CURRENT or #IZH_CONDUCTANCE */
    int32_t nmda; /**< 1: the conductance depends on v, as above; else 0 */
    double tau;   /**< time constant, ms; above 0 for conductances, 0 for jumps */
    double rise;  /**< that of the rise, ms: above 0 and at most .95 tau; 0: at once. Conductances
                     only */
    double E;     /**< reversal potential, mV. Conductances only */
    double range; /**< weights are below this in size: a power of two, 2^-20 to 2^30; 0: 1024. What
                     a weight is a multiple of, range 2^-31, follows from it */
} izh_receptor;

/** A synapse. What it is to do is said by its group.
 * Frozen: this struct never changes. */
typedef struct izh_synapse {
    uint32_t source;   /**< a neuron of the whole network; from `neurons` on a source */
    uint32_t target;   /**< a neuron of this slice */
    uint32_t delay;    /**< ticks, at most #IZH_DELAY_MAX */
    uint32_t reserved; /**< 0 */
    double weight;     /**< in the receptor's unit, below its range in size; rounded to the nearest
                            multiple of range 2^-31 */
} izh_synapse;

/** Short-term plasticity (Tsodyks, Pawelzik and Markram, Neural Comput. 10 (1998) 821): a spike
 * delivers u x of each weight, by what its source did before. Each source has one u and one x for a
 * group, whatever the delays; u starts at 0, x at 1. Between spikes u falls to 0 with tau_facil,
 * and x recovers to 1 with tau_rec; a time constant of 0 is at once. When a spike counts, first u
 * <- u + U (1 - u), then f = u x, then x <- x - u x. A source that spikes twice in a tick does so
 * one after the other.
 *
 * Of a weight of k units (multiples of range 2^-31), floor((k f + 2^29) / 2^30) units are
 * delivered, with f in units of 2^-30, rounded to the nearest. What izh_network_get_weights() reads
 * is k.
 * Frozen: this struct never changes. */
typedef struct izh_stp {
    double U;         /**< what of the weight a first spike delivers, to 1; 0: no plasticity */
    double tau_rec;   /**< time constant of recovery from depression, ms; 0: there is none */
    double tau_facil; /**< time constant of the decay of facilitation, ms; 0: there is none */
} izh_stp;

/**
 * @name Which pairs of spikes change a synapse
 * @{
 */
/** Every arrival with every spike of the target. */
#define IZH_PAIRS_ALL 0
/** Each spike of the target with the latest earlier arrival at that synapse, each arrival with the
 * latest spike of the target at or before it. One spike may be in several pairs; two in a tick are
 * two events with the same partner. */
#define IZH_PAIRS_NEAREST 1
/** @} */

/** Spike-timing-dependent plasticity: pairs of an arrival at tick a and a spike of the target that
 * counts at tick p change the synapse by
 *
 *     + a_plus  exp(-(p - a - 1) dt / tau_plus)     if p > a
 *     - a_minus exp(-(a - p) dt / tau_minus)        if p <= a
 *
 * So a target's spike at the arrival's own tick came before it. What counts is when a spike
 * arrives, after its delay, not when its source spiked.
 *
 * At a tick, in this order: changes that waited are made, if `every` divides the tick; the targets'
 * spikes that count at it; the arrivals, each of which first changes its synapse and then delivers
 * the weight that results. A run to that tick has done none of this for it: weights read, set or
 * saved there are those before.
 *
 * With every = 0 each event changes the weight at once, by a whole number of its units (multiples
 * of range 2^-31, r), X T / r rounded to the nearest, ties to even; then the weight is cut to w_min
 * and w_max. T is a table: T[0] is the amplitude, T[n + 1] = T[n] exp(-dt / tau), and it ends where
 * it is below r / 4. X is 1, or with #IZH_PAIRS_ALL the trace of the partner's spikes: X <- 1 + X
 * exp(-lag dt / tau) at each, from a table of the same kind. Blocks of such a network have one
 * tick.
 *
 * With every > 0 changes gather, as a float for each synapse, its eligibility s: s <- s + (float)(X
 * T), in the order of time. At each tick that is a positive multiple of `every`, counted from t0,
 * the weight changes by (drift + gain s) / r, rounded, and is cut; then s <- keep s. The gain can
 * be set while the network runs (izh_network_set_gain()): so reward can decide what is learned.
 *
 * Izhikevich's network of 2006 (Neural Comput. 18 (2006) 245) has dt = 1 ms, a_plus .1, a_minus
 * .12, both tau 19.495725746223673 ms (whose factor of a tick is .95 to the last bit), nearest
 * pairs. Its weights have w_min 0, w_max 10, every 1000, drift .01, gain 1, keep .9. That of 2007
 * (Cereb. Cortex 17 (2007) 2443) has every 10, drift 0, keep .99 and the gain .002 + DA.
 *
 * Each synapse takes 8 bytes, or 12 with every > 0. What a weight is depends on no threads, blocks
 * or reading: the same bits always. After #IZH_E_MEMORY, or in a callback for currents and after
 * one that did not return, weights may be those after the tick's arrivals.
 * Frozen: this struct never changes. */
typedef struct izh_stdp {
    double a_plus;    /**< in the receptor's unit: at least 16 r and below its range, or 0. a_plus =
                         a_minus = 0: no plasticity, and all else must be 0 */
    double a_minus;   /**< the same */
    double tau_plus;  /**< ms: above 0 where a_plus is, and at most 65536 dt */
    double tau_minus; /**< the same, where a_minus is above 0 */
    double w_min;   /**< the least weight, in the receptor's unit. All weights of the group must lie
                       from w_min to w_max */
    double w_max;   /**< the largest weight: above w_min, and of its sign unless one is 0 */
    double drift;   /**< in the receptor's unit; 0 where `every` is */
    double keep;    /**< from 0 to 1; 0 where `every` is */
    double gain;    /**< finite; 0 where `every` is */
    uint32_t every; /**< ticks; 0: each event changes the weight at once */
    int32_t pairs;  /**< #IZH_PAIRS_ALL or #IZH_PAIRS_NEAREST */
} izh_stdp;

/** A group of synapses. Start from #IZH_GROUP_CONFIG_INIT.
 * Versioned, as izh_solver_config is. */
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

/** A spike that a slice tells the others of.
 * Frozen: this struct never changes. */
typedef struct izh_sent {
    uint32_t source; /**< a neuron of the whole network */
    uint32_t tick;   /**< at which it counts, from the period's first tick + 1 on */
} izh_sent;

/** How slices of a network hear of one another's spikes. All zero means that the network is whole.
 *
 * A period is as many ticks as the smallest delay of all synapses from neurons, and one more; where
 * there are none, 65536 ticks, and nothing is told. `run` is called at the ticks that are multiples
 * of it from t0, before any of the spikes is handed to the host. izh_network_build() calls it
 * twice: the slices agree on the period, and on having the same dt, neurons, sources, seed and
 * receptors. It gives the slice's own spikes to all others, waits for theirs, and sets *all to
 * `*total` records, those of all slices, in any order. In a run it may leave out the slice's own,
 * which it knows, and those of neurons without synapses in the slice: that changes no bit. They
 * live until the next call. A record that is out of range is refused (#IZH_E_INVALID), and nothing
 * of that call is taken. A status other than #IZH_OK is returned by the run or build that was under
 * way, and the next one calls `run` again with the same spikes.
 *
 * `run` is a callback: it may only read the network, and in a build not its synapses.
 *
 * A slice whose build or run fails otherwise, say for memory, is not at the next exchange, and the
 * others wait for it there. It must build or run again, or all must be ended. No exchange that was
 * well is called again for that.
 * Frozen: this struct never changes. */
typedef struct izh_exchange {
    /** Exchanges. */
    izh_status (*run)(void *user, const izh_sent *mine, size_t count, const izh_sent **all,
                      size_t *total);
    void *user; /**< passed to run; the library never looks at it */
} izh_exchange;

/** A network. Opaque. */
typedef struct izh_network izh_network;

/** What izh_network_create() needs. Start from #IZH_NETWORK_CONFIG_INIT; zero in any field is its
 * default.
 * Versioned, as izh_solver_config is. */
typedef struct izh_network_config {
    size_t size; /**< set by #IZH_NETWORK_CONFIG_INIT */
    /** The neurons: required. Its allocator and log serve the network, too. 2 + max_spikes_per_ms
     * dt must not exceed 255 */
    const izh_population_config *population;
    /** How many the whole network has; default the population's n. In a slice the population's
     * `first` says where it begins: first + n <= neurons */
    uint32_t neurons;
    uint32_t sources;              /**< sources beside the neurons; neurons + sources < 2^32 */
    const izh_receptor *receptors; /**< `receptor_count` of them; copied */
    uint32_t receptor_count;       /**< at most #IZH_RECEPTORS_MAX */
    /** Spikes on their way, those of the last ticks up to the longest delay, for which there is
     * room: a run that needs more ends with #IZH_E_MEMORY at the last tick that stands. In a
     * slice, its own and those that it is told of. 0: room grows, and a run may allocate */
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

/** Makes a network without synapses.
 * @param network where to store it; NULL is stored on error
 * @param config what to make; not kept
 * @return #IZH_OK, #IZH_E_INVALID, or what izh_population_create() returns. The log of the
 * population's config is told why, unless `size` is no version's: then nothing in the config is
 * trusted. */
IZH_API IZH_ALLOCATES izh_status izh_network_create(izh_network **network,
                                                    const izh_network_config *config);

/** Frees a network and its population. NULL is allowed. In one of the population's callbacks it
 * does nothing but report #IZH_E_BUSY to the log. */
IZH_API IZH_RELEASES void izh_network_destroy(izh_network *network);

/** The network's neurons: to set parameters, states, currents, callbacks and recording, and to read
 * spikes and states. izh_population_run() and izh_population_load() on it are #IZH_E_BUSY, and
 * izh_population_destroy() does nothing.
 * @return the population, which lives as long as the network; NULL for NULL */
IZH_API IZH_REALTIME izh_population *izh_network_population(izh_network *network);

/** Makes a group of synapses.
 * @param network the network, not built yet
 * @param config what the synapses have in common; not kept
 * @param group where to store its number: 0, 1, ...
 * @return #IZH_OK; #IZH_E_INVALID, also once the network is built; #IZH_E_MEMORY; #IZH_E_BUSY
 * inside a callback. On error nothing changes. */
IZH_API IZH_ALLOCATES izh_status izh_network_group(izh_network *network,
                                                   const izh_group_config *config, uint32_t *group);

/** Adds synapses to a group. A synapse from a neuron to itself and several between the same two
 * neurons are what the array says.
 * @param network the network, not built yet
 * @param group the group
 * @param synapses `count` of them; copied
 * @param count how many
 * @return #IZH_OK; #IZH_E_INVALID, also once the network is built, with a message that names the
 *         synapse; #IZH_E_MEMORY; #IZH_E_BUSY inside a callback. On error none is added. */
IZH_API IZH_ALLOCATES izh_status izh_network_connect(izh_network *network, uint32_t group,
                                                     const izh_synapse *synapses, size_t count);

/** Sorts the synapses, after which no more can be added. Does nothing where that is done. What
 * needs the network built (running, loading, weights, synapses) builds it.
 * @return #IZH_OK; #IZH_E_INVALID where a neuron has more than 2^23 synapses of one receptor or
 * slices do not fit together; #IZH_E_MEMORY; #IZH_E_BUSY inside a callback; what the exchange
 * returned. On error nothing changes. */
IZH_API IZH_ALLOCATES izh_status izh_network_build(izh_network *network);

/** Runs to a tick, as izh_population_run() does.
 * @param t_end a tick, ms, not before now: as for izh_population_run()
 * @return what izh_population_run() returns; what izh_network_build() returns, where it was not
 * built; #IZH_E_MEMORY, the network at the last tick that stands; what the exchange returned
 *
 * Allocates where the network is not built, or in_flight is 0 and more spikes are on their way than
 * ever before. */
IZH_API IZH_ALLOCATES izh_status izh_network_run(izh_network *network, double t_end);

/** Has sources spike. A spike for t counts at the first tick that is not before t: for one at tick
 * k, let t be t0 + k * dt, in double, which is that tick's time to the last bit. Each slice of a
 * network must be sent the same.
 * @param spikes `count` of them, in any order: i is the source's number from 0 (for synapses it is
 * neurons + i), t in ms, from the time now on; reserved is 0
 * @param count how many
 * @return #IZH_OK; #IZH_E_INVALID, also where a source would count more than 255 times in a tick;
 *         #IZH_E_MEMORY where there is no room; #IZH_E_BUSY inside a callback. On error none is
 * sent.
 *
 * Allocates where send_capacity is 0 and more spikes wait than ever before. */
IZH_API IZH_ALLOCATES izh_status izh_network_send(izh_network *network, const izh_spike *spikes,
                                                  size_t count);

/** Makes Poisson processes of sources first .. first + count - 1, from now on. In each tick a
 * source spikes as often as the Poisson distribution of mean hz dt says, by a generator that
 * depends on the population's seed, the source and the tick alone. With what is sent it counts at
 * most 255 times in a tick; what is beyond is lost.
 * @param first the first source
 * @param count how many
 * @param hz mean spikes a second, 0 for none; at most 50 in a tick: hz <= 50000 / dt
 * @param stride from one source's to the next's, in elements; 0 gives all the same
 * @return #IZH_OK; #IZH_E_INVALID; #IZH_E_BUSY inside a callback. On error nothing changes. */
IZH_API IZH_REALTIME izh_status izh_network_set_rates(izh_network *network, uint32_t first,
                                                      uint32_t count, const double *hz,
                                                      size_t stride);

/** Gives each of the neurons first .. first + count - 1 a Poisson process of its own, from now on,
 * without synapses: its spikes act at the tick at which they count. There is one for each neuron
 * and receptor: another call replaces it.
 * @param receptor what they act on
 * @param first the first neuron of the slice
 * @param count how many
 * @param hz mean spikes a second, as in izh_network_set_rates()
 * @param weight of each of the neurons, as a synapse's
 * @param stride from one neuron's to the next's, in elements, in hz and weight; 0 gives all the
 * same
 * @return #IZH_OK; #IZH_E_INVALID; #IZH_E_MEMORY; #IZH_E_BUSY inside a callback. On error nothing
 *         changes.
 *
 * Allocates when a receptor gets its first background. */
IZH_API IZH_ALLOCATES izh_status izh_network_set_background(izh_network *network, uint32_t receptor,
                                                            uint32_t first, uint32_t count,
                                                            const double *hz, const double *weight,
                                                            size_t stride);

/** How many synapses a group has.
 * @param group the group
 * @return the number; 0 for NULL and for no group */
IZH_API IZH_REALTIME size_t izh_network_count(const izh_network *network, uint32_t group);

/** Reads synapses of a group, in the order of (source, delay, target, weight when built). Builds
 * first.
 * @param group the group
 * @param first the first one
 * @param count how many
 * @param synapses where to store them, with their weights now
 * @return #IZH_OK; #IZH_E_INVALID; what izh_network_build() returns
 *
 * Allocates where the network is not built. */
IZH_API IZH_ALLOCATES izh_status izh_network_synapses(izh_network *network, uint32_t group,
                                                      size_t first, size_t count,
                                                      izh_synapse *synapses);

/** Reads the weights now, in the order of izh_network_synapses(). Builds first.
 * @param group the group
 * @param first the first synapse
 * @param count how many
 * @param weights where to store them
 * @return #IZH_OK; #IZH_E_INVALID; what izh_network_build() returns
 *
 * Allocates where the network is not built. */
IZH_API IZH_ALLOCATES izh_status izh_network_get_weights(izh_network *network, uint32_t group,
                                                         size_t first, size_t count,
                                                         double *weights);

/** Sets weights, from the next tick on, also for what is on its way. 0 silences a synapse. Builds
 * first.
 * @param group the group
 * @param first the first synapse, in the order of izh_network_synapses()
 * @param count how many
 * @param weights as those of izh_synapse; where the group has STDP, from w_min to w_max
 * @return #IZH_OK; #IZH_E_INVALID; #IZH_E_BUSY inside a callback; what izh_network_build() returns.
 * On error nothing changes.
 *
 * Allocates where the network is not built. */
IZH_API IZH_ALLOCATES izh_status izh_network_set_weights(izh_network *network, uint32_t group,
                                                         size_t first, size_t count,
                                                         const double *weights);

/** Sets the gain of a group whose changes wait (izh_stdp, every > 0): how much of a synapse's
 * eligibility changes its weight. It acts from the first multiple of `every` at or after now.
 * @param group the group
 * @param gain finite; in every slice of a network the same
 * @return #IZH_OK; #IZH_E_INVALID, also for a group of other synapses; #IZH_E_BUSY inside a
 * callback. On error nothing changes. */
IZH_API IZH_REALTIME izh_status izh_network_set_gain(izh_network *network, uint32_t group,
                                                     double gain);

/** Reads what a receptor's synapses give neurons now, without what arrives at this tick: a current,
 * pA, or a conductance, nS, without the factor of nmda. 0 for jumps and for currents of tau 0.
 * @param receptor the receptor
 * @param first the first neuron of the slice
 * @param count how many
 * @param input where to store them
 * @return #IZH_OK or #IZH_E_INVALID, which leaves no message */
IZH_API IZH_REALTIME izh_status izh_network_get_input(const izh_network *network, uint32_t receptor,
                                                      uint32_t first, uint32_t count,
                                                      double *input);

/** A fingerprint of the network's state: the sum modulo 2^64 of the population's hash, and of mixes
 * of the receptors' currents and conductances, of synapses with their weights, of what plasticity
 * knows of spikes and of spikes on their way. It does not tell networks apart that differ only in
 * what receptors and rules are; blobs do. Building a network does not change it. The hashes of
 * slices add up to that of the whole.
 * @return the hash; 0 for NULL */
IZH_API IZH_REALTIME uint64_t izh_network_hash(const izh_network *network);

/** Saves a network: the population, receptors, weights, plasticity, rates, and the spikes that were
 * sent, are on their way, or are not delivered yet. Not what is structure: receptors, groups, and
 * which synapses there are. Builds first. Networks that are equal have equal blobs: how work was
 * shared out and runs were split is not in them.
 * @param buffer where to write; NULL to ask for the size
 * @param capacity bytes at buffer
 * @return the size of the blob; it was written only if that is at most the capacity. 0 for NULL,
 * where building failed, and in a function of izh_population_on_current() that is called by part.
 *
 * Allocates where the network is not built. */
IZH_API IZH_ALLOCATES size_t izh_network_save(izh_network *network, void *buffer, size_t capacity);

/** Turns a network into the one that was saved; a run from here is the same, bit for bit. Builds
 * first.
 * @param network one of the same structure: population, receptors, sources, groups in their order,
 * and synapses but for weights. Threads, tile, block and isa are free.
 * @param buffer the blob
 * @param length its size, bytes
 * @return #IZH_OK; #IZH_E_FORMAT if it is no whole, undamaged blob of a network; #IZH_E_INVALID if
 * of another structure; #IZH_E_MEMORY; #IZH_E_BUSY inside a callback; what izh_network_build() or
 *         izh_population_load() returns. On error nothing changes. */
IZH_API IZH_ALLOCATES izh_status izh_network_load(izh_network *network, const void *buffer,
                                                  size_t length);

/** The message of the last error of the network's functions; empty if there was none.
 * @return a string that lives as long as the network and changes with the next error */
IZH_API IZH_REALTIME const char *izh_network_message(const izh_network *network);

/** Draws `k` sources, with repetition, for each of the targets first .. first + targets - 1. What a
 * target gets depends on the seed and its own number alone, so slices draw what the whole would.
 * @param seed of the generator
 * @param sources the sources are 0 .. sources - 1; at least 1 unless targets or k is 0
 * @param first the first target
 * @param targets how many
 * @param k how many sources each has
 * @param source where to store them: k for the first target, k for the next, ...
 * @return #IZH_OK or #IZH_E_INVALID */
IZH_API IZH_REALTIME izh_status izh_draw_in_degree(uint64_t seed, uint32_t sources, uint32_t first,
                                                   uint32_t targets, uint32_t k, uint32_t *source);

/** Draws pairs of a source and a target, each of all pairs with the same probability, in the order
 * of (target, source). What a target gets depends on the seed and its own number alone.
 * @param seed of the generator
 * @param sources the sources are 0 .. sources - 1
 * @param first the first target; the targets are first .. first + targets - 1
 * @param targets how many
 * @param p the probability, 0 to 1
 * @param source where to store the sources; NULL to ask how many there are
 * @param target where to store the targets, from `first` on; NULL to ask how many there are
 * @param capacity room at source and at target
 * @return how many pairs there are, of which the first `capacity` are stored; SIZE_MAX where they
 * are more than a size_t can count. 0 also where p is no probability, or first + targets is above
 * 2^32 - 1: check these before */
IZH_API IZH_REALTIME size_t izh_draw_pairwise(uint64_t seed, uint32_t sources, uint32_t first,
                                              uint32_t targets, double p, uint32_t *source,
                                              uint32_t *target, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
