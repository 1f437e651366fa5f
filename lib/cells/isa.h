/* Which instruction sets there are, and their kernels. */
#ifndef IZH_LIB_ISA_H
#define IZH_LIB_ISA_H

#include <izh/population.h>

#include "cells/kernel.h"

/* The best one of this machine. */
int32_t izh_isa_best(void);

/* The kernels; NULL where this machine or build has not that instruction set. */
const struct izh_kernels *izh_isa_kernels(int32_t isa, int32_t precision);

#endif
