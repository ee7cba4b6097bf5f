# SPDX-License-Identifier: AGPL-3.0-or-later
# MuPDF as Debian packages it: a static archive whose .pc file is wrong (names another version,
# misses HarfBuzz). Defines MuPDF::MuPDF and MuPDF_VERSION.
#
# Contexts of several threads share no lock only while HarfBuzz and OpenJPEG are the system's own,
# so an archive that bundles them is refused.
find_path(MuPDF_INCLUDE_DIR mupdf/fitz.h)
find_path(MuPDF_freetype_INCLUDE_DIR ft2build.h PATH_SUFFIXES freetype2)
find_library(MuPDF_LIBRARY mupdf)
find_library(MuPDF_THIRD_LIBRARY mupdf-third)

set(_mupdf_needs mujs gumbo openjp2 jbig2dec jpeg z freetype harfbuzz m)
set(_mupdf_found "")
foreach(_name IN LISTS _mupdf_needs)
  find_library(MuPDF_${_name}_LIBRARY ${_name})
  list(APPEND _mupdf_found MuPDF_${_name}_LIBRARY)
endforeach()

if(MuPDF_INCLUDE_DIR)
  file(STRINGS ${MuPDF_INCLUDE_DIR}/mupdf/fitz/version.h _version REGEX "define FZ_VERSION \"")
  string(REGEX REPLACE ".*\"([0-9.]+)\".*" "\\1" MuPDF_VERSION "${_version}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MuPDF
  REQUIRED_VARS MuPDF_LIBRARY MuPDF_INCLUDE_DIR MuPDF_freetype_INCLUDE_DIR ${_mupdf_found}
  VERSION_VAR MuPDF_VERSION)

if(MuPDF_FOUND AND NOT TARGET MuPDF::MuPDF)
  include(CheckCSourceCompiles)
  execute_process(COMMAND ${CMAKE_NM} --defined-only ${MuPDF_LIBRARY} ${MuPDF_THIRD_LIBRARY}
    OUTPUT_VARIABLE _symbols ERROR_QUIET)
  if(_symbols MATCHES " T (fz_)?(hb_buffer_create|opj_create_decompress)")
    message(FATAL_ERROR "${MuPDF_LIBRARY} bundles HarfBuzz or OpenJPEG: it is not safe to use "
      "from several threads without a lock. Build MuPDF with the system's libraries.")
  endif()
  set(_link ${MuPDF_LIBRARY})
  if(MuPDF_THIRD_LIBRARY)
    list(APPEND _link ${MuPDF_THIRD_LIBRARY})
  endif()
  foreach(_name IN LISTS _mupdf_needs)
    list(APPEND _link ${MuPDF_${_name}_LIBRARY})
  endforeach()
  add_library(MuPDF::MuPDF INTERFACE IMPORTED)
  set_target_properties(MuPDF::MuPDF PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${MuPDF_INCLUDE_DIR};${MuPDF_freetype_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "${_link}")
endif()
mark_as_advanced(MuPDF_INCLUDE_DIR MuPDF_freetype_INCLUDE_DIR MuPDF_LIBRARY MuPDF_THIRD_LIBRARY)
