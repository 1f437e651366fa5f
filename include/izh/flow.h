/**
 * @file flow.h
 * @brief The flow map of a neuron: one net, trained once, that runs any stimulus.
 *
 * A solution as nets (izh/pinn.h) belongs to one stimulus. A flow map advances any state of a
 * region, under any current there, by one step of at most 1 ms: it is trained over states, currents
 * and time, on the neuron's equations alone, without data of another solver. A solver of #IZH_PINN
 * that has a map takes its steps by it where the residual, the equation's error, allows it.
 *
 * Training gives the same bits on every machine, and so does the map.
 *
 * Threads: any number of threads and solvers may use a map at once, as it does not change once it
 * is trained or loaded. Only izh_flow_save_file() and izh_flow_set_log(), which change the message
 * and the log, and izh_flow_destroy() must be alone.
 * Since 0.1, where an item names no later version.
 */
#ifndef IZH_FLOW_H
#define IZH_FLOW_H

#include <izh/host.h>
#include <izh/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A flow map. Opaque. */
typedef struct izh_flow izh_flow;

/** How far training has come. Frozen. */
typedef struct izh_flow_progress {
    double loss;         /**< mean square of the residual at the points, after this iteration */
    uint32_t iteration;  /**< from 1 */
    uint32_t iterations; /**< how many there will be at most */
} izh_flow_progress;

/** Called after each iteration of training, from the thread that trains.
 * @param progress lives until the function returns
 * @return #IZH_CONTINUE, or #IZH_STOP to end training here */
typedef int32_t izh_flow_progress_fn(const izh_flow_progress *progress, void *user);

/** What izh_flow_train() needs. Start from #IZH_FLOW_CONFIG_INIT and set `params`, `I_lo` and
 * `I_hi`. Versioned, as izh_solver_config is. */
typedef struct izh_flow_config {
    size_t size; /**< set by #IZH_FLOW_CONFIG_INIT */
    /** The neuron; must be set. k2 is positive, v turns upwards below the peak, that is
     * -k1 / (2 k2) < vpeak, and U(v) is a line: b_lo = b_hi, b3 = 0 */
    izh_params params;
    double I_lo;  /**< the lowest current, pA; must be set */
    double I_hi;  /**< the highest, pA; above I_lo; must be set */
    double slope; /**< steepest change of the current, pA/ms; >= 0; default (I_hi - I_lo)/30 ms */
    /** The lowest v, mV; below vpeak. 0, the default: a tenth of the way to the peak below the
     * lowest v that the neuron reaches under such currents */
    double v_lo;
    /** The lowest u, pA. Where u_lo and u_hi are both 0, the default, they are what u reaches under
     * such currents, and a quarter of that range more at either end */
    double u_lo;
    double u_hi;     /**< the highest u, pA; above u_lo */
    uint32_t units;  /**< hidden tanh units; even, 8 to 128, default 64 */
    uint32_t points; /**< at which the equation is to hold; 100 to 100000, default 3000 */
    uint64_t seed;   /**< of the units' weights; 0 means 1 */
    izh_flow_progress_fn *progress; /**< default: none */
    void *progress_user;            /**< passed to progress */
    izh_allocator allocator;        /**< default: malloc and free */
    izh_log log;                    /**< default: none */
} izh_flow_config;

