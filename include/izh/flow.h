/**
 * @file flow.h
 * @brief The flow map of a neuron: one net, trained once, that runs any stimulus.
 *
 * A solution as nets (izh/pinn.h) belongs to one stimulus. A flow map takes any state and
 * current of a region on by one step of at most 1 ms: it is trained over states and currents as
 * well as time, on the neuron's equations alone, without data of another solver. A solver of the
 * method #IZH_PINN that is given a map takes its steps by the map instead of training a net for
 * each. In every step it looks at the residual, which is how far the equation is from holding.
 * Where the residual is too large the step is halved, up to three times; where that does not help,
 * and outside the region, the solver trains a net for the step as without a map.
 *
 * Training gives the same bits on every machine, and so does the map.
 *
 * Threads: any number of threads and solvers may use a map at once, as it does not change once it
 * is trained or loaded. Only izh_flow_save_file() and izh_flow_set_log(), which change the message
 * and the log, and izh_flow_destroy() must be alone.
 *
 * Real time: izh_flow_eval(), izh_flow_get_info(), izh_flow_save(), izh_flow_set_log() and
 * izh_flow_message() are safe; what trains, loads, destroys or saves to a file is not.
 *
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

/** How far training has come.
 * Frozen: this struct never changes. */
typedef struct izh_flow_progress {
    double loss;         /**< mean square of the residual at the points, after this iteration */
    uint32_t iteration;  /**< from 1 */
    uint32_t iterations; /**< how many there will be at most */
} izh_flow_progress;

/** Called after each iteration of training, from the thread that trains.
 * @param progress lives until the function returns
 * @param user the config's progress_user
 * @return #IZH_CONTINUE, or #IZH_STOP to end training here */
typedef int32_t izh_flow_progress_fn(const izh_flow_progress *progress, void *user);

/** What izh_flow_train() needs. Start from #IZH_FLOW_CONFIG_INIT and set `params`, `I_lo` and
 * `I_hi`; zero in any other field is its default.
 * Versioned, as izh_solver_config is. */
