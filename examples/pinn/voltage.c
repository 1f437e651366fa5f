/* The report's way: one network of v(t) and u(t) over the whole second. Its loss is the residual of
 * the equation, but for the milliseconds around each reset, where there is none, and the distance
 * from Euler's solution, without which it finds no spike. Adam (Kingma and Ba, ICLR 2015), then
 * L-BFGS (Liu and Nocedal, Math. Programming 45 (1989)).
 *
 * A spike is a thousandth of what the network spans, and what it costs to miss it is little: so it
 * comes out rounded off, whatever the training. */
#include "example.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define UNITS 96
#define WEIGHTS (4 * UNITS + 2) /* in, shift, out[0], out[1], bias */
#define POINTS 1001             /* one each ms, as Euler's */
#define SLOPE 120.              /* of a unit at first: it sees some ms */

#define ADAM_STEPS 2500
#define ADAM_RATE 5e-3
#define LBFGS_STEPS 1500
#define LBFGS_PAIRS 20

/* v = V_MIDDLE + V_SCALE n[0], u = U_SCALE n[1]. */
#define V_MIDDLE (-50.)
#define V_SCALE 20.
#define U_SCALE 60.

/* The weights of the equation's residuals, mV/ms and pA/ms, and of the guide beside them. */
#define RATE_V 5.
#define RATE_U 5.
#define GUIDE 1.

struct problem {
    izh_state guide[POINTS];
    bool jump[POINTS]; /* too near a reset for the equation */
};

static double uniform(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX generator */
    return (double)(*seed >> 11) * 0x1p-53;
}

static void first_weights(double *w)
{
    uint64_t seed = 1;
    memset(w, 0, WEIGHTS * sizeof *w);
    for (int j = 0; j < UNITS; j++) {
        w[j] = SLOPE * (.5 + uniform(&seed));
        w[UNITS + j] = -w[j] * (j + uniform(&seed)) / UNITS;
        for (int k = 2; k < 4; k++)
            w[k * UNITS + j] = .2 * (uniform(&seed) - .5);
    }
}

/* A point of the solution: outputs, their rates by x = t/UNTIL, and the units. */
struct point {
    double n[2], dn[2], f[UNITS], d[UNITS];
};

static void at(const double *w, double x, struct point *p)
{
    for (int k = 0; k < 2; k++) {
        p->n[k] = w[4 * UNITS + k];
        p->dn[k] = 0;
    }
    for (int j = 0; j < UNITS; j++) {
        p->f[j] = tanh(w[j] * x + w[UNITS + j]);
        p->d[j] = 1 - p->f[j] * p->f[j];
        for (int k = 0; k < 2; k++) {
            p->n[k] += w[(2 + k) * UNITS + j] * p->f[j];
            p->dn[k] += w[(2 + k) * UNITS + j] * w[j] * p->d[j];
        }
    }
}

/* Adds to the gradient, where g and dg are the loss's by n and dn. */
static void add_gradient(double *gradient, const double *w, double x, const struct point *p,
                         const double g[2], const double dg[2])
{
    for (int j = 0; j < UNITS; j++) {
        const double f = p->f[j], d = p->d[j], bend = -2 * f * d;
        for (int k = 0; k < 2; k++) {
            const double c = w[(2 + k) * UNITS + j];
            gradient[j] += c * (g[k] * d * x + dg[k] * (d + w[j] * x * bend));
            gradient[UNITS + j] += c * (g[k] * d + dg[k] * w[j] * bend);
            gradient[(2 + k) * UNITS + j] += g[k] * f + dg[k] * w[j] * d;
        }
    }
    for (int k = 0; k < 2; k++)
        gradient[4 * UNITS + k] += g[k];
}

