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
 * Time is in ms and voltage in mV throughout. Currents are in pA for neurons in the 2007 form
 * (capacitance in pF) and in the model's own unit for the 2003 form.
 *
 * Threads: the library has no global mutable state. One object must not be used from two threads
 * at once; different objects may be, freely.
 *
 * Floating point: results are made in the default mode of IEEE 754 (to nearest, with subnormal
 * numbers, without traps), whatever mode the caller is in; callbacks run in the default mode, too.
 * The caller's mode is as it was when a function returns.
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
