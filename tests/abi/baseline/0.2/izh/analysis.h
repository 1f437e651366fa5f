/**
 * @file analysis.h
 * @brief What a neuron's equations say: where it rests, up to which current, what makes it fire.
 *
 * With z = v - vb, a neuron (izh/model.h) stands still under a constant current I where
 *
 *     k2 v^2 + k1 v + k0 + I = u     (the v-nullcline, v' = 0)
 *                       U(v) = r u   (the u-nullcline, u' = 0)
 *
 * It is a polynomial in z of degree two, or on the cubic piece of U three, solved in numbers of
 * twice a double's digits: results are right to the last digits of a double for the parameters as
 * they are. The Jacobian at a state gives an equilibrium's kind by its trace and determinant:
 *
 *     vv = (2 k2 v + k1)/cm     vu = -1/cm
 *     uv = a U'(v)              uu = -a r
 *
 * **Tolerance.** A current counts as that of a fold, or as one that puts an equilibrium at the
 * kink of U, where it is within 4 DBL_EPSILON (|k2| vb^2 + |k1 vb| + |k0| + |I|) of it, which is
 * what rounding the parameters may do. The trace counts as zero within 16 DBL_EPSILON of its terms
 * and what such a change of the current may do to it.
 *
 * Sources: E. M. Izhikevich, Dynamical Systems in Neuroscience, MIT Press (2007), chapters 4 to 8;
 * Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory, Springer (2004).
 *
 * Threads and real time: every function here works on its arguments alone and may be called from
 * any thread at any time. Only izh_params_f_i() allocates.
 * Since 0.2, where an item names no later version.
 */
#ifndef IZH_ANALYSIS_H
#define IZH_ANALYSIS_H

#include <izh/population.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The Jacobian: how the rates change with the state. Frozen. */
typedef struct izh_matrix {
    double vv; /**< d v'/d v, 1/ms */
    double vu; /**< d v'/d u, mV/(pA ms) */
    double uv; /**< d u'/d v, pA/(mV ms) */
    double uu; /**< d u'/d u, 1/ms */
} izh_matrix;

/** The nullclines: v' = 0 where u = v0 + v1 v + v2 v^2, and u' = 0 where u is u_lo z for v < vb and
 * u_hi z + u3 z^3 from vb on. Without a leak (r = 0) u' = 0 on vertical lines, at the zeros of U:
 * then u_lo, u_hi and u3 are NaN and the lines are at `line`. Frozen. */
typedef struct izh_nullclines {
    double v0;      /**< pA */
    double v1;      /**< pA/mV */
    double v2;      /**< pA/mV^2 */
    double vb;      /**< where u' = 0 changes its formula, mV */
    double u_lo;    /**< b_lo/r, pA/mV */
    double u_hi;    /**< b_hi/r, pA/mV */
    double u3;      /**< b3/r, pA/mV^3 */
    double line[2]; /**< with r = 0: where U(v) = 0, mV, ascending; NaN for none */
} izh_nullclines;

/** @name Kinds of equilibria
 * The values of izh_equilibrium.kind. They never change; later versions may add some.
 * @{ */
#define IZH_STABLE_NODE 1    /**< Two negative eigenvalues. */
#define IZH_STABLE_FOCUS 2   /**< A complex pair with a negative real part. */
#define IZH_UNSTABLE_NODE 3  /**< Two positive eigenvalues. */
#define IZH_UNSTABLE_FOCUS 4 /**< A complex pair with a positive real part. */
#define IZH_SADDLE 5         /**< One of each sign: its stable manifold is the threshold. */
#define IZH_FOLD 6   /**< A saddle-node: two equilibria meet here; one eigenvalue is zero. */
#define IZH_CENTRE 7 /**< An imaginary pair: the point of a Hopf bifurcation. */
/** It lies at vb, where the pieces of U meet, and is stable, or a saddle, by one piece only. Any
 * equilibrium at vb has the eigenvalues of the piece from vb on, and but for this its kind. */
