# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "helper"

# The gems: one that compiles itself, one that is compiled, one that finds a libextract. Each is built
# and installed without a network, and used from an empty folder.
class PackageTest < Case
  SCAN = "#{ROOT}/fixtures/scan/kind-gray.png"

  def setup
    super
    skip "builds: --long" unless ENV["XTR_TEST_LONG"]
  end

  def limit
    600
  end

  def run!(*command, **options)
    said, status = Open3.capture2e({ "RUBYLIB" => nil, "GEM_HOME" => "#{@folder}/home", "RUBY" => RbConfig.ruby }, *command, **options)
    assert_predicate status, :success?, said
    said
  end

  def build(kind)
    run!("python3", "#{ROOT}/packaging/stage.py", kind, "#{@folder}/gem")
    run!(RbConfig.ruby, "-S", "gem", "build", "libextract.gemspec", chdir: "#{@folder}/gem")
    Dir["#{@folder}/gem/*.gem"].first
  end

  def install(gem, *options)
    run!(RbConfig.ruby, "-S", "gem", "install", "--local", "--no-document", gem, *options)
    said = run!(RbConfig.ruby, "-e", <<~RUBY, PDF, SCAN, chdir: Dir.mkdir("#{@folder}/empty").then { "#{@folder}/empty" })
      require "libextract"
      read = ->(file, **options) { Libextract.extract_file(file, **options) }
      puts read[ARGV[0]].status, read[ARGV[0], isolation: :process].status
      puts %i[process thread].map { |isolation| read[ARGV[1], isolation:].content[/[^.]+/] }
      puts File.read("/proc/self/maps")[/\\S*libextract-ocr[.]so/], Gem.loaded_specs["libextract"].full_gem_path
    RUBY
    *statuses, scan, same, @module, place = said.lines.map(&:chomp)
    assert_equal %w[complete complete], statuses
    assert_equal ["Please return this form before Friday"] * 2, [scan, same]
    assert place.start_with?("#{@folder}/home"), place
    assert_path_exists "#{place}/sig/libextract.rbs"
    place
  end

  def test_gem_that_compiles_itself
    place = install(build("gem"))
    assert_equal "#{place}/lib/libextract", File.dirname(@module)
    refute_path_exists "#{place}/ext/libextract/engine"
  end

  def test_gem_that_is_compiled
    gem = build("platform-gem")
    assert_match(/-#{Gem::Platform.local}\.gem\z/, gem)
    place = install(gem)
    refute_path_exists "#{place}/ext"
    assert_equal "#{place}/lib/libextract", File.dirname(@module)
  end

  def test_gem_that_finds_a_libextract
    prefix = "#{@folder}/opt"
    run!("cmake", "-S", ROOT, "-B", "#{@folder}/build", "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_INSTALL_PREFIX=#{prefix}",
         "-DCMAKE_INSTALL_LIBDIR=lib")
    run!("cmake", "--build", "#{@folder}/build", "--parallel", "2")
    run!("cmake", "--install", "#{@folder}/build")
    place = install(build("gem"), "--", "--with-libextract-dir=#{prefix}")
    assert_empty Dir["#{place}/lib/libextract/libextract{.so,-ocr.so}*"]
    assert_equal "#{prefix}/lib", File.dirname(@module)
  end

  def test_a_checkout_says_where_to_build
    said, status = Open3.capture2e(RbConfig.ruby, "-S", "gem", "build", "libextract.gemspec", chdir: "#{ROOT}/bindings/ruby")
    refute_predicate status, :success?
    assert_match(/stage\.py gem/, said)
  end
end
