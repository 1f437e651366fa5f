/* tanh, sine, cosine, tangent and arc tangent against quadruple precision. */
#include "support.h"

#include "quad_math.h"
#include "util/trig.h"

#define DRAWS 20000
#define ALLOWED 5 /* ulp */

static uint64_t seed;

static double uniform(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX generator */
    return (double)(seed >> 11) * 0x1p-53;
}

/* The error in ulp. */
static double error(double got, quad exact)
{
    const double size = fabs((double)exact);
    const quad off = got - exact;
    return (double)(off < 0 ? -off : off) / (nextafter(size, INFINITY) - size);
}

static void check_within(const char *name, double x, double got, quad exact)
{
    support_about("%s(%.17g)", name, x);
    check_close(error(got, exact), 0, ALLOWED);
}

/* A number of either sign, up to most, over many orders of magnitude or evenly. */
static double draw(int i, double most)
{
    const double sign = uniform() < .5 ? -1 : 1;
    return sign * most * (i % 2 ? uniform() : exp2(-40 * uniform()));
}

static void tanh_is_good_to_a_few_ulp(void **state)
{
    (void)state;
    seed = 1;
    for (int i = 0; i < DRAWS; i++) {
        const double x = draw(i, i % 3 ? 2 : 25);
        check_within("tanh", x, izh_tanh(x), quad_tanh(x));
    }
}

static void tangent_and_arc_tangent_are_good_to_a_few_ulp(void **state)
{
    (void)state;
    seed = 2;
    for (int i = 0; i < DRAWS; i++) {
        quad sin, cos;
        const double x = draw(i, 1.57), t = draw(i, 1e3), angle = izh_atan(t);
        quad_sincos(x, &sin, &cos);
        check_within("tan", x, izh_tan(x), sin / cos);
        /* One step of Newton's on tan, from the value in question: exact beside it. */
        quad_sincos(angle, &sin, &cos);
        check_within("atan", t, angle, angle - (sin - t * cos) * cos);
    }
}

static void sine_and_cosine_are_good_beside_one(void **state)
{
    (void)state;
    seed = 3;
    for (int i = 0; i < DRAWS; i++) {
        quad sin, cos;
        const double x = draw(i, i % 3 ? 4 : 100);
        const struct izh_sincos got = izh_sincos(x);
        quad_sincos(x, &sin, &cos);
        support_about("sine and cosine of %.17g", x);
        check_close(got.sin, (double)sin, 2 * DBL_EPSILON);
        check_close(got.cos, (double)cos, 2 * DBL_EPSILON);
    }
}

static void ends_are_right(void **state)
{
    (void)state;
    check_same(izh_tanh(0), 0);
    check_same(izh_tanh(30), 1);
    check_same(izh_tanh(-INFINITY), -1);
    check_true(isnan(izh_tanh(NAN)));
    check_same(izh_atan(INFINITY), 0x1.921fb54442d18p+0);
    check_same(izh_atan(-INFINITY), -0x1.921fb54442d18p+0);
    check_true(isnan(izh_atan(NAN)));
    check_same(izh_sincos(0).sin, 0);
    check_same(izh_sincos(0).cos, 1);
    check_true(isnan(izh_sincos(NAN).sin));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tanh_is_good_to_a_few_ulp),
        cmocka_unit_test(tangent_and_arc_tangent_are_good_to_a_few_ulp),
        cmocka_unit_test(sine_and_cosine_are_good_beside_one),
        cmocka_unit_test(ends_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
