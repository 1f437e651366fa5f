/* The version, what the library has, the sizes of structs, and the names and texts of statuses. */
#include "support.h"

static const struct {
    izh_status status;
    int32_t value;
    const char *name;
} statuses[] = {
    {IZH_OK, 0, "IZH_OK"},
    {IZH_STOPPED, 1, "IZH_STOPPED"},
    {IZH_PAUSED, 2, "IZH_PAUSED"},
    {IZH_NO_REST, 3, "IZH_NO_REST"},
    {IZH_E_INVALID, -1, "IZH_E_INVALID"},
    {IZH_E_MEMORY, -2, "IZH_E_MEMORY"},
    {IZH_E_UNSUPPORTED, -3, "IZH_E_UNSUPPORTED"},
    {IZH_E_BUSY, -4, "IZH_E_BUSY"},
    {IZH_E_DIVERGED, -5, "IZH_E_DIVERGED"},
    {IZH_E_RESET, -6, "IZH_E_RESET"},
    {IZH_E_TOLERANCE, -7, "IZH_E_TOLERANCE"},
    {IZH_E_FORMAT, -8, "IZH_E_FORMAT"},
    {IZH_E_FILE, -9, "IZH_E_FILE"},
};

static void the_library_is_of_the_headers_version(void **state)
{
    (void)state;
    assert_int_equal(izh_version(), IZH_VERSION);
    assert_int_equal(izh_version(),
                     IZH_VERSION_MAJOR * 1000000 + IZH_VERSION_MINOR * 1000 + IZH_VERSION_PATCH);
}

static void values_are_pinned_and_names_are_the_constants(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(statuses); i++) {
        assert_int_equal(statuses[i].status, statuses[i].value);
        assert_string_equal(izh_status_name(statuses[i].status), statuses[i].name);
    }
}

static void every_text_is_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(statuses); i++) {
        const char *text = izh_status_text(statuses[i].status);
        assert_true(strlen(text) > 3);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(text, izh_status_text(statuses[k].status));
    }
}

static void unknown_statuses_say_so(void **state)
{
    (void)state;
    const izh_status unknown[] = {4, 1000, -10, -1000, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < LENGTH(unknown); i++) {
        assert_string_equal(izh_status_name(unknown[i]), "unknown status");
        assert_string_equal(izh_status_text(unknown[i]), "unknown status");
    }
}

static void sizes_of_structs_are_those_of_the_headers(void **state)
{
    (void)state;
    assert_int_equal(izh_struct_size("izh_params"), sizeof(izh_params));
    assert_int_equal(izh_struct_size("izh_solver_config"), sizeof(izh_solver_config));
    assert_int_equal(izh_struct_size("izh_trouble"), sizeof(izh_trouble));
    assert_int_equal(izh_struct_size("izh_solver"), 0); /* opaque */
    assert_int_equal(izh_struct_size("izh_param"), 0);
    assert_int_equal(izh_struct_size(""), 0);
    assert_int_equal(izh_struct_size(NULL), 0);
}

static void what_the_library_has_is_known_by_name(void **state)
{
    (void)state;
    const char *const always[] = {"populations", "networks", "float32",   "threads",
                                  "presets",     "pinn",     "flow-maps", "scalar",
                                  "metrics",     "analysis", "gradients", "inputs"};
    for (size_t i = 0; i < LENGTH(always); i++)
        assert_int_equal(izh_has(always[i]), 1);
    for (izh_method m = 1; izh_method_name(m); m++)
        assert_int_equal(izh_has(izh_method_name(m)), 1);
    assert_int_equal(izh_has("sse2"), izh_isa_supported(IZH_ISA_SSE2));
    assert_int_equal(izh_has("avx2"), izh_isa_supported(IZH_ISA_AVX2));
    assert_int_equal(izh_has("avx512"), izh_isa_supported(IZH_ISA_AVX512));
    assert_int_equal(izh_has("neon"), izh_isa_supported(IZH_ISA_NEON));
    assert_int_equal(izh_has("sse2") && izh_has("neon"), 0); /* of two architectures */
}

static void what_the_library_does_not_have_is_not_there(void **state)
{
    (void)state;
    const char *const none[] = {"",    "population", "Populations", "threads ",
                                "rk5", "best",       "izh",         "network"};
    for (size_t i = 0; i < LENGTH(none); i++)
        assert_int_equal(izh_has(none[i]), 0);
    assert_int_equal(izh_has(NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_library_is_of_the_headers_version),
        cmocka_unit_test(values_are_pinned_and_names_are_the_constants),
        cmocka_unit_test(every_text_is_its_own),
        cmocka_unit_test(unknown_statuses_say_so),
        cmocka_unit_test(sizes_of_structs_are_those_of_the_headers),
        cmocka_unit_test(what_the_library_has_is_known_by_name),
        cmocka_unit_test(what_the_library_does_not_have_is_not_there),
    };
    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
