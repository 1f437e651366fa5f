#include "pinn/crossing.h"

#include "util/float.h"

/* v turns at most a few times in a window, which is shorter than the neuron's own time scales. */
#define PIECES 32
#define TAU_LEAST 1e-15

struct net_search {
    const struct izh_pinn_trained *w;
    struct izh_line line;
};

/* The gap is below zero before the line. */
static double gap(const struct net_search *s, double tau)
{
    return izh_line_gap(s->line, izh_pinn_window_state(s->w, tau));
}

/* The gap's rate of change, by the equation. */
static double net_speed(const struct net_search *s, double tau)
{
    const struct izh_pinn_equation *e = &s->w->equation;
    const double I = e->I + e->slope * (tau * e->length);
    const izh_state f = izh_model_rhs(&e->model, izh_pinn_window_state(s->w, tau), I);
    return izh_line_speed(s->line, f);
}

/* Where the function changes, between a and b, from below zero to zero or above: the later of two
 * neighbouring doubles. */
static double turn(double (*value)(const struct net_search *, double), int sign,
                   const struct net_search *s, double a, double b)
{
    for (;;) {
        const double middle = a + .5 * (b - a);
        if (!(a < middle && middle < b))
            return b;
        if (sign * value(s, middle) < 0)
            a = middle;
        else
            b = middle;
    }
}

/* Moves b to a point on or beyond the line between a and b, if the solution gets there and turns
 * back. */
static bool hump(const struct net_search *s, double a, double *b)
{
    if (!(net_speed(s, a) > 0 && net_speed(s, *b) < 0))
        return false;
    const double top = turn(net_speed, -1, s, a, *b);
    if (gap(s, top) < 0)
        return false;
    *b = top;
    return true;
}

/* Finds a point before b at which a window that begins on the line has left it. */
static bool left(const struct net_search *s, double b, double *a)
{
    for (double tau = .5 * b; tau > TAU_LEAST; tau *= .5)
        if (gap(s, tau) < 0) {
            *a = tau;
            return true;
        }
    return false;
}

bool izh_pinn_window_first(const struct izh_pinn_trained *w, struct izh_line line, double *limit,
                           izh_state *at)
{
    const struct net_search s = {w, line};
    const double end = *limit;
    double a = 0;
    bool before = gap(&s, 0) < 0;
    for (int i = 1; i <= PIECES; i++) {
        double b = i == PIECES ? end : end * i / PIECES;
        bool beyond = gap(&s, b) >= 0;
        if (!beyond && before)
            beyond = hump(&s, a, &b);
        if (beyond && (before || left(&s, b, &a))) {
            *limit = turn(gap, 1, &s, a, b);
            *at = izh_line_at(line, izh_pinn_window_state(w, *limit).u);
            return true;
        }
        before = !beyond;
        a = i == PIECES ? end : end * i / PIECES;
    }
    return false;
}
