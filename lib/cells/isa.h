/* Which instruction sets there are, and their kernels. */
#ifndef IZH_LIB_ISA_H
#define IZH_LIB_ISA_H

#include <izh/population.h>

#include "cells/kernel.h"

/* The best one of this machine. */
int32_t izh_isa_best(void);

/* What its kernels share; NULL where this machine or build has not that instruction set. */
const struct izh_vectors *izh_isa_vectors(int32_t isa, int32_t precision);

/* A method's kernels; NULL where it has none, too. */
const struct izh_kernels *izh_isa_kernels(int32_t isa, int32_t precision, izh_method method);

#endif
