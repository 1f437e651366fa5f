/* A quadratic has closed forms. A cubic is monotonic between the roots of its derivative, so
 * bisection finds the root there, and Newton's method adds the digits beyond a double's. */
#include "util/roots.h"

#define BEYOND 1e60
#define NEWTON_STEPS 8
/* If the third derivative changes the second by less than this part, the polynomial counts as a
 * parabola. */
#define NEARLY_PARABOLA 1e-3

struct izh_twofold izh_polynomial(const struct izh_twofold c[4], struct izh_twofold x)
{
    struct izh_twofold sum = c[3];
    for (int i = 2; i >= 0; i--)
        sum = izh_twofold_add(izh_twofold_mul(sum, x), c[i]);
    return sum;
}

static void derive(const struct izh_twofold c[4], struct izh_twofold d[4])
{
    for (int i = 0; i < 3; i++)
        d[i] = izh_twofold_mul(izh_twofold_of(i + 1), c[i + 1]);
    d[3] = izh_twofold_of(0);
}

static int linear_root(const struct izh_twofold c[4], struct izh_root root[3])
{
    root[0] = (struct izh_root){izh_twofold_neg(izh_twofold_div(c[0], c[1])), false};
    return c[1].hi != 0;
}

/* The vertex is at x and has the value y. The root on the vertex's side of 0, `far`, does not
 * cancel; the other one follows from the product of both, c0/c2. */
static int twofold_quadratic_roots(const struct izh_twofold c[4], double slack,
                                   struct izh_root root[3])
{
    if (c[2].hi == 0)
        return linear_root(c, root);
    const struct izh_twofold x = izh_twofold_scale(izh_twofold_div(c[1], c[2]), -.5);
    const struct izh_twofold y =
        izh_twofold_add(c[0], izh_twofold_scale(izh_twofold_mul(c[1], x), .5));
    if (izh_fabs(y.hi) <= slack) {
        root[0] = (struct izh_root){x, true};
        return 1;
    }
    const struct izh_twofold square = izh_twofold_neg(izh_twofold_div(y, c[2]));
    if (!(square.hi > 0))
        return 0;
    const struct izh_twofold s = izh_twofold_sqrt(square);
    const bool up = x.hi > 0;
    const struct izh_twofold far = up ? izh_twofold_add(x, s) : izh_twofold_sub(x, s);
    const struct izh_twofold near = izh_twofold_div(c[0], izh_twofold_mul(c[2], far));
    root[up] = (struct izh_root){far, false};
    root[!up] = (struct izh_root){near, false};
    return 2;
}

/* The root between a and b, where the values have opposite signs, to the digits of a double. */
static double bisect_twofold(const struct izh_twofold c[4], double a, double b)
{
    const bool up = izh_polynomial(c, izh_twofold_of(b)).hi > 0;
    for (;;) {
        const double x = a + .5 * (b - a);
        if (!(a < x && x < b))
            return x;
        const double y = izh_polynomial(c, izh_twofold_of(x)).hi;
        if (y == 0)
            return x;
        if ((y > 0) == up)
            b = x;
        else
            a = x;
    }
}

/* Where Newton's method starts. Beside a turning point, a double's digits may not tell the root
 * from that point; there the root of the parabola is a better start than x. */
static struct izh_twofold start(const struct izh_twofold c[4], double x, struct izh_twofold turn)
{
    const struct izh_twofold bend = izh_twofold_add(
        c[2], izh_twofold_mul(izh_twofold_of(3), izh_twofold_mul(c[3], turn))); /* p''/2 */
    if (!(izh_fabs(c[3].hi * (x - turn.hi)) < NEARLY_PARABOLA * izh_fabs(bend.hi)))
        return izh_twofold_of(x);
    const struct izh_twofold s =
        izh_twofold_sqrt(izh_twofold_neg(izh_twofold_div(izh_polynomial(c, turn), bend)));
    return x > turn.hi ? izh_twofold_add(turn, s) : izh_twofold_sub(turn, s);
}

