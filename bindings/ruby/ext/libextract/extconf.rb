# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

# Compiles the native half with a libextract that is installed or, without one, with the engine built by
# CMake from the sources beside it. `--with-libextract-dir` says where one is, `--enable-engine` that none
# is to be looked for.
require "etc"
require "mkmf"

HERE = __dir__
ENGINE = ["../../engine", "../../../.."].map { |folder| File.expand_path(folder, HERE) }
                                       .find { |folder| File.exist?("#{folder}/libextract/CMakeLists.txt") }
BUILT = File.join(Dir.pwd, "engine")
# What goes beside the native half; the last one only where Tesseract is.
FILES = %w[libextract.so.0 extract-worker libextract-ocr.so].freeze

def built_files
  FILES.map { |file| "#{BUILT}/lib/#{file}" }.select { |file| File.exist?(file) }
end

def build_engine
  cmake = find_executable("cmake") or abort "building libextract needs cmake and compilers: apt-get install cmake gcc g++"
  generator = find_executable("ninja") ? %w[-G Ninja] : []
  settings = %w[-DCMAKE_BUILD_TYPE=Release -DXTR_WITH_CLI=OFF -DCMAKE_INSTALL_RPATH=$ORIGIN
                -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON]
  system(cmake, "-S", ENGINE, "-B", BUILT, *generator, *settings) &&
    system(cmake, "--build", BUILT, "--parallel", Etc.nprocessors.to_s, "--target", "engine") or
    abort "the engine could not be built: see above what it lacks"
  built_files.each { |file| system("strip", "--strip-unneeded", File.realpath(file)) }
end

_, libraries = dir_config("libextract")
$LDFLAGS << " -Wl,-rpath,#{libraries}" if libraries
installed = !enable_config("engine", false) && have_header("libextract.h") && have_library("extract", "xtr_visit_tables")
unless installed
  abort "no libextract is installed, and there are no sources to build one from" unless ENGINE

  build_engine
  $INCFLAGS << " -I#{ENGINE}/libextract/include"
  $LDFLAGS << " -L#{BUILT}/lib"
  $libs = "#{$libs} -lextract"
end
$defs << "-D_GNU_SOURCE"
$CFLAGS << " -std=gnu11 -fvisibility=hidden"
$LDFLAGS << " -Wl,-rpath,'$$ORIGIN'"
create_makefile("libextract/native")

unless installed
  File.open("Makefile", "a") do |makefile|
    makefile.puts "", "install-so: install-engine", "", "install-engine: $(RUBYARCHDIR)"
    built_files.each { |file| makefile.puts "\t$(INSTALL_PROG) #{file} $(RUBYARCHDIR)" }
    makefile.puts "\t$(RM_RF) #{BUILT}", "", "$(RUBYARCHDIR):", "\t$(Q) $(MAKEDIRS) $@"
  end
end
