/* phi_1 ... phi_3 of 2x2 matrices against quadruple precision: the definition's series, scaled and
 * squared as matrices, which shares nothing with lib/methods/phi.h but the definition. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "util/real.h"
#include "util/vec_scalar.h"
#define PACK 1
#include "methods/phi.h"

#if defined(__SIZEOF_FLOAT128__)
typedef __float128 quad;
#else
typedef long double quad;
#endif

struct matrix {
    quad m[5][5];
};

/* e^A of a matrix of size n by scaling and squaring, 60 terms. */
static struct matrix exponential(struct matrix a, int n)
{
    struct matrix sum = {{{0}}}, term = {{{0}}};
    quad norm = 0;
    int halvings = 0;
    for (int i = 0; i < n; i++) {
        sum.m[i][i] = term.m[i][i] = 1;
        for (int j = 0; j < n; j++)
            norm += a.m[i][j] < 0 ? -a.m[i][j] : a.m[i][j];
    }
    for (; norm > .25; norm /= 2)
        halvings++;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < halvings; k++)
                a.m[i][j] /= 2;
    for (int k = 1; k < 60 + halvings; k++) {
        struct matrix next = {{{0}}};
        const struct matrix *left = k < 60 ? &term : &sum, *right = k < 60 ? &a : &sum;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                for (int l = 0; l < n; l++)
                    next.m[i][j] += left->m[i][l] * right->m[l][j] / (k < 60 ? k : 1);
        if (k >= 60) {
            sum = next;
            continue;
        }
        term = next;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                sum.m[i][j] += term.m[i][j];
    }
    return sum;
}

/* e^B of an extended B, whose first two rows hold column c of phi_k(A) in column 1 + k (Al-Mohy and
 * Higham, SIAM J. Sci. Comput. 33 (2011), theorem 2.1):
 *
 *         A e_c 0 0
 *     B = 0  0  1 0
 *         0  0  0 1
 *         0  0  0 0 */
static struct matrix phi_columns(const double a[2][2], int c)
{
    struct matrix b = {{{0}}};
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            b.m[i][j] = a[i][j];
    b.m[c][2] = 1;
    b.m[2][3] = 1;
    b.m[3][4] = 1;
    return exponential(b, 5);
}

/* The error of phi_k(A) in the Frobenius norm, relative to its own; exact[c] from phi_columns. */
static double error(const struct argument *a, struct pair phi, int k, const struct matrix exact[2])
{
    quad off = 0, size = 0;
    for (int c = 0; c < 2; c++) {
        const quad v = exact[c].m[0][1 + k], u = exact[c].m[1][1 + k];
        const struct rates got = apply(a, phi, (struct rates){c == 0, c == 1});
        off += (got.v - v) * (got.v - v) + (got.u - u) * (got.u - u);
        size += v * v + u * u;
    }
    return sqrt((double)(off / size));
}

static double frobenius(const double a[2][2])
{
    return sqrt(a[0][0] * a[0][0] + a[0][1] * a[0][1] + a[1][0] * a[1][0] + a[1][1] * a[1][1]);
}

static void check(const double a[2][2])
{
    const double norm = frobenius(a), allowed = norm <= 30 ? 1e-14 : 1e-15 * norm;
    const struct argument argument = argument_of(1, a[0][0], a[0][1], a[1][0], a[1][1]);
    const struct matrix exact[2] = {phi_columns(a, 0), phi_columns(a, 1)};
    struct pair phi[4];
    phi_set(phi, &argument, 3);
    for (int k = 1; k <= 3; k++) {
        const double e = error(&argument, phi[k], k, exact);
        if (!(e <= allowed))
            fail_msg("phi_%d([%g %g; %g %g]): error %g of %g allowed", k, a[0][0], a[0][1], a[1][0],
                     a[1][1], e, allowed);
    }
}

static double uniform(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) * 0x1p-53;
}

static void special_matrices(void **state)
{
    (void)state;
    static const double a[][2][2] = {{{0, 0}, {0, 0}},
                                     {{1e-300, 0}, {0, -1e-300}},
                                     {{1e-9, 1}, {0, -1e-9}},
                                     {{0, 1}, {0, 0}},
                                     {{2, 1}, {0, 2}},
                                     {{-2, 1}, {0, -2}},
                                     {{-20, 7}, {0, -20}},
                                     {{1, -1}, {1, 1}},
                                     {{0, -3}, {3, 0}},
                                     {{-1, -20}, {20, -1}},
                                     {{5, 0}, {0, -5}},
                                     {{1 + 1e-8, 1}, {0, 1 - 1e-8}},
                                     {{1, 1e-14}, {-1e-14, 1}},
                                     {{-30, 0}, {0, -1e-3}},
                                     {{-400, -1}, {.3, -.02}},
                                     {{-.3, -1}, {.004, -.02}},
                                     {{.9, -.1}, {-.006, -.003}},
                                     {{20, 3}, {1, 21}}};
    for (size_t i = 0; i < sizeof a / sizeof *a; i++)
        check(a[i]);
}

static void random_matrices(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < 2000; i++) {
        const double size = exp2(12 * uniform(&seed) - 6); /* norms up to about 100 */
        double x[4];
        for (int k = 0; k < 4; k++)
            x[k] = size * (2 * uniform(&seed) - 1);
        if (i % 3 == 0) { /* nearly a double eigenvalue */
            x[2] = (i % 2 ? -1 : 1) * 1e-9 * uniform(&seed);
            x[3] = x[0];
        }
        const double a[2][2] = {{x[0], x[1]}, {x[2], x[3]}};
        check(a);
    }
}

/* Jacobians of the neurons, where u is slow and weakly coupled. */
static void jacobians(void **state)
{
    (void)state;
    for (double h = .001; h < 20; h *= 1.7)
        for (double v = -120; v <= 60; v += 7) {
            const double a[2][2] = {{h * (.08 * v + 5), -h}, {h * .02 * .2, -h * .02}};
            if (a[0][0] < 600)
                check(a);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(special_matrices),
        cmocka_unit_test(random_matrices),
        cmocka_unit_test(jacobians),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
