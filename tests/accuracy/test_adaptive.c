/* The methods that control their step, dopri5 and exprb-adaptive: their orders, in a step of given
 * length; their error estimates; the controller; and what comes of it all, in spikes against
 * quadruple precision (tests/reference). The orders are those of Hairer, Norsett and Wanner,
 * Solving Ordinary Differential Equations I, section II.5 and equation II.6.12, and of Hochbruck,
 * Ostermann and Schweitzer, SIAM J. Numer. Anal. 47 (2009), section 5.1. */
#include "support.h"

#include "methods/control.h"
#include "reference/reference.h"

#define NOISE 2e-12 /* a hundred roundings of v: below it, not the order is measured */
#define LOOSE 1e9   /* no step is refused */

/* A step's length, the orders in it of its error, of its dense output's and of the error estimate,
 * which is the error of the embedded method; and the controller's exponents. */
static const struct method {
    izh_method method;
    double h;
    double step, dense, estimate;
    double exponent, pi;
} methods[] = {{IZH_DOPRI5, .2, 5 + 1, 4 + 1, 4 + 1, 1. / 5, .04},
               {IZH_EXPRB_ADAPTIVE, .1, 3 + 1, 3 + 1, 2 + 1, 1. / 3, 0}};

/* Where the solution is smooth and both components move: a neuron of the reference and a state of
 * it on one piece of U(v). */
static const struct stretch {
    const char *name;
    double I, slope;
    izh_state from;
} stretches[] = {{"pattern-Q", 20, 3, {-50, -10}},
                 {"book-FS-200", 200, 0, {-48, 0}},      /* the cubic piece */
                 {"book-TC-100", 1000, -20, {-90, 40}}}; /* the lower piece */

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
    const izh_state y =
        theta < 1 ? izh_step_dense(izh_method_ops(method), &t.step, theta * h) : t.step.to;
    return (izh_state){fabs(y.v - exact.v), fabs(y.u - exact.u)};
}

/* Errors in steps of h and h/2. A component may do better than its order: in u the leading term is
 * small where recovery is slow, or is missing. */
static void check_ratio(const char *what, double coarse, double fine, double order)
{
    if (getenv("IZH_VERBOSE"))
        fprintf(stderr, "%-10s %9.2g %9.2g order %.3f, %g\n", what, coarse, fine,
                log2(coarse / fine), order);
    check_true(fine > NOISE);
    check_true(log2(coarse / fine) > order - .25);
}

static void check_order(const struct method *m, const struct stretch *p, double theta, double order)
{
    const izh_state coarse = error_at(m->method, p, m->h, theta);
    const izh_state fine = error_at(m->method, p, m->h / 2, theta);
    support_about("%s, %s, %g of a step", izh_method_name(m->method), p->name, theta);
    check_ratio("v", coarse.v, fine.v, order);
    check_ratio("u", coarse.u, fine.u, order);
}

#define FOR_EACH(m, p)                                                         \
    for (const struct method *m = methods; m < methods + LENGTH(methods); m++) \
        for (const struct stretch *p = stretches; p < stretches + LENGTH(stretches); p++)

static void steps_are_of_their_order(void **state)
{
    (void)state;
    FOR_EACH(m, p)
    check_order(m, p, 1, m->step);
}

static void dense_output_is_of_its_order(void **state)
{
    (void)state;
    FOR_EACH(m, p)
    {
        check_order(m, p, .3, m->dense);
        check_order(m, p, .7, m->dense);
    }
}

/* The search for spikes leaves out a step that cannot reach the peak. */
static void no_step_leaves_its_reach(void **state)
{
    (void)state;
    static struct trial t;
    FOR_EACH(m, p)
    {
        take(&t, m->method, p, LOOSE, m->h);
        support_about("%s, %s", izh_method_name(m->method), p->name);
        check_true(t.step.reach < 40);
        for (int i = 0; i <= 32; i++) {
            const izh_state y =
                izh_step_dense(izh_method_ops(m->method), &t.step, t.step.h * (i / 32.));
            check_true(fabs(y.v - p->from.v) <= t.step.reach);
        }
    }
}

/* ---- the controller ---- */

/* The estimated error in units of the tolerance, which the controller bounds below. */
static double estimate(const struct method *m, const struct stretch *p, double tolerance, double h)
{
    static struct trial t;
    take(&t, m->method, p, tolerance, h);
    return exp2(t.step.next_carry.log_error);
}

