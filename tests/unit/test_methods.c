/* The table of methods; tests/abi/layout.c pins their values. */
#include "support.h"

static const struct {
    izh_method method;
    const char *name;
} methods[] = {
    {IZH_EULER, "euler"},
    {IZH_BACKWARD_EULER, "backward-euler"},
    {IZH_MIDPOINT, "midpoint"},
    {IZH_RK4, "rk4"},
    {IZH_EXP_EULER, "exp-euler"},
    {IZH_TAYLOR, "taylor"},
    {IZH_PINN, "pinn"},
    {IZH_PUBLISHED_2003, "published-2003"},
    {IZH_FIGURE1, "figure1"},
    {IZH_NEST_CONSISTENT, "nest-consistent"},
    {IZH_CARLSIM_EULER, "carlsim-euler"},
    {IZH_CARLSIM_RK4, "carlsim-rk4"},
    {IZH_GENN, "genn"},
    {IZH_NEMO, "nemo"},
    {IZH_SPINNAKER, "spinnaker"},
};

static void every_method_is_found_by_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(methods); i++) {
        izh_method found = -1;
        assert_int_equal(izh_method_find(methods[i].name, &found), IZH_OK);
        assert_int_equal(found, methods[i].method);
        assert_string_equal(izh_method_name(methods[i].method), methods[i].name);
    }
}

static void names_and_values_go_together_for_all(void **state)
{
    (void)state;
    size_t n = 0;
    for (izh_method m = 1; izh_method_name(m); m++, n++) {
        izh_method found = -1;
        check_status(izh_method_find(izh_method_name(m), &found), IZH_OK, NULL);
        check_true(found == m);
    }
    assert_true(n >= LENGTH(methods));
}

static void the_default_is_taylor(void **state)
{
    (void)state;
    assert_string_equal(izh_method_name(IZH_METHOD_DEFAULT), "taylor");
    izh_solver_config by_default = support_config(IZH_METHOD_DEFAULT);
    izh_solver_config by_name = support_config(IZH_TAYLOR);
    izh_solver *x = support_create(&by_default), *y = support_create(&by_name);
    check_ok(izh_solver_set_current(x, 70), x);
    check_ok(izh_solver_set_current(y, 70), y);
    check_ok(izh_solver_run(x, 300), x);
    check_ok(izh_solver_run(y, 300), y);
    check_same_state(izh_solver_state(x), izh_solver_state(y));
    izh_solver_destroy(x);
    izh_solver_destroy(y);
}

static void unknown_names_are_errors_and_change_nothing(void **state)
{
    (void)state;
    const char *unknown[] = {"",       "Euler",          "euler ", " euler", "eule",
                             "eulers", "backward_euler", "1",      "default"};
    for (size_t i = 0; i < LENGTH(unknown); i++) {
        izh_method method = 42;
        support_about("\"%s\"", unknown[i]);
        check_status(izh_method_find(unknown[i], &method), IZH_E_INVALID, NULL);
        assert_int_equal(method, 42);
    }
}

static void null_arguments_are_errors(void **state)
{
    (void)state;
    izh_method method = 42;
    assert_int_equal(izh_method_find(NULL, &method), IZH_E_INVALID);
    assert_int_equal(method, 42);
    assert_int_equal(izh_method_find("euler", NULL), IZH_E_INVALID);
}

static void values_of_no_method_have_no_name(void **state)
{
    (void)state;
    const izh_method unknown[] = {-1, 1000, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < LENGTH(unknown); i++)
        assert_null(izh_method_name(unknown[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_is_found_by_its_name),
        cmocka_unit_test(names_and_values_go_together_for_all),
        cmocka_unit_test(the_default_is_taylor),
        cmocka_unit_test(unknown_names_are_errors_and_change_nothing),
        cmocka_unit_test(null_arguments_are_errors),
        cmocka_unit_test(values_of_no_method_have_no_name),
    };
    return cmocka_run_group_tests_name("methods", tests, NULL, NULL);
}
