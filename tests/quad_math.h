/* Elementary functions in quadruple precision where the compiler has it, by series that share
 * nothing with the library's. */
#ifndef IZH_TESTS_QUAD_MATH_H
#define IZH_TESTS_QUAD_MATH_H

#if defined(__SIZEOF_FLOAT128__)
typedef __float128 quad;
#else
typedef long double quad;
#endif

static inline quad quad_exp(quad x)
{
    int halvings = 0;
    quad sum = 1, term = 1;
    for (; x > (quad).25 || x < -(quad).25; x /= 2)
        halvings++;
    for (int k = 1; k < 40; k++)
        sum += term *= x / k;
    for (; halvings > 0; halvings--)
        sum *= sum;
    return sum;
}

/* By Newton's method on the exponential, for x brought near 1. */
static inline quad quad_log(quad x)
{
    quad y = 0, of_two = 0;
    int twos = 0;
    for (; x > (quad)1.5; x /= 2)
        twos++;
    for (; x < (quad).75; x *= 2)
        twos--;
    for (int i = 0; i < 8; i++) {
        y += x * quad_exp(-y) - 1;
        of_two += 2 * quad_exp(-of_two) - 1;
    }
    return y + twos * of_two;
}

/* The quotient of the odd and the even part of e^x; far from zero of exponentials. */
static inline quad quad_tanh(quad x)
{
    if (x > (quad).01 || x < (quad)-.01) {
        const quad e = quad_exp(2 * x);
        return (e - 1) / (e + 1);
    }
    quad part[2] = {0, 0}, term = 1;
    for (int k = 0; k < 24; k++) {
        part[k % 2] += term;
        term *= x / (k + 1);
    }
    return part[1] / part[0];
}

/* Angles of a few turns. */
static inline void quad_sincos(quad x, quad *sin, quad *cos)
{
    int halvings = 0;
    quad s = 0, c = 0, term = 1;
    for (; x > (quad).25 || x < -(quad).25; x /= 2)
        halvings++;
    for (int k = 0; k < 40; k++) {
        if (k % 2)
            s += k % 4 == 1 ? term : -term;
        else
            c += k % 4 == 0 ? term : -term;
        term *= x / (k + 1);
    }
    for (; halvings > 0; halvings--) {
        const quad twice = 2 * s * c;
        c = c * c - s * s;
        s = twice;
    }
    *sin = s;
    *cos = c;
}

#endif
