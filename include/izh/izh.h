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
 * It includes the others: status.h, host.h, model.h, solver.h, preset.h, population.h, pinn.h and
 * flow.h.
 *
 * Time is in ms and voltage in mV throughout. Currents are in pA for neurons in the 2007 form
 * (capacitance in pF) and in the model's own unit for the 2003 form.
 *
 * Threads: the library has no global mutable state. One object must not be used from two threads
 * at once; different objects may be, freely.
 *
 * Floating point: results are made in the default mode of IEEE 754 (to nearest, with subnormal
 * numbers, without traps), whatever mode the caller is in; the callbacks of runs and of training
 * are called in it, too. The caller's mode is as it was when a function returns: its rounding, its
 * flush-to-zero, and the traps that it has enabled, of which none goes off inside. (On processors
 * other than x86, ARM64 and IBM Z that holds for rounding alone.) Loading the library changes
 * nothing of it. The flags of exceptions, what fetestexcept() tells, are not of the mode: a call
 * clears none, and may raise any.
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

#endif
