"""What the library calls of the system's libraries is either watched by test_realtime.c or harmless: a new
call has to be put in one of the two lists. Prints TAP. Usage: imports.py NM LIBRARY WATCHED..."""
import re
import subprocess
import sys

HARMLESS = set('''bcmp memchr memcmp memcpy memmove memset strcmp strncmp strcspn strlen strrchr strspn snprintf
    vsnprintf strtod __errno_location __stack_chk_fail sqrt sqrtf floor ceil
    fabs fmin fmax trunc rint nearbyint ldexp scalbn copysign'''.split())
# The compiler's own, and a sanitizer's.
IGNORED = re.compile(r'_ITM_|__gmon_start__|__cxa_finalize|__tls_get_addr|__(asan|ubsan|sanitizer|tsan|cpu)_')


def main(nm, library, *watched):
    lines = subprocess.run([nm, '-D', '--undefined-only', library], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    imports = {line.split()[-1].split('@')[0] for line in lines}
    unknown = {name for name in imports if not IGNORED.match(name)} - HARMLESS - set(watched)
    print('1..1')
    print('not ok' if unknown or not imports else 'ok', '1 - what the library calls is watched or harmless')
    if unknown:
        print('#', *sorted(unknown))


main(*sys.argv[1:])
