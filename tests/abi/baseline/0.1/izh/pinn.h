/**
 * @file pinn.h
 * @brief A neuron's whole solution as trained networks, to evaluate, keep and look into.
 *
 * izh_pinn_train() solves a neuron over a span of time by physics-informed networks: one for each
 * window of a few ms to tens of ms, trained on the neuron's equation alone. No data of another
 * solver enters. What networks learn is not v(t), whose spikes a network rounds off, but the phase
 * theta, v = vm + kappa tan(theta/2), in which a spike is as smooth as the rest; a window ends just
 * past a crossing of the peak or of the kink of U(v), and the next begins after the reset. The
 * method #IZH_PINN of a solver is the same, step by step.
 *
 * Training gives the same bits on every machine, and so does evaluation, with every instruction
 * set.
 *
 * Threads: an izh_pinn does not change once it is trained or loaded; any number of threads may read
 * it at once, but for izh_pinn_save_file(), which may change the message.
 *
 * Real time: only what reads is: izh_pinn_eval(), izh_pinn_residual() and what returns a pointer or
 * a number.
 */
#ifndef IZH_PINN_H
#define IZH_PINN_H

#include <izh/solver.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A trained solution. Opaque. @since 0.1 */
typedef struct izh_pinn izh_pinn;

/**
 * How far training has come.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_pinn_progress {
    double t;           /**< start of the window that is being trained, ms */
    double t_end;       /**< where training will end, ms */
    double length;      /**< of the window, ms; shorter in a later attempt */
    double loss;        /**< mean square of the residual at the window's points */
    uint64_t window;    /**< the window, from 0 */
    uint32_t iteration; /**< within the window, from 1 */
    uint32_t reserved;  /**< 0 */
} izh_pinn_progress;

/**
 * Called after each iteration of training, from the thread that trains.
 *
 * @param progress lives until the function returns
 * @param user the config's progress_user
 * @return #IZH_CONTINUE, or #IZH_STOP to end training here
 * @since 0.1
 */
typedef int32_t izh_pinn_progress_fn(const izh_pinn_progress *progress, void *user);

/**
 * What izh_pinn_train() needs. Start from #IZH_PINN_CONFIG_INIT and set `params` and `t_end`; zero
 * in any other field is its default.
 *
 * Versioned, as izh_solver_config is.
 * @since 0.1
 */
typedef struct izh_pinn_config {
    size_t size;                 /**< set by #IZH_PINN_CONFIG_INIT */
    izh_params params;           /**< the neuron; must be set */
    izh_state initial;           /**< the state at t0; at or above the peak it spikes at once */
    double t0;                   /**< start, ms */
    double t_end;                /**< end, ms; after t0 */
    const izh_segment *segments; /**< the current, as izh_solver_set_stimulus() takes it */
    size_t segment_count;        /**< how many; 0 means no current */
    double tolerance; /**< largest residual of the equation per window, in coordinates of the order
                         of one; default 1e-9; what is below 1e-11 or above 1e-2 counts as that */
    double longest;   /**< longest window, ms; default 1000 */
    izh_pinn_network network;       /**< the networks */
    izh_pinn_progress_fn *progress; /**< default: none */
    void *progress_user;            /**< passed to progress */
    izh_allocator allocator;        /**< default: malloc and free */
    izh_log log;                    /**< default: none */
} izh_pinn_config;

/** The defaults, but for `params` and `t_end`, which must be set. @since 0.1 */
#define IZH_PINN_CONFIG_INIT                                                                     \
    {                                                                                            \
        sizeof(izh_pinn_config), {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {0, 0}, 0, 0, \
            NULL, 0, 0, 0, {0, 0, 0, 0}, NULL, NULL, {NULL, NULL, NULL},                         \
        {                                                                                        \
            NULL, NULL                                                                           \
        }                                                                                        \
    }

/**
 * A window and its network.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_pinn_window {
    double t;            /**< start, ms */
    double length;       /**< until the next window begins, ms */
    double trained;      /**< length that was trained, ms: longer where a spike or a kink ends it */
    double residual;     /**< the largest found, per window, at the points and between them */
    uint64_t first_loss; /**< where its losses begin in izh_pinn_losses() */
    uint32_t iterations; /**< of all attempts; as many losses */
    uint32_t attempts;   /**< 1 where the first length tried met the tolerance */
    uint32_t parameters; /**< trained weights and biases */
    uint32_t reserved;   /**< 0 */
} izh_pinn_window;

/** Windows in the order of time. Frozen: this struct never changes. @since 0.1 */
typedef struct izh_pinn_windows {
    const izh_pinn_window *data; /**< `count` windows; live as long as the object */
    size_t count;                /**< how many */
} izh_pinn_windows;

/** Spikes in the order of time. Frozen: this struct never changes. @since 0.1 */
typedef struct izh_pinn_spikes {
    const izh_spike_event *data; /**< `count` spikes; live as long as the object */
    size_t count;                /**< how many */
} izh_pinn_spikes;

/** Losses in the order of training. Frozen: this struct never changes. @since 0.1 */
typedef struct izh_pinn_losses {
    const double *data; /**< `count` losses; live as long as the object */
    size_t count;       /**< how many */
} izh_pinn_losses;

