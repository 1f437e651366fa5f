/* With K = sqrt(damping) I the step is x = -J' (J J' + K K)^-1 r, the first n rows of the shortest
 * solution of (J K) (x y)' = -r. The decomposition of the tall matrix (J K)' = Q R gives this
 * solution without squaring a condition number (Bjorck, Numerical Methods for Least Squares
 * Problems, SIAM 1996, section 1.3.2): (x y)' = Q R'^-1 (-r).
 *
 * Column k of K begins to fill only at its turn, so that each of Householder's vectors has n + 1
 * elements, from row k on. */
#include "pinn/least_squares.h"

#include <string.h>

#include "pinn/pairs.h"

/* y += f x */
static void add_scaled(double *y, double f, const double *x, int n)
{
    int i = 0;
    for (; i + 2 <= n; i += 2)
        *(izh_pinn_pair *)(y + i) = izh_pinn_pair_at(y + i) + f * izh_pinn_pair_at(x + i);
    if (i < n)
        y[i] += f * x[i];
}

/* Reflects the vector x, of n elements, so that all but the first become zero; returns the first. x
 * becomes the reflection's vector, and *half is |.|^2/2 of that. */
static double reflect(double *x, int n, double *half)
{
    const double size = __builtin_sqrt(izh_pinn_pairs_dot(x, x, n)),
                 first = x[0] > 0 ? -size : size;
    x[0] -= first;
    *half = -first * x[0];
    return first;
}

void izh_pinn_damped_step(double *x, const double *jacobian, const double *r, int m, int n,
                          double damping, double *scratch)
{
    const int rows = n + m, length = n + 1;
    double *q = scratch, *y = q + rows * m; /* q: columns of (J K)' */
    memset(q, 0, sizeof *q * (size_t)(rows * m));
    for (int k = 0; k < m; k++) {
        memcpy(q + k * rows, jacobian + k * n, sizeof *q * (size_t)n);
        q[k * rows + n + k] = __builtin_sqrt(damping);
    }
    memset(y, 0, sizeof *y * (size_t)rows);
    double *half = y + rows;
    for (int k = 0; k < m; k++) {
        double *v = q + k * rows + k;
        const double diagonal = reflect(v, length, &half[k]);
        for (int c = k + 1; c < m; c++) {
            double *column = q + c * rows + k;
            add_scaled(column, -izh_pinn_pairs_dot(v, column, length) / half[k], v, length);
        }
        /* Forward substitution with R', of which column k is now known. */
        y[k] = (-r[k] - izh_pinn_pairs_dot(q + k * rows, y, k)) / diagonal;
    }
    for (int k = m - 1; k >= 0; k--) {
        const double *v = q + k * rows + k;
        add_scaled(y + k, -izh_pinn_pairs_dot(v, y + k, length) / half[k], v, length);
    }
    memcpy(x, y, sizeof *x * (size_t)n);
}
