/* What tests of trained solutions and of flow maps share. */
#ifndef IZH_TESTS_SUPPORT_PINN_H
#define IZH_TESTS_SUPPORT_PINN_H

#include "support.h"

#include "reference/reference.h"

/* The report's scenario: 1000 ms, six spikes. */
izh_pinn_config support_pinn_config(void);
/* A case of the reference. */
izh_pinn_config support_pinn_case(const struct reference_case *c);
/* Trains, and fails with the log's message where that is not IZH_OK; NULL in a build without pinn.
 */
izh_pinn *support_train(const izh_pinn_config *config);

/* The largest error of a spike's time, ms; infinite where there is another number of spikes. */
double support_worst_spike(const izh_pinn *pinn, const struct reference_case *c);

/* ---- flow maps ---- */

/* A small map of the report's neuron, for its currents and some more: 0 to 100 pA. */
izh_flow_config support_flow_config(void);
/* Trains, and fails with the log's message where that is not IZH_OK; NULL in a build without pinn.
 */
izh_flow *support_train_flow(const izh_flow_config *config);

/* ---- forged blobs ---- */

/* Makes a blob's checksum right: lib/util/blob.h says how. */
void support_seal(unsigned char *blob, size_t size);
/* Puts the k-th hostile number or integer at a word; 0 after the last. */
int support_forge(unsigned char *word, size_t k);

#endif
