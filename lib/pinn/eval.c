#include "pinn/eval.h"

#include "util/cpu.h"

/* eval_tmpl.c, compiled for each. SSE2 needs none: its vectors are as long as those of the scalar
 * one. */
izh_pinn_eval_fn izh_pinn_eval_scalar, izh_pinn_eval_avx2, izh_pinn_eval_avx512;

izh_pinn_eval_fn *izh_pinn_eval_of(int32_t isa)
{
#ifdef IZH_HAVE_AVX2
    if (isa == IZH_ISA_AVX2)
        return izh_cpu_has(isa) ? izh_pinn_eval_avx2 : NULL;
#endif
#ifdef IZH_HAVE_AVX512
    if (isa == IZH_ISA_AVX512)
        return izh_cpu_has(isa) ? izh_pinn_eval_avx512 : NULL;
#endif
    return isa == IZH_ISA_SCALAR ? izh_pinn_eval_scalar : NULL;
}

izh_pinn_eval_fn *izh_pinn_eval_best(void)
{
    izh_pinn_eval_fn *best = izh_pinn_eval_of(IZH_ISA_AVX512);
    if (!best)
        best = izh_pinn_eval_of(IZH_ISA_AVX2);
    return best ? best : izh_pinn_eval_of(IZH_ISA_SCALAR);
}
