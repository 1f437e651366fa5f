#include "pinn/window.h"

#include "util/trig.h"

/* The outer weights, by steps that are as good as Gauss and Newton's: the damping only keeps the
 * weights from growing where units nearly depend on each other. */
#define OUTER_STEPS 8
#define OUTER_DAMPING 1e-20
/* A step that leaves more than this share of the residual is the last one. */
#define OUTER_PROGRESS .3

/* All weights. */
#define ALL_STEPS 6
#define ALL_DAMPING 1e-8
#define LESS_DAMPING 1e-2
#define MORE_DAMPING 1e3
#define REFUSALS 3
/* If the residual is more than this many times the tolerance, a shorter window is cheaper. */
#define HOPELESS 1e3
/* If the residual at the nodes is less than this share of that between them, no step will help. */
#define BETWEEN 1e-3

/* The residual grows with about this power of the length; from measurements. */
#define POWER_OF_LENGTH 10
#define AIM .1 /* the residual to aim at with a new length, as a share of the tolerance */
#define WINDOW_SHRINK_MOST .4
#define SHRINK_LEAST .8
#define WINDOW_GROW_MOST 2
/* A window ends this much past a crossing that an attempt has shown. */
#define PAST_CROSSING 1.02

/* ---- network and equation at one point ---- */

/* The larger of worst and |x|, or NaN if either is. */
static double larger_or_nan(double worst, double x)
{
    const double size = izh_fabs(x);
    return size > worst || izh_isnan(size) ? size : worst;
}

/* The solution at a point, and its rate per window. */
struct coordinates {
    double x[2], rate[2];
};

static struct coordinates coordinates(const struct izh_pinn_equation *e, struct izh_pinn_outputs o,
                                      double tau)
{
    struct coordinates c;
    for (int k = 0; k < 2; k++) {
        c.x[k] = tau * (e->rate[k] + tau * o.n[k]);
        c.rate[k] = e->rate[k] + 2 * tau * (o.n[k] + tau * o.dn[k]);
    }
    return c;
}

izh_state izh_pinn_window_state(const struct izh_pinn_trained *w, double tau)
{
    struct izh_pinn_units units;
    if (tau <= 0)
        return w->equation.from;
    izh_pinn_net_units(&w->net, 2 * tau - 1, &units);
    const struct coordinates c =
        coordinates(&w->equation, izh_pinn_net_outputs(&w->net, &units), tau);
    return izh_pinn_equation_state(&w->equation, c.x);
}

double izh_pinn_window_residual(const struct izh_pinn_trained *w, double tau)
{
    double r[2];
    izh_pinn_window_equations(w, tau, r, NULL, false);
    return larger_or_nan(izh_fabs(r[0]), r[1]);
}

/* A weight's change moves output l by n and the output's derivative with respect to z by dn.
 * effect() is what that does to the residual of equation k: `own` is 1 if k = l, else 0, and df is
 * df[k][l]. */
struct weigh {
    double n, dn, x; /* factors of the output, of its derivative, and of x in f */
};

static inline double effect(const struct weigh *w, double own, double df, double n, double dn)
{
    return own * (w->n * n + w->dn * dn) - df * (w->x * n);
}

/* The two rows of the Jacobian at a point. */
static void rows(const struct izh_pinn_net *net, double tau, const struct izh_pinn_units *units,
                 const struct izh_pinn_rates *rates, bool only_outer, double *row[2])
{
    const struct weigh w = {2 * tau, 2 * tau * tau, tau * tau};
    const double z = 2 * tau - 1;
    const int h = net->hidden;
    for (int k = 0; k < 2; k++) {
        const double *df = rates->df[k], own[2] = {k == 0, k == 1};
        double *in = row[k], *shift = in + h, *out = only_outer ? in : in + 2 * h;
        for (int j = 0; j < h; j++) {
            const double f = units->f[j], d = units->df[j], slope = net->in[j] * d;
            for (int l = 0; l < 2; l++)
                out[l * h + j] = effect(&w, own[l], df[l], f, slope);
            if (only_outer)
                continue;
            const double bend = -2 * f * slope; /* derivative of d with respect to z */
            in[j] = shift[j] = 0;
            for (int l = 0; l < 2; l++) {
                const double c = net->out[l][j];
                in[j] += c * effect(&w, own[l], df[l], d * z, d + z * bend);
                shift[j] += c * effect(&w, own[l], df[l], d, bend);
            }
        }
        for (int l = 0; l < 2; l++)
            out[2 * h + l] = effect(&w, own[l], df[l], 1, 0);
    }
}

