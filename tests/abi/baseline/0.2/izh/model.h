/**
 * @file model.h
 * @brief The neuron: one normal form, and the spellings that lead to it.
 *
 *     cm v' = k2 v^2 + k1 v + k0 - u + I(t)                    v in mV, t in ms
 *        u' = a (U(v) - r u)
 *      U(v) = b_lo (v - vb)                        for v <  vb
 *             b_hi (v - vb) + b3 (v - vb)^3        for v >= vb
 *
 * It spikes when v reaches vpeak + vpeak_u u: v becomes c + c_u u (with u before its jump) and u
 * becomes min(u + d, u_max).
 *
 * Sources: E. M. Izhikevich, Simple model of spiking neurons, IEEE Trans. Neural Networks 14
 * (2003); E. M. Izhikevich, Dynamical Systems in Neuroscience, MIT Press (2007), chapter 8.
 *
 * Threads and real time: every function here works on its arguments alone; it may be called from
 * any thread at any time, does not allocate and does not lock.
 * Since 0.1, where an item names no later version.
 */
#ifndef IZH_MODEL_H
#define IZH_MODEL_H

#include <izh/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The parameters of one neuron in the normal form, in units of the 2007 form; in the 2003 form cm
 * is 1. All are finite, but for u_max. c lies below vpeak where c_u and vpeak_u are 0. Published
 * cells use negative a, b and d, and r = 0: these are valid. Frozen. */
typedef struct izh_params {
    double cm;      /**< membrane capacitance, pF; > 0 */
    double k2;      /**< coefficient of v^2, pA/mV^2 */
    double k1;      /**< coefficient of v, pA/mV */
    double k0;      /**< constant term, pA */
    double a;       /**< rate of recovery, 1/ms; negative is valid */
    double r;       /**< leak of u in units of a; 1, or 0 for accommodation */
    double b_lo;    /**< slope of U below vb, pA/mV */
    double b_hi;    /**< slope of U from vb on, pA/mV */
    double b3;      /**< cubic coefficient of U from vb on, pA/mV^3 */
    double vb;      /**< where U is zero and changes its branch, mV */
    double vpeak;   /**< peak of the spike, mV */
    double vpeak_u; /**< how the peak depends on u, mV/pA */
    double c;       /**< v after the reset, mV */
    double c_u;     /**< how the reset depends on u, mV/pA */
    double d;       /**< jump of u at the spike, pA */
    double u_max;   /**< largest u after a reset, pA; +infinity for none */
} izh_params;

/** The state of one neuron. Frozen. */
typedef struct izh_state {
    double v; /**< membrane potential, mV */
    double u; /**< recovery variable, pA */
} izh_state;

/** The 2003 form: v' = 0.04 v^2 + 5 v + 140 - u + I, u' = a (b v - u), peak 30 mV.
 * @param a,b rate of recovery and sensitivity of u to v, both 1/ms
 * @param c,d v after a spike, mV, and jump of u there, mV/ms
 * @return the parameters; they are not checked here */
IZH_API IZH_REALTIME izh_params izh_params_2003(double a, double b, double c, double d);

/** The 2007 form: C v' = k (v - vr)(v - vt) - u + I, u' = a (b (v - vr) - u). The normal form's k1
 * and k0 are computed in double as -(k (vr + vt)) and (k vr) vt.
 * @param C,k capacitance, pF, and gain, pA/mV^2
 * @param vr,vt,vpeak resting potential, instantaneous threshold and peak of the spike, mV
 * @param a,b rate of recovery, 1/ms, and sensitivity of u to v, pA/mV
 * @param c,d v after a spike, mV, and jump of u there, pA
 * @return the parameters; they are not checked here */
IZH_API IZH_REALTIME izh_params izh_params_2007(double C, double k, double vr, double vt,
                                                double vpeak, double a, double b, double c,
                                                double d);

