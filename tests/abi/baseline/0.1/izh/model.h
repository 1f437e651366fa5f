/**
 * @file model.h
 * @brief The neuron: one normal form, and the spellings that lead to it.
 *
 * With v in mV and t in ms,
 *
 *     cm v' = k2 v^2 + k1 v + k0 - u + I(t)
 *        u' = a (U(v) - r u)
 *      U(v) = b_lo (v - vb)                        for v <  vb
 *             b_hi (v - vb) + b3 (v - vb)^3        for v >= vb
 *
 * and a spike when v reaches vpeak + vpeak_u u: v becomes c + c_u u (with u before its jump) and u
 * becomes min(u + d, u_max).
 *
 * Sources: E. M. Izhikevich, Simple model of spiking neurons, IEEE Trans. Neural Networks 14
 * (2003); E. M. Izhikevich, Dynamical Systems in Neuroscience, MIT Press (2007), chapter 8.
 */
#ifndef IZH_MODEL_H
#define IZH_MODEL_H

#include <izh/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The parameters of one neuron in the normal form. Units are those of the 2007 form (pF, pA, mV,
 * ms); in the 2003 form cm is 1 and u and I are in mV/ms.
 *
 * All are finite, but for u_max. cm is positive. Where neither c_u nor vpeak_u is set, c lies below
 * vpeak. Negative a, b and d, and r = 0, are used by published cells and are valid.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
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

/**
 * The state of one neuron.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_state {
    double v; /**< membrane potential, mV */
    double u; /**< recovery variable, pA (mV/ms in the 2003 form) */
} izh_state;

/**
 * The 2003 form: v' = 0.04 v^2 + 5 v + 140 - u + I, u' = a (b v - u), peak 30 mV.
 *
 * @param a rate of recovery, 1/ms
 * @param b sensitivity of u to v
 * @param c v after a spike, mV
 * @param d jump of u at a spike
 * @return the parameters; they are not checked here
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_params izh_params_2003(double a, double b, double c, double d);

/**
 * The 2007 form: C v' = k (v - vr)(v - vt) - u + I, u' = a (b (v - vr) - u).
 *
 * The normal form's k1 and k0 are computed in double as -(k (vr + vt)) and (k vr) vt.
 *
 * @param C capacitance, pF
 * @param k gain, pA/mV^2
 * @param vr resting potential, mV
 * @param vt instantaneous threshold, mV
 * @param vpeak peak of the spike, mV
 * @param a rate of recovery, 1/ms
 * @param b sensitivity of u to v, pA/mV
 * @param c v after a spike, mV
 * @param d jump of u at a spike, pA
 * @return the parameters; they are not checked here
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_params izh_params_2007(double C, double k, double vr, double vt, double vpeak, double a,
                                   double b, double c, double d);

/**
 * Says whether parameters are valid, and if not, which field is at fault.
 *
 * @param params the parameters; NULL is an error
 * @param field NULL, or where to store the name of the first field at fault: a string that lives
 *        for ever, NULL when all is well
 * @return #IZH_OK or #IZH_E_INVALID
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_params_check(const izh_params *params, const char **field);

/**
 * Where a neuron rests under a constant current: the stable equilibrium below the peak, the one of
 * the lowest v if there are several.
 *
 * @param params the parameters
 * @param I the current, pA (2003 form: the model's own unit); finite
 * @param rest where to store the state; NaN where there is none
 * @return #IZH_OK; #IZH_NO_REST where the neuron has no stable equilibrium, as when it fires
 * without end; #IZH_E_INVALID
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_params_rest(const izh_params *params, double I, izh_state *rest);

/**
 * How the quantities of one neuron become those of another that does the same in other units:
 *
 *     t_new = t t_old                 u_new = u u_old + u_shift
 *     v_new = v v_old + v_shift       I_new = u I_old + I_shift
 *
 * u and I share their scale, for they are added to each other. The slope of a ramp of current
 * becomes u/t times as large.
 *
 * Frozen: this struct never changes.
 * @since 0.1
 */
typedef struct izh_conversion {
    double t;       /**< new time per old */
    double v;       /**< new voltage per old */
    double v_shift; /**< in the new unit */
    double u;       /**< new u, or I, per old */
    double u_shift; /**< in the new unit */
    double I_shift; /**< in the new unit */
} izh_conversion;

/**
 * The same neuron in the 2007 form with a capacitance of one's choice, such as a 2003 neuron with
 * currents in pA: v and t stay, u and I become C/cm times as large, and u is counted from its value
 * at rest, so that U(v) = b (v - vr). The four numbers of the 2003 form and C give the 2007 form's
 * nine: of the result, C = cm, k = k2, vr = vb, vt = -k1/k2 - vb, b = b_lo, and vpeak, a, c and d
 * are fields.
 *
 * Where a neuron has no rest without current, vr is the voltage that is nearest to being one, and a
 * constant current, I_shift, makes it one. A neuron that the nine numbers cannot say (U(v) of two
 * pieces, r other than 1, k2 not above 0) keeps its vb, and only its units change.
 *
 * @param params the neuron
 * @param C the new capacitance, pF; finite and positive
 * @param converted where to store the neuron in the new units; may be params itself
 * @param units where to store how states and currents change; t and v are 1
 * @return #IZH_OK; #IZH_E_INVALID where params, C or the result is not valid, and then nothing is
 * stored
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_params_to_2007(const izh_params *params, double C, izh_params *converted,
                                      izh_conversion *units);

/**
 * The same neuron in the 2003 form, v' = 0.04 v^2 + 5 v + 140 - u + I, u' = a (b v - u), peak 30:
 * the four numbers a, b_lo (b), c and d of the result say all. A 2003 neuron that was converted to
 * the 2007 form comes back with its own v and t. Any other gets its own units of v and t, of which
 * there is one choice that brings the parabola and the peak to those of 2003: the book's RS neuron
 * lives 6.2 times as fast in them.
 *
 * @param params the neuron; its peak lies above the vertex of the parabola, -k1/(2 k2)
 * @param converted where to store the neuron in the new units; may be params itself
 * @param units where to store how times, states and currents change
 * @return #IZH_OK; #IZH_E_UNSUPPORTED for a neuron that the four numbers cannot say: U(v) of two
 * pieces, r other than 1, vpeak_u, c_u or a finite u_max, k2 not above 0, a peak not above the
 * vertex; #IZH_E_INVALID where params or the result is not valid. On error nothing is stored.
 *
 * Thread-safe and real-time safe.
 * @since 0.1
 */
IZH_API izh_status izh_params_to_2003(const izh_params *params, izh_params *converted,
                                      izh_conversion *units);

#ifdef __cplusplus
}
#endif

#endif