void izh_pinn_window_equations(const struct izh_pinn_trained *w, double tau, double r[2],
                               double *row[2], bool only_outer)
{
    const struct izh_pinn_equation *e = &w->equation;
    struct izh_pinn_units units;
    izh_pinn_net_units(&w->net, 2 * tau - 1, &units);
    const struct coordinates c = coordinates(e, izh_pinn_net_outputs(&w->net, &units), tau);
    const struct izh_pinn_rates rates = izh_pinn_equation_rates(e, tau, c.x);
    r[0] = c.rate[0] - rates.f[0];
    r[1] = c.rate[1] - rates.f[1];
    if (row)
        rows(&w->net, tau, &units, &rates, only_outer, row);
}

/* ---- over the window ---- */

/* The size of the residuals at the nodes. */
struct size {
    double worst, squares;
};

static int count_weights(const struct izh_pinn_trained *w, bool only_outer)
{
    return only_outer ? 2 * w->net.hidden + 2 : IZH_PINN_WEIGHTS(w->net.hidden);
}

/* Finds the residuals at the nodes, and their Jacobian if asked. */
static struct size look_at_nodes(struct izh_pinn_trainer *t, const struct izh_pinn_trained *w,
                                 double *r, bool only_outer, bool with_jacobian)
{
    const int points = (int)t->settings.points, n = count_weights(w, only_outer);
    struct size size = {0, 0};
    for (int i = 0; i < points; i++) {
        double *row[2] = {t->jacobian + 2 * i * n, t->jacobian + (2 * i + 1) * n};
        izh_pinn_window_equations(w, t->node[i], r + 2 * i, with_jacobian ? row : NULL, only_outer);
        for (int k = 0; k < 2; k++) {
            size.worst = larger_or_nan(size.worst, r[2 * i + k]);
            size.squares += r[2 * i + k] * r[2 * i + k];
        }
    }
    if (t->count)
        t->count->rhs += (uint64_t)points;
    return size;
}

/* Whether the network's v is held though the neuron has not reached its peak, which moves with u.
 * Then the network solves another equation. */
static bool is_held_early(const struct izh_pinn_trainer *t, const struct izh_pinn_trained *w)
{
    const struct izh_pinn_equation *e = &w->equation;
    for (int i = 0; i <= (int)t->settings.points; i++) {
        const izh_state y = izh_pinn_window_state(w, t->check[i]);
        if (izh_model_above_peak(&e->model, y) >= 0)
            return false;
        if (e->phase && y.v >= e->hold_v)
            return true;
    }
    return false;
}

/* The largest residual between the nodes; infinity if v is held too early. */
static double residual_between(struct izh_pinn_trainer *t, const struct izh_pinn_trained *w)
{
    double worst = 0;
    for (int i = 0; i <= (int)t->settings.points; i++)
        worst = larger_or_nan(worst, izh_pinn_window_residual(w, t->check[i]));
    if (t->count)
        t->count->rhs += t->settings.points + 1;
    return w->equation.model.p.vpeak_u != 0 && is_held_early(t, w) ? IZH_INFINITY : worst;
}

/* ---- training ---- */

struct progress {
    struct size size;
    double damping;
    bool cancelled;
};

/* Tries one step of Levenberg and Marquardt. Returns whether it was taken. */
static bool try_step(struct izh_pinn_trainer *t, struct izh_pinn_trained *w, bool only_outer,
                     struct progress *p)
{
    const int m = 2 * (int)t->settings.points;
    const struct izh_pinn_net before = w->net;
    look_at_nodes(t, w, t->r, only_outer, true);
    izh_pinn_damped_step(t->step, t->jacobian, t->r, m, count_weights(w, only_outer), p->damping,
                         t->scratch);
    izh_pinn_net_add(&w->net, t->step, only_outer);
    const struct size size = look_at_nodes(t, w, t->trial, only_outer, false);
    const bool better = size.squares < p->size.squares;
    w->iterations++;
    if (better)
        p->size = size;
    else
        w->net = before;
    p->cancelled =
        t->watch && t->watch(t->user, w->equation.length, w->iterations, p->size.squares / m) != 0;
    return better;
}

/* Whether the window is trained; sets its residual. */
static bool is_good(struct izh_pinn_trainer *t, struct izh_pinn_trained *w,
                    const struct progress *p)
{
    w->residual = p->size.worst;
    if (p->size.worst < .5 * t->tolerance)
        w->residual = larger_or_nan(w->residual, residual_between(t, w));
    return w->residual < t->tolerance;
}

/* Whether more steps would change the residual at the nodes only. */
static bool is_idle(const struct izh_pinn_trained *w, const struct progress *p)
{
    return p->size.worst < BETWEEN * w->residual;
}

static void train_outer(struct izh_pinn_trainer *t, struct izh_pinn_trained *w, struct progress *p)
{
    p->damping = OUTER_DAMPING;
    for (int i = 0; i < OUTER_STEPS && !is_good(t, w, p) && !is_idle(w, p); i++) {
        const double worst = p->size.worst;
        if (!try_step(t, w, true, p) || p->cancelled || !(p->size.worst < OUTER_PROGRESS * worst))
            return;
    }
}

