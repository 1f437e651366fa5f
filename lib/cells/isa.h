/* The instruction sets that there are, and their kernels. */
#ifndef IZH_LIB_ISA_H
#define IZH_LIB_ISA_H

#include <izh/population.h>

#include "cells/kernel.h"

/* The best instruction set of this machine. */
int32_t izh_isa_best(void);

/* What the kernels of an instruction set share; NULL if this machine or build does not have the
 * set. */
const struct izh_vectors *izh_isa_vectors(int32_t isa, int32_t precision);

/* A method's kernels; NULL, too, if the method has none. */
const struct izh_kernels *izh_isa_kernels(int32_t isa, int32_t precision, izh_method method);

#endif
