# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

# What the shared cases cannot say of the Ruby binding.
require "libextract"
require "minitest/autorun"
require "tmpdir"

FOLDER = Dir.mktmpdir
[1, 5, 100, 300, 60_000].each { |ms| File.write("#{FOLDER}/sleep-#{ms}", ms.to_s) }
Minitest.after_run { FileUtils.rm_rf(FOLDER) }

class BindingTest < Minitest::Test
  def file(name, content)
    File.join(FOLDER, name).tap { |path| File.write(path, content) }
  end

  def nap(ms, **options)
    Libextract.extract_file("#{FOLDER}/sleep-#{ms}", mime_type: "mock:sleep", **options)
  end

  def elapsed
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    yield
    Process.clock_gettime(Process::CLOCK_MONOTONIC) - start
  end

  def test_fifty_at_once
    results = Array.new(50) { Thread.new { nap(5) } }.map(&:value)
    assert(results.all? { |result| result.content == "sleep\n" })
  end

  def test_other_threads_run_meanwhile
    work = Thread.new { nap(300) }
    ticks = 0
    ticks += 1 while work.alive? && sleep(0.01)
    assert_operator ticks, :>=, 15
  end

  def test_timeout_of_ruby
    assert_operator elapsed { assert_raises(Timeout::Error) { Timeout.timeout(0.05) { nap(60_000) } } }, :<, 1
    nap(1)
  end

  def test_thread_kill
    threads = Array.new(10) { Thread.new { nap(60_000) } }
    sleep 0.05
    assert_operator elapsed { threads.each(&:kill).each(&:join) }, :<, 1
    assert_operator elapsed { nap(1) }, :<, 1
  end

  # Worker processes are nobody's children.
  def test_processes_of_ruby_after_isolation
    assert_equal 3, Libextract.extract_file(file("three", "3"), mime_type: "mock:pages", isolation: "process").pages.size
    assert system("true")
    assert_raises(Errno::ECHILD) { Process.wait(-1) }
    child = spawn("exit 7")
    assert_equal child, Process.wait(-1)
    assert_equal 7, $?.exitstatus
    assert_equal "x", `printf x`
  end

  def test_crash_in_a_process
    error = assert_raises(Libextract::Error) do
      Libextract.extract_file(file("crash", "1"), mime_type: "mock:crash", isolation: "process")
    end
    assert_match(/SIGABRT/, error.message)
  end

  def test_signal_that_raises_nothing
    trap("USR1") { nil }
    Thread.new { sleep 0.02 and Process.kill(:USR1, Process.pid) }
    assert_equal "sleep\n", nap(100).content
  end

  def test_interrupt
    program = "Libextract.extract_file(ARGV[0], mime_type: 'mock:sleep')"
    command = [RbConfig.ruby, "-I", $LOAD_PATH.find { |path| File.exist?("#{path}/libextract.rb") }, "-r", "libextract"]
    read, write = IO.pipe
    child = spawn(*command, "-e", program, "#{FOLDER}/sleep-60000", err: write)
    write.close
    sleep 0.5
    Process.kill(:INT, child)
    assert_operator elapsed { Process.wait(child) }, :<, 2
    assert_match(/Interrupt/, read.read)
  end

  def test_durations_are_seconds
    error = assert_raises(Libextract::TimeoutError) { nap(60_000, timeout: 0.05) }
    assert_match(/50 ms/, error.message)
    assert_equal [:TIMEOUT, :timeout, 13], [error.code, error.kind, error.number]
    assert_kind_of Timeout::Error, error
  end

  def test_errors
    error = assert_raises(Errno::ENOENT) { Libextract.extract_file("/no/such/file") }
    assert_kind_of Libextract::Error, error
    assert_equal "/no/such/file: no such file", error.message
    error = assert_raises(ArgumentError) { nap(1, max_pagez: 1) }
    assert_match(/did you mean 'max_pages'/, error.message)
    [{ timeout: {} }, { max_pages: true }, { max_pages: 1.5 }].each { |wrong| assert_raises(TypeError) { nap(1, **wrong) } }
    [{ max_pages: 10**30 }, { timeout: -1 }, { timeout: Float::NAN }, { charset: "a\0b" }].each do |wrong|
      assert_raises(ArgumentError) { nap(1, **wrong) }
    end
    nap(1, max_pages: nil, max_memory: "1GiB", max_input_size: 1000, password: %w[a b], priority: :high)
  end

  def test_records
    result = Libextract.extract_file_sync(file("three", "3"), mime_type: "mock:pages")
    assert_equal [1, 2, 3], result.pages.map(&:number)
    assert_nil result.pages[0].label
    assert_kind_of Libextract::Page, result.pages[0]
    assert_equal Encoding::UTF_8, result.content.encoding
    assert Ractor.shareable?(result)
    assert_equal 3, result.to_h[:pages][2][:number]
  end

  def test_fork
    background = Thread.new { nap(60_000) }
    sleep 0.05
    child = fork { exit!(nap(1).content == "sleep\n") }
    Process.wait(child)
    assert $?.success?
    background.kill.join
  end

  def test_collected_while_extracting
    GC.stress = true
    assert_equal 2, Libextract.extract_file(file("two", "2"), mime_type: "mock:pages").pages.size
  ensure
    GC.stress = false
  end
end