static bool train_all(struct izh_pinn_trainer *t, struct izh_pinn_trained *w, struct progress *p)
{
    p->damping = ALL_DAMPING;
    for (int i = 0, refusals = 0; i < ALL_STEPS && refusals <= REFUSALS && !p->cancelled; i++) {
        if (i > 0 && (is_good(t, w, p) || is_idle(w, p)))
            break;
        if (try_step(t, w, false, p)) {
            p->damping *= LESS_DAMPING;
        } else {
            p->damping *= MORE_DAMPING;
            refusals++;
        }
    }
    return is_good(t, w, p);
}

static bool attempt_window(struct izh_pinn_trainer *t, struct izh_pinn_trained *w, double length,
                           bool *cancelled)
{
    struct progress p = {.cancelled = false};
    izh_pinn_equation_stretch(&w->equation, length);
    w->net = t->seeded;
    w->attempts++;
    p.size = look_at_nodes(t, w, t->r, true, false);
    train_outer(t, w, &p);
    const bool trained =
        !p.cancelled && p.size.worst < HOPELESS * t->tolerance && train_all(t, w, &p);
    *cancelled = p.cancelled;
    return trained && !p.cancelled;
}

/* ---- lengths ---- */

/* The factor of the length that may bring the residual to what is aimed at. */
static double factor(const struct izh_pinn_trainer *t, const struct izh_pinn_trained *w)
{
    const double ratio = AIM * t->tolerance / izh_fmax(w->residual, 1e-16);
    return izh_exp2_rough(izh_log2_rough(ratio) / POWER_OF_LENGTH);
}

/* The share of the window at which v is past its peak, 1 if it never is. */
static double share_to_peak(const struct izh_pinn_trainer *t, const struct izh_pinn_trained *w)
{
    for (int i = 1; i <= (int)t->settings.points; i++)
        if (izh_model_above_peak(&w->equation.model, izh_pinn_window_state(w, t->check[i])) >= 0)
            return t->check[i];
    return 1;
}

/* The length to try after one that failed. If a rough solution crosses the peak, that tells more
 * than the residual. */
static double shorter(const struct izh_pinn_trainer *t, const struct izh_pinn_trained *w)
{
    const double length = w->equation.length, past = PAST_CROSSING * share_to_peak(t, w);
    if (w->residual < 1e-2 && past > .3 && past < .9)
        return past * length;
    const double f = w->residual < IZH_INFINITY ? factor(t, w) : 0;
    return length * izh_fmax(WINDOW_SHRINK_MOST, izh_fmin(f, SHRINK_LEAST));
}

/* The length to try after a window that was trained. If it is shorter than `first`, `longest` had
 * cut it. */
static double next_length(const struct izh_pinn_trainer *t, const struct izh_pinn_trained *w,
                          double first)
{
    const double length = w->equation.length, f = izh_fmin(factor(t, w), WINDOW_GROW_MOST);
    if (w->attempts > 1)
        return length * izh_fmin(f, 1);
    return length < first ? first : length * f;
}

/* ---- all of it ---- */

/* Chebyshev points of the first kind to train at, and of the second kind to look at. */
static void prepare_trainer(struct izh_pinn_trainer *t)
{
    t->settings = izh_pinn_net_defaults(t->settings);
    if (t->tolerance == 0)
        t->tolerance = IZH_PINN_RESIDUAL_DEFAULT;
    t->tolerance =
        izh_fmin(izh_fmax(t->tolerance, IZH_PINN_RESIDUAL_LEAST), IZH_PINN_RESIDUAL_MOST);
    const int points = (int)t->settings.points;
    izh_pinn_net_seed(&t->seeded, (int)t->settings.hidden, t->settings.seed);
    for (int i = 0; i <= points; i++) {
        if (i < points)
            t->node[i] = .5 - .5 * izh_sincos((i + .5) * IZH_PI / points).cos;
        t->check[i] = i < points ? .5 - .5 * izh_sincos(i * IZH_PI / points).cos : 1;
    }
    t->prepared = true;
}

izh_status izh_pinn_window_train(struct izh_pinn_trainer *t, struct izh_pinn_trained *w,
                                 double longest, double first)
{
    bool cancelled = false;
    if (!t->prepared)
        prepare_trainer(t);
    w->iterations = w->attempts = 0;
    if (!(first > 0))
        first = izh_pinn_equation_time_scale(&w->equation);
    first = izh_fmax(first, t->settings.shortest);
    double length = izh_fmin(first, longest);
    while (!attempt_window(t, w, length, &cancelled)) {
        if (cancelled)
            return IZH_STOPPED;
        if (!(length > t->settings.shortest))
            return IZH_E_TOLERANCE;
        if (t->count)
            t->count->rejected++;
        length = izh_fmax(shorter(t, w), t->settings.shortest);
    }
    w->next = next_length(t, w, first);
    return IZH_OK;
}
