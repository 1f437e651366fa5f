/**
 * @file host.h
 * @brief What the host lends to an object: memory and a place for messages. What its callbacks may
 * do, and what holds for signals, forks and files.
 *
 * Threads: what a host lends is called from the thread that calls the library, never from one of
 * the library's own. What is lent to several objects that run at once must be safe for that.
 * Since 0.1, where an item names no later version.
 *
 * - **Callbacks return.** A callback that meets an error keeps it and returns #IZH_STOP; the host
 *   deals with it once the run has returned #IZH_STOPPED (in C++: std::rethrow_exception()). Where
 *   that is not possible, longjmp() or a C++ exception may leave a callback of a solver or a
 *   population. The library's frames have unwind tables and need no clean-up. Then:
 *   - The object stays busy, and its thread in IEEE 754's mode, until izh_solver_abandon() or
 *     izh_population_abandon(). Then it stands where it stood when the callback was called, or a
 *     population at the start of the block of ticks that was under way.
 *   - Only the thread that called the library may leave a callback so. On the library's threads an
 *     exception of an izh_current_fn that is not stepwise ends the program.
 *   - An izh_executor may be left only once none of its tasks runs any more.
 *   - izh_log.write may be left: the call has ended in its error, and no object is busy, but the
 *     thread stays in IEEE 754's mode until the host sets its own.
 *   - An izh_allocator's functions must return; so must progress functions, or what the training
 *     has allocated is lost.
 * - **Signal handlers** may call what is marked #IZH_REALTIME, if it takes no object or one that no
 *   interrupted call is using. snprintf() formats an error, which not every C library allows there.
 *   To stop a run, set a `volatile sig_atomic_t` that a callback looks at and answers by #IZH_STOP.
 *   A jump out of a handler leaves the object of an interrupted call in an unknown state.
 * - **Fork.** A child may use each object that no other thread was using when it forked; others it
 *   can only abandon and destroy. A population with threads or an executor runs on the caller's
 *   thread in the child, with the same results, and never calls the executor there. For threads in
 *   the child, make another one and load it.
 * - **Files.** The functions named `_save_file` write the new file beside the old one, to disk, and
 *   rename it. So a reader finds the old one or the new one, whole. After an error only the old one
 *   is there; a killed process may leave "izh-<16 hexadecimal digits>.part". They follow symbolic
 *   links, make the file that a link leads to where it is missing, and replace only a regular file
 *   that this process may write to. A file that nobody has the right to write is read-only for
 *   root, too. The new file has the old one's mode, and its group and owner where the process may
 *   give them; not its access control lists or extended attributes. Other hard links keep the old
 *   file. On Windows all paths, also of `_load_file`, are UTF-8, the new file has the rights that
 *   its folder gives, and a file that another program has open may be #IZH_E_FILE after half a
 *   second. (Other systems: only the rename.)
 */
#ifndef IZH_HOST_H
#define IZH_HOST_H

#include <stddef.h>

#include <izh/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IZH_CONTINUE 0 /**< A callback's answer: go on. */
/** A callback's answer: stop here. The call returns #IZH_STOPPED; a run can go on later. */
#define IZH_STOP 1

/** Where an object gets its memory: both functions, or neither for malloc and free. Frozen. */
typedef struct izh_allocator {
    /** Gives `size` bytes aligned as malloc aligns them, or NULL. */
    void *(*alloc)(void *user, size_t size);
    /** Takes back what `alloc` returned, with the same size. */
    void (*release)(void *user, void *memory, size_t size);
    void *user; /**< passed to both functions */
} izh_allocator;

/** Where an object reports errors. Frozen. */
typedef struct izh_log {
    /** Called when a call ends in an error (a negative status), from the thread that made the call;
     * NULL: nowhere. `message` names the field and the value, or the time, and lives until `write`
     * returns. It must not call the library on the object that reports. */
    void (*write)(void *user, izh_status status, const char *message);
    void *user; /**< passed to write */
} izh_log;

#ifdef __cplusplus
}
#endif

#endif