static void estimates_are_of_the_embedded_order(void **state)
{
    (void)state;
    FOR_EACH(m, p)
    {
        const double h = m->h / 2;
        double tolerance = 1;
        while (estimate(m, p, tolerance, h) < 1. / 16)
            tolerance /= 2;
        support_about("%s, %s", izh_method_name(m->method), p->name);
        check_ratio("estimate", estimate(m, p, tolerance, h), estimate(m, p, tolerance, h / 2),
                    m->estimate);
    }
}

/* The next step's factor after errors `last` and e: equation IV.2.43 of volume II, as in the code
 * DOPRI5, with no more than Gustafsson's predictive controller allows (equation IV.8.25). */
static double factor_of(const struct method *m, double h_ratio, double last, double e)
{
    const double plain = pow(e, -(m->exponent - .75 * m->pi)) * pow(last, m->pi);
    const double predicted = h_ratio * pow(last / (e * e), m->exponent);
    return fmax(.2, fmin(10, .9 * fmin(plain, predicted)));
}

static void check_next(const struct method *m, const struct stretch *p, double tolerance,
                       double h_ratio, double last)
{
    static struct trial t;
    set_trial(&t, p, tolerance, m->h);
    t.step.carry.last = m->h / h_ratio;
    t.step.carry.log_error = log2(last);
    check_true(izh_method_ops(m->method)->step(&t.step) == IZH_OK);
    check_true(t.count.rejected == 0);
    const double e = exp2(t.step.next_carry.log_error);
    const double expected = m->h * factor_of(m, h_ratio, last, e);
    check_same(t.step.next_carry.last, m->h);
    check_close(t.step.next_carry.h / expected, 1, .02); /* its logarithms are rough */
}

static void the_next_step_follows_from_the_last_two_errors(void **state)
{
    (void)state;
    FOR_EACH(m, p)
    {
        support_about("%s, %s", izh_method_name(m->method), p->name);
        double tolerance = 1;
        for (; estimate(m, p, tolerance, m->h) < 1. / 4; tolerance /= 2) {
            check_next(m, p, tolerance, 1, 1);
            check_next(m, p, tolerance, 1, .001);
            check_next(m, p, tolerance, .5, .5);
            check_next(m, p, tolerance, 2, .01);
        }
        check_true(tolerance < 1);
    }
}

/* An error that is known: the tolerance's size in a step of 1, as h^5. */
static izh_state fifth_power(struct izh_step *s)
{
    const double e = s->atol * pow(s->h, 5);
    s->to = s->from;
    return (izh_state){e, -e};
}

static izh_state no_number(struct izh_step *s)
{
    s->to = s->from;
    return (izh_state){NAN, 0};
}

static izh_status control(struct trial *t, izh_attempt *attempt, double h, double longest)
{
    static const struct izh_controller controller = {1. / 5, .04, 1e-13};
    set_trial(t, &(struct stretch){"rs-2003", 0, 0, {0, 0}}, 1e-6, longest);
    t->step.carry.h = t->step.carry.last = h;
    support_about("a step of %g", h);
    return izh_control_step(&t->step, &controller, attempt);
}

static void a_step_is_refused_until_it_meets_the_tolerance(void **state)
{
    (void)state;
    static struct trial t;
    /* At most four fifths are cut off at once: 20, 4, and .9 of 1. */
    check_true(control(&t, fifth_power, 20, 1000) == IZH_OK);
    check_close(t.step.h, .9, .02);
    check_true(t.count.rejected == 2);
    check_true(t.step.next_carry.h <= t.step.h);
    /* Hardly too long, too. */
    check_true(control(&t, fifth_power, 1.01, 1000) == IZH_OK);
    check_true(t.count.rejected == 1 && t.step.h < .95);
    check_true(control(&t, fifth_power, .99, 1000) == IZH_OK);
    check_true(t.count.rejected == 0);
    check_same(t.step.h, .99);
}

static void no_step_is_short_enough_for_no_number(void **state)
{
    (void)state;
    static struct trial t;
    check_true(control(&t, no_number, 1, 1000) == IZH_E_TOLERANCE);
}

/* At a segment's end, say. */
static void a_step_cut_short_does_not_shorten_the_next(void **state)
{
    (void)state;
    static struct trial t;
    check_true(control(&t, fifth_power, .5, .001) == IZH_OK);
    check_same(t.step.h, .001);
    check_true(t.step.next_carry.h >= .5);
}

/* ---- spikes ---- */

static const double tolerances[] = {1e-5, 1e-7, 1e-9};

/* What a correct implementation gives: the errors are measured, and so are the steps, but for
 * dopri5 on rs-2003: those are of a textbook program, the plain controller of equation II.4.13
 * restarted at each spike with a step of .01 ms (this library: 767, 1712, 4010). */
