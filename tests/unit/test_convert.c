/* The spellings of 2003 and 2007, converted into each other: the same neuron in other units. */
#include "support.h"

#include <izh/preset.h>

/* The spikes and, at some times, the states of a preset, or of what became of it. */
enum {
    SAMPLES = 64
};

struct trajectory {
    struct spikes spikes;
    izh_state y[SAMPLES];
};

static double sample_time(const izh_preset *p, int i)
{
    return p->duration * (i + 1) / SAMPLES;
}

static void run(const izh_preset *p, const izh_params *params, izh_conversion units,
                struct trajectory *result)
{
    izh_segment segments[16];
    double times[SAMPLES];
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = *params;
    config.initial =
        (izh_state){units.v * p->initial.v + units.v_shift, units.u * p->initial.u + units.u_shift};
    assert_true(p->segment_count <= LENGTH(segments));
    for (size_t i = 0; i < p->segment_count; i++) {
        const izh_segment *old = &p->segments[i];
        segments[i] = (izh_segment){units.t * old->t, units.u * old->I + units.I_shift,
                                    units.u / units.t * old->slope};
    }
    for (int i = 0; i < SAMPLES; i++)
        times[i] = units.t * sample_time(p, i);
    memset(result, 0, sizeof *result);
    izh_solver *s = support_create(&config);
    izh_solver_on_spike(s, support_spike, &result->spikes);
    check_ok(izh_solver_set_stimulus(s, segments, p->segment_count), s);
    check_ok(izh_solver_sample(s, times, SAMPLES, result->y), s);
    izh_solver_destroy(s);
}

/* Whether a spike is so near that v cannot be compared. */
static int near_a_spike(const struct trajectory *x, double t)
{
    for (size_t i = 0; i < x->spikes.n; i++)
        if (fabs(x->spikes.event[i].t - t) < .5)
            return 1;
    return 0;
}

static const izh_conversion same = {1, 1, 0, 1, 0, 0};

/* The converted neuron, brought back to the old units, does what the old one does. */
static void check_identity(const izh_preset *p, const izh_params *converted, izh_conversion units)
{
    static struct trajectory old, new;
    run(p, &p->params, same, &old);
    run(p, converted, units, &new);
    check_true(old.spikes.n == new.spikes.n);
    for (size_t i = 0; i < old.spikes.n; i++)
        check_close(new.spikes.event[i].t / units.t, old.spikes.event[i].t, 1e-9);
    for (int i = 0; i < SAMPLES; i++) {
        const double u_size = fmax(1, fabs(old.y[i].u));
        if (near_a_spike(&old, sample_time(p, i)))
            continue;
        check_close((new.y[i].v - units.v_shift) / units.v, old.y[i].v, 1e-8);
        check_close((new.y[i].u - units.u_shift) / units.u, old.y[i].u, 1e-8 * u_size);
    }
}

static int runs_away(const izh_preset *p)
{
    return strcmp(p->name, "2004-T") == 0;
}

static void every_preset_with_another_capacitance(void **state)
{
    (void)state;
    const double C[] = {1, 100, .7, 1e3};
    for (size_t i = 0; i < izh_preset_count(); i++)
        for (size_t k = 0; k < LENGTH(C); k++) {
            const izh_preset *p = izh_preset_get(i);
            izh_params q;
            izh_conversion units;
            if (runs_away(p))
                continue;
            support_about("%s with C = %g pF", p->name, C[k]);
            assert_int_equal(izh_params_to_2007(&p->params, C[k], &q, &units), IZH_OK);
            check_same(q.cm, C[k]);
            check_same(units.t, 1);
            check_same(units.v, 1);
            check_same(units.v_shift, 0);
            check_close(units.u, C[k] / p->params.cm, 1e-15 * units.u);
            check_identity(p, &q, units);
        }
}

