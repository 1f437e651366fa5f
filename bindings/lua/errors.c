/* A status of the library as a Lua error. */
#include "binding.h"

#include <stdarg.h>
#include <string.h>

int izl_fail(lua_State *L, izh_status status, const char *format, ...)
{
    va_list arguments;
    luaL_where(L, 1);
    lua_pushfstring(L, "%s: ", izh_status_name(status));
    va_start(arguments, format);
    lua_pushvfstring(L, format, arguments);
    va_end(arguments);
    lua_concat(L, 3);
    return lua_error(L);
}

void izl_check(lua_State *L, izh_status status, const char *message)
{
    if (status < 0)
        izl_fail(L, status, "%s", message && *message ? message : izh_status_text(status));
}

static void keep_message(void *user, izh_status status, const char *message)
{
    char *text = user;
    (void)status;
    strncpy(text, message, IZL_MESSAGE - 1);
}

izh_log izl_log(char *text)
{
    memset(text, 0, IZL_MESSAGE);
    return (izh_log){keep_message, text};
}
