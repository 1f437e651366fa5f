/* Where a neuron rests. */
#include "support.h"

/* Closed forms: 0.04 v^2 + (5 - b) v + 140 + I = 0, the lower root; stable below a Hopf
 * bifurcation. */
static void the_2003_neuron_rests_at_the_lower_root(void **state)
{
    (void)state;
    const izh_params p = izh_params_2003(.02, .2, -65, 8);
    izh_state rest;
    check_true(izh_params_rest(&p, 0, &rest) == IZH_OK);
    check_close(rest.v, -70, 1e-12); /* 0.04 v^2 + 4.8 v + 140 = 0.04 (v + 70)(v + 50) */
    check_close(rest.u, -14, 1e-12);
    check_true(izh_params_rest(&p, 10, &rest) == IZH_NO_REST);
    check_true(isnan(rest.v) && isnan(rest.u));
}

static void the_2007_neuron_rests_at_vr(void **state)
{
    (void)state;
    const izh_params p = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    izh_state rest;
    check_true(izh_params_rest(&p, 0, &rest) == IZH_OK);
    check_close(rest.v, -60, 1e-12);
    check_close(rest.u, 0, 1e-11);
}

/* The resonator loses its stability where the trace is zero, before the equilibrium vanishes. */
static void an_unstable_equilibrium_is_no_rest(void **state)
{
    (void)state;
    const izh_params p = izh_params_2003(.1, .26, -60, -1);
    /* trace: 0.08 v + 5 - 0.1 = 0 at v = -61.25; equilibrium there at I = -(0.04 v^2 + 4.74 v +
     * 140) */
    const double v = -61.25, I = -(.04 * v * v + 4.74 * v + 140);
    izh_state rest;
    check_true(izh_params_rest(&p, I - .001, &rest) == IZH_OK);
    check_close(rest.v, v, .1);
    check_true(izh_params_rest(&p, I + .001, &rest) == IZH_NO_REST);
}

/* The book's fast spiking cell: below vb its u is driven to 0; above, by a cubic. */
static void a_kinked_neuron_rests_on_either_piece(void **state)
{
    (void)state;
    izh_params p = izh_params_2007(20, 1, -55, -40, 25, .2, 0, -45, 0);
    izh_state rest;
    p.b3 = .025;
    check_true(izh_params_rest(&p, -10, &rest) == IZH_OK); /* (v + 55)(v + 40) = 10, u = 0 */
    check_close(rest.v, (-95 - sqrt(95 * 95 - 4 * 2190)) / 2, 1e-12);
    check_same(rest.u, 0);
    check_true(izh_params_rest(&p, 60, &rest) == IZH_OK);
    check_true(rest.v > -55);
    check_close((rest.v + 55) * (rest.v + 40) + 60, .025 * pow(rest.v + 55, 3), 1e-10);
    check_close(rest.u, .025 * pow(rest.v + 55, 3), 1e-10);
}

static void without_a_leak_u_takes_up_the_current(void **state)
{
    (void)state;
    izh_params p = izh_params_2003(.02, 1, -55, 4);
    izh_state rest;
    p.r = 0;
    p.vb = -65;
    check_true(izh_params_rest(&p, 3, &rest) == IZH_OK);
    check_close(rest.v, -65, 0);
    check_close(rest.u, .04 * 65 * 65 - 5 * 65 + 140 + 3, 1e-12);
}

/* A solver that starts at rest stays there. */
static void rest_is_at_rest(void **state)
{
    (void)state;
    izh_solver_config config = support_config(IZH_TAYLOR);
    check_true(izh_params_rest(&config.params, 30, &config.initial) == IZH_OK);
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_set_current(s, 30), s);
    check_ok(izh_solver_run(s, 1000), s);
    check_close(izh_solver_state(s).v, config.initial.v, 1e-11);
    check_close(izh_solver_state(s).u, config.initial.u, 1e-11);
    izh_solver_destroy(s);
}

/* With a small leak u at rest is large beside the digits of v: it must balance the rest of v'. */
static void a_small_leak_leaves_an_equilibrium(void **state)
{
    (void)state;
    for (double r = 1; r > 1e-16; r *= .1) {
        izh_params p = support_rs();
        izh_state rest;
        p.r = r;
        p.b_lo = p.b_hi = 2;
        check_true(izh_params_rest(&p, 10, &rest) == IZH_OK);
        const double dv = p.k2 * rest.v * rest.v + p.k1 * rest.v + p.k0 - rest.u + 10;
        check_close(dv, 0, 1e-9);
    }
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    izh_params p = support_rs();
    izh_state rest = {7, 7};
    check_true(izh_params_rest(NULL, 0, &rest) == IZH_E_INVALID);
    check_true(izh_params_rest(&p, 0, NULL) == IZH_E_INVALID);
    check_true(izh_params_rest(&p, NAN, &rest) == IZH_E_INVALID);
    check_true(izh_params_rest(&p, INFINITY, &rest) == IZH_E_INVALID);
    p.cm = 0;
    check_true(izh_params_rest(&p, 0, &rest) == IZH_E_INVALID);
    check_same(rest.v, 7);
}

/* With k2 < 0 the lower root is the saddle, and a quick recovery gives it a negative trace, too. */
static void a_saddle_is_no_rest(void **state)
{
    (void)state;
    izh_params p = izh_params_2003(5, .2, -65, 8);
    izh_state rest;
    p.k2 = -.04; /* k2 v^2 + k1 v + k0 - b v = -0.04 (v + 70)(v + 50) */
    p.k1 = -4.6;
    p.k0 = -140;
    check_true(izh_params_rest(&p, 0, &rest) == IZH_OK);
    check_close(rest.v, -50, 1e-11);
    check_close(rest.u, -10, 1e-11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_2003_neuron_rests_at_the_lower_root),
        cmocka_unit_test(the_2007_neuron_rests_at_vr),
        cmocka_unit_test(an_unstable_equilibrium_is_no_rest),
        cmocka_unit_test(a_kinked_neuron_rests_on_either_piece),
        cmocka_unit_test(without_a_leak_u_takes_up_the_current),
        cmocka_unit_test(rest_is_at_rest),
        cmocka_unit_test(a_small_leak_leaves_an_equilibrium),
        cmocka_unit_test(a_saddle_is_no_rest),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
