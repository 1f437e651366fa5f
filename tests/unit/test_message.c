/* Messages and the log: they name the field and the value, in every locale. */
#include "support.h"

#include <errno.h>
#include <locale.h>

#include "portable.h"
#include "util/report.h"

static struct logbook book;

/* Creates with one field spoiled; checks that the log names it. */
static void expect_create(izh_solver_config config, izh_status status, const char *words)
{
    izh_solver *s = (izh_solver *)&config;
    memset(&book, 0, sizeof book);
    config.log = support_log(&book);
    support_about("%s", words);
    check_status(izh_solver_create(&s, &config), status, NULL);
    check_true(s == NULL);
    check_true(book.n == 1);
    check_true(book.status == status);
    check_has(book.text, words);
}

static void create_names_the_field_and_the_value(void **state)
{
    (void)state;
    const izh_solver_config good = support_config(IZH_RK4);
    izh_solver_config c = good;
    c.method = 77, expect_create(c, IZH_E_INVALID, "method = 77"), c = good;
    c.events = -5, expect_create(c, IZH_E_INVALID, "events = -5"), c = good;
    c.dt = -.25, expect_create(c, IZH_E_INVALID, "dt = -0.25 must be finite and >= 0"), c = good;
    c.rtol = NAN, expect_create(c, IZH_E_INVALID, "rtol = "), c = good;
    c.atol = INFINITY, expect_create(c, IZH_E_INVALID, "atol = inf"), c = good;
    c.t0 = -INFINITY, expect_create(c, IZH_E_INVALID, "t0 = -inf"), c = good;
    c.params.cm = -2.5, expect_create(c, IZH_E_INVALID, "params.cm = -2.5 must be > 0"), c = good;
    c.params.d = NAN, expect_create(c, IZH_E_INVALID, "params.d = "), c = good;
    c.params.c = 36, expect_create(c, IZH_E_INVALID, "params.c = 36 must be below vpeak"), c = good;
    c.params.u_max = -INFINITY;
    expect_create(c, IZH_E_INVALID, "params.u_max = -inf must be a number or +infinity"), c = good;
    c.params.k0 = INFINITY;
    expect_create(c, IZH_E_INVALID, "params.k0 = inf must be finite"), c = good;
    c.initial.v = INFINITY, expect_create(c, IZH_E_INVALID, "v = inf"), c = good;
    c.initial.u = -INFINITY, expect_create(c, IZH_E_INVALID, "u = -inf"), c = good;
    c.max_spikes_per_ms = -1, expect_create(c, IZH_E_INVALID, "max_spikes_per_ms = -1");
}

static void calls_name_the_argument_and_the_value(void **state)
{
    (void)state;
    izh_solver_config config = support_config(IZH_RK4);
    memset(&book, 0, sizeof book);
    config.log = support_log(&book);
    izh_solver *s = support_create(&config);
    assert_string_equal(izh_solver_message(s), "");
    check_status(izh_solver_set_current(s, NAN), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "I = ");
    const izh_segment back[] = {{1, 0, 0}, {3.5, 0, 0}, {3.25, 0, 0}};
    check_status(izh_solver_set_stimulus(s, back, 3), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "segments[2].t = 3.25");
    check_has(izh_solver_message(s), "3.5");
    check_ok(izh_solver_run(s, 12.5), s);
    check_status(izh_solver_run(s, 11), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "t_end = 11");
    check_has(izh_solver_message(s), "12.5");
    check_status(izh_solver_set_state(s, (izh_state){1, INFINITY}), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "u = inf");
    check_status(izh_solver_kick(s, INFINITY, 0), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "inf");
    izh_params p = support_rs();
    p.k1 = INFINITY;
    check_status(izh_solver_set_params(s, &p), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "k1 = inf");
    assert_int_equal(book.n, 6);
    assert_string_equal(book.text, izh_solver_message(s));
    izh_solver_destroy(s);
}

static void a_message_stays_until_the_next_error(void **state)
{
    (void)state;
    const izh_solver_config config = support_config(IZH_RK4);
    izh_solver *s = support_create(&config);
    check_status(izh_solver_set_current(s, INFINITY), IZH_E_INVALID, s);
    check_ok(izh_solver_set_current(s, 3), s);
    check_ok(izh_solver_run(s, 3), s);
    check_has(izh_solver_message(s), "I = inf");
    check_status(izh_solver_run(s, 1), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "t_end = 1");
    izh_solver_destroy(s);
}

static void the_log_hears_errors_only(void **state)
{
    (void)state;
    izh_solver_config config = support_config(IZH_RK4);
    struct spikes stop = {.answer = IZH_STOP};
    memset(&book, 0, sizeof book);
    config.log = support_log(&book);
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_on_spike(s, support_spike, &stop), s);
    check_ok(izh_solver_set_current(s, 200), s);
    check_status(izh_solver_run(s, 500), IZH_STOPPED, s);
    assert_int_equal(book.n, 0);
    izh_solver_destroy(s);
}

