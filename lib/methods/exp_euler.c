/* Exponential Rosenbrock-Euler (Pope 1963; Hochbruck, Ostermann and Schweitzer, SIAM J. Numer.
 * Anal. 47 (2009), equation 2.6 with 2.23 for the non-autonomous term):
 *
 *     y1 = y0 + h phi_1(hJ) f(y0, t0) + h^2 phi_2(hJ) f_t,   J = df/dy at (y0, t0) */
#include "methods/ticks.h"

#include "methods/closed_schemes.h"

/* Unlike the kernels' scheme, this also takes steps in which v may turn: the search for events
 * finds that. The call stands twice so that the compiler leaves phi_2 out under a constant
 * current. */
ALWAYS_INLINE vec any_step(const struct neurons *m, struct states *y, real h, struct variant is)
{
    const struct argument a = linear_part(m, y, h, is);
    if (is.linear)
        return exponential_step(m, y, h, is, &a);
    return exponential_step(m, y, h, is, &a);
}

static izh_status step_exp_euler(struct izh_step *s)
{
    return izh_scheme_step(s, any_step, 1);
}

const struct izh_method_ops izh_method_exp_euler = {.dt = .1, .step = step_exp_euler, .pieces = 1};
