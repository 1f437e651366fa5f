/**
 * @file pinn.h
 * @brief A neuron's whole solution as trained nets (PINN), to evaluate, keep and look into.
 *
 * izh_pinn_train() solves a neuron over a span of time by physics-informed nets: one for each
 * window of a few ms to tens of ms, trained on the neuron's equation alone, without data of another
 * solver. Nets learn not v(t), whose spikes a net rounds off, but the phase theta, v = vm + kappa
 * tan(theta/2), in which a spike is as smooth as the rest. A window ends just past a crossing of
 * the peak or of the kink of U(v), and the next begins after the reset. The method #IZH_PINN of a
 * solver is the same, step by step. Training and evaluation give the same bits on every machine.
 *
 * "Residual": the larger of the equation's two, per window, in coordinates of the order of one.
 *
 * Threads: an izh_pinn does not change once it is trained or loaded; any number of threads may read
 * it at once, but for izh_pinn_save_file(), which may change the message.
 * Since 0.1, where an item names no later version.
 */
#ifndef IZH_PINN_H
#define IZH_PINN_H

#include <izh/solver.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A trained solution. Opaque. */
typedef struct izh_pinn izh_pinn;

/** How far training has come. Frozen. */
typedef struct izh_pinn_progress {
    double t;           /**< start of the window that is being trained, ms */
    double t_end;       /**< where training will end, ms */
    double length;      /**< of the window, ms; shorter in a later attempt */
    double loss;        /**< mean square of the residual at the window's points */
    uint64_t window;    /**< the window, from 0 */
    uint32_t iteration; /**< within the window, from 1 */
    uint32_t reserved;  /**< 0 */
} izh_pinn_progress;

/** Called after each iteration of training, from the thread that trains.
 * @param progress lives until the function returns
 * @return #IZH_CONTINUE, or #IZH_STOP to end training here */
typedef int32_t izh_pinn_progress_fn(const izh_pinn_progress *progress, void *user);

/** What izh_pinn_train() needs: `params` and `t_end`. Versioned; see #IZH_PINN_CONFIG_INIT. */
typedef struct izh_pinn_config {
    size_t size;                    /**< set by #IZH_PINN_CONFIG_INIT */
    izh_params params;              /**< the neuron; must be set */
    izh_state initial;              /**< the state at t0; at or above the peak it spikes at once */
    double t0;                      /**< start, ms */
    double t_end;                   /**< end, ms; after t0 */
    const izh_segment *segments;    /**< the current, as izh_solver_set_stimulus() takes it */
    size_t segment_count;           /**< how many; 0 means no current */
    double tolerance;               /**< largest residual, default 1e-9; cut to 1e-11 ... 1e-2 */
    double longest;                 /**< longest window, ms; default 1000 */
    izh_pinn_network pinn;          /**< the nets */
    izh_pinn_progress_fn *progress; /**< default: none */
    void *progress_user;            /**< passed to progress */
    izh_allocator allocator;        /**< default: malloc and free */
    izh_log log;                    /**< default: none */
} izh_pinn_config;