/** How the normal form's fields change with the arguments of izh_params_2003(), for
 * derivatives with respect to them: see izh_gradient.params.
 * @param a,b,c,d as there
 * @param jacobian each field of jacobian[i] is its derivative with respect to argument i
 * @since 0.2 */
IZH_API IZH_REALTIME void izh_params_2003_jacobian(double a, double b, double c, double d,
                                                   izh_params jacobian[4]);

/** The same for izh_params_2007(). @since 0.2
 * @param C,k,vr,vt,vpeak,a,b,c,d as there
 * @param jacobian 9, as izh_params_2003_jacobian() has 4 */
IZH_API IZH_REALTIME void izh_params_2007_jacobian(double C, double k, double vr, double vt,
                                                   double vpeak, double a, double b, double c,
                                                   double d, izh_params jacobian[9]);

/** Checks parameters, and names the field at fault.
 * @param field NULL, or for the name of the first field at fault, NULL when all is well */
IZH_API IZH_REALTIME izh_status izh_params_check(const izh_params *params, const char **field);

/** Where a neuron rests under a constant current: its lowest stable equilibrium below the peak.
 * @return also #IZH_NO_REST if it has none, as when it fires without end; `rest` is NaN */
IZH_API IZH_REALTIME izh_status izh_params_rest(const izh_params *params, double I,
                                                izh_state *rest);

/** How the quantities of one neuron become those of another that does the same in other units:
 *
 *     t_new = t t_old                 u_new = u u_old + u_shift
 *     v_new = v v_old + v_shift       I_new = u I_old + I_shift
 *
 * A ramp of current becomes u/t times as steep. Frozen. */
typedef struct izh_conversion {
    double t;       /**< new time per old */
    double v;       /**< new voltage per old */
    double v_shift; /**< in the new unit */
    double u;       /**< new u, or I, per old */
    double u_shift; /**< in the new unit */
    double I_shift; /**< in the new unit */
} izh_conversion;

/** The same neuron in the 2007 form with a capacitance of one's choice, such as a 2003 neuron with
 * currents in pA: v and t stay, u and I become C/cm times as large, and u is counted from its value
 * at rest, so that U(v) = b (v - vr). The result's fields are the 2007 form's nine numbers: C = cm,
 * k = k2, vr = vb, vt = -k1/k2 - vb, b = b_lo, and vpeak, a, c and d.
 *
 * Where a neuron has no rest without current, vr is the voltage that is nearest to being one, and a
 * constant current, I_shift, makes it one. A neuron that the nine numbers cannot describe (U(v) of
 * two pieces, r other than 1, k2 not above 0) keeps its vb, and only its units change.
 * @param C the new capacitance, pF; finite and positive
 * @param converted the neuron in the new units; may be params itself
 * @param units how states and currents change; t and v are 1
 * @return #IZH_E_INVALID also where the result is not valid */
IZH_API IZH_REALTIME izh_status izh_params_to_2007(const izh_params *params, double C,
                                                   izh_params *converted, izh_conversion *units);

/** The same neuron in the 2003 form: the result's a, b_lo (b), c and d describe it. A 2003 neuron
 * that was converted to the 2007 form comes back with its own v and t. Any other gets the one
 * choice of units of v and t that brings its parabola and peak to those of 2003: the book's RS
 * neuron lives 6.2 times as fast in them.
 * @param converted the neuron in the new units; may be params itself
 * @param units how times, states and currents change
 * @return also #IZH_E_UNSUPPORTED for a neuron that the four numbers cannot describe: U(v) of two
 * pieces, r other than 1, vpeak_u, c_u or a finite u_max, k2 not above 0, a peak not above the
 *         parabola's vertex, -k1/(2 k2); #IZH_E_INVALID also where the result is not valid */
IZH_API IZH_REALTIME izh_status izh_params_to_2003(const izh_params *params, izh_params *converted,
                                                   izh_conversion *units);

#ifdef __cplusplus
}
#endif

#endif
