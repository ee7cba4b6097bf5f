# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

# What the tests of the Ruby gem share: documents for the mock extractors, time limits, a summary.
require "fileutils"
require "libextract"
require "minitest/autorun"
require "open3"
require "rbconfig"
require "tmpdir"

ROOT = File.expand_path("../..", __dir__)
PDF = "#{ROOT}/fixtures/pdf/simple.pdf"
LONG_PDF = "#{ROOT}/fixtures/pdf/long.pdf"

class Case < Minitest::Test
  def setup
    @folder = Dir.mktmpdir
    @watch = Thread.new do
      sleep limit
      Thread.list.each { |thread| warn thread.inspect, *thread.backtrace }
      exit!(1)
    end
  end

  def teardown
    @watch.kill.join
    FileUtils.rm_rf(@folder)
  end

  # Seconds for one test, then all stacks are printed.
  def limit
    60
  end

  def file(name, content)
    File.join(@folder, name).tap { |path| File.write(path, content) }
  end

  # A mock document that sleeps.
  def nap(milliseconds, **options)
    Libextract.extract_bytes(milliseconds.to_s, mime_type: "mock:sleep", **options)
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def elapsed
    start = now
    yield
    now - start
  end

  # Best of a few: the machine has other things to do.
  def quickest(times = 5, &block)
    Array.new(times) { elapsed(&block) }.min
  end

  # Runs a program of its own: [standard output and error, status]. RUBYLIB says where the gem is.
  def ruby(program, *arguments, **options)
    Open3.capture2e(*command, "-e", program, *arguments, **options)
  end

  def command
    [RbConfig.ruby, "-r", "libextract"]
  end
end

# "N passed, N failed", which ./dev test counts.
class Summary < Minitest::StatisticsReporter
  def report
    super
    io.puts "#{count - failures - errors - skips} passed, #{failures + errors} failed"
  end
end

module Minitest
  def self.plugin_summary_init(_options)
    reporter << Summary.new
  end
  extensions << "summary"
end
