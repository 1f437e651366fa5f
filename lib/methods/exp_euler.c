/* Exponential Rosenbrock-Euler (Pope 1963; Hochbruck, Ostermann and Schweitzer, SIAM J. Numer.
 * Anal. 47 (2009), equation 2.6 with 2.23 for the non-autonomous term): y1 = y0 + h phi_1(hJ) f(y0,
 * t0) + h^2 phi_2(hJ) f_t, J = df/dy at (y0, t0). */
#include "methods/method.h"
#include "methods/phi.h"

static izh_status step(struct izh_step *s)
{
    const double h = s->h;
    const struct izh_jacobian j = izh_model_jacobian(s->model, s->from);
    struct izh_phi phi;
    izh_phi_set(&phi, &j, h);
    const izh_state f = izh_step_rhs(s, s->from, 0);
    s->to = izh_state_add(s->from, h, izh_phi_apply(&phi, 1, f));
    if (s->slope != 0) {
        const izh_state f_t = {s->model->w * s->slope, 0};
        s->to = izh_state_add(s->to, h * h, izh_phi_apply(&phi, 2, f_t));
    }
    return IZH_OK;
}

const struct izh_method_ops izh_method_exp_euler = {.dt = .1, .step = step, .pieces = 1};
