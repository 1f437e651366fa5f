/* Every published neuron with every method, against quadruple precision (tests/reference): what
 * U(v)'s kink, a peak that moves with u, a clamp and a ramp ask of a method. */
#include "support.h"

#include <izh/preset.h>

#include "reference/reference.h"

/* The reference's name of a preset. */
static const struct reference_case *reference_of(const izh_preset *p)
{
    char name[64];
    const char *label = strchr(p->name, '-') + 1;
    if (strcmp(p->family, "2004") == 0)
        snprintf(name, sizeof name, "pattern-%s", label);
    else if (strcmp(p->family, "2003") == 0)
        snprintf(name, sizeof name, "simple-%s", label);
    else if (strcmp(p->name, "2007-LS-soma") == 0)
        snprintf(name, sizeof name, "book-LS-200");
    else if (strcmp(p->family, "2007") == 0)
        snprintf(name, sizeof name, "book-%s-%g", label, p->segments[0].I);
    else
        snprintf(name, sizeof name, "report");
    return reference_case(name);
}

/* (T) fires ever faster; the reference has its first 110 ms. */
static int runs_away(const izh_preset *p)
{
    return strcmp(p->name, "2004-T") == 0;
}

static struct spikes seen;

static izh_solver *make(const izh_preset *p, const izh_solver_config *how)
{
    izh_solver_config config = *how;
    config.params = p->params;
    config.initial = p->initial;
    izh_solver *s = support_create(&config);
    memset(&seen, 0, sizeof seen);
    izh_solver_on_spike(s, support_spike, &seen);
    check_ok(izh_solver_set_stimulus(s, p->segments, p->segment_count), s);
    return s;
}

/* The worst error of the spikes. One may be missing, or be one too many, within `late` of the end.
 */
static double worst_error(const izh_preset *p, const izh_solver_config *how, double late)
{
    const struct reference_case *c = reference_of(p);
    double worst = 0;
    izh_solver *s = make(p, how);
    check_ok(izh_solver_run(s, c->t_end), s);
    izh_solver_destroy(s);
    const size_t n = seen.n < c->spikes ? seen.n : c->spikes;
    for (size_t i = 0; i < n; i++)
        worst = fmax(worst, fabs(seen.event[i].t - c->t[i]));
    check_true(seen.n <= n + 1 && c->spikes <= n + 1);
    if (seen.n > n)
        check_close(seen.event[n].t, c->t_end, late);
    if (c->spikes > n)
        check_close(c->t[n], c->t_end, late);
    return worst;
}

/* ---- the presets are the reference's cases ---- */

static void the_reference_has_every_preset(void **state)
{
    (void)state;
    for (size_t i = 0; i < izh_preset_count(); i++) {
        const izh_preset *p = izh_preset_get(i);
        const struct reference_case *c = reference_of(p);
        support_about("%s", p->name);
        assert_memory_equal(&p->params, &c->params, sizeof p->params);
        check_same_state(p->initial, c->initial);
        check_true(runs_away(p) ? c->t_end == 110 : p->duration == c->t_end);
        assert_int_equal(p->segment_count, c->segments);
        for (size_t k = 0; k < c->segments; k++) { /* a rise is one ulp later in the preset */
            check_close(p->segments[k].t, c->stimulus[k].t, 1e-13);
            check_same(p->segments[k].I, c->stimulus[k].I);
            check_same(p->segments[k].slope, c->stimulus[k].slope);
        }
    }
}

/* ---- the exact flavour ---- */

static void every_spike_within_1e_9_ms(void **state)
{
    (void)state;
    static const char counts[] = {5, 1, 29, 8, 7, 6, 10, 18, 1, 1, 1, 1, 1, 14, 1, 7, 8, 1, 4};
    for (size_t i = 0; i < izh_preset_count(); i++) {
        const izh_preset *p = izh_preset_get(i);
        const izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
        support_about("%s", p->name);
        check_close(worst_error(p, &config, 0), 0, 1e-9);
        check_true(seen.n > 0);
        if (strcmp(p->family, "2004") == 0 && !runs_away(p))
            assert_int_equal(seen.n, counts[p->name[5] - 'A']);
    }
}

/* The cells at all the currents of the book's figures: reference cases book-<cell>-<current>. */
static void the_books_cells_at_every_current(void **state)
{
    (void)state;
    size_t n, cells = 0;
    const struct reference_case *c = reference_cases(&n);
    for (size_t i = 0; i < n; i++) {
        char name[64] = "2007-";
        if (strncmp(c[i].name, "book-", 5) != 0)
            continue;
        strcat(name, c[i].name + 5);
        *strrchr(name, '-') = 0;
        support_about("%s", c[i].name);
        const izh_preset *p = izh_preset_find(strcmp(name, "2007-LS") == 0 ? "2007-LS-soma" : name);
        check_true(p != NULL);
        const izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
        izh_solver *s = make(p, &config);
        check_ok(izh_solver_set_current(s, c[i].stimulus[0].I), s);
        check_ok(izh_solver_run(s, p->duration), s);
        izh_solver_destroy(s);
        assert_int_equal(seen.n, c[i].spikes);
        for (size_t k = 0; k < seen.n; k++)
            check_close(seen.event[k].t, c[i].t[k], 1e-9);
        cells++;
    }
    assert_int_equal(cells, 4 * 5 + 3 + 3 + 2);
}

