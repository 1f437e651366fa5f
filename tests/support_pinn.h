/* What tests of trained solutions share. */
#ifndef IZH_TESTS_SUPPORT_PINN_H
#define IZH_TESTS_SUPPORT_PINN_H

#include "support.h"

#include "reference/reference.h"

/* The report's scenario: 1000 ms, six spikes. */
izh_pinn_config support_pinn_config(void);
/* A case of the reference. */
izh_pinn_config support_pinn_case(const struct reference_case *c);
/* Trains, and fails with the log's message where that is not IZH_OK. */
izh_pinn *support_train(const izh_pinn_config *config);

/* The largest error of a spike's time, ms; infinite where there is another number of spikes. */
double support_worst_spike(const izh_pinn *pinn, const struct reference_case *c);

#endif