#define IZH_KINK 8
/** None of these to first order: an eigenvalue is zero though nothing folds, as for a = 0. */
#define IZH_DEGENERATE 9
/** @} */

#define IZH_EQUILIBRIA_MAX 5 /**< The most that a neuron has: two below vb, three above. */

/** An equilibrium. Frozen. */
typedef struct izh_equilibrium {
    izh_state state;     /**< where */
    double re[2];        /**< real parts of the eigenvalues, ascending, 1/ms */
    double im[2];        /**< their imaginary parts; of a pair the negative one first */
    int32_t kind;        /**< one of #IZH_STABLE_NODE and its like */
    int32_t beyond_peak; /**< 1: v is at or above the peak, where the neuron never gets; else 0 */
} izh_equilibrium;

/** @name Bifurcations
 * The values of izh_bifurcation.kind. They never change; later versions may add some.
 * @{ */
/** Two equilibria meet and vanish: where the current has an extremum along the equilibria. Also
 * where they meet at the kink of U, one from each piece. */
#define IZH_SADDLE_NODE 1
/** A focus loses its stability: the Jacobian's trace vanishes and its determinant is positive. */
#define IZH_HOPF 2
/** A stable equilibrium reaches the peak, as in neurons without an upstroke (k2 <= 0). */
#define IZH_REST_AT_PEAK 3
/** @} */

#define IZH_BIFURCATIONS_MAX 10 /**< The most that izh_params_bifurcations() finds. */

/** A current at which equilibria come, go or change their stability. Frozen. */
typedef struct izh_bifurcation {
    double I;          /**< the current, pA */
    izh_state state;   /**< where */
    int32_t kind;      /**< #IZH_SADDLE_NODE, #IZH_HOPF or #IZH_REST_AT_PEAK */
    int32_t ends_rest; /**< 1: a stable equilibrium below the peak ceases here as I grows; else 0 */
} izh_bifurcation;

#define IZH_RHEOBASE_STEP 0 /**< A current that is held for the duration: a step, or a pulse. */
#define IZH_RHEOBASE_RAMP 1 /**< One that rises from 0 in a line to its size, then ends. */

/** The least current that makes a neuron fire, as two currents between which it lies. Frozen. */
typedef struct izh_rheobase {
    double I;           /**< it fires at this current, pA; infinite: at none */
    double below;       /**< it does not fire at this one */
    double t;           /**< when it fires at I, ms from the start of the stimulus */
    double error_bound; /**< how far t may be from the exact solution's, ms */
    int32_t certified;  /**< 1: the runs' own error bounds leave no doubt; 0: as computed */
    uint32_t runs;      /**< how many runs it took */
} izh_rheobase;

/** How a neuron fires under one current of an f-I curve: intervals between its spikes, NaN with
 * less than two spikes there. The rate in 1/s is 1000 over an interval. Frozen. */
typedef struct izh_f_i {
    double first;       /**< the first interval, ms */
    double steady;      /**< the mean of those in the second half of the time, ms */
    double last;        /**< the last interval, ms */
    uint32_t spikes;    /**< how many spikes there were */
    izh_status trouble; /**< #IZH_OK, or what ended the neuron's run: all intervals are NaN */
} izh_f_i;

/** The rates of the model at a state.
 * @param state v and u; finite
 * @param rates v', mV/ms, and u', pA/ms */
IZH_API IZH_REALTIME izh_status izh_params_rates(const izh_params *params, izh_state state,
                                                 double I, izh_state *rates);

/** The Jacobian at a state; at vb itself that of the piece of U from vb on.
 * @param state v and u; finite */
IZH_API IZH_REALTIME izh_status izh_params_jacobian(const izh_params *params, izh_state state,
                                                    izh_matrix *jacobian);