/* ---- every other method ---- */

/* Fixed steps, short enough for the error to be its leading term. */
static const struct {
    izh_method method;
    double order, h;
} fixed[] = {{IZH_EULER, 1, 1. / 512},     {IZH_BACKWARD_EULER, 1, 1. / 512},
             {IZH_MIDPOINT, 2, 1. / 128},  {IZH_RK4, 4, 1. / 64},
             {IZH_EXP_EULER, 2, 1. / 256}, {IZH_PUBLISHED_2003, 1, 1. / 512}};

/* Below this, not the order is measured but what rounding leaves of a spike's time. */
static double noise(const struct reference_case *c)
{
    return 64 * 0x1p-53 * c->condition[c->spikes - 1] + 1e-11;
}

static void fixed_steps_converge_at_their_order(void **state)
{
    (void)state;
    for (size_t k = 0; k < LENGTH(fixed); k++)
        for (size_t i = 0; i < izh_preset_count(); i++) {
            const izh_preset *p = izh_preset_get(i);
            izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
            config.method = fixed[k].method;
            config.dt = fixed[k].h;
            support_about("%s, %s", p->name, izh_method_name(config.method));
            const double coarse = worst_error(p, &config, 1);
            config.dt /= 2;
            const double fine = worst_error(p, &config, 1);
            const double order = log2(coarse / fine);
            if (getenv("IZH_VERBOSE"))
                fprintf(stderr, "%-14s %-16s %9.2g %9.2g order %.3f\n", p->name,
                        izh_method_name(config.method), coarse, fine, order);
            if (fine > noise(reference_of(p)))
                check_close(order, fixed[k].order, .3);
            check_true(fine < (fixed[k].order == 1 ? .4 : fixed[k].order == 2 ? 5e-3 : 1e-5));
        }
}

/* A step's error within the tolerance is like a rounding that large: over a run it moves a spike by
 * no more than the tolerance times the spike's condition. */
static void adaptive_steps_keep_their_tolerance(void **state)
{
    (void)state;
    static const izh_method methods[] = {IZH_EXPRB_ADAPTIVE, IZH_DOPRI5, IZH_TAYLOR, IZH_PINN};
    const size_t count = LENGTH(methods) - !izh_has("pinn");
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < izh_preset_count(); i++) {
            const izh_preset *p = izh_preset_get(i);
            const struct reference_case *c = reference_of(p);
            izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
            config.method = methods[k];
            config.rtol = 1e-7;
            support_about("%s, %s", p->name, izh_method_name(config.method));
            const double coarse = worst_error(p, &config, 0);
            config.rtol = 1e-9;
            const double fine = worst_error(p, &config, 0);
            if (getenv("IZH_VERBOSE"))
                fprintf(stderr, "%-14s %-16s %9.2g %9.2g, %9.2g of condition x tolerance\n",
                        p->name, izh_method_name(config.method), coarse, fine,
                        fine / (c->condition[c->spikes - 1] * 1e-9));
            check_true(coarse < c->condition[c->spikes - 1] * 1e-7);
            check_true(fine < c->condition[c->spikes - 1] * 1e-9);
        }
}

/* ---- the pattern that has no end ---- */

static void t_ends_in_a_status_with_every_method(void **state)
{
    (void)state;
    const izh_preset *p = izh_preset_find("2004-T");
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
        config.method = m;
        config.events = support_adaptive(m) ? IZH_EVENTS_EXACT : IZH_EVENTS_GRID;
        config.max_spikes_per_ms = 5;
        izh_solver *s = NULL;
        s = make(p, &config);
        const izh_status status = izh_solver_run(s, p->duration);
        /* On a grid the step may be what bounds the rate of spikes. */
        check_true(status == IZH_E_DIVERGED || config.events == IZH_EVENTS_GRID);
        check_true(isfinite(izh_solver_state(s).v) && isfinite(izh_solver_state(s).u));
        if (status != IZH_OK)
            check_has(izh_solver_message(s), "ms");
        izh_solver_destroy(s);
    }
}

static void t_runs_away_by_default(void **state)
{
    (void)state;
    const izh_preset *p = izh_preset_find("2004-T");
    const izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_solver *s = make(p, &config);
    check_status(izh_solver_run(s, p->duration), IZH_E_DIVERGED, s);
    check_has(izh_solver_message(s), "max_spikes_per_ms = 1000");
    check_true(izh_solver_time(s) > 200 && izh_solver_time(s) < p->duration);
    izh_solver_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_has_every_preset),
        cmocka_unit_test(every_spike_within_1e_9_ms),
        cmocka_unit_test(the_books_cells_at_every_current),
        cmocka_unit_test(fixed_steps_converge_at_their_order),
        cmocka_unit_test(adaptive_steps_keep_their_tolerance),
        cmocka_unit_test(t_ends_in_a_status_with_every_method),
        cmocka_unit_test(t_runs_away_by_default),
    };
    return cmocka_run_group_tests_name("preset_reference", tests, NULL, NULL);
}
