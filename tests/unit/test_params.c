/* The spellings of the parameters, and their checks. */
#include "support.h"

#include <float.h>

static const char *const names[] = {
#define PARAM(name, column) #name,
#include "model/params.def"
};

static void check_fields(izh_params p, const double expected[16])
{
    double field[16];
    assert_int_equal(sizeof p, sizeof field);
    memcpy(field, &p, sizeof field);
    for (size_t i = 0; i < 16; i++) {
        support_about("%s", names[i]);
        check_same(field[i], expected[i]);
    }
    support_about("%s", "");
}

static izh_params with(izh_params p, const char *name, double value)
{
    for (size_t i = 0; i < 16; i++)
        if (strcmp(names[i], name) == 0)
            memcpy((char *)&p + i * sizeof value, &value, sizeof value);
    support_about("%s = %g", name, value);
    return p;
}

static void expect_fault(izh_params p, const char *name)
{
    const char *field = "untouched";
    check_status(izh_params_check(&p, &field), IZH_E_INVALID, NULL);
    check_has(field, name);
    assert_string_equal(field, name);
    check_status(izh_params_check(&p, NULL), IZH_E_INVALID, NULL);
}

static void expect_legal(izh_params p)
{
    const char *field = "untouched";
    check_status(izh_params_check(&p, &field), IZH_OK, NULL);
    assert_null(field);
    check_status(izh_params_check(&p, NULL), IZH_OK, NULL);
}

static void the_2003_form_field_by_field(void **state)
{
    (void)state;
    const double expected[16] = {1, .04, 5, 140, .02, 1, .2, .2, 0, 0, 30, 0, -65, 0, 8, INFINITY};
    check_fields(izh_params_2003(.02, .2, -65, 8), expected);
}

static void the_2007_form_field_by_field(void **state)
{
    (void)state;
    const volatile double k = .7, vr = -60.3, vt = -40.1;
    const double sum = vr + vt, product = k * sum, kvr = k * vr;
    const double expected[16] = {100, k,  -product, kvr * vt, .03, 1, -2,  -2,
                                 0,   vr, 35,       0,        -50, 0, 100, INFINITY};
    check_fields(izh_params_2007(100, k, vr, vt, 35, .03, -2, -50, 100), expected);
}

/* Doubles for which another order of operations gives other bits. */
static void the_2007_form_folds_in_the_stated_order(void **state)
{
    (void)state;
    int differ_k1 = 0, differ_k0 = 0;
    for (int i = 1; i < 200; i++) {
        const volatile double k = .1 + i * .013, vr = -60 - i * .07, vt = -40 + i * .031;
        const volatile double kvr = k * vr, kvt = k * vt, vrvt = vr * vt;
        const izh_params p = izh_params_2007(100, k, vr, vt, 35, .03, -2, -50, 100);
        check_same(p.k1, -(k * (vr + vt)));
        check_same(p.k0, kvr * vt);
        differ_k1 += p.k1 != -(kvr + kvt);
        differ_k0 += p.k0 != k * vrvt;
    }
    assert_true(differ_k1 > 0 && differ_k0 > 0);
}

static void published_neurons_are_legal(void **state)
{
    (void)state;
    expect_legal(izh_params_2003(.02, .2, -65, 8));
    expect_legal(support_rs());
    expect_legal(support_line());
    /* The 2003 paper's figure has neurons with negative a, b or d. */
    expect_legal(izh_params_2003(-.02, -1, -60, 8));
    expect_legal(izh_params_2003(-.026, -1, -45, -2));
    expect_legal(izh_params_2007(150, 1.2, -75, -45, 50, .01, 5, -56, 130));
}

static void oddities_are_legal(void **state)
{
    (void)state;
    const izh_params p = support_rs();
    expect_legal(with(p, "a", -.01));
    expect_legal(with(p, "a", 0));
    expect_legal(with(p, "b_lo", -3));
    expect_legal(with(p, "b_hi", -3));
    expect_legal(with(p, "b3", .025));
    expect_legal(with(p, "d", -100));
    expect_legal(with(p, "r", 0));
    expect_legal(with(p, "u_max", INFINITY));
    expect_legal(with(p, "u_max", 670));
    expect_legal(with(p, "k2", 0));
    expect_legal(with(p, "k2", -1));
    expect_legal(with(p, "cm", DBL_MIN * 1e10));
}

static void no_field_may_be_nan_or_infinite(void **state)
{
    (void)state;
    const double bad[] = {NAN, -NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < 16; i++)
        for (size_t k = 0; k < LENGTH(bad); k++)
            if (i != 15 || bad[k] != INFINITY)
                expect_fault(with(support_rs(), names[i], bad[k]), names[i]);
}

static void cm_is_positive_and_divides(void **state)
{
    (void)state;
    const double bad[] = {0, -0., -1, -DBL_MIN, 4.9e-324, 1e-310, -1e-310};
    for (size_t i = 0; i < LENGTH(bad); i++)
        expect_fault(with(support_rs(), "cm", bad[i]), "cm");
    /* k0 / cm overflows though 1 / cm does not. */
    expect_fault(with(with(support_rs(), "k0", 1e300), "cm", 1e-100), "cm");
}

static void the_reset_lies_below_the_peak(void **state)
{
    (void)state;
    const izh_params p = support_rs();
    expect_fault(with(p, "c", p.vpeak), "c");
    expect_fault(with(p, "c", p.vpeak + 1), "c");
    expect_fault(with(p, "vpeak", p.c), "c");
    expect_legal(with(p, "c", nextafter(p.vpeak, -INFINITY)));
}

static void where_u_matters_the_reset_is_checked_at_the_spike(void **state)
{
    (void)state;
    const izh_params p = with(support_rs(), "c", 35);
    expect_fault(p, "c");
    expect_legal(with(p, "c_u", -.1));
    expect_legal(with(p, "vpeak_u", .1));
}

static void the_first_field_at_fault_is_named(void **state)
{
    (void)state;
    expect_fault(with(with(support_rs(), "d", NAN), "k1", INFINITY), "k1");
    expect_fault(with(with(support_rs(), "u_max", NAN), "cm", -1), "cm");
}

static void null_is_an_error(void **state)
{
    (void)state;
    const char *field = NULL;
    assert_int_equal(izh_params_check(NULL, &field), IZH_E_INVALID);
    assert_string_equal(field, "params");
    assert_int_equal(izh_params_check(NULL, NULL), IZH_E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_2003_form_field_by_field),
        cmocka_unit_test(the_2007_form_field_by_field),
        cmocka_unit_test(the_2007_form_folds_in_the_stated_order),
        cmocka_unit_test(published_neurons_are_legal),
        cmocka_unit_test(oddities_are_legal),
        cmocka_unit_test(no_field_may_be_nan_or_infinite),
        cmocka_unit_test(cm_is_positive_and_divides),
        cmocka_unit_test(the_reset_lies_below_the_peak),
        cmocka_unit_test(where_u_matters_the_reset_is_checked_at_the_spike),
        cmocka_unit_test(the_first_field_at_fault_is_named),
        cmocka_unit_test(null_is_an_error),
    };
    return cmocka_run_group_tests_name("params", tests, NULL, NULL);
}