/** The defaults, but for `params` and `t_end`, which must be set. */
#define IZH_PINN_CONFIG_INIT                                                                     \
    {                                                                                            \
        sizeof(izh_pinn_config), {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {0, 0}, 0, 0, \
            NULL, 0, 0, 0, {0, 0, 0, 0}, NULL, NULL, {NULL, NULL, NULL},                         \
        {                                                                                        \
            NULL, NULL                                                                           \
        }                                                                                        \
    }

/** A window and its net. Frozen. */
typedef struct izh_pinn_window {
    double t;            /**< start, ms */
    double length;       /**< until the next window begins, ms */
    double trained;      /**< length that was trained, ms: longer where a spike or a kink ends it */
    double residual;     /**< the largest found, at the points and between them */
    uint64_t first_loss; /**< where its losses begin in izh_pinn_get_losses() */
    uint32_t iterations; /**< of all attempts; as many losses */
    uint32_t attempts;   /**< 1 where the first length tried met the tolerance */
    uint32_t parameters; /**< trained weights and biases */
    uint32_t reserved;   /**< 0 */
} izh_pinn_window;

/** Windows in the order of time. Frozen. */
typedef struct izh_pinn_windows {
    const izh_pinn_window *data; /**< `count` windows; live as long as the object */
    size_t count;                /**< how many */
} izh_pinn_windows;

/** Spikes in the order of time. Frozen. */
typedef struct izh_pinn_spikes {
    const izh_spike_event *data; /**< `count` spikes; live as long as the object */
    size_t count;                /**< how many */
} izh_pinn_spikes;

/** Losses in the order of training. Frozen. */
typedef struct izh_pinn_losses {
    const double *data; /**< `count` losses; live as long as the object */
    size_t count;       /**< how many */
} izh_pinn_losses;

/** Trains a solution `pinn`. The message of an error has the time and the residual.
 * @return also #IZH_STOPPED where the progress function ended training: the solution is that of the
 *         windows trained so far, up to izh_pinn_end(); #IZH_E_TOLERANCE where a window would not
 *         train at #izh_pinn_network.shortest; #IZH_E_DIVERGED where the neuron spikes more than
 *         1000 times in a millisecond or its state runs away; #IZH_E_RESET; #IZH_E_MEMORY */
IZH_API IZH_ALLOCATES izh_status izh_pinn_train(izh_pinn **pinn, const izh_pinn_config *config);

/** Frees a solution. */
IZH_API IZH_RELEASES void izh_pinn_destroy(izh_pinn *pinn);

/** Where the solution ends, ms: the config's t_end, or where training was stopped. */
IZH_API IZH_REALTIME double izh_pinn_end(const izh_pinn *pinn);

/** The states at some times, in any order; ascending ones are fastest. At a spike's own time it is
 * the state after the reset.
 * @param times n times, ms
 * @param states NaN at times beyond the solution and at NaN
 * @return #IZH_E_INVALID also if some time was not within the solution */
IZH_API IZH_REALTIME izh_status izh_pinn_eval(const izh_pinn *pinn, const double *times, size_t n,
                                              izh_state *states);

/** The residual at some `times`, as izh_pinn_eval() gives states. */
IZH_API IZH_REALTIME izh_status izh_pinn_residual(const izh_pinn *pinn, const double *times,
                                                  size_t n, double *residuals);

/** The spikes. */
IZH_API IZH_REALTIME izh_pinn_spikes izh_pinn_get_spikes(const izh_pinn *pinn);

/** The windows. */
IZH_API IZH_REALTIME izh_pinn_windows izh_pinn_get_windows(const izh_pinn *pinn);

/** The loss after each iteration of training, the failed attempts' too. */
IZH_API IZH_REALTIME izh_pinn_losses izh_pinn_get_losses(const izh_pinn *pinn);

/** Saves a solution, with its report. */
IZH_API IZH_REALTIME size_t izh_pinn_save(const izh_pinn *pinn, void *buffer, size_t capacity);

/** Makes the solution that was saved.
 * @return also #IZH_E_FORMAT, #IZH_E_MEMORY */
IZH_API IZH_ALLOCATES izh_status izh_pinn_load(izh_pinn **pinn, const void *buffer, size_t length,
                                               const izh_allocator *allocator, const izh_log *log);

/** Saves a solution to a file `path`, as izh/host.h says of files. Allocates, and does I/O.
 * @return also #IZH_E_FILE, and the message says why; #IZH_E_MEMORY */
IZH_API IZH_ALLOCATES izh_status izh_pinn_save_file(izh_pinn *pinn, const char *path);

/** Makes the solution that izh_pinn_save_file() saved to `path`. Allocates, and does I/O.
 * @return as izh_pinn_load(); #IZH_E_FILE if the file cannot be read, or is no regular file */
IZH_API IZH_ALLOCATES izh_status izh_pinn_load_file(izh_pinn **pinn, const char *path,
                                                    const izh_allocator *allocator,
                                                    const izh_log *log);

/** Sends messages to another log from now on, such as when its owner moves. @since 0.2 */
IZH_API IZH_REALTIME izh_status izh_pinn_set_log(izh_pinn *pinn, const izh_log *log);

/** The message of the last error of izh_pinn_save_file(). */
IZH_API IZH_REALTIME const char *izh_pinn_message(const izh_pinn *pinn);

#ifdef __cplusplus
}
#endif

#endif