static void numbers_read_back_as_themselves(void **state)
{
    (void)state;
    const double xs[] = {0,    1, -1, .1, 1. / 3, 1e22, 1e-300, 4.9e-324, 1.7976931348623157e308,
                         100.1};
    for (size_t i = 0; i < LENGTH(xs); i++)
        check_same(strtod(izh_number(xs[i]).text, NULL), xs[i]);
    assert_string_equal(izh_number(.1).text, "0.1");
    assert_string_equal(izh_number(INFINITY).text, "inf");
    assert_string_equal(izh_number(-INFINITY).text, "-inf");
    check_has(izh_number(NAN).text, "nan");
    assert_string_equal(izh_number(1e22).text, "1e+22");
}

static void a_long_message_is_cut_and_stays_a_string(void **state)
{
    (void)state;
    struct izh_report report = {{NULL, NULL}, ""};
    char longer[1000];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(izh_fail(&report, IZH_E_INVALID, "%s", longer), IZH_E_INVALID);
    assert_int_equal(strlen(report.text), sizeof report.text - 1);
}

/* ---- a locale whose decimal separator is a comma ---- */

static char folder[PORTABLE_FOLDER]; /* empty: none of our own */

/* Takes an installed one, or builds one with localedef. */
static int use_comma_locale(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "nl_NL.UTF-8",
                                        "German_Germany.1252"};
    for (size_t i = 0; i < LENGTH(names); i++)
        if (setlocale(LC_ALL, names[i]))
            return 0;
    char command[PORTABLE_FOLDER + 100];
    if (!portable_folder(folder))
        return 0;
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' 2>&1", folder);
    if (system(command) == 0 && portable_set_environment("LOCPATH", folder))
        setlocale(LC_ALL, "de_DE.UTF-8");
    return 0;
}

static int leave_comma_locale(void **state)
{
    (void)state;
    char command[PORTABLE_FOLDER + 100];
    setlocale(LC_ALL, "C");
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    const int left = *folder && system(command);
    *folder = '\0';
    return left;
}

static void numbers_have_a_point_under_a_comma_locale(void **state)
{
    (void)state;
    if (*localeconv()->decimal_point != ',')
        skip(); /* no such locale, nor a localedef that makes one: apt-get install locales */
    assert_string_equal(izh_number(-.25).text, "-0.25");
    assert_string_equal(izh_number(1.5e-7).text, "1.5e-07");
    assert_string_equal(izh_number(1. / 3).text, "0.33333333333333331");
    assert_string_equal(izh_number(12).text, "12");
    assert_string_equal(izh_number(1234567).text, "1234567");
    assert_string_equal(izh_number(INFINITY).text, "inf");
    izh_solver_config c = support_config(IZH_RK4);
    c.params.cm = -2.5;
    expect_create(c, IZH_E_INVALID, "params.cm = -2.5");
}

static unsigned char blob[1 << 17];

static uint64_t pinn_bits(void)
{
    uint64_t hash = 1;
    izh_pinn_config pinn_config = IZH_PINN_CONFIG_INIT;
    izh_pinn *pinn;
    pinn_config.params = support_rs();
    pinn_config.initial = (izh_state){-60, 0};
    pinn_config.t_end = 20.5;
    pinn_config.tolerance = 1e-4;
    assert_int_equal(izh_pinn_train(&pinn, &pinn_config), IZH_OK);
    size_t size = izh_pinn_save(pinn, blob, sizeof blob);
    izh_pinn_destroy(pinn);
    assert_int_equal(izh_pinn_load(&pinn, blob, size, NULL, NULL), IZH_OK);
    size = izh_pinn_save(pinn, blob, sizeof blob);
    izh_pinn_destroy(pinn);
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ blob[i]) * 0x100000001b3u;
    return hash;
}

/* Trains, saves and loads, runs both kinds of objects; the hash of all that is saved. */
static uint64_t bits(void)
{
    uint64_t hash = izh_has("pinn") ? pinn_bits() : 1;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_population *p;
    config.n = 20;
    config.noise_sigma = 2.5;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    assert_int_equal(izh_population_run(p, 10.5), IZH_OK);
    const size_t size = izh_population_save(p, blob, sizeof blob);
    assert_int_equal(izh_population_load(p, blob, size), IZH_OK);
    assert_int_equal(izh_population_run(p, 20.5), IZH_OK);
    hash ^= izh_population_hash(p);
    izh_population_destroy(p);
    return hash;
}

static void results_do_not_mind_a_comma_locale(void **state)
{
    (void)state;
    if (*localeconv()->decimal_point != ',')
        skip();
    const uint64_t comma = bits();
    char *name = strdup(setlocale(LC_ALL, NULL));
    setlocale(LC_ALL, "C");
    const uint64_t point = bits();
    setlocale(LC_ALL, name);
    free(name);
    assert_true(comma == point);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(create_names_the_field_and_the_value),
        cmocka_unit_test(calls_name_the_argument_and_the_value),
        cmocka_unit_test(a_message_stays_until_the_next_error),
        cmocka_unit_test(the_log_hears_errors_only),
        cmocka_unit_test(numbers_read_back_as_themselves),
        cmocka_unit_test(a_long_message_is_cut_and_stays_a_string),
        cmocka_unit_test_setup_teardown(numbers_have_a_point_under_a_comma_locale, use_comma_locale,
                                        leave_comma_locale),
        cmocka_unit_test_setup_teardown(results_do_not_mind_a_comma_locale, use_comma_locale,
                                        leave_comma_locale),
    };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
