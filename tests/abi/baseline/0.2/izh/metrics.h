/**
 * @file metrics.h
 * @brief How alike two trains of spikes are, and how regular one is: functions of plain arrays.
 *
 * A train is an array of times in ms, ascending; equal times are spikes of their own. A train may
 * be empty, and is computed as any other; its pointer may then be NULL. Everything here is by the
 * definition of the paper that its comment names. A time that is not finite, or comes before the
 * one that it follows, is #IZH_E_INVALID; izh_metric_check() says which.
 *
 * Threads: no function here has a state; each may be called from any thread at any time, as far as
 * the allocator that it is given allows that.
 * Since 0.2, where an item names no later version.
 */
#ifndef IZH_METRICS_H
#define IZH_METRICS_H

#include <stddef.h>

#include <izh/host.h>
#include <izh/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Whether an array is a train.
 * @param times,n the array, ms
 * @param at NULL, or for the index of the first time at fault; n when all is well */
IZH_API IZH_REALTIME izh_status izh_metric_check(const double *times, size_t n, size_t *at);

/** The coincidence factor Gamma of a model's spikes with recorded ones: 1 where all coincide, about
 * 0 for a Poisson process of the model's rate, less than 0 where they avoid each other.
 *
 *     Gamma = (N_coinc - 2 nu precision n_data) / ((n_data + n_model)/2) / (1 - 2 nu precision)
 *
 * with nu = n_model/duration. N_coinc is the largest number of pairs, each of a recorded spike and
 * a spike of the model not more than `precision` apart, in which no spike is in two pairs. W. M.
 * Kistler, W. Gerstner, J. L. van Hemmen, Neural Computation 9 (1997) 1015; R. Jolivet et al., J.
 * Neurosci. Methods 169 (2008) 417. It is not symmetric: chance is that of the model's rate. Two
 * empty trains: 1. One of them empty: 0. Takes time as n_data + n_model.
 * @param data,n_data the recorded spikes, ms
 * @param model,n_model the model's spikes, ms
 * @param precision ms, at least 0; the papers take 2 and 4
 * @param duration of the recording, ms, above 0. Times may begin anywhere.
 * @return #IZH_E_INVALID also where 2 nu precision >= 1: so many spikes coincide with anything */
IZH_API IZH_REALTIME izh_status izh_metric_coincidence(const double *data, size_t n_data,
                                                       const double *model, size_t n_model,
                                                       double precision, double duration,
                                                       double *gamma);

/** The distance of M. C. W. van Rossum, Neural Computation 13 (2001) 751: each spike is followed by
 * exp(-t/tau), and D^2 is the integral of the squared difference, divided by tau. This is D, a
 * metric. For tau to 0, D^2 tends to half the number of spikes that do not coincide; for tau to
 * infinity, to (n_a - n_b)^2/2. Two empty trains: 0. Takes time in proportion to n_a + n_b.
 * @param a,n_a,b,n_b the trains, ms
 * @param tau ms, above 0; infinity is allowed
 * @param distance 0 exactly where the trains are the same */
IZH_API IZH_REALTIME izh_status izh_metric_van_rossum(const double *a, size_t n_a, const double *b,
                                                      size_t n_b, double tau, double *distance);

/** The distance D_spike[q] of J. D. Victor and K. P. Purpura, J. Neurophysiology 76 (1996) 1310:
 * the least cost of making one train the other, where to insert or to delete a spike costs 1, and
 * to move it by t costs q t. A metric. With q = 0 it is the difference of the counts; for q to
 * infinity it tends to the number of spikes that do not coincide. Takes time in proportion to
 * n_a n_b, and memory for a number for each spike of the shorter train.
 * @param a,n_a,b,n_b the trains, ms
 * @param q 1/ms, at least 0; infinity is allowed
 * @return also #IZH_E_MEMORY */
IZH_API IZH_ALLOCATES izh_status izh_metric_victor_purpura(const double *a, size_t n_a,
                                                           const double *b, size_t n_b, double q,
                                                           const izh_allocator *allocator,
                                                           double *distance);

/** The SPIKE-distance of T. Kreuz et al., J. Neurophysiology 109 (2013) 1457, from 0 for the same
 * trains to 1; it has no parameter. As in the paper, both trains get a spike at `begin` and one at
 * `end`, which count as all others do. Spikes at equal times of one train count once. So two empty
 * trains have distance 0. Takes time in proportion to n_a + n_b.
 * @param a,n_a,b,n_b the trains, ms, within begin and end
 * @param begin,end of the recording, ms; begin < end */
IZH_API IZH_REALTIME izh_status izh_metric_spike(const double *a, size_t n_a, const double *b,
                                                 size_t n_b, double begin, double end,
                                                 double *distance);

/** What the intervals T_1 ... T_n between a train's n + 1 spikes are like. A field for which there
 * are too few spikes is NaN. Versioned. */
typedef struct izh_intervals {
    size_t size;  /**< set by #IZH_INTERVALS_INIT */
    size_t count; /**< n, how many intervals */
    double rate;  /**< 1000/mean, 1/s; NaN for n < 1, infinity where all spikes are at one time */
    double mean;  /**< mean interval, ms; NaN for n < 1 */
    /** Coefficient of variation: standard deviation (of the sample: with n - 1) over the mean;
     * about 1 for a Poisson process; NaN for n < 2 */
    double cv;
    /** Local variation: the mean of 3 (T_i - T_i+1)^2/(T_i + T_i+1)^2, of S. Shinomoto, K. Shima,
     * J. Tanji, Neural Computation 15 (2003) 2823; about 1 for a Poisson process, however its rate
     * drifts; NaN for n < 2 */
    double lv;
    /** Adaptation index: the mean of (T_i+1 - T_i)/(T_i+1 + T_i), of S. Druckmann et al., Frontiers
     * in Neuroscience 1 (2007) 7; above 0 where the spikes slow down; NaN for n < 2 */
    double adaptation;
} izh_intervals;

/** An #izh_intervals to ask with. */
#define IZH_INTERVALS_INIT                      \
    {                                           \
        sizeof(izh_intervals), 0, 0, 0, 0, 0, 0 \
    }

/** The statistics of a train's intervals. Of two neighbours that are both 0, as three spikes at one
 * time have them, the terms of `lv` and `adaptation` count as 0; and so does a `cv` of a mean of 0.
 * @param times,n the train, ms
 * @param intervals no more than its size is written */
IZH_API IZH_REALTIME izh_status izh_metric_intervals(const double *times, size_t n,
                                                     izh_intervals *intervals);

#ifdef __cplusplus
}
#endif

#endif
