/**
 * @file flow.h
 * @brief The flow map of a neuron: one network, trained once, that runs any stimulus.
 *
 * A solution as networks (izh/pinn.h) belongs to one stimulus. A flow map takes any state, under
 * any current, on by up to one step of at most 1 ms: it is trained over states and currents as well
 * as time, on the neuron's equations alone, and no data of another solver enters. Given to a solver
 * of the method #IZH_PINN, it takes the place of a network per step. How far the equation is from
 * holding is looked at in every step; where it is too far, and
 * beyond the currents and states that the map was trained for, a network is trained for that step
 * as without a map.
 *
 * Training gives the same bits on every machine, and so does the map.
 *
 * Threads: an izh_flow does not change once it is trained or loaded; any number of threads and
 * solvers may use it at once, but for izh_flow_save_file(), which may change the message.
 *
 * Real time: only what reads is: izh_flow_eval() and what returns a struct, a pointer or a number.
 */
#ifndef IZH_FLOW_H
#define IZH_FLOW_H

#include <izh/host.h>
#include <izh/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A flow map. Opaque. @since 0.1 */
typedef struct izh_flow izh_flow;

/**
 * How far training has come.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_flow_progress {
    double loss;         /**< mean square of the residual at the points, after this iteration */
    uint32_t iteration;  /**< from 1 */
    uint32_t iterations; /**< how many there will be at most */
} izh_flow_progress;

/**
 * Called after each iteration of training, from the thread that trains.
 *
 * @param progress lives until the function returns
 * @param user the config's progress_user
 * @return #IZH_CONTINUE, or #IZH_STOP to end training here
 * @since 0.1
 */
typedef int32_t izh_flow_progress_fn(const izh_flow_progress *progress, void *user);

/**
 * What izh_flow_train() needs. Start from #IZH_FLOW_CONFIG_INIT and set `params`, `I_lo` and
 * `I_hi`; zero in any other field is its default.
 *
 * Versioned, as izh_solver_config is.
 * @since 0.1
 */
typedef struct izh_flow_config {
    size_t size;       /**< set by #IZH_FLOW_CONFIG_INIT */
    izh_params params; /**< the neuron; must be set. k2 is positive, v turns upwards below the peak,
                            and U(v) is a line: b_lo = b_hi, b3 = 0 */
    double I_lo;       /**< the lowest current, pA; must be set */
    double I_hi;       /**< the highest, pA; above I_lo; must be set */
    double slope;      /**< the steepest change of the current, pA/ms; default: all of its range in
                            30 ms */
    double v_lo;       /**< the lowest v, mV; 0, the default: somewhat below what the neuron comes
                            through under such currents */
    double u_lo;       /**< the lowest u, pA; where u_lo and u_hi are both 0, the default, u is what
                            the neuron comes through under such currents, and some more */
    double u_hi;       /**< the highest u, pA; above u_lo */
    uint32_t units;    /**< hidden tanh units; even, 8 to 128, default 64 */
    uint32_t points;   /**< at which the equation is to hold; 100 to 100000, default 3000 */
    uint64_t seed;     /**< of the units' weights; 0 means 1 */
    izh_flow_progress_fn *progress; /**< default: none */
    void *progress_user;            /**< passed to progress */
    izh_allocator allocator;        /**< default: malloc and free */
    izh_log log;                    /**< default: none */
} izh_flow_config;

/** The defaults, but for `params` and the currents, which must be set. @since 0.1 */
#define IZH_FLOW_CONFIG_INIT                                                                      \
    {                                                                                             \
        sizeof(izh_flow_config), {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 0, 0, 0, 0, \
            0, 0, 0, 0, NULL, NULL, {NULL, NULL, NULL},                                           \
        {                                                                                         \
            NULL, NULL                                                                            \
        }                                                                                         \
    }

/**
 * What a map is.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_flow_info {
    izh_params params;   /**< the neuron */
    double step;         /**< the longest step, ms */
    double I_lo;         /**< the lowest current, pA */
    double I_hi;         /**< the highest, pA */
    double slope;        /**< the steepest, pA/ms */
    double v_lo;         /**< the lowest v, mV */
    double u_lo;         /**< the lowest u, pA */
    double u_hi;         /**< the highest u, pA */
    double residual;     /**< root of the residual's mean square at the points of training: a share
                              of the rates at the start of a step */
    double residual_new; /**< and at as many others */
    uint64_t seed;       /**< of the units' weights */
    uint32_t units;      /**< hidden tanh units */
    uint32_t points;     /**< of training */
    uint32_t parameters; /**< trained weights and biases */
    uint32_t iterations; /**< that training took */
} izh_flow_info;

