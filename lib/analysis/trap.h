/* A region around a rest that the neuron does not leave, and from which it comes back to rest. */
#ifndef IZH_LIB_TRAP_H
#define IZH_LIB_TRAP_H

#include <stdbool.h>

#include <izh/analysis.h>

#include "model/model.h"

/* x = (v, unit u) minus the rest. V = x' P x falls along solutions wherever sqrt(V) is below the
 * size. */
struct izh_trap {
    izh_state rest;
    double unit;
    double vv, vu, uu; /* P */
    double size;       /* 0: no such region is known */
    double stretch;    /* sqrt(V) is at most this many times |x| */
};

/* The trap of a stable equilibrium. */
struct izh_trap izh_trap_of(const struct izh_model *m, izh_state rest);

/* Whether all states within `error` of y, mV and pA, are inside. */
bool izh_trapped(const struct izh_trap *trap, izh_state y, double error);

#endif
