/* Step size control of the adaptive methods, after the codes of Hairer, Norsett and Wanner, Solving
 * Ordinary Differential Equations I (2nd ed. 1993), section II.4. */
#ifndef IZH_LIB_CONTROL_H
#define IZH_LIB_CONTROL_H

#include "methods/method.h"

struct izh_controller {
    double exponent;   /* one over the error estimate's order plus one: h ~ error^exponent */
    double pi;         /* Gustafsson's beta of the PI controller; 0: a plain one */
    double rtol_least; /* below it the estimate is round-off */
};

/* What a method does to try the step of length step->h: sets step->to and returns the error. */
typedef izh_state izh_attempt(struct izh_step *step);

/* Takes a step of at most step->h that meets the tolerances. IZH_E_TOLERANCE where none does. */
izh_status izh_control_step(struct izh_step *step, const struct izh_controller *controller,
                            izh_attempt *attempt);

#endif
