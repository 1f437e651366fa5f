/**
 * @file host.h
 * @brief What the host program may lend to an object, memory and a place for messages, and what its
 * callbacks answer.
 */
#ifndef IZH_HOST_H
#define IZH_HOST_H

#include <stddef.h>

#include <izh/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** From a callback: go on. */
#define IZH_CONTINUE 0
/** From a callback: stop here. The call that is under way returns #IZH_STOPPED; a run
 * can go on later. */
#define IZH_STOP 1

/**
 * Where an object gets its memory. All zero means malloc and free.
 *
 * `alloc` returns `size` bytes aligned as malloc aligns them, or NULL. `release` gets back what
 * `alloc` returned, with the same size. Either both are given or neither (#IZH_E_INVALID). They are
 * called from the thread that calls the library.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_allocator {
    /** Gives memory. */
    void *(*alloc)(void *user, size_t size);
    /** Takes it back. */
    void (*release)(void *user, void *memory, size_t size);
    void *user; /**< passed to both functions; the library never looks at it */
} izh_allocator;

/**
 * Where an object reports errors. `write` NULL means nowhere. It is called only when a call ends in
 * an error (a negative status), from the thread that made the call; `message` names the field and
 * the value, or the time, and lives until `write` returns. `write` must not call the library on the
 * object that reports.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_log {
    /** Takes a message. */
    void (*write)(void *user, izh_status status, const char *message);
    void *user; /**< passed to write; the library never looks at it */
} izh_log;

#ifdef __cplusplus
}
#endif

#endif