typedef struct izh_flow_config {
    size_t size;       /**< set by #IZH_FLOW_CONFIG_INIT */
    izh_params params; /**< the neuron; must be set. k2 is positive, v turns upwards below the peak,
                            that is -k1 / (2 k2) < vpeak, and U(v) is a line: b_lo = b_hi, b3 = 0 */
    double I_lo;       /**< the lowest current, pA; must be set */
    double I_hi;       /**< the highest, pA; above I_lo; must be set */
    double slope;      /**< the steepest change of the current, pA/ms; >= 0; default: the range from
                            I_lo to I_hi in 30 ms */
    double v_lo;       /**< the lowest v, mV; below vpeak. 0, the default: a tenth of the way to the
                            peak below the lowest v that the neuron reaches under such currents */
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

/** What a map is.
 * Frozen: this struct never changes. */
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

/** Trains a map. With the defaults this takes some seconds and 35 MB of memory, which is given back
 * at the end; with 128 units four times as much of both.
 * @param flow where to store it; NULL is stored on error
 * @param config what to train; not kept
 * @return #IZH_OK; #IZH_STOPPED where the progress function ended training: the map is what the
 * iterations so far have made; #IZH_E_UNSUPPORTED for a neuron, or currents and states, of which
 * there is no map; #IZH_E_TOLERANCE where residual_new is 0.01 or more, so that the map would be of
 * no use in most steps: a narrower range of currents or states may train; #IZH_E_DIVERGED where
 * v_lo or u_lo and u_hi were left open and the neuron runs away under such currents;
 * #IZH_E_INVALID; #IZH_E_MEMORY. The config's log is told why, unless `size` is no version's: then
 * nothing in the config is trusted. */
IZH_API IZH_ALLOCATES izh_status izh_flow_train(izh_flow **flow, const izh_flow_config *config);

/** Frees a map. NULL is allowed. No solver may use it any more. */
IZH_API IZH_RELEASES void izh_flow_destroy(izh_flow *flow);

/** What a map is.
 * @return a copy; all zero for NULL */
IZH_API IZH_REALTIME izh_flow_info izh_flow_get_info(const izh_flow *flow);

/** The states some times after a state, by the map alone. From where v has reached the peak they
 * mean nothing: a solver finds spikes and resets.
 * @param from the state to begin with
 * @param I the current there, pA
 * @param slope how it changes, pA/ms
 * @param times n times after it, ms; 0 to the map's step
 * @param n how many; 0 does nothing
 * @param states where to store n states; NaN at times beyond the step
 * @param residuals NULL, or where to store n residuals, as shares of the rates at the start; NaN at
 * times beyond the step
 * @return #IZH_OK; #IZH_E_INVALID for NULL, if some time is beyond the step, or if the start lies
 * outside the map's region: then all states and residuals are NaN. The map sees v, I - u, the
 * slope, and a r I + slope; each has to be one that the region's v, u, I and slope can give.
 * #IZH_E_DIVERGED where a state is no number, which a map of izh_flow_train() never gives */
IZH_API IZH_REALTIME izh_status izh_flow_eval(const izh_flow *flow, izh_state from, double I,
                                              double slope, const double *times, size_t n,
                                              izh_state *states, double *residuals);

/** Saves a map. The blob is the same on every machine.
 * @param buffer where to write; NULL to ask for the size
 * @param capacity bytes at buffer
 * @return the size of the blob; it was written only if that is at most the capacity. 0 for NULL. */
IZH_API IZH_REALTIME size_t izh_flow_save(const izh_flow *flow, void *buffer, size_t capacity);

/** Makes the map that was saved.
 * @param flow where to store it; NULL is stored on error
 * @param buffer the blob
 * @param length its size, bytes
 * @param allocator NULL: malloc and free; copied
 * @param log NULL: none; copied
 * @return #IZH_OK; #IZH_E_FORMAT if it is no whole, undamaged blob of a map; #IZH_E_MEMORY;
 * #IZH_E_INVALID */
IZH_API IZH_ALLOCATES izh_status izh_flow_load(izh_flow **flow, const void *buffer, size_t length,
                                               const izh_allocator *allocator, const izh_log *log);

/** Saves a map to a file. Whoever reads the file finds the old one or the new one, whole,
 * whatever happens meanwhile: the new one is written beside it, to disk, and then renamed.
 * After an error only the old one is there; a process that is killed meanwhile may leave the one
 * beside it, "izh-<16 hexadecimal digits>.part".
 *
 * A save goes through symbolic links to the file that they lead to, and makes it where it is
 * missing. It replaces regular files only, and only those that this process may write to and that
 * somebody may: a file without any right to write is read-only for root, too. The new file has the
 * old one's mode, and its group and owner where this process may give them; not its access control
 * lists or extended attributes. Other hard links keep the old file. On Windows the new file has
 * the rights that its folder gives, and one that another program has open without sharing it is
 * #IZH_E_FILE after half a second. (Elsewhere: the file is written beside and renamed, no more.)
 * @param path the file; on Windows in UTF-8
 * @return #IZH_OK; #IZH_E_FILE, and the message says why; #IZH_E_MEMORY; #IZH_E_INVALID
 *
 * Allocates, and does I/O. */
IZH_API IZH_ALLOCATES izh_status izh_flow_save_file(izh_flow *flow, const char *path);

/** Makes the map that izh_flow_save_file() saved.
 * @param flow where to store it; NULL is stored on error
 * @param path the file; on Windows in UTF-8
 * @param allocator NULL: malloc and free; copied
 * @param log NULL: none; copied
 * @return as izh_flow_load(); #IZH_E_FILE if the file cannot be read, or is no regular file
 *
 * Allocates, and does I/O. */
IZH_API IZH_ALLOCATES izh_status izh_flow_load_file(izh_flow **flow, const char *path,
                                                    const izh_allocator *allocator,
                                                    const izh_log *log);

/** Sends messages to another log from now on, in place of the one it was made with. For an
 * owner that moves, or ends before the map does.
 * @param log where to; NULL: nowhere; copied
 * @return #IZH_OK; #IZH_E_INVALID for NULL
 * @since 0.2 */
IZH_API IZH_REALTIME izh_status izh_flow_set_log(izh_flow *flow, const izh_log *log);

/** The message of the last error of izh_flow_save_file(). Empty if there was none.
 * @return a string that lives as long as the map and changes with the next error */
IZH_API IZH_REALTIME const char *izh_flow_message(const izh_flow *flow);

#ifdef __cplusplus
}
#endif

#endif
