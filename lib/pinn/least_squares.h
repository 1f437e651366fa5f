/* Least squares by Householder's QR decomposition. LAPACK does not do, since its results differ by
 * machine. */
#ifndef IZH_LIB_LEAST_SQUARES_H
#define IZH_LIB_LEAST_SQUARES_H

/* Doubles of scratch for a system of m equations in n unknowns. */
#define IZH_PINN_DAMPED_SCRATCH(m, n) (((n) + (m)) * ((m) + 1) + (m))

/* Levenberg and Marquardt's step: the x that minimises |J x + r|^2 + damping |x|^2. J is m x n, row
 * after row; x has room for n. There may be fewer equations than unknowns, or dependent ones. x is
 * NaN if J or r is. */
void izh_pinn_damped_step(double *x, const double *jacobian, const double *r, int m, int n,
                          double damping, double *scratch);

#endif
