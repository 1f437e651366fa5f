/* The methods that control their step, dopri5 and exprb-adaptive: their orders, in a step of given
 * length; their error estimates; the controller; and what comes of it all, in spikes against
 * quadruple precision (tests/reference). The orders are those of Hairer, Norsett and Wanner,
 * Solving Ordinary Differential Equations I, section II.5 and equation II.6.12, and of Hochbruck,
 * Ostermann and Schweitzer, SIAM J. Numer. Anal. 47 (2009), section 5.1. */
#include "support.h"

#include "methods/control.h"
#include "reference/reference.h"

#define NOISE 1e-11 /* below it the exact value's own error is measured */
#define LOOSE 1e9   /* no step is refused */

/* log2 of the ratio of the errors in steps of h and h/2. */
static const struct {
    izh_method method;
    double h;
    double step, dense, estimate;
} methods[] = {{IZH_DOPRI5, .4, 5 + 1, 4 + 1, 4 + 1}, {IZH_EXPRB_ADAPTIVE, .04, 3 + 1, 3 + 1, 2 + 1}};

/* Where the solution is smooth and both components move: a neuron of the reference and a state of
 * it on one piece of U(v). */
static const struct stretch {
    const char *name;
    double I, slope;
    izh_state from;
} stretches[] = {{"pattern-Q", 20, 3, {-50, -10}},
                 {"book-FS-200", 200, 0, {-48, 0}},     /* the cubic piece */
                 {"book-TC-100", 100, -20, {-80, 40}}}; /* the lower piece */

static struct izh_model model_of(const struct stretch *p)
{
    struct izh_model model;
    izh_model_set(&model, &reference_case(p->name)->params);
    model.branch = izh_model_branch(&model, p->from.v);
    return model;
}

/* A step of h, and room for its work. */
struct trial {
    struct izh_model model;
    struct izh_step step;
    izh_statistics count;
    _Alignas(max_align_t) unsigned char work[8192];
};

static void set_trial(struct trial *t, const struct stretch *p, double tolerance, double h)
{
    memset(t, 0, sizeof *t);
    t->model = model_of(p);
    t->step = (struct izh_step){.model = &t->model,
                                .I = p->I,
                                .slope = p->slope,
                                .rtol = tolerance,
                                .atol = tolerance,
                                .from = p->from,
                                .h = h,
                                .carry = {h, h, 0},
                                .count = &t->count,
                                .work = t->work};
}

/* Takes the step, whole. */
static void take(struct trial *t, izh_method method, const struct stretch *p, double tolerance,
                 double h)
{
    const struct izh_method_ops *ops = izh_method_ops(method);
    assert_true(ops->work_size <= sizeof t->work);
    set_trial(t, p, tolerance, h);
    check_true(ops->step(&t->step) == IZH_OK);
    check_same(t->step.h, h);
    check_true(t->count.rejected == 0);
}

/* The state h on, by Taylor series at its tightest, which tests/accuracy/test_reference holds
 * against quadruple precision. */
static izh_state exact_at(const struct stretch *p, double h)
{
    static struct trial t;
    struct stretch rest = *p;
    for (double done = 0; done < h; done += t.step.h) {
        set_trial(&t, &rest, 1e-15, h - done);
        t.step.carry = (struct izh_carry){0};
        assert_int_equal(izh_method_ops(IZH_TAYLOR)->step(&t.step), IZH_OK);
        rest.from = t.step.to;
        rest.I += rest.slope * t.step.h;
    }
    return rest.from;
}

/* The error theta into a step of h. */
static izh_state error_at(izh_method method, const struct stretch *p, double h, double theta)
{
    static struct trial t;
    take(&t, method, p, LOOSE, h);
    const izh_state exact = exact_at(p, theta * h);
    const izh_state y = theta < 1 ? izh_step_dense(izh_method_ops(method), &t.step, theta * h)
                                  : t.step.to;
    return (izh_state){fabs(y.v - exact.v), fabs(y.u - exact.u)};
}

static void check_ratio(const char *what, double coarse, double fine, double order)
{
    if (getenv("IZH_VERBOSE"))
        fprintf(stderr, "%-10s %9.2g %9.2g order %.3f, %g\n", what, coarse, fine,
                log2(coarse / fine), order);
    check_true(fine > NOISE);
    check_close(log2(coarse / fine), order, .25);
}

static void check_order(size_t m, const struct stretch *p, double theta, double order)
{
    const izh_state coarse = error_at(methods[m].method, p, methods[m].h, theta);
    const izh_state fine = error_at(methods[m].method, p, methods[m].h / 2, theta);
    support_about("%s, %s, %g of a step", izh_method_name(methods[m].method), p->name, theta);
    check_ratio("v", coarse.v, fine.v, order);
    check_ratio("u", coarse.u, fine.u, order);
}

static void steps_are_of_their_order(void **state)
{
    (void)state;
    for (size_t m = 0; m < LENGTH(methods); m++)
        for (size_t i = 0; i < LENGTH(stretches); i++)
            check_order(m, &stretches[i], 1, methods[m].step);
}

static void dense_output_is_of_its_order(void **state)
{
    (void)state;
    for (size_t m = 0; m < LENGTH(methods); m++)
        for (size_t i = 0; i < LENGTH(stretches); i++) {
            check_order(m, &stretches[i], .3, methods[m].dense);
            check_order(m, &stretches[i], .7, methods[m].dense);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_of_their_order),
        cmocka_unit_test(dense_output_is_of_its_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