/**
 * Trains a solution.
 *
 * @param pinn where to store it; NULL is stored on error
 * @param config what to train; not kept
 * @return #IZH_OK; #IZH_STOPPED where the progress function ended training: the solution is that of
 * the windows trained so far, up to izh_pinn_end(); on errors what was trained is lost, and a host
 * that wants to keep it stops in time; #IZH_E_TOLERANCE where a window would not train at
 * #izh_pinn_network.shortest; #IZH_E_DIVERGED where the neuron spikes more than 1000 times in a
 * millisecond or its state runs away; #IZH_E_RESET; #IZH_E_INVALID; #IZH_E_MEMORY. The config's log
 * is told why, with the time and the residual, unless `size` is wrong: then nothing in the config
 * is trusted.
 *
 * Allocates.
 * @since 0.1
 */
IZH_API izh_status izh_pinn_train(izh_pinn **pinn, const izh_pinn_config *config);

/**
 * Frees a solution. NULL is allowed.
 *
 * @param pinn the solution
 * @since 0.1
 */
IZH_API void izh_pinn_destroy(izh_pinn *pinn);

/**
 * Where the solution ends, ms: the config's t_end, or where training was stopped. NaN for NULL.
 *
 * @param pinn the solution
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API double izh_pinn_end(const izh_pinn *pinn);

/**
 * The states at some times. At a spike's own time it is the state after the reset. The order of
 * times is free; ascending ones are fastest.
 *
 * @param pinn the solution
 * @param times n times, ms
 * @param n how many; 0 does nothing
 * @param states where to store n states; NaN at times beyond the solution and at NaN
 * @return #IZH_OK; #IZH_E_INVALID for NULL, or if some time was not within the solution
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_pinn_eval(const izh_pinn *pinn, const double *times, size_t n,
                                 izh_state *states);

/**
 * How far the equation is from holding at some times: the larger of its two residuals, per window,
 * in coordinates of the order of one, as the tolerance bounds it.
 *
 * @param pinn the solution
 * @param times n times, ms
 * @param n how many; 0 does nothing
 * @param residuals where to store n residuals; NaN at times beyond the solution and at NaN
 * @return as izh_pinn_eval()
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_pinn_residual(const izh_pinn *pinn, const double *times, size_t n,
                                     double *residuals);

/**
 * The spikes. None for NULL.
 *
 * @param pinn the solution
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_pinn_spikes izh_pinn_get_spikes(const izh_pinn *pinn);

/**
 * The windows. None for NULL.
 *
 * @param pinn the solution
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_pinn_windows izh_pinn_get_windows(const izh_pinn *pinn);

/**
 * The loss after each iteration of training, the failed attempts' too. None for NULL.
 *
 * @param pinn the solution
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_pinn_losses izh_pinn_get_losses(const izh_pinn *pinn);

/**
 * Saves a solution, with its report. The blob is the same on every machine.
 *
 * @param pinn the solution
 * @param buffer where to write; NULL to ask for the size
 * @param capacity bytes at buffer
 * @return the size of the blob; it was written only if that is at most the capacity. 0 for NULL.
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API size_t izh_pinn_save(const izh_pinn *pinn, void *buffer, size_t capacity);

/**
 * Makes the solution that was saved.
 *
 * @param pinn where to store it; NULL is stored on error
 * @param buffer the blob
 * @param length its size, bytes
 * @param allocator NULL: malloc and free; copied
 * @param log NULL: none; copied
 * @return #IZH_OK; #IZH_E_FORMAT if it is no whole, undamaged blob of a solution; #IZH_E_MEMORY;
 * #IZH_E_INVALID
 *
 * Allocates.
 * @since 0.1
 */
IZH_API izh_status izh_pinn_load(izh_pinn **pinn, const void *buffer, size_t length,
                                 const izh_allocator *allocator, const izh_log *log);

/**
 * Saves a solution to a file. Whoever reads the file finds the old one or the new one, whole,
 * whatever happens meanwhile: the new one is written beside it, to disk, and then renamed.
 *
 * @param pinn the solution
 * @param path the file
 * @return #IZH_OK; #IZH_E_FILE, and the message says why; #IZH_E_MEMORY; #IZH_E_INVALID
 *
 * Allocates, and does I/O.
 * @since 0.1
 */
IZH_API izh_status izh_pinn_save_file(izh_pinn *pinn, const char *path);

/**
 * Makes the solution that izh_pinn_save_file() saved.
 *
 * @param pinn where to store it; NULL is stored on error
 * @param path the file
 * @param allocator NULL: malloc and free; copied
 * @param log NULL: none; copied
 * @return as izh_pinn_load(); #IZH_E_FILE if the file cannot be read
 *
 * Allocates, and does I/O.
 * @since 0.1
 */
IZH_API izh_status izh_pinn_load_file(izh_pinn **pinn, const char *path,
                                      const izh_allocator *allocator, const izh_log *log);

/**
 * The message of the last error of izh_pinn_save_file(). Empty if there was none.
 *
 * @param pinn the solution
 * @return a string that lives as long as the solution and changes with the next error
 *
 * Real-time safe.
 * @since 0.1
 */
IZH_API const char *izh_pinn_message(const izh_pinn *pinn);

#ifdef __cplusplus
}
#endif

#endif