static double loss(const struct problem *problem, const double *w, double *gradient)
{
    const izh_params m = neuron();
    double sum = 0;
    memset(gradient, 0, WEIGHTS * sizeof *gradient);
    for (int i = 0; i < POINTS; i++) {
        struct point p;
        const double x = (double)i / (POINTS - 1), I = i >= 101 ? 70 : 0;
        at(w, x, &p);
        const double v = V_MIDDLE + V_SCALE * p.n[0], u = U_SCALE * p.n[1];
        const double guide_v = (v - problem->guide[i].v) / V_SCALE;
        const double guide_u = (u - problem->guide[i].u) / U_SCALE;
        double g[2] = {GUIDE * guide_v, GUIDE * guide_u}, dg[2] = {0, 0};
        sum += .5 * GUIDE * (guide_v * guide_v + guide_u * guide_u);
        if (!problem->jump[i]) {
            const double dv = V_SCALE * p.dn[0] / UNTIL, du = U_SCALE * p.dn[1] / UNTIL;
            const double rv = dv - ((m.k2 * v + m.k1) * v + m.k0 - u + I) / m.cm;
            const double ru = du - m.a * (m.b_lo * (v - m.vb) - u);
            const double sv = rv / (RATE_V * RATE_V), su = ru / (RATE_U * RATE_U);
            sum += .5 * (rv * sv + ru * su);
            g[0] -= V_SCALE * (sv * (2 * m.k2 * v + m.k1) / m.cm + su * m.a * m.b_lo);
            g[1] += U_SCALE * (sv / m.cm + su * m.a);
            dg[0] += sv * V_SCALE / UNTIL;
            dg[1] += su * U_SCALE / UNTIL;
        }
        add_gradient(gradient, w, x, &p, g, dg);
    }
    for (int k = 0; k < WEIGHTS; k++)
        gradient[k] /= POINTS;
    return sum / POINTS;
}

/* ---- training ---- */

static double dot(const double *x, const double *y)
{
    double sum = 0;
    for (int k = 0; k < WEIGHTS; k++)
        sum += x[k] * y[k];
    return sum;
}

static void adam(const struct problem *problem, double *w, double *losses)
{
    double mean[WEIGHTS] = {0}, square[WEIGHTS] = {0}, gradient[WEIGHTS];
    double decay[2] = {1, 1};
    for (int i = 0; i < ADAM_STEPS; i++) {
        losses[i] = loss(problem, w, gradient);
        decay[0] *= .9;
        decay[1] *= .999;
        for (int k = 0; k < WEIGHTS; k++) {
            mean[k] = .9 * mean[k] + .1 * gradient[k];
            square[k] = .999 * square[k] + .001 * gradient[k] * gradient[k];
            w[k] -=
                ADAM_RATE * (mean[k] / (1 - decay[0])) / (sqrt(square[k] / (1 - decay[1])) + 1e-8);
        }
        if (i % 25 == 0)
            show_progress("one network of v: Adam  ", (double)i / ADAM_STEPS, losses[i]);
    }
    show_progress("one network of v: Adam  ", 1, losses[ADAM_STEPS - 1]);
}

/* The last steps and what the gradient changed by. */
struct memory {
    double step[LBFGS_PAIRS][WEIGHTS], change[LBFGS_PAIRS][WEIGHTS];
    int count; /* of all pairs so far */
};

/* The direction -H g, by the two loops. */
static void direction(const struct memory *m, const double *gradient, double *d)
{
    double alpha[LBFGS_PAIRS];
    const int kept = m->count < LBFGS_PAIRS ? m->count : LBFGS_PAIRS;
    for (int k = 0; k < WEIGHTS; k++)
        d[k] = -gradient[k];
    for (int i = m->count - 1; i >= m->count - kept; i--) {
        const double *s = m->step[i % LBFGS_PAIRS], *y = m->change[i % LBFGS_PAIRS];
        alpha[i % LBFGS_PAIRS] = dot(s, d) / dot(s, y);
        for (int k = 0; k < WEIGHTS; k++)
            d[k] -= alpha[i % LBFGS_PAIRS] * y[k];
    }
    if (kept) {
        const double *s = m->step[(m->count - 1) % LBFGS_PAIRS];
        const double *y = m->change[(m->count - 1) % LBFGS_PAIRS];
        const double scale = dot(s, y) / dot(y, y);
        for (int k = 0; k < WEIGHTS; k++)
            d[k] *= scale;
    }
    for (int i = m->count - kept; i < m->count; i++) {
        const double *s = m->step[i % LBFGS_PAIRS], *y = m->change[i % LBFGS_PAIRS];
        const double beta = dot(y, d) / dot(s, y);
        for (int k = 0; k < WEIGHTS; k++)
            d[k] += (alpha[i % LBFGS_PAIRS] - beta) * s[k];
    }
}

