/* The loop of the 2003 paper as a user would write it, in plain C: what a population is measured
 * against. */
#include "bench_population.h"

size_t bench_naive_f64(double *v, double *u, const double *I, size_t n, double t, int steps,
                       struct bench_spike *spikes)
{
    size_t count = 0;
    for (int k = 0; k < steps; k++) {
        t += 1;
        for (size_t i = 0; i < n; i++) {
            v[i] += .5 * ((.04 * v[i] + 5) * v[i] + 140 - u[i] + I[i]);
            v[i] += .5 * ((.04 * v[i] + 5) * v[i] + 140 - u[i] + I[i]);
            u[i] += .02 * (.2 * v[i] - u[i]);
            if (v[i] >= 30) {
                spikes[count++] = (struct bench_spike){t, (uint32_t)i};
                v[i] = -65;
                u[i] += 8;
            }
        }
    }
    return count;
}

size_t bench_naive_f32(float *v, float *u, const float *I, size_t n, double t, int steps,
                       struct bench_spike *spikes)
{
    size_t count = 0;
    for (int k = 0; k < steps; k++) {
        t += 1;
        for (size_t i = 0; i < n; i++) {
            v[i] += .5f * ((.04f * v[i] + 5) * v[i] + 140 - u[i] + I[i]);
            v[i] += .5f * ((.04f * v[i] + 5) * v[i] + 140 - u[i] + I[i]);
            u[i] += .02f * (.2f * v[i] - u[i]);
            if (v[i] >= 30) {
                spikes[count++] = (struct bench_spike){t, (uint32_t)i};
                v[i] = -65;
                u[i] += 8;
            }
        }
    }
    return count;
}
