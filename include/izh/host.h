/**
 * @file host.h
 * @brief What the host program may lend to an object, memory and a place for messages, and what its
 * callbacks answer.
 *
 * Threads: what a host lends is called from the thread that calls the library, never from one of
 * the library's own. Lent to several objects that run at once, it has to be safe for that itself.
 *
 * **Callbacks return.** The best way out of one is to keep the error, return #IZH_STOP, and deal
 * with the error (in C++: std::rethrow_exception()) once the run has returned #IZH_STOPPED. Where
 * that is not possible, a callback of a solver or a population may be left by longjmp() or by a C++
 * exception; the library's frames have unwind tables, and nothing of theirs has to be cleaned up.
 * Then:
 *
 * - The object stays busy, and its thread has the floating-point mode of IEEE 754 instead of its
 *   own, until izh_solver_abandon() or izh_population_abandon(). After that the object can be used
 *   as before: it stands where it stood when the callback was called, or a population at the start
 *   of the block of ticks that was under way.
 * - Only the thread that called the library may leave a callback so. An izh_current_fn that is not
 *   stepwise must return where a population has threads, or catch its exceptions: on a thread of
 *   the library's they end the program.
 * - An izh_executor may be left only once none of its tasks runs any more.
 * - izh_log.write may be left, too. No object is busy then; the call has ended in its error, but
 *   the thread has the floating-point mode of IEEE 754 until the host sets its own.
 * - What must return: functions of an izh_allocator; and progress functions of training, or what
 *   the training has allocated is lost.
 *
 * **Signal handlers.** A handler may call what is marked #IZH_REALTIME, if it takes no object or
 * one that no interrupted call is using. An error is formatted by snprintf() then, which not every
 * C library allows in a handler. To stop a run from a
 * handler, set a `volatile sig_atomic_t` that a callback looks at and answers by #IZH_STOP. A jump
 * out of a handler that interrupted a call of the library's leaves its object in an unknown state.
 *
 * **Fork.** A child may use each object that no other thread was using when it forked. A population
 * with threads or an executor runs on the caller's thread in the child, with the same results, and
 * never calls the executor there; for threads in the child, make another one and load it. An object
 * that another thread was using can only be abandoned and destroyed there.
 *
 * Since 0.1, where an item names no later version.
 */
#ifndef IZH_HOST_H
#define IZH_HOST_H

#include <stddef.h>

#include <izh/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @name Answers of callbacks
 * @{
 */
/** From a callback: go on. */
#define IZH_CONTINUE 0
/** From a callback: stop here. The call that is under way returns #IZH_STOPPED; a run
 * can go on later. */
#define IZH_STOP 1
/** @} */

/** Where an object gets its memory. All zero means malloc and free.
 *
 * `alloc` returns `size` bytes aligned as malloc aligns them, or NULL. `release` gets back what
 * `alloc` returned, with the same size. Either both are given or neither (#IZH_E_INVALID). They are
 * called from the thread that calls the library.
 * Frozen: this struct never changes. */
typedef struct izh_allocator {
    /** Gives memory. */
    void *(*alloc)(void *user, size_t size);
    /** Takes it back. */
    void (*release)(void *user, void *memory, size_t size);
    void *user; /**< passed to both functions; the library never looks at it */
} izh_allocator;

/** Where an object reports errors. `write` NULL means nowhere. It is called only when a call ends
 * in an error (a negative status), from the thread that made the call; `message` names the field
 * and the value, or the time, and lives until `write` returns. `write` must not call the library on
 * the object that reports.
 * Frozen: this struct never changes. */
typedef struct izh_log {
    /** Takes a message. */
    void (*write)(void *user, izh_status status, const char *message);
    void *user; /**< passed to write; the library never looks at it */
} izh_log;

#ifdef __cplusplus
}
#endif

#endif