/* Goes along d as far as the loss falls enough (Armijo); false where it does not. */
static bool search(const struct problem *problem, double *w, double *gradient, double *value,
                   const double *d, struct memory *m)
{
    const double slope = dot(gradient, d);
    double there[WEIGHTS], new_gradient[WEIGHTS];
    for (double length = m->count ? 1 : 1e-3; length > 1e-12; length *= .5) {
        for (int k = 0; k < WEIGHTS; k++)
            there[k] = w[k] + length * d[k];
        const double new_value = loss(problem, there, new_gradient);
        if (!(new_value <= *value + 1e-4 * length * slope))
            continue;
        double *s = m->step[m->count % LBFGS_PAIRS], *y = m->change[m->count % LBFGS_PAIRS];
        for (int k = 0; k < WEIGHTS; k++) {
            s[k] = there[k] - w[k];
            y[k] = new_gradient[k] - gradient[k];
        }
        m->count += dot(s, y) > 1e-12 * dot(y, y);
        memcpy(w, there, sizeof there);
        memcpy(gradient, new_gradient, sizeof new_gradient);
        *value = new_value;
        return true;
    }
    return false;
}

static size_t lbfgs(const struct problem *problem, double *w, double *losses)
{
    struct memory *m = room(1, sizeof *m);
    double gradient[WEIGHTS], d[WEIGHTS];
    double value = loss(problem, w, gradient);
    size_t i = 0;
    for (; i < LBFGS_STEPS; i++) {
        direction(m, gradient, d);
        if (!search(problem, w, gradient, &value, d, m))
            break;
        losses[i] = value;
        if (i % 25 == 0)
            show_progress("one network of v: L-BFGS", (double)i / LBFGS_STEPS, value);
    }
    show_progress("one network of v: L-BFGS", 1, value);
    free(m);
    return i;
}

/* Euler's resets are where it falls by more than any step of the neuron's. */
static void take_guide(struct problem *problem, const izh_state *euler, size_t count)
{
    for (size_t i = 0; i < POINTS; i++)
        problem->guide[i] = euler[i * (count - 1) / (POINTS - 1)];
    for (size_t i = 1; i < POINTS; i++)
        if (problem->guide[i].v < problem->guide[i - 1].v - 30)
            problem->jump[i - 1] = problem->jump[i] = true;
}

struct voltage_result train_voltage(const double *times, const izh_state *euler, size_t euler_count)
{
    struct problem *problem = room(1, sizeof *problem);
    struct voltage_result r = {room(euler_count, sizeof *r.states),
                               room(ADAM_STEPS + LBFGS_STEPS, sizeof *r.losses), ADAM_STEPS, 0};
    double w[WEIGHTS];
    const double start = seconds();
    take_guide(problem, euler, euler_count);
    first_weights(w);
    adam(problem, w, r.losses);
    r.loss_count += lbfgs(problem, w, r.losses + ADAM_STEPS);
    r.training_s = seconds() - start;
    for (size_t i = 0; i < euler_count; i++) {
        struct point p;
        at(w, times[i] / UNTIL, &p);
        r.states[i] = (izh_state){V_MIDDLE + V_SCALE * p.n[0], U_SCALE * p.n[1]};
    }
    free(problem);
    return r;
}
