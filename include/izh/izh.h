/**
 * @file izh.h
 * @brief libizh: Izhikevich neurons, solved right. This is the only header that a program needs.
 *
 * The library in one page:
 *
 *     izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
 *     config.params = izh_params_2003(.02, .2, -65, 8);
 *     config.initial.v = -65;
 *     config.initial.u = -13;
 *     izh_solver *solver;
 *     if (izh_solver_create(&solver, &config) != IZH_OK)
 *         return 1;
 *     izh_solver_on_spike(solver, my_function, my_data);
 *     izh_solver_set_current(solver, 10);
 *     izh_solver_run(solver, 1000);
 *     izh_solver_destroy(solver);
 *
 * In all headers, where an item does not say otherwise:
 *
 * - **Units.** Time is in ms, v in mV, u and currents in pA, conductances in nS. In the 2003 form,
 *   where cm is 1, u and currents are in mV/ms and conductances in 1/ms: read pA and nS so.
 * - **Errors.** A function that returns a status returns #IZH_OK, or #IZH_E_INVALID for an argument
 *   that is not valid, also for NULL; its comment names what else. On error a call that sets or
 *   loads changes nothing, one that stores a result stores nothing, and one that makes an object
 *   stores NULL. #IZH_E_BUSY: the object does not allow the call inside its callback. A function
 *   without a status returns 0, NaN, NULL, "" or an empty array for NULL as its object.
 * - **Structs.** A frozen struct never changes. A versioned one begins with `size`, which its INIT
 *   macro sets; later versions append fields, and zero in a field of a config is its default.
 * - **Strings** that a function returns live for ever; an object's message lives until its next
 *   error or its end. An object without an error has the message "".
 * - **Arguments.** What a call is given is copied, or not used after it. A call stores its results
 *   at pointers that are not const. Some names mean the same everywhere:
 *   - `config`: what to make. Its log gets the message of an error, unless no version has
 *     that `size`: then nothing in the config is trusted.
 *   - `params`: the neuron's parameters. `I`: a current, pA; finite.
 *   - `first`, `count`: the neurons first .. first + count - 1. `stride`: from one neuron's values
 *     to the next's, in elements; 0 gives all the same.
 *   - `n`: how many items an array has; with 0 the call does nothing.
 *   - `buffer`, `capacity`: where a save writes, and how many bytes are there. It returns the size
 *     of its blob, and writes only where that is at most the capacity. A NULL buffer asks for the
 *     size. A blob is the same on every machine.
 *   - `buffer`, `length`: the blob that a load reads, and its bytes. #IZH_E_FORMAT: they are
 *     not a whole, undamaged blob of such an object.
 *   - `allocator`: NULL for malloc and free. `log`: NULL for none.
 *   - `user`: passed to the function that is given with it; the library never looks at it.
 *
 * Threads: the library has no global mutable state. One object must not be used from two threads
 * at once; different objects may be, freely.
 *
 * Floating point: the library computes, and calls the callbacks of runs and of training, in the
 * default mode of IEEE 754: rounding to nearest, with subnormal numbers, without traps. Each
 * function restores the caller's mode before it returns: rounding, flush-to-zero and enabled traps,
 * which do not fire inside. (On processors other than x86, ARM64 and IBM Z it handles rounding
 * only.) Loading the library does not change the mode. A call may raise exception flags, which
 * fetestexcept() reads, and clears none.
 */
#ifndef IZH_IZH_H
#define IZH_IZH_H

#include <izh/status.h>
#include <izh/host.h>
#include <izh/model.h>
#include <izh/flow.h>
#include <izh/solver.h>
#include <izh/preset.h>
#include <izh/pinn.h>
#include <izh/population.h>
#include <izh/stimulus.h>
#include <izh/network.h>
#include <izh/metrics.h>
#include <izh/analysis.h>

#endif