/** The nullclines under a constant current. */
IZH_API IZH_REALTIME izh_status izh_params_nullclines(const izh_params *params, double I,
                                                      izh_nullclines *nullclines);

/** All equilibria under a constant current, by ascending v, also those beyond the peak. It counts
 * no equilibrium on a whole piece on which the nullclines coincide.
 * @param equilibria,count room for #IZH_EQUILIBRIA_MAX, and how many there are, 0 included */
IZH_API IZH_REALTIME izh_status izh_params_equilibria(const izh_params *params, double I,
                                                      izh_equilibrium *equilibria, size_t *count);

/** All currents at which equilibria come and go in pairs or change their stability, ascending. A
 * neuron without a leak (r = 0), whose u takes up any constant current, and one whose u does not
 * move (a = 0) have no such current.
 * @param bifurcations,count room for #IZH_BIFURCATIONS_MAX, and how many there are, 0 included */
IZH_API IZH_REALTIME izh_status izh_params_bifurcations(const izh_params *params,
                                                        izh_bifurcation *bifurcations,
                                                        size_t *count);

/** The current above which the neuron has no stable equilibrium below its peak: among the
 * bifurcations that end a rest, the one of the largest current. A saddle-node is called class 1
 * excitability, a Hopf bifurcation class 2; a low rate at first depends on the reset, too.
 * @param end the bifurcation; if rest never ends, as with r = 0, its I is infinite, its state NaN
 *        and its kind 0
 * @return also #IZH_NO_REST where the neuron rests at no current, and then I is NaN */
IZH_API IZH_REALTIME izh_status izh_params_rest_ends(const izh_params *params,
                                                     izh_bifurcation *end);

/** The least current of a stimulus that makes a neuron fire from its rest at zero current. A spike
 * counts if it comes before the neuron is back at rest, also after the stimulus. For many durations
 * it is the strength-duration curve. It takes a few milliseconds.
 *
 * It runs #IZH_TAYLOR, doubling a small current until the neuron fires and then halving the
 * bracket. A spike whose time has a finite bound shows that it fires. A state that comes, with its
 * bound, into a region from which every state goes back to rest shows that it does not: V = x'Px
 * falls there, with P from the Jacobian at rest. Where a run's own error could decide, it stops if
 * the bracket is below 1e-6 of I; else it goes on, and the bracket is not certified. A neuron that
 * fires in several ranges of currents has several brackets; this finds one.
 * @param shape #IZH_RHEOBASE_STEP or #IZH_RHEOBASE_RAMP
 * @param duration ms, > 0; infinite: where rest ends (izh_params_rest_ends()), for then the neuron
 *        may wait for its spike as long as it takes
 * @param tolerance I - below as a share of I; 0 is the default, 1e-9
 * @return also #IZH_NO_REST where the neuron does not rest at zero current, and then the currents
 *         are NaN; #IZH_E_DIVERGED where a run ran away; #IZH_E_UNSUPPORTED in a build without the
 *         default method */
IZH_API IZH_REALTIME izh_status izh_params_rheobase(const izh_params *params, int32_t shape,
                                                    double duration, double tolerance,
                                                    izh_rheobase *rheobase);

/** An f-I curve: how a neuron fires under each of many constant currents, from time zero on, by a
 * population of it. It begins at its rest without current, or at its reset, (c, U(c)), if it has no
 * rest. A neuron in trouble does not make the call fail.
 * @param duration how long it fires, ms; finite and > 0
 * @param config of the population; its `n` does not matter. NULL: #IZH_MIDPOINT, steps of 0.1 ms
 * @return also #IZH_E_UNSUPPORTED, #IZH_E_MEMORY */
IZH_API IZH_ALLOCATES izh_status izh_params_f_i(const izh_params *params, const double *I, size_t n,
                                                double duration,
                                                const izh_population_config *config,
                                                izh_f_i *points);

#ifdef __cplusplus
}
#endif

#endif
