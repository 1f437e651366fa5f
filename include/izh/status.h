/**
 * @file status.h
 * @brief Version of the library, what it has, sizes of its structs, and the status that its
 * functions return.
 *
 * Threads: every function here, and in all headers each function that takes no object, may be
 * called from any thread at any time.
 *
 * Since 0.1, where an item names no later version.
 */
#ifndef IZH_STATUS_H
#define IZH_STATUS_H

#include <stddef.h>
#include <stdint.h>

/** Marks what the shared library exports. A program or plugin that has the static library inside
 * may define IZH_STATIC before it includes these headers (with pkg-config: -DIZH_STATIC): it then
 * calls the library's functions directly. It exports none of them, with or without that. */
#if defined(IZH_STATIC) && defined(__GNUC__) && !defined(_WIN32)
#define IZH_API __attribute__((visibility("hidden")))
#elif defined(__GNUC__) && !defined(_WIN32)
#define IZH_API __attribute__((visibility("default")))
#elif !defined(IZH_API) /* what builds a DLL exports by it */
#define IZH_API
#endif

/**
 * @name What a function does in real time
 * Marks in the declarations, which expand to nothing. Tests hold the functions to them. Where a
 * mark has conditions, the function's comment names them.
 * @since 0.2
 * @{
 */
#define IZH_REALTIME  /**< Safe in real time: it never allocates, locks, waits or does I/O. */
#define IZH_ALLOCATES /**< May allocate; with #IZH_REALTIME: beyond some size only. */
#define IZH_RELEASES  /**< Frees memory. */
/** @} */

/**
 * @name Version
 * Of these headers, by semantic versioning; izh_version() is that of the library itself. Until 1.0
 * a minor version may change the ABI.
 * @{
 */
#define IZH_VERSION_MAJOR 0 /**< Changes with what older programs cannot be built or run with. */
#define IZH_VERSION_MINOR 2 /**< Grows with what is new. */
#define IZH_VERSION_PATCH 0 /**< Grows with what is mended. */
/** The three as one number that grows: 1002003 is version 1.2.3. */
#define IZH_VERSION (IZH_VERSION_MAJOR * 1000000 + IZH_VERSION_MINOR * 1000 + IZH_VERSION_PATCH)
/** @} */

#ifdef __cplusplus
extern "C" {
#endif

/** The version of the library that the program runs with, in the form of #IZH_VERSION.
 * @return the number */
IZH_API IZH_REALTIME uint32_t izh_version(void);

/** Whether the library that the program runs with has something, on this machine: one question for
 * a host that is loaded with whatever library there is.
 *
 * It knows every method of this build by its name; the instruction sets "scalar",
 * "sse2", "avx2", "avx512" and "neon", as izh_isa_supported() does; and "populations", "float32"
 * (populations in single precision), "threads" (populations on threads of the library's own),
 * "presets", "metrics", "analysis", "gradients", "inputs" (izh/stimulus.h) and "flow-maps". For
 * izh/pinn.h ask for the method, "pinn"; 0.1 called it "networks", which stands for networks of
 * neurons from 0.2 on. A build may leave out "pinn" and "flow-maps": all their functions are there,
 * but none makes a solution or a map (#IZH_E_UNSUPPORTED). Later versions know more.
 * @param feature the name, in this spelling; NULL names no feature
 * @return 1, or 0: it is not there, or this library does not know the name */
IZH_API IZH_REALTIME int32_t izh_has(const char *feature);

/** The size of one of the public structs in the library that the program runs with. A binding that
 * declares the structs itself, as those for other languages do, compares it with its own.
 * @param name the struct, such as "izh_params"; NULL names no struct
 * @return its size, bytes; 0 where no public struct has that name */
IZH_API IZH_REALTIME size_t izh_struct_size(const char *name);

/** What a call came to: zero is success, positive is news (the call worked and something worth
 * knowing happened), negative is an error. After an error, a call that sets or loads something has
 * changed nothing; a run has gone as far as its function says; training leaves nothing. */
typedef int32_t izh_status;

/**
 * @name Status
 * The values of #izh_status. They never change; later versions may add some.
 * @{
 */
/** Success. */
#define IZH_OK 0
/** News: a callback asked to stop. A solver stands at that very time, a population at a tick, and
 * both can go on; training has stored what it had made so far. */
#define IZH_STOPPED 1
/** News: results wait to be taken before the call can go on. */
#define IZH_PAUSED 2
/** News: the neuron has no stable equilibrium. */
#define IZH_NO_REST 3
/** An argument or a field is not valid; the message names it and its value, and says what it must
 * be. */
#define IZH_E_INVALID (-1)
/** The allocator had no memory. */
#define IZH_E_MEMORY (-2)
/** The combination is valid but this method or object does not offer it. */
#define IZH_E_UNSUPPORTED (-3)
/** The call is not allowed inside one of this object's own callbacks. */
#define IZH_E_BUSY (-4)
/** The solution ran away: not a number, no next step, or too many spikes or steps. A solver stands
 * at its last good state, a neuron of a population at its last good tick. */
#define IZH_E_DIVERGED (-5)
/** The reset does not lie below the peak, so the neuron would spike for ever. */
#define IZH_E_RESET (-6)
/** The tolerance cannot be met. */
#define IZH_E_TOLERANCE (-7)
/** Saved data is truncated, damaged, or not of this kind. */
#define IZH_E_FORMAT (-8)
/** A file cannot be read or written. */
#define IZH_E_FILE (-9)
/** @} */

/** The name of a status, such as "IZH_E_INVALID".
 * @param status any value
 * @return a string that lives for ever; "unknown status" for any other value */
IZH_API IZH_REALTIME const char *izh_status_name(izh_status status);

/** What a status means, as one short line of English.
 * @param status any value
 * @return a string that lives for ever; "unknown status" for any other value */
IZH_API IZH_REALTIME const char *izh_status_text(izh_status status);

#ifdef __cplusplus
}
#endif

#endif
