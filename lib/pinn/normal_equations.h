/* Least squares by the normal equations, for Jacobians that are too tall to be held: they are
 * summed up in blocks of rows. The order of every sum is fixed. */
#ifndef IZH_LIB_NORMAL_EQUATIONS_H
#define IZH_LIB_NORMAL_EQUATIONS_H

#include <stdbool.h>

/* Doubles from one row to the next of a matrix with n columns. */
static inline int izh_pinn_normal_stride(int n)
{
    return (n + 3) & ~3;
}

/* sum += rows' rows, only the lower triangle; `rows` holds count rows, with zeros beyond n. */
void izh_pinn_normal_add(double *sum, const double *rows, int count, int n);

/* Solves (sum + damping I) x = -gradient by Cholesky's decomposition. Returns false if the matrix
 * is not positive definite. `factor` has the size of sum. */
bool izh_pinn_normal_solve(double *x, const double *sum, const double *gradient, int n,
                           double damping, double *factor);

#endif
