/**
 * @file status.h
 * @brief Version of the library, what it has, sizes of its structs, and the status that its
 * functions return.
 */
#ifndef IZH_STATUS_H
#define IZH_STATUS_H

#include <stddef.h>
#include <stdint.h>

/** Marks what the shared library exports. */
#if defined(__GNUC__) && !defined(_WIN32)
#define IZH_API __attribute__((visibility("default")))
#else
#define IZH_API
#endif

/** Version of these headers, by semantic versioning. Until 1.0 a minor version may change the ABI.
 */
#define IZH_VERSION_MAJOR 0
#define IZH_VERSION_MINOR 1 /**< see #IZH_VERSION_MAJOR */
#define IZH_VERSION_PATCH 0 /**< see #IZH_VERSION_MAJOR */
/** The same as one number that grows: 1002003 is version 1.2.3. */
#define IZH_VERSION (IZH_VERSION_MAJOR * 1000000 + IZH_VERSION_MINOR * 1000 + IZH_VERSION_PATCH)

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The version of the library that the program runs with, in the form of #IZH_VERSION.
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API uint32_t izh_version(void);

/**
 * Whether the library that the program runs with has something, on this machine: one question for a
 * host that is loaded with whatever library there is.
 *
 * It knows every method by its name, as izh_method_find() does; the instruction sets "scalar",
 * "sse2", "avx2", "avx512" and "neon", as izh_isa_supported() does; and "populations", "float32"
 * (populations in single precision), "threads" (populations on threads of the library's own),
 * "presets", "networks" (izh/pinn.h) and "flow-maps" (izh/flow.h). Later versions know more; none
 * knows less.
 *
 * @param feature the name, in this spelling; NULL is none
 * @return 1, or 0: it is not there, or this library does not know the name
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API int32_t izh_has(const char *feature);

/**
 * The size of one of the public structs in the library that the program runs with. A binding that
 * declares the structs itself, as those for other languages do, compares it with its own.
 *
 * @param name the struct, such as "izh_params"; NULL is none
 * @return its size, bytes; 0 for a name that is none of a public struct
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API size_t izh_struct_size(const char *name);

/**
 * What a call came to: zero is success, positive is news (the call worked and something worth
 * knowing happened), negative is an error (nothing was lost or half-changed).
 * @since 0.1
 */
typedef int32_t izh_status;

/** Success. */
#define IZH_OK 0
/** News: a callback asked to stop; the object stands at that very time and can go on. */
#define IZH_STOPPED 1
/** News: results wait to be taken before the call can go on. */
#define IZH_PAUSED 2
/** News: the neuron has no stable equilibrium. */
#define IZH_NO_REST 3
/** An argument or a field is not valid; the message names it and its value. */
#define IZH_E_INVALID (-1)
/** The allocator had no memory. */
#define IZH_E_MEMORY (-2)
/** The combination is valid but this method or object does not offer it. */
#define IZH_E_UNSUPPORTED (-3)
/** The call is not allowed inside one of this object's own callbacks. */
#define IZH_E_BUSY (-4)
/** The solution ran away: not a number, no next step, or too many spikes. The object stands at the
 * last good state. */
#define IZH_E_DIVERGED (-5)
/** The reset does not lie below the peak, so the neuron would spike for ever. */
#define IZH_E_RESET (-6)
/** The tolerance cannot be met. */
#define IZH_E_TOLERANCE (-7)
/** Saved data is truncated, damaged, or not of this kind. */
#define IZH_E_FORMAT (-8)
/** A file cannot be read or written. */
#define IZH_E_FILE (-9)

/**
 * The name of a status, such as "IZH_E_INVALID".
 *
 * @param status any value
 * @return a string that lives for ever; "unknown status" for a value that is none
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API const char *izh_status_name(izh_status status);

/**
 * What a status means, as one short line of English.
 *
 * @param status any value
 * @return a string that lives for ever; "unknown status" for a value that is none
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API const char *izh_status_text(izh_status status);

#ifdef __cplusplus
}
#endif

#endif
