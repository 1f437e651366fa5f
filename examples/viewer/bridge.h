/* What the parts of the bridge share. */
#ifndef IZH_VIEWER_BRIDGE_H
#define IZH_VIEWER_BRIDGE_H

#include <izh/izh.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

/* An izh_log's: keeps what failed, for bridge_message() and bridge_status(). */
void bridge_keep_message(void *user, izh_status status, const char *message);

#endif
