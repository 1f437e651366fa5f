/* The bound on the error of spike times holds, and is useful: a thousand random neurons, from a
 * loose tolerance to the tightest, against quadruple precision. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <izh/izh.h>

#include "reference/reference.h"

struct tally {
    const struct reference_case *c;
    izh_solver *solver;
    size_t spikes;                   /* of this neuron */
    long all, broken, wide, lost;    /* of all neurons at this tolerance */
    double least, most, worst_ratio; /* true errors, bound/true where the bound is broken */
};

/* One rounding of t, and of every input: what no method in doubles can be better than. */
static double one_rounding(const struct tally *r, size_t i)
{
    return 0x1p-53 * (r->c->t[i] + r->c->condition[i]);
}

static int32_t check(const izh_spike_event *e, izh_state *after, void *user)
{
    struct tally *r = user;
    const size_t i = r->spikes++;
    (void)after;
    if (i >= r->c->spikes)
        return IZH_CONTINUE;
    const double error = fabs(e->t - r->c->t[i]);
    const double bound = izh_solver_spike_error_bound(r->solver);
    r->all++;
    r->least = fmin(r->least, error);
    r->most = fmax(r->most, error);
    if (!(bound >= error)) {
        r->broken++;
        r->worst_ratio = fmax(r->worst_ratio, error / bound);
        if (getenv("IZH_VERBOSE"))
            fprintf(stderr, "%s spike %zu: error %g, bound %g, rounding %g\n", r->c->name, i, error,
                    bound, one_rounding(r, i));
    }
    r->wide += bound > 1e4 * fmax(error, one_rounding(r, i));
    return IZH_CONTINUE;
}

static void run(struct tally *r, const struct reference_case *c, double rtol, double atol)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = IZH_TAYLOR;
    config.rtol = rtol;
    config.atol = atol;
    config.params = c->params;
    config.initial = c->initial;
    assert_int_equal(izh_solver_create(&r->solver, &config), IZH_OK);
    assert_int_equal(izh_solver_set_stimulus(r->solver, c->stimulus, c->segments), IZH_OK);
    r->c = c;
    r->spikes = 0;
    izh_solver_on_spike(r->solver, check, r);
    assert_int_equal(izh_solver_run(r->solver, c->t_end), IZH_OK);
    r->lost += r->spikes != c->spikes;
    izh_solver_destroy(r->solver);
}

static void the_bound_holds_and_is_useful(void **state)
{
    (void)state;
    size_t n;
    const struct reference_case *c = reference_random_cases(&n);
    assert_int_equal(n, 1000);
    long all = 0, wide = 0;
    double least = INFINITY, most = 0;
    for (int digits = 4; digits <= 15; digits++) {
        struct tally r = {.least = INFINITY};
        for (size_t i = 0; i < n; i++)
            run(&r, &c[i], pow(10, -digits), 0);
        if (getenv("IZH_VERBOSE"))
            fprintf(stderr,
                    "rtol 1e-%02d: %ld spikes, true errors %.2g ... %.2g, %ld above the bound (by "
                    "%.2g), "
                    "%ld far below, %ld counts differ\n",
                    digits, r.all, r.least, r.most, r.broken, r.worst_ratio, r.wide, r.lost);
        assert_int_equal(r.broken, 0);
        all += r.all;
        wide += r.wide;
        least = fmin(least, r.least);
        most = fmax(most, r.most);
    }
    assert_true(wide < all / 100);
    assert_true(least < 1e-13 && most > 1e-3);
}

/* An absolute tolerance far above the relative one: the series is judged at its scale. */
static void the_bound_holds_for_absolute_tolerances(void **state)
{
    (void)state;
    size_t n;
    const struct reference_case *c = reference_random_cases(&n);
    for (double atol = 1e-12; atol < 10; atol *= 100) {
        struct tally r = {.least = INFINITY};
        for (size_t i = 0; i < n; i += 3)
            run(&r, &c[i], 0, atol);
        /* A bound of first order says nothing of a pattern that has changed. */
        assert_true(r.broken <= (atol < .01 ? 0 : r.all / 1000));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_bound_holds_and_is_useful),
                                       cmocka_unit_test(the_bound_holds_for_absolute_tolerances)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
