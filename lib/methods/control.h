/* Step size control of the adaptive methods, after the codes of Hairer, Norsett and Wanner, Solving
 * Ordinary Differential Equations I (2nd ed. 1993), section II.4. */
#ifndef IZH_LIB_CONTROL_H
#define IZH_LIB_CONTROL_H

#include "methods/method.h"

struct izh_controller {
    double exponent;   /* 1/(q + 1) for an error estimate of order q: h ~ error^exponent */
    double pi;         /* Gustafsson's beta of the PI controller; 0: no PI controller */
    double rtol_least; /* with a smaller rtol the error estimate is round-off */
};

/* A method's attempt at the step of length step->h: sets step->to and returns the estimated
 * error. */
typedef izh_state izh_attempt(struct izh_step *step);

/* Takes a step of at most step->h that meets the tolerances. Returns IZH_E_TOLERANCE if no step
 * does. */
izh_status izh_control_step(struct izh_step *step, const struct izh_controller *controller,
                            izh_attempt *attempt);

#endif