/**
 * Trains a map. With the defaults it takes some seconds and 35 MB, which it gives back; with 128
 * units four times as much of both.
 *
 * @param flow where to store it; NULL is stored on error
 * @param config what to train; not kept
 * @return #IZH_OK; #IZH_STOPPED where the progress function ended training: the map is what the
 * iterations so far have made; #IZH_E_UNSUPPORTED for a neuron, or
 * currents and states, of which there is no map;
 * #IZH_E_TOLERANCE where residual_new is 0.01 or more, too far from holding for the map to be
 * of use (below 1e-4 hardly a step is left to windows): a narrower
 * range of currents or states may train; #IZH_E_DIVERGED where the states that the neuron comes
 * through, which the library was to find, run away; #IZH_E_INVALID; #IZH_E_MEMORY. The config's log
 * is told why, unless `size` is wrong: then nothing in the config is trusted.
 *
 * Allocates.
 * @since 0.1
 */
IZH_API izh_status izh_flow_train(izh_flow **flow, const izh_flow_config *config);

/**
 * Frees a map. NULL is allowed. No solver may use it any more.
 *
 * @param flow the map
 * @since 0.1
 */
IZH_API void izh_flow_destroy(izh_flow *flow);

/**
 * What a map is. All zero for NULL.
 *
 * @param flow the map
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_flow_info izh_flow_get_info(const izh_flow *flow);

/**
 * The states some times after a state, by the map alone. From where v has reached the peak they
 * mean nothing: a solver finds spikes and resets.
 *
 * @param flow the map
 * @param from the state to begin with
 * @param I the current there, pA
 * @param slope how it changes, pA/ms
 * @param times n times after it, ms; 0 to the map's step
 * @param n how many; 0 does nothing
 * @param states where to store n states; NaN at times beyond the step
 * @param residuals NULL, or where to store n residuals, as shares of the rates at the start; NaN at
 * times beyond the step
 * @return #IZH_OK; #IZH_E_INVALID for NULL, if some time was beyond the step, or if v, the slope,
 * or I - u, which is all that the map sees of current and u, lies beyond what it was trained for:
 * then all states and residuals are NaN; #IZH_E_DIVERGED where the map gives no number, as none
 * does that was trained
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_flow_eval(const izh_flow *flow, izh_state from, double I, double slope,
                                 const double *times, size_t n, izh_state *states,
                                 double *residuals);

/**
 * Saves a map. The blob is the same on every machine.
 *
 * @param flow the map
 * @param buffer where to write; NULL to ask for the size
 * @param capacity bytes at buffer
 * @return the size of the blob; it was written only if that is at most the capacity. 0 for NULL.
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API size_t izh_flow_save(const izh_flow *flow, void *buffer, size_t capacity);

/**
 * Makes the map that was saved.
 *
 * @param flow where to store it; NULL is stored on error
 * @param buffer the blob
 * @param length its size, bytes
 * @param allocator NULL: malloc and free; copied
 * @param log NULL: none; copied
 * @return #IZH_OK; #IZH_E_FORMAT if it is no whole, undamaged blob of a map; #IZH_E_MEMORY;
 * #IZH_E_INVALID
 *
 * Allocates.
 * @since 0.1
 */
IZH_API izh_status izh_flow_load(izh_flow **flow, const void *buffer, size_t length,
                                 const izh_allocator *allocator, const izh_log *log);

/**
 * Saves a map to a file. Whoever reads the file finds the old one or the new one, whole, whatever
 * happens meanwhile: the new one is written beside it, to disk, and then renamed.
 *
 * @param flow the map
 * @param path the file
 * @return #IZH_OK; #IZH_E_FILE, and the message says why; #IZH_E_MEMORY; #IZH_E_INVALID
 *
 * Allocates, and does I/O.
 * @since 0.1
 */
IZH_API izh_status izh_flow_save_file(izh_flow *flow, const char *path);

/**
 * Makes the map that izh_flow_save_file() saved.
 *
 * @param flow where to store it; NULL is stored on error
 * @param path the file
 * @param allocator NULL: malloc and free; copied
 * @param log NULL: none; copied
 * @return as izh_flow_load(); #IZH_E_FILE if the file cannot be read
 *
 * Allocates, and does I/O.
 * @since 0.1
 */
IZH_API izh_status izh_flow_load_file(izh_flow **flow, const char *path,
                                      const izh_allocator *allocator, const izh_log *log);

/**
 * The message of the last error of izh_flow_save_file(). Empty if there was none.
 *
 * @param flow the map
 * @return a string that lives as long as the map and changes with the next error
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API const char *izh_flow_message(const izh_flow *flow);

#ifdef __cplusplus
}
#endif

#endif
