/**
 * @file status.h
 * @brief The library's version, its parts and the sizes of its structs; the status that functions
 * return.
 *
 * Threads: every function here, and in all headers each function that takes no object, may be
 * called from any thread at any time.
 * Since 0.1, where an item names no later version.
 */
#ifndef IZH_STATUS_H
#define IZH_STATUS_H

#include <stddef.h>
#include <stdint.h>

/** Marks what the shared library exports. A program or plugin that has the static library inside
 * may define IZH_STATIC before it includes these headers (pkg-config: -DIZH_STATIC): it then calls
 * the library's functions directly. It exports none of them; on Windows, if it marks its own. */
#if defined(IZH_STATIC) && defined(__GNUC__) && !defined(_WIN32)
#define IZH_API __attribute__((visibility("hidden")))
#elif defined(__GNUC__) && !defined(_WIN32)
#define IZH_API __attribute__((visibility("default")))
#elif !defined(IZH_API) /* what builds a DLL exports by it */
#define IZH_API
#endif

/** @name What a function does in real time
 * The marks expand to nothing, and tests hold the functions to them. A function's comment names the
 * conditions of its marks. @since 0.2
 * @{ */
#define IZH_REALTIME  /**< Safe in real time: it never allocates, locks, waits or does I/O. */
#define IZH_ALLOCATES /**< May allocate; with #IZH_REALTIME: beyond some size only. */
#define IZH_RELEASES  /**< Frees memory. */
/** @} */

/** @name Version
 * Of these headers, by semantic versioning. Until 1.0 a minor version may change the ABI.
 * @{ */
#define IZH_VERSION_MAJOR 0 /**< Changes when older programs may no longer build or run. */
#define IZH_VERSION_MINOR 2 /**< Grows when something is added. */
#define IZH_VERSION_PATCH 0 /**< Grows when something is mended. */
/** The three as one number that grows: 1002003 is version 1.2.3. */
#define IZH_VERSION (IZH_VERSION_MAJOR * 1000000 + IZH_VERSION_MINOR * 1000 + IZH_VERSION_PATCH)
/** @} */

#ifdef __cplusplus
extern "C" {
#endif

/** The version of the library that the program runs with, in the form of #IZH_VERSION. */
IZH_API IZH_REALTIME uint32_t izh_version(void);

/** Whether the library that the program runs with has something, on this machine.
 *
 * It knows every method of this build by its name; the instruction sets "scalar", "sse2", "avx2",
 * "avx512" and "neon"; and "populations", "float32" (populations in single precision), "threads"
 * (the library's own), "networks", "presets", "metrics", "analysis", "gradients", "inputs"
 * (izh/stimulus.h) and "flow-maps". The method "pinn" stands for izh/pinn.h, too; 0.1 knew that as
 * "networks". A build may leave out "pinn" and "flow-maps": all their functions are there, but
 * none makes a solution or a map (#IZH_E_UNSUPPORTED). Later versions know more.
 * @return 1, or 0: it has no `feature` of this name, or does not know it */
IZH_API IZH_REALTIME int32_t izh_has(const char *feature);

/** The size in bytes of the public struct `name`, such as "izh_params", in the library that the
 * program runs with, for bindings that declare it themselves; 0 where no struct has that name. */
IZH_API IZH_REALTIME size_t izh_struct_size(const char *name);

/** The result of a call: zero is success, positive is news (the call worked and something worth
 * knowing happened), negative is an error. After an error a run has gone as far as its function
 * says, and training leaves nothing. */
typedef int32_t izh_status;

/** @name Status
 * The values of #izh_status. They never change; later versions may add some.
 * @{ */
#define IZH_OK 0 /**< Success. */
/** News: a callback asked to stop. A solver stands at that very time, a population at a tick, and
 * both can go on; training has stored what it had made so far. */
#define IZH_STOPPED 1
#define IZH_PAUSED 2  /**< News: results wait to be taken before the call can go on. */
#define IZH_NO_REST 3 /**< News: the neuron has no stable equilibrium. */
/** An argument or a field is not valid. The message names it and its value, and what it must be. */
#define IZH_E_INVALID (-1)
#define IZH_E_MEMORY (-2)      /**< The allocator had no memory. */
#define IZH_E_UNSUPPORTED (-3) /**< Valid, but this method or object does not offer it. */
#define IZH_E_BUSY (-4)        /**< Not allowed inside one of this object's own callbacks. */
/** The solution ran away: not a number, no next step, or too many spikes or steps. A solver stands
 * at its last good state, a neuron of a population at its last good tick. */
#define IZH_E_DIVERGED (-5)
#define IZH_E_RESET (-6)     /**< The reset is not below the peak: it would spike for ever. */
#define IZH_E_TOLERANCE (-7) /**< The tolerance cannot be met. */
#define IZH_E_FORMAT (-8)    /**< Saved data is truncated, damaged, or not of this kind. */
#define IZH_E_FILE (-9)      /**< A file cannot be read or written. */
/** @} */

/** The name of a `status`, such as "IZH_E_INVALID"; "unknown status" for any other value. */
IZH_API IZH_REALTIME const char *izh_status_name(izh_status status);

/** What a `status` means, in one short line of English; "unknown status" for any other value. */
IZH_API IZH_REALTIME const char *izh_status_text(izh_status status);

#ifdef __cplusplus
}
#endif

#endif
