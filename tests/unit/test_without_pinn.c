/* A build without pinn and flow maps (-Dpinn=false): it says so, and nothing else is missing. */
#include "support.h"

#include <izh/flow.h>
#include <izh/pinn.h>

static void it_is_known_by_name_only(void **state)
{
    (void)state;
    izh_method method;
    assert_int_equal(izh_has("pinn"), 0);
    assert_int_equal(izh_has("flow-maps"), 0);
    assert_int_equal(izh_has("taylor") && izh_has("spinnaker") && izh_has("presets"), 1);
    assert_int_equal(izh_method_find("pinn", &method), IZH_OK);
    assert_int_equal(method, IZH_PINN);
    assert_string_equal(izh_method_name(IZH_PINN), "pinn");
    assert_true(izh_struct_size("izh_pinn_config") == sizeof(izh_pinn_config));
}

static void no_solver_and_no_population_has_it(void **state)
{
    (void)state;
    struct logbook told = {0};
    izh_solver_config config = support_config(IZH_PINN);
    izh_population_config many = IZH_POPULATION_CONFIG_INIT;
    izh_solver *s;
    izh_population *p;
    config.log = many.log = support_log(&told);
    assert_int_equal(izh_solver_create(&s, &config), IZH_E_UNSUPPORTED);
    assert_null(s);
    check_has(told.text, "pinn is not in this build");
    many.n = 1;
    many.method = IZH_PINN;
    assert_int_equal(izh_population_create(&p, &many), IZH_E_UNSUPPORTED);
    assert_null(p);
    config.method = 99;
    assert_int_equal(izh_solver_create(&s, &config), IZH_E_INVALID);
}

static void nothing_is_trained_or_loaded(void **state)
{
    (void)state;
    struct logbook told = {0};
    const izh_log log = support_log(&told);
    izh_pinn_config config = IZH_PINN_CONFIG_INIT;
    izh_flow_config map = IZH_FLOW_CONFIG_INIT;
    izh_pinn *pinn = (izh_pinn *)&config;
    izh_flow *flow = (izh_flow *)&config;
    config.log = log;
    assert_int_equal(izh_pinn_train(&pinn, &config), IZH_E_UNSUPPORTED);
    assert_null(pinn);
    check_has(told.text, "pinn is not in this build");
    assert_int_equal(izh_flow_train(&flow, &map), IZH_E_UNSUPPORTED);
    assert_null(flow);
    assert_int_equal(izh_pinn_load(&pinn, "", 1, NULL, &log), IZH_E_UNSUPPORTED);
    assert_int_equal(izh_flow_load(&flow, "", 1, NULL, NULL), IZH_E_UNSUPPORTED);
    assert_int_equal(izh_pinn_load_file(&pinn, "x", NULL, NULL), IZH_E_UNSUPPORTED);
    assert_int_equal(izh_flow_load_file(&flow, "x", NULL, &log), IZH_E_UNSUPPORTED);
    config.size = 7; /* read no further than that */
    assert_int_equal(izh_pinn_train(&pinn, &config), IZH_E_INVALID);
    assert_int_equal(izh_pinn_train(NULL, NULL), IZH_E_INVALID);
    assert_int_equal(izh_flow_train(&flow, NULL), IZH_E_INVALID);
}

static void no_solution_and_no_map_is_as_ever(void **state)
{
    (void)state;
    izh_state y = {1, 2};
    double x = 3;
    izh_pinn_destroy(NULL);
    izh_flow_destroy(NULL);
    assert_true(isnan(izh_pinn_end(NULL)));
    assert_int_equal(izh_pinn_get_windows(NULL).count, 0);
    assert_int_equal(izh_pinn_get_spikes(NULL).count, 0);
    assert_int_equal(izh_pinn_get_losses(NULL).count, 0);
    assert_string_equal(izh_pinn_message(NULL), "");
    assert_string_equal(izh_flow_message(NULL), "");
    assert_int_equal(izh_pinn_save(NULL, NULL, 0) + izh_flow_save(NULL, NULL, 0), 0);
    assert_true(izh_flow_get_info(NULL).step == 0);
    assert_int_equal(izh_pinn_eval(NULL, &x, 1, &y), IZH_E_INVALID);
    assert_int_equal(izh_pinn_residual(NULL, &x, 1, &x), IZH_E_INVALID);
    assert_int_equal(izh_flow_eval(NULL, y, 0, 0, &x, 1, &y, &x), IZH_E_INVALID);
    assert_int_equal(izh_pinn_save_file(NULL, "x"), IZH_E_INVALID);
    assert_int_equal(izh_flow_save_file(NULL, "x"), IZH_E_INVALID);
    assert_int_equal(izh_pinn_set_log(NULL, NULL), IZH_E_INVALID);
    assert_int_equal(izh_flow_set_log(NULL, NULL), IZH_E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_known_by_name_only),
        cmocka_unit_test(no_solver_and_no_population_has_it),
        cmocka_unit_test(nothing_is_trained_or_loaded),
        cmocka_unit_test(no_solution_and_no_map_is_as_ever),
    };
    return cmocka_run_group_tests_name("without pinn", tests, NULL, NULL);
}
