# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

# In a folder of packaging/stage.py: `engine` holds the engine's sources. With a compiled module in lib
# it is the gem of this platform and this Ruby.
engine = [File.join(__dir__, "engine"), File.expand_path("../..", __dir__)].find do |folder|
  File.exist?("#{folder}/libextract/CMakeLists.txt")
end
if engine != "#{__dir__}/engine" && ARGV.first == "build"
  abort "this folder lacks the engine's sources: packaging/stage.py gem FOLDER, then `gem build` there"
end
compiled = File.exist?("#{__dir__}/lib/libextract/native.so")

Gem::Specification.new do |spec|
  spec.name = "libextract"
  spec.version = File.read("#{engine}/CMakeLists.txt")[/project\(libextract VERSION ([\d.]+)/, 1]
  spec.summary = "Text, Markdown, tables and metadata from any document"
  spec.description = "A C engine that threads share: the GVL is released, Timeout and Ctrl-C work, fibers interleave."
  spec.authors = ["The libextract authors"]
  spec.homepage = "https://github.com/libextract/libextract"
  spec.license = "AGPL-3.0-or-later"
  spec.metadata = { "rubygems_mfa_required" => "true" }
  spec.required_ruby_version = compiled ? "~> #{RUBY_VERSION[/\d+\.\d+/]}.0" : ">= 3.1"
  spec.platform = Gem::Platform.local if compiled
  spec.extensions = ["ext/libextract/extconf.rb"] unless compiled
  folders = compiled ? "lib,sig" : "lib,sig,ext,engine"
  spec.files = Dir.chdir(__dir__) { Dir["{#{folders}}/**/*", "README.md", "LICENSE", ".yardopts"].select { |file| File.file?(file) } }
end
