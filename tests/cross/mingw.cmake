# 64-bit Windows, by mingw-w64: cmake -DCMAKE_TOOLCHAIN_FILE=tests/cross/mingw.cmake
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
# Programs need no DLL of the compiler's beside them.
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
