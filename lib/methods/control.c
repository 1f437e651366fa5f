#include "methods/control.h"

#include <stdbool.h>

#include "util/float.h"

#define DEFAULT_RTOL 1e-6
#define ATOL_LEAST DBL_MIN /* its reciprocal is finite */
#define SAFETY .9
#define SHRINK_MOST .2
#define GROW_MOST 10.
#define ERROR_LEAST 1e-4 /* an error that is 0 by luck must not make the next step huge */
#define REJECTIONS 100   /* in a row: then no step is short enough */

struct tolerance {
    double r, a;
};

static struct tolerance tolerance(const struct izh_step *s, const struct izh_controller *c)
{
    const double r = izh_fmax(s->rtol > 0 ? s->rtol : DEFAULT_RTOL, c->rtol_least);
    return (struct tolerance){r, s->atol > 0 ? izh_fmax(s->atol, ATOL_LEAST) : r};
}

/* The mean square of x in units of the tolerance at the sizes of y and z (equation 4.11). */
static double mean_square(struct tolerance tol, izh_state x, izh_state y, izh_state z)
{
    const double v = x.v * (1 / (tol.a + tol.r * izh_fmax(izh_fabs(y.v), izh_fabs(z.v))));
    const double u = x.u * (1 / (tol.a + tol.r * izh_fmax(izh_fabs(y.u), izh_fabs(z.u))));
    return .5 * (v * v + u * u);
}

static double norm(struct tolerance tol, izh_state x, izh_state y)
{
    return __builtin_sqrt(mean_square(tol, x, y, y));
}

static double real_power(double x, double exponent)
{
    return izh_exp2_rough(exponent * izh_log2_rough(x));
}

/* The first step, from the sizes of y, y' and y'' (algorithm of section II.4, page 169). */
static double first_step(const struct izh_step *s, const struct izh_controller *c,
                         struct tolerance tol)
{
    const izh_state y = s->from, f = izh_step_rhs(s, y, 0);
    const double d0 = norm(tol, y, y), d1 = norm(tol, f, y);
    double h = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : .01 * (d0 / d1);
    h = izh_fmin(h, s->h);
    const izh_state f1 = izh_step_rhs(s, izh_state_add(y, h, f), h);
    const double d2 = norm(tol, (izh_state){f1.v - f.v, f1.u - f.u}, y) / h;
    const double d = izh_fmax(d1, d2);
    const double h1 = d <= 1e-15 ? izh_fmax(1e-6, h * 1e-3) : real_power(.01 / d, c->exponent);
    return izh_fmin(100 * h, h1);
}

/* The factor from this step to the next, from log2 of this step's error: the smaller one of the PI
 * controller's and of Gustafsson's predictive controller's (volume II, section IV.8, equation
 * 8.25). With the latter, steps that shrink towards a spike go on shrinking instead of being
 * rejected. */
static double next_factor(const struct izh_step *s, const struct izh_controller *c,
                          double log_error)
{
    double log_factor = -(c->exponent - .75 * c->pi) * log_error;
    if (s->carry.h > 0) {
        log_factor += c->pi * s->carry.log_error;
        const double predicted = izh_log2_rough(s->h / s->carry.last) +
                                 c->exponent * (s->carry.log_error - 2 * log_error);
        log_factor = izh_fmin(log_factor, predicted);
    }
    return izh_fmax(SHRINK_MOST, izh_fmin(GROW_MOST, SAFETY * izh_exp2_rough(log_factor)));
}

/* Sets what the next step learns from this one. A step that is shorter than h was cut short, and h
 * is still good for the next one. `square` is the square of this step's error. */
static void carry_on(struct izh_step *s, const struct izh_controller *c, double square, double h,
                     bool rejected)
{
    struct izh_carry *next = &s->next_carry;
    next->log_error = .5 * izh_log2_rough(izh_fmax(square, ERROR_LEAST * ERROR_LEAST));
    const double factor = next_factor(s, c, next->log_error);
    next->last = s->h;
    next->h = s->h * (rejected ? izh_fmin(1, factor) : factor);
    if (s->h < h)
        next->h = izh_fmax(h, next->h);
}

izh_status izh_control_step(struct izh_step *s, const struct izh_controller *c,
                            izh_attempt *attempt)
{
    const struct tolerance tol = tolerance(s, c);
    const double longest = s->h;
    double h = s->carry.h > 0 ? s->carry.h : first_step(s, c, tol);
    for (int i = 0; i < REJECTIONS; i++) {
        s->h = izh_fmin(h, longest);
        const izh_state error = attempt(s);
        const double square = mean_square(tol, error, s->from, s->to);
        if (square <= 1) {
            carry_on(s, c, square, h, i > 0);
            return IZH_OK;
        }
        /* This includes NaN: a stage overflowed. */
        const double factor =
            square < 1e20 ? SAFETY * real_power(square, -.5 * c->exponent) : SHRINK_MOST;
        h = s->h * izh_fmax(SHRINK_MOST, izh_fmin(SAFETY, factor));
        if (s->count)
            s->count->rejected++;
    }
    return IZH_E_TOLERANCE;
}
