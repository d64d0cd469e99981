# The preset `lint` builds every target, but to compile a file means to let clang-tidy look at it: ninja then knows from the
# headers that clang-tidy read, as it does for a compiler, what has to be looked at again after a change. Nothing is linked.
#
# Several sources are looked at as one, since most of the time goes into the headers that they share. Clang's analyzer takes
# them for headers then, and follows no path through their functions, unless the path of the file that includes them holds
# this word (isInCodeFile() in its AnalysisManager.h).
if(NOT CMAKE_BINARY_DIR MATCHES UnifiedSource)
  message(FATAL_ERROR "lint in the folder of the preset: in another one the analyzer finds nothing")
endif()

find_program(CLANG_TIDY NAMES clang-tidy-19 clang-tidy REQUIRED)

# Another configuration looks at everything again: its hash is part of each command.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/.clang-tidy)
file(SHA256 ${CMAKE_SOURCE_DIR}/.clang-tidy configuration)

# What GCC is told and Clang does not know is no finding. Clang-tidy takes -MD and its like out of a command, not -Wp,-MD.
set(CMAKE_DEPFILE_FLAGS_CXX "-Wp,-MD,<DEP_FILE>")
set(CMAKE_CXX_COMPILE_OBJECT
  "${CLANG_TIDY} --quiet <SOURCE> -- <DEFINES> -DPARLEY_LINT=${configuration} <INCLUDES> <FLAGS> -Wno-unknown-warning-option -fno-caret-diagnostics"
  "<CMAKE_COMMAND> -E touch <OBJECT>")
set(CMAKE_CXX_CREATE_STATIC_LIBRARY "<CMAKE_COMMAND> -E touch <TARGET>")
set(CMAKE_CXX_LINK_EXECUTABLE "<CMAKE_COMMAND> -E touch <TARGET>")