/** The defaults, but for `params` and the currents, which must be set. */
#define IZH_FLOW_CONFIG_INIT                                                                      \
    {                                                                                             \
        sizeof(izh_flow_config), {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 0, 0, 0, 0, \
            0, 0, 0, 0, NULL, NULL, {NULL, NULL, NULL},                                           \
        {                                                                                         \
            NULL, NULL                                                                            \
        }                                                                                         \
    }

/** What a map is. Frozen. */
typedef struct izh_flow_info {
    izh_params params; /**< the neuron */
    double step;       /**< the longest step, ms */
    double I_lo;       /**< the lowest current, pA */
    double I_hi;       /**< the highest, pA */
    double slope;      /**< the steepest, pA/ms */
    double v_lo;       /**< the lowest v, mV */
    double u_lo;       /**< the lowest u, pA */
    double u_hi;       /**< the highest u, pA */
    /** Root mean square of the residual at training's points: a share of a step's first rates */
    double residual;
    double residual_new; /**< and at as many others */
    uint64_t seed;       /**< of the units' weights */
    uint32_t units;      /**< hidden tanh units */
    uint32_t points;     /**< of training */
    uint32_t parameters; /**< trained weights and biases */
    uint32_t iterations; /**< that training took */
} izh_flow_info;

/** Trains a map `flow`. With the defaults this takes some seconds and 35 MB of memory, which is
 * given back at the end; with 128 units four times as much of both.
 * @return also #IZH_STOPPED where the progress function ended training: the map is what it has made
 *         so far; #IZH_E_UNSUPPORTED for a neuron, or currents and states, of which there is no
 * map; #IZH_E_TOLERANCE where residual_new is 0.01 or more, so that the map would be of no use in
 * most steps: a narrower range may train; #IZH_E_DIVERGED where v_lo or u_lo and u_hi were left
 * open and the neuron runs away under such currents; #IZH_E_MEMORY */
IZH_API IZH_ALLOCATES izh_status izh_flow_train(izh_flow **flow, const izh_flow_config *config);

/** Frees a map. No solver may use it any more. */
IZH_API IZH_RELEASES void izh_flow_destroy(izh_flow *flow);

/** What a map is, as a copy; all zero for NULL. */
IZH_API IZH_REALTIME izh_flow_info izh_flow_get_info(const izh_flow *flow);

/** The states some times after a state, by the map alone. From where v has reached the peak they
 * mean nothing: a solver finds spikes and resets.
 * @param from the state to begin with
 * @param I,slope the current there, pA, and how it changes, pA/ms
 * @param times n times after it, ms; 0 to the map's step
 * @param states,residuals NaN at times beyond the step; residuals: NULL, or shares of the rates
 * @return #IZH_E_INVALID also if some time is beyond the step, or if the start lies outside the
 *         map's region, and then all is NaN: each of v, I - u, the slope and a r I + slope has to
 * be one that the region's v, u, I and slope can give. #IZH_E_DIVERGED where a state is no number,
 * which a map of izh_flow_train() never gives */
IZH_API IZH_REALTIME izh_status izh_flow_eval(const izh_flow *flow, izh_state from, double I,
                                              double slope, const double *times, size_t n,
                                              izh_state *states, double *residuals);

/** Saves a map. */
IZH_API IZH_REALTIME size_t izh_flow_save(const izh_flow *flow, void *buffer, size_t capacity);

/** Makes the map that was saved.
 * @return also #IZH_E_FORMAT, #IZH_E_MEMORY */
IZH_API IZH_ALLOCATES izh_status izh_flow_load(izh_flow **flow, const void *buffer, size_t length,
                                               const izh_allocator *allocator, const izh_log *log);

/** Saves a map to a file `path`, as izh/host.h says of files. Allocates, and does I/O.
 * @return also #IZH_E_FILE, and the message says why; #IZH_E_MEMORY */
IZH_API IZH_ALLOCATES izh_status izh_flow_save_file(izh_flow *flow, const char *path);

/** Makes the map that izh_flow_save_file() saved to `path`. Allocates, and does I/O.
 * @return as izh_flow_load(); #IZH_E_FILE if the file cannot be read, or is no regular file */
IZH_API IZH_ALLOCATES izh_status izh_flow_load_file(izh_flow **flow, const char *path,
                                                    const izh_allocator *allocator,
                                                    const izh_log *log);

/** Sends messages to another log from now on, such as when its owner moves. @since 0.2 */
IZH_API IZH_REALTIME izh_status izh_flow_set_log(izh_flow *flow, const izh_log *log);

/** The message of the last error of izh_flow_save_file(). */
IZH_API IZH_REALTIME const char *izh_flow_message(const izh_flow *flow);

#ifdef __cplusplus
}
#endif

#endif
