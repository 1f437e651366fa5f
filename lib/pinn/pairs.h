/* Two neighbouring doubles, which cost as much as one. The arithmetic on each is plain. */
#ifndef IZH_LIB_PAIRS_H
#define IZH_LIB_PAIRS_H

typedef double izh_pinn_pair __attribute__((vector_size(16), aligned(8), may_alias));

static inline izh_pinn_pair izh_pinn_pair_at(const double *x)
{
    return *(const izh_pinn_pair *)x;
}

static inline double izh_pinn_pairs_dot(const double *x, const double *y, int n)
{
    izh_pinn_pair a = {0, 0}, b = {0, 0};
    int i = 0;
    for (; i + 4 <= n; i += 4) {
        a += izh_pinn_pair_at(x + i) * izh_pinn_pair_at(y + i);
        b += izh_pinn_pair_at(x + i + 2) * izh_pinn_pair_at(y + i + 2);
    }
    a += b;
    double sum = a[0] + a[1];
    for (; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

#endif
