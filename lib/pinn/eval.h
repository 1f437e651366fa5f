/* Evaluates a window at many times, with vectors as long as the machine has them, and with the same
 * bits for each length. */
#ifndef IZH_LIB_EVAL_H
#define IZH_LIB_EVAL_H

#include <stddef.h>

#include "pinn/window.h"

/* The states at n times within a window that begins at start. Each is izh_pinn_window_state at
 * (t - start)/length, to the bit. */
typedef void izh_pinn_eval_fn(const struct izh_pinn_trained *window, double start,
                              const double *times, size_t n, izh_state *states);

/* Return the fastest of this machine, and the one of an instruction set, IZH_ISA_...; NULL where
 * this machine or build lacks it. */
izh_pinn_eval_fn *izh_pinn_eval_best(void);
izh_pinn_eval_fn *izh_pinn_eval_of(int32_t isa);

#endif
