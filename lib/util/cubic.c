/* A polynomial is monotonic between the roots of its derivative, so bisection finds the root
 * there. */
#include "util/cubic.h"

#include "util/float.h"

/* A cubic term so small that its own root lies beyond this counts as 0. */
#define ROOT_MAX 1e60

static double cubic_value(const double c[4], double x)
{
    return c[0] + x * (c[1] + x * (c[2] + x * c[3]));
}

/* The root between a and b, where the values have opposite signs or one is zero. */
static double bisect(const double c[4], double a, double b)
{
    const int up = cubic_value(c, b) > cubic_value(c, a);
    for (;;) {
        const double x = a + .5 * (b - a);
        if (!(a < x && x < b))
            return izh_fabs(cubic_value(c, a)) < izh_fabs(cubic_value(c, b)) ? a : b;
        if ((cubic_value(c, x) < 0) == up)
            a = x;
        else
            b = x;
    }
}

/* The roots of c[0] + c[1] x + c[2] x^2 in ascending order. */
static int quadratic_roots(const double c[3], double root[2])
{
    if (c[2] == 0) {
        root[0] = -c[0] / c[1];
        return c[1] != 0;
    }
    const double disc = c[1] * c[1] - 4 * c[2] * c[0];
    if (!(disc >= 0))
        return 0;
    /* This form of the quadratic formula avoids cancellation in both roots. */
    const double q = -.5 * (c[1] + (c[1] < 0 ? -1 : 1) * __builtin_sqrt(disc));
    const double x = q / c[2], y = q != 0 ? c[0] / q : x;
    root[0] = izh_fmin(x, y);
    root[1] = izh_fmax(x, y);
    return 2;
}

int izh_cubic_roots(const double c[4], double root[3])
{
    const double largest = izh_fmax(izh_fabs(c[0]), izh_fmax(izh_fabs(c[1]), izh_fabs(c[2])));
    const double bound = 1 + largest / izh_fabs(c[3]); /* Cauchy's bound on the roots */
    if (c[3] == 0 || !(bound < ROOT_MAX))
        return quadratic_roots(c, root);
    const double derivative[3] = {c[1], 2 * c[2], 3 * c[3]};
    double edge[4] = {-bound};
    const int n = 1 + quadratic_roots(derivative, edge + 1);
    edge[n] = bound;
    int roots = 0;
    for (int i = 0; i < n; i++) {
        const double a = cubic_value(c, edge[i]), b = cubic_value(c, edge[i + 1]);
        if (edge[i] < edge[i + 1] && ((a < 0 && b >= 0) || (a > 0 && b <= 0)))
            root[roots++] = bisect(c, edge[i], edge[i + 1]);
    }
    return roots;
}
