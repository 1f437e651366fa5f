/* The phi functions of a real 2x2 matrix, for exponential integrators:
 * phi_1(z) = (e^z - 1)/z, phi_{k+1}(z) = (phi_k(z) - 1/k!)/z. */
#ifndef IZH_LIB_PHI_H
#define IZH_LIB_PHI_H

#include <izh/model.h>

#include "model/model.h"

/* A 2x2 matrix is A = t I + N with t half its trace and N^2 = D I. Every function of A is x I + y
 * N, so these pairs are all that is needed, whether the eigenvalues are real, double or complex. */
struct izh_phi_pair {
    double x, y;
};

struct izh_phi {
    struct izh_jacobian n;      /* N */
    struct izh_phi_pair phi[4]; /* phi[k] is phi_k(A), from k = 1 */
};

/* phi_1 ... phi_3 of h J. */
void izh_phi_set(struct izh_phi *phi, const struct izh_jacobian *j, double h);

/* phi_k applied to a vector. */
izh_state izh_phi_apply(const struct izh_phi *phi, int k, izh_state x);

#endif