static const struct neuron {
    const char *name;
    izh_method method;
    struct {
        double error; /* of the worst spike, ms */
        int steps;    /* 0: not run */
    } of[LENGTH(tolerances)];
} neurons[] = {
    {"rs-2003", IZH_DOPRI5, {{1.65e-2, 746}, {8.8e-5, 1622}, {1.44e-6, 3760}}},
    {"2003-RS-triangle", IZH_DOPRI5, {{5.8e-2, 724}, {4.5e-4, 1589}, {4.7e-6, 3741}}},
    {"book-FS-200", IZH_DOPRI5, {{1.9e-3, 515}, {1.1e-5, 1015}, {1.04e-7, 2251}}},
    {"book-TC-100", IZH_DOPRI5, {{1.2e-2, 211}, {1.4e-4, 445}, {1.9e-6, 1019}}},
    {"book-CH-300", IZH_DOPRI5, {{2.7e-3, 193}, {2.3e-5, 429}, {2.2e-7, 1025}}},
    {"rs-2003", IZH_EXPRB_ADAPTIVE, {{3.2e-3, 3812}, {3.8e-5, 17506}}},
    {"2003-RS-triangle", IZH_EXPRB_ADAPTIVE, {{1.33e-2, 3577}, {1.57e-4, 16392}}},
    {"book-FS-200", IZH_EXPRB_ADAPTIVE, {{3.2e-5, 3097}, {7.0e-7, 14005}}},
    {"book-TC-100", IZH_EXPRB_ADAPTIVE, {{7.4e-4, 1401}, {1.8e-5, 6405}}},
    {"book-CH-300", IZH_EXPRB_ADAPTIVE, {{7.2e-4, 1146}, {9.3e-6, 5230}}},
};

/* The worst error of the case's spikes. */
static double spike_error(const struct reference_case *c, izh_method method, double tolerance,
                          izh_statistics *count)
{
    static struct spikes spikes;
    izh_solver_config config = support_config(method);
    config.rtol = config.atol = tolerance;
    config.params = c->params;
    config.initial = c->initial;
    izh_solver *s = support_create(&config);
    spikes.n = 0;
    check_ok(izh_solver_set_stimulus(s, c->stimulus, c->segments), s);
    check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
    check_ok(izh_solver_run(s, c->t_end), s);
    izh_solver_statistics(s, count);
    izh_solver_destroy(s);
    check_true(spikes.n == c->spikes);
    double worst = 0;
    for (size_t i = 0; i < spikes.n && i < c->spikes; i++)
        worst = fmax(worst, fabs(spikes.event[i].t - c->t[i]));
    return worst;
}

/* The error at tolerances[k]; and the steps are neither too many nor too few for it, and hardly any
 * is refused: Gustafsson's controller sees a spike coming. */
static double check_run(const struct neuron *n, size_t k)
{
    izh_statistics count = IZH_STATISTICS_INIT;
    support_about("%s, %s at %g", n->name, izh_method_name(n->method), tolerances[k]);
    const double error = spike_error(reference_case(n->name), n->method, tolerances[k], &count);
    const double steps = (double)count.steps, rejected = (double)count.rejected;
    if (getenv("IZH_VERBOSE"))
        fprintf(stderr, "%-16s %-14s %g: %9.2e ms, %g steps, %g rejected\n", n->name,
                izh_method_name(n->method), tolerances[k], error, steps, rejected);
    check_true(error < 3 * n->of[k].error);
    check_true(steps < 1.5 * n->of[k].steps);
    check_true(steps > n->of[k].steps / 1.5);
    check_true(rejected < steps / 6);
    return error;
}

static void spikes_are_as_good_as_the_tolerance(void **state)
{
    (void)state;
    for (const struct neuron *n = neurons; n < neurons + LENGTH(neurons); n++) {
        double last = INFINITY;
        for (size_t k = 0; k < LENGTH(tolerances) && n->of[k].steps; k++) {
            const double error = check_run(n, k);
            check_true(error < last / 10); /* of a tolerance a hundred times smaller */
            last = error;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_of_their_order),
        cmocka_unit_test(dense_output_is_of_its_order),
        cmocka_unit_test(no_step_leaves_its_reach),
        cmocka_unit_test(estimates_are_of_the_embedded_order),
        cmocka_unit_test(the_next_step_follows_from_the_last_two_errors),
        cmocka_unit_test(a_step_is_refused_until_it_meets_the_tolerance),
        cmocka_unit_test(no_step_is_short_enough_for_no_number),
        cmocka_unit_test(a_step_cut_short_does_not_shorten_the_next),
        cmocka_unit_test(spikes_are_as_good_as_the_tolerance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
