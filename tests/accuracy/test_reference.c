/* The Taylor method against quadruple precision: every spike and state of the reference's neurons.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <izh/izh.h>

#include "reference/reference.h"

/* What a spike may be off by, ms. 1e-11 is the promise for a well-conditioned problem. One rounding
 * of every input moves a spike by half an epsilon times its condition (2e-9 ms in the worst case
 * here, just above rheobase), and no method that works in doubles can be asked for less than a few
 * of those. */
static double allowed(double condition)
{
    return fmax(1e-11, 4 * 0x1p-53 * condition);
}

struct recorder {
    const struct reference_case *c;
    size_t spikes;
    double worst, worst_share;
};

static int32_t record(const izh_spike_event *e, izh_state *after, void *user)
{
    struct recorder *r = user;
    (void)after;
    if (r->spikes < r->c->spikes) {
        const double error = fabs(e->t - r->c->t[r->spikes]);
        r->worst = fmax(r->worst, error);
        r->worst_share = fmax(r->worst_share, error / allowed(r->c->condition[r->spikes]));
    }
    r->spikes++;
    return IZH_CONTINUE;
}

static izh_solver *make(const struct reference_case *c, struct recorder *recorder)
{
    izh_solver *s;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = IZH_TAYLOR;
    config.params = c->params;
    config.initial = c->initial;
    assert_int_equal(izh_solver_create(&s, &config), IZH_OK);
    assert_int_equal(izh_solver_set_stimulus(s, c->stimulus, c->segments), IZH_OK);
    izh_solver_on_spike(s, record, recorder);
    return s;
}

static void spikes_are_exact(void **state)
{
    (void)state;
    size_t n, in_all = 0, within_promise = 0;
    const struct reference_case *c = reference_cases(&n);
    assert_true(n >= 60);
    for (size_t i = 0; i < n; i++) {
        struct recorder r = {.c = &c[i]};
        izh_solver *s = make(&c[i], &r);
        assert_int_equal(izh_solver_run(s, c[i].t_end), IZH_OK);
        if (getenv("IZH_VERBOSE"))
            fprintf(stderr, "%-32s %4zu spikes %9.2g ms, %.2g of what is allowed\n", c[i].name,
                    r.spikes, r.worst, r.worst_share);
        assert_int_equal(r.spikes, c[i].spikes);
        if (r.worst_share > 1)
            fail_msg("%s: worst spike error %g ms", c[i].name, r.worst);
        in_all += c[i].spikes;
        within_promise += r.worst <= 1e-11;
        izh_solver_destroy(s);
    }
    assert_true(in_all > 2000);
    assert_true(within_promise >= 40);
}

/* Between spikes a state is as uncertain as the spike before it, times its rate; so the neurons
 * here are those whose last spike is well-conditioned. */
static void states_are_exact(void **state)
{
    (void)state;
    size_t n, tested = 0;
    const struct reference_case *c = reference_cases(&n);
    for (size_t i = 0; i < n; i++) {
        if (c[i].spikes && c[i].condition[c[i].spikes - 1] > 1e5)
            continue;
        struct recorder r = {.c = &c[i]};
        izh_state y[REFERENCE_STATES];
        izh_solver *s = make(&c[i], &r);
        assert_int_equal(izh_solver_sample(s, c[i].state_t, c[i].states, y), IZH_OK);
        for (size_t k = 0; k < c[i].states; k++)
            if (!(fabs(y[k].v - c[i].state[k].v) < 1e-9) ||
                !(fabs(y[k].u - c[i].state[k].u) < 1e-9))
                fail_msg("%s at %g ms: v off by %g, u by %g", c[i].name, c[i].state_t[k],
                         y[k].v - c[i].state[k].v, y[k].u - c[i].state[k].u);
        tested++;
        izh_solver_destroy(s);
    }
    assert_true(tested >= 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spikes_are_exact),
        cmocka_unit_test(states_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