static struct izh_twofold newton(const struct izh_twofold c[4], struct izh_twofold x)
{
    struct izh_twofold slope[4];
    derive(c, slope);
    for (int i = 0; i < NEWTON_STEPS; i++) {
        const struct izh_twofold y = izh_polynomial(c, x), f = izh_polynomial(slope, x);
        if (f.hi == 0 || y.hi == 0)
            break;
        x = izh_twofold_sub(x, izh_twofold_div(y, f));
    }
    return x;
}

/* Finds the root between two ends; `turns` tells which of them are turning points. */
static bool piece_root(const struct izh_twofold c[4], const struct izh_twofold end[2],
                       const bool turns[2], double slack, struct izh_root *root)
{
    const double y[2] = {izh_polynomial(c, end[0]).hi, izh_polynomial(c, end[1]).hi};
    for (int i = 0; i < 2; i++)
        if (turns[i] && izh_fabs(y[i]) <= slack)
            return false; /* that end is a double root */
    if (!((y[0] < 0 && y[1] > 0) || (y[0] > 0 && y[1] < 0)))
        return false;
    double x = bisect_twofold(c, end[0].hi, end[1].hi);
    const int near = turns[0] && (!turns[1] || x - end[0].hi < end[1].hi - x) ? 0 : 1;
    *root = (struct izh_root){newton(c, turns[near] ? start(c, x, end[near]) : izh_twofold_of(x)),
                              false};
    return true;
}

/* Cauchy's bound on the size of the roots. */
static double bound(const struct izh_twofold c[4])
{
    const double largest =
        izh_fmax(izh_fabs(c[0].hi), izh_fmax(izh_fabs(c[1].hi), izh_fabs(c[2].hi)));
    return 1 + largest / izh_fabs(c[3].hi);
}

/* Solves x times a quadratic. 0 is an exact root, to which bisection would only come near. */
static int roots_with_zero(const struct izh_twofold c[4], double slack, struct izh_root root[3])
{
    const struct izh_twofold zero = izh_twofold_of(0), rest[4] = {c[1], c[2], c[3], zero};
    const double vertex = izh_fabs(c[2].hi / (2 * c[3].hi));
    struct izh_root other[3];
    const int found = twofold_quadratic_roots(rest, vertex > 0 ? slack / vertex : 0, other);
    int n = 0, i = 0;
    while (i < found && other[i].x.hi < 0)
        root[n++] = other[i++];
    root[n++] = (struct izh_root){zero, false};
    for (; i < found; i++)
        if (other[i].x.hi > 0)
            root[n++] = other[i];
        else if (c[2].hi != 0) /* double root 0; with c[2] = 0 a triple one, without a turn */
            root[n - 1].twice = true;
    return n;
}

int izh_roots(const struct izh_twofold c[4], double slack, struct izh_root root[3])
{
    if (c[3].hi == 0 || !(bound(c) < BEYOND))
        return twofold_quadratic_roots(c, slack, root);
    if (c[0].hi == 0)
        return roots_with_zero(c, slack, root);
    struct izh_twofold slope[4], end[4] = {{-bound(c), 0}};
    struct izh_root turn[3];
    bool turns[4] = {false};
    derive(c, slope);
    const int found = twofold_quadratic_roots(slope, 0, turn);
    int last = 1, n = 0;
    for (int i = 0; i < found; i++)
        if (!turn[i].twice) { /* a double root of the slope is no turning point */
            turns[last] = true;
            end[last++] = turn[i].x;
        }
    end[last] = izh_twofold_of(bound(c));
    for (int i = 0; i < last; i++) {
        if (turns[i] && izh_fabs(izh_polynomial(c, end[i]).hi) <= slack)
            root[n++] = (struct izh_root){end[i], true};
        n += n < 3 && piece_root(c, end + i, turns + i, slack, &root[n]);
    }
    return n;
}
