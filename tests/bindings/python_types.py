"""The package and its examples pass mypy --strict. Prints TAP. Usage: python_types.py FOLDER"""
import importlib.util
import os
import subprocess
import sys
import tempfile

if importlib.util.find_spec('mypy') is None:
    print(f'1..0 # SKIP {sys.executable} has no mypy')
    sys.exit(0)

print('1..1')
with tempfile.TemporaryDirectory() as cache:
    done = subprocess.run([sys.executable, '-m', 'mypy', '--cache-dir', cache],
                          cwd=sys.argv[1], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT,
                          env={name: x for name, x in os.environ.items() if name != 'PYTHONPATH'})
print('ok' if done.returncode == 0 else 'not ok', '1 - mypy --strict')
for line in done.stdout.splitlines():
    print('#', line)