/* .04 v^2 + 5 v + 140 = .2 v has the roots -70 and -50, so that vt = -55. */
static void the_nine_numbers_of_rs(void **state)
{
    (void)state;
    const izh_params p = izh_params_2003(.02, .2, -65, 8);
    const izh_params expected = izh_params_2007(100, 4, -70, -55, 30, .02, 20, -65, 800);
    izh_params q;
    izh_conversion units;
    assert_int_equal(izh_params_to_2007(&p, 100, &q, &units), IZH_OK);
    const double *x = &q.cm, *y = &expected.cm;
    for (int i = 0; i < 15; i++)
        check_close(x[i], y[i], 1e-12 * fmax(1, fabs(y[i])));
    check_true(q.u_max == INFINITY);
    check_same(units.u, 100);
    check_close(units.u_shift, 1400, 1e-9); /* u is -14 at rest */
    check_same(units.I_shift, 0);
}

static int has_four_numbers(const izh_params *p)
{
    return p->b_lo == p->b_hi && p->b3 == 0 && p->r == 1 && p->vpeak_u == 0;
}

static void every_plain_preset_in_the_form_of_2003(void **state)
{
    (void)state;
    int converted = 0;
    for (size_t i = 0; i < izh_preset_count(); i++) {
        const izh_preset *p = izh_preset_get(i);
        izh_params q = support_line(), untouched = q;
        izh_conversion units = same;
        support_about("%s", p->name);
        if (!has_four_numbers(&p->params)) {
            assert_int_equal(izh_params_to_2003(&p->params, &q, &units), IZH_E_UNSUPPORTED);
            assert_memory_equal(&q, &untouched, sizeof q);
            assert_memory_equal(&units, &same, sizeof units);
            continue;
        }
        assert_int_equal(izh_params_to_2003(&p->params, &q, &units), IZH_OK);
        const izh_params form = izh_params_2003(q.a, q.b_lo, q.c, q.d);
        assert_memory_equal(&q, &form, sizeof q);
        if (!runs_away(p))
            check_identity(p, &q, units);
        converted++;
    }
    assert_true(converted >= 30);
}

/* A neuron of 2003 is one already: to the bit. */
static void a_neuron_of_2003_stays_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < izh_preset_count(); i++) {
        const izh_preset *p = izh_preset_get(i);
        izh_params q;
        izh_conversion units;
        if (strcmp(p->family, "2003") != 0)
            continue;
        support_about("%s", p->name);
        assert_int_equal(izh_params_to_2003(&p->params, &q, &units), IZH_OK);
        assert_memory_equal(&q, &p->params, sizeof q);
        check_true(units.t == 1 && units.v == 1 && units.v_shift == 0 && units.u == 1 &&
                   units.u_shift == 0 && units.I_shift == 0);
    }
}

/* To pF and back: its own v and t, and its own four numbers. */
static void there_and_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < izh_preset_count(); i++) {
        const izh_preset *p = izh_preset_get(i);
        izh_params q;
        izh_conversion there, back;
        if (strcmp(p->family, "2003") != 0)
            continue;
        support_about("%s", p->name);
        assert_int_equal(izh_params_to_2007(&p->params, 100, &q, &there), IZH_OK);
        assert_int_equal(izh_params_to_2003(&q, &q, &back), IZH_OK);
        check_close(q.a, p->params.a, 1e-14);
        check_close(q.b_lo, p->params.b_lo, 1e-14);
        check_close(q.c, p->params.c, 1e-11);
        check_close(q.d, p->params.d, 1e-12);
        check_close(back.t, 1, 1e-14);
        check_close(back.v, 1, 1e-14);
        check_close(back.v_shift, 0, 1e-11);
        check_close(back.u * there.u, 1, 1e-14);
        check_close(back.u * there.u_shift + back.u_shift, 0, 1e-11);
        check_close(back.u * there.I_shift + back.I_shift, 0, 1e-11);
    }
}

/* b of .3: v' and u' do not vanish together without a current, of 0.0225 mV/ms at -58.75 mV. */
static void a_neuron_without_rest_gets_one_by_a_current(void **state)
{
    (void)state;
    const izh_params p = izh_params_2003(.02, .3, -65, 8);
    izh_params q;
    izh_conversion units;
    izh_state rest;
    assert_int_equal(izh_params_to_2007(&p, 10, &q, &units), IZH_OK);
    check_close(q.vb, -4.7 / .08, 1e-12);
    check_close(units.I_shift, 10 * (140 - 4.7 * 4.7 / .16), 1e-10);
    /* The current that holds it there is none in the new unit. */
    const double old_I = -units.I_shift / units.u;
    check_close(.04 * q.vb * q.vb + 4.7 * q.vb + 140 + old_I, 0, 1e-12);
    assert_int_equal(izh_params_rest(&q, 100, &rest), IZH_NO_REST);
}

