/* With f(x) = J x + n(x), P from J'P + P J = -1, and |n| <= M x_v^2,
 *
 *     dV/dt = -|x|^2 + 2 x'P n <= -|x|^2 + 2 |P| |x| M x_v^2,
 *
 * so V falls where |x| < 1/(2 |P| M). (H. K. Khalil, Nonlinear Systems, Prentice Hall 2002, section
 * 8.2.) */
#include "analysis/trap.h"

/* The unit of u in which the Jacobian's two off-diagonal elements have the same size. It is
 * limited, so that v is not all that moves u's rate. */
static double unit_of(const struct izh_jacobian *j)
{
    const double balanced = __builtin_sqrt(izh_fabs(j->vu / j->uv));
    const double most = izh_fabs(j->vu) / izh_fmin(izh_fabs(j->vv), izh_fabs(j->uu));
    const double unit = izh_fmin(balanced, most);
    return izh_isfinite(unit) && unit > 0 ? unit : 1;
}

/* P = (det 1 + K'K)/(-2 tr det) with K = J - tr 1. */
static void solve_lyapunov(struct izh_trap *trap, struct izh_jacobian j)
{
    const double trace = j.vv + j.uu, determinant = j.vv * j.uu - j.vu * j.uv;
    const double scale = 1 / (-2 * trace * determinant), a = -j.uu, d = -j.vv;
    trap->vv = scale * (determinant + a * a + j.uv * j.uv);
    trap->vu = scale * (a * j.vu + j.uv * d);
    trap->uu = scale * (determinant + j.vu * j.vu + d * d);
}

/* The least rate at which V falls along J: the smaller eigenvalue of -(J'P + P J). */
static double fall_of(const struct izh_trap *t, struct izh_jacobian j)
{
    const double vv = -2 * (j.vv * t->vv + j.uv * t->vu), uu = -2 * (j.vu * t->vu + j.uu * t->uu);
    const double vu = -(j.vv * t->vu + j.uv * t->uu + j.vu * t->vv + j.uu * t->vu);
    const double mean = .5 * (vv + uu), half = .5 * (vv - uu);
    return mean - __builtin_sqrt(half * half + vu * vu);
}

/* The M for |x_v| <= reach. */
static double curvature(const struct izh_model *m, double v, double unit, double reach)
{
    const izh_params *p = &m->p;
    const double z = izh_fabs(v - p->vb), cubic = izh_fabs(p->b3) * (3 * z + reach);
    const double in_u = unit * izh_fabs(p->a) * cubic;
    return __builtin_sqrt(m->k2 * m->k2 + in_u * in_u);
}

/* The Jacobian of a piece of U, with u in its unit. */
static struct izh_jacobian on_branch(struct izh_model m, int branch, izh_state rest, double unit)
{
    m.branch = branch;
    struct izh_jacobian j = izh_model_jacobian(&m, rest);
    j.vu /= unit;
    j.uv *= unit;
    return j;
}

/* The region from the P that belongs to a slope of U between its pieces' slopes. V has to fall on
 * both pieces, because the mean slope of U between the rest and a state beyond the kink lies
 * between theirs. */
static struct izh_trap region(const struct izh_model *m, izh_state rest, double unit,
                              struct izh_jacobian lo, struct izh_jacobian hi, double mix)
{
    struct izh_trap trap = {.rest = rest, .unit = unit};
    const double uv = lo.uv + mix * (hi.uv - lo.uv);
    solve_lyapunov(&trap, (struct izh_jacobian){hi.vv, hi.vu, uv, hi.uu});
    const double mean = .5 * (trap.vv + trap.uu), half = .5 * (trap.vv - trap.uu);
    const double spread = __builtin_sqrt(half * half + trap.vu * trap.vu);
    const double most = mean + spread, least = (trap.vv * trap.uu - trap.vu * trap.vu) / most;
    const double per_length = izh_fmin(fall_of(&trap, lo), fall_of(&trap, hi)) / (2 * most);
    const double reach = per_length / izh_fabs(m->k2);
    trap.size =
        __builtin_sqrt(least) * izh_fmin(reach, per_length / curvature(m, rest.v, unit, reach));
    trap.stretch = __builtin_sqrt(most);
    if (!(trap.size > 0) || !izh_isfinite(trap.size) || !izh_isfinite(trap.stretch))
        trap.size = 0;
    return trap;
}

/* The region from the rest's own piece of U, up to the kink if there is one. */
static struct izh_trap own_region(const struct izh_model *m, izh_state rest, double unit)
{
    const struct izh_jacobian own = on_branch(*m, izh_model_branch(m, rest.v), rest, unit);
    struct izh_trap trap = region(m, rest, unit, own, own, 1);
    const double to_kink = izh_fabs(rest.v - m->p.vb);
    /* |x| of a state inside is at most size/sqrt(least), and so is its |x_v|. */
    const double most = trap.stretch * trap.stretch;
    const double least = (trap.vv * trap.uu - trap.vu * trap.vu) / most;
    if (m->p.b_lo != m->p.b_hi)
        trap.size = izh_fmin(trap.size, __builtin_sqrt(least) * to_kink);
    return trap;
}

/* Across a kink, not every P that belongs to a slope and a unit will do, so several are tried. */
struct izh_trap izh_trap_of(const struct izh_model *m, izh_state rest)
{
    const struct izh_jacobian here = izh_model_jacobian(m, rest);
    const double unit = unit_of(&here);
    struct izh_trap best = own_region(m, rest, unit);
    for (int i = -6; i <= 6 && m->p.b_lo != m->p.b_hi; i++)
        for (int k = 0; k <= 4; k++) {
            const double other = unit * izh_pow2(i);
            const struct izh_jacobian lo = on_branch(*m, IZH_BRANCH_LO, rest, other);
            const struct izh_jacobian hi = on_branch(*m, IZH_BRANCH_HI, rest, other);
            const struct izh_trap trap = region(m, rest, other, lo, hi, k / 4.);
            if (trap.size > 0 && trap.size * best.stretch > best.size * trap.stretch)
                best = trap;
        }
    return best;
}

bool izh_trapped(const struct izh_trap *trap, izh_state y, double error)
{
    const double v = y.v - trap->rest.v, u = trap->unit * (y.u - trap->rest.u);
    const double square = trap->vv * v * v + 2 * trap->vu * v * u + trap->uu * u * u;
    return __builtin_sqrt(izh_fmax(square, 0)) + trap->stretch * izh_fmax(1, trap->unit) * error <
           trap->size;
}
