#include "pinn/normal_equations.h"

#include <stddef.h>

#include "pinn/pairs.h"

/* Adds a tile of 4 x 4. */
static void add_tile(double *sum, size_t stride, const double *a, const double *b, int count)
{
    izh_pinn_pair c[4][2] = {{{0}}};
    for (int r = 0; r < count; r++, a += stride, b += stride) {
        const izh_pinn_pair b0 = izh_pinn_pair_at(b), b1 = izh_pinn_pair_at(b + 2);
        for (int i = 0; i < 4; i++) {
            c[i][0] += a[i] * b0;
            c[i][1] += a[i] * b1;
        }
    }
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 2; j++)
            *(izh_pinn_pair *)(sum + (size_t)i * stride + 2 * j) += c[i][j];
}

void izh_pinn_normal_add(double *sum, const double *rows, int count, int n)
{
    const size_t stride = (size_t)izh_pinn_normal_stride(n);
    for (int i = 0; i < n; i += 4)
        for (int j = 0; j <= i; j += 4)
            add_tile(sum + (size_t)i * stride + j, stride, rows + i, rows + j, count);
}

bool izh_pinn_normal_solve(double *x, const double *sum, const double *gradient, int n,
                           double damping, double *factor)
{
    const size_t stride = (size_t)izh_pinn_normal_stride(n);
    for (int i = 0; i < n; i++) {
        const double *given = sum + (size_t)i * stride;
        double *row = factor + (size_t)i * stride;
        for (int j = 0; j < i; j++) {
            const double *other = factor + (size_t)j * stride;
            row[j] = (given[j] - izh_pinn_pairs_dot(row, other, j)) / other[j];
        }
        const double square = given[i] + damping - izh_pinn_pairs_dot(row, row, i);
        if (!(square > 0))
            return false;
        row[i] = __builtin_sqrt(square);
        x[i] = (-gradient[i] - izh_pinn_pairs_dot(row, x, i)) / row[i];
    }
    for (int i = n - 1; i >= 0; i--) {
        const double *row = factor + (size_t)i * stride;
        x[i] /= row[i];
        for (int j = 0; j < i; j++)
            x[j] -= row[j] * x[i];
    }
    return true;
}