static void what_is_not_valid_is_refused(void **state)
{
    (void)state;
    const izh_params p = izh_params_2003(.02, .2, -65, 8);
    const double bad_C[] = {0, -1, NAN, INFINITY, -INFINITY, 4.9e-324, 1e308};
    izh_params q = p, bad = p;
    izh_conversion units = same;
    for (size_t i = 0; i < LENGTH(bad_C); i++) {
        support_about("C = %g", bad_C[i]);
        check_true(izh_params_to_2007(&p, bad_C[i], &q, &units) == IZH_E_INVALID);
    }
    bad.a = NAN;
    assert_int_equal(izh_params_to_2007(&bad, 1, &q, &units), IZH_E_INVALID);
    assert_int_equal(izh_params_to_2003(&bad, &q, &units), IZH_E_INVALID);
    bad = izh_params_2007(126, 1, -60, -40, 100, .03, -2, -50, 100);
    bad.cm = 1.7e308; /* its unit of u is out of range */
    assert_int_equal(izh_params_check(&bad, NULL), IZH_OK);
    assert_int_equal(izh_params_to_2003(&bad, &q, &units), IZH_E_INVALID);
    assert_int_equal(izh_params_to_2007(NULL, 1, &q, &units), IZH_E_INVALID);
    assert_int_equal(izh_params_to_2007(&p, 1, NULL, &units), IZH_E_INVALID);
    assert_int_equal(izh_params_to_2007(&p, 1, &q, NULL), IZH_E_INVALID);
    assert_int_equal(izh_params_to_2003(NULL, &q, &units), IZH_E_INVALID);
    assert_int_equal(izh_params_to_2003(&p, NULL, &units), IZH_E_INVALID);
    assert_int_equal(izh_params_to_2003(&p, &q, NULL), IZH_E_INVALID);
    assert_memory_equal(&q, &p, sizeof q);
    assert_memory_equal(&units, &same, sizeof units);
}

/* Squares beyond all numbers, of which no roots can be had. */
static void numbers_too_large_are_refused(void **state)
{
    (void)state;
    izh_params p = izh_params_2003(.02, .2, -65, 8), converted = p;
    const izh_params before = converted;
    izh_conversion units = same;
    p.k2 = 1e100;
    p.k1 = 1e200;
    p.k0 = 1e290;
    check_true(izh_params_check(&p, NULL) == IZH_OK);
    check_true(izh_params_to_2007(&p, 100, &converted, &units) == IZH_E_INVALID);
    check_true(memcmp(&converted, &before, sizeof before) == 0);
    check_true(memcmp(&units, &same, sizeof same) == 0);
}

static void what_four_numbers_cannot_say_is_unsupported(void **state)
{
    (void)state;
    izh_conversion units;
    izh_params q, p[8];
    for (size_t i = 0; i < LENGTH(p); i++)
        p[i] = support_rs();
    p[0].b_lo = 3;
    p[1].b3 = .1;
    p[2].r = 0;
    p[3].vpeak_u = .1;
    p[4].c_u = .1;
    p[5].u_max = 100;
    p[6].k2 = 0;
    p[7].vpeak = p[7].c = -50; /* the vertex */
    p[7].c = -60;
    for (size_t i = 0; i < LENGTH(p); i++) {
        support_about("%zu", i);
        check_true(izh_params_to_2003(&p[i], &q, &units) == IZH_E_UNSUPPORTED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_preset_with_another_capacitance),
        cmocka_unit_test(the_nine_numbers_of_rs),
        cmocka_unit_test(every_plain_preset_in_the_form_of_2003),
        cmocka_unit_test(a_neuron_of_2003_stays_what_it_is),
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(a_neuron_without_rest_gets_one_by_a_current),
        cmocka_unit_test(what_is_not_valid_is_refused),
        cmocka_unit_test(numbers_too_large_are_refused),
        cmocka_unit_test(what_four_numbers_cannot_say_is_unsupported),
    };
    return cmocka_run_group_tests_name("convert", tests, NULL, NULL);
}
