/* What all kernels of one instruction set and precision share. Built once for each, with the flags
 * of the instruction set and
 *
 *     IZH_KERNEL_VEC      the header of the vector, "util/vec_<isa>.h"
 *     IZH_VECTORS_NAME    what to define, izh_vectors_<isa>_<precision>
 *     IZH_KERNEL_F32      defined for single precision */
#include "cells/kernel.h"
#include "util/real.h"

#ifdef IZH_KERNEL_F32
#define NORMALS_TABLE izh_normals_table_f32
#else
#define NORMALS_TABLE izh_normals_table_f64
#endif

#include IZH_KERNEL_VEC
#include "cells/blend.h"
#include "drive/noise.h"

_Static_assert(IZH_NORMALS_SPARE >= IZH_NOISE_CHUNK, "a chunk may be more than is asked for");

static void fill_normals(const struct izh_normals *n, uint64_t seed, size_t blocks)
{
    NORMALS_TABLE(n->reals, seed, n->block, n->tick, n->width, blocks);
}

const struct izh_vectors IZH_VECTORS_NAME = {VECTORS * LANES, fill_normals, blend_traces,
                                             round_rows};
