# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "helper"
require "scheduler"

# Fibers under a scheduler: one of our own and, where it is installed, the gem async.
module FiberTests
  def test_fibers_interleave
    ticks = 0
    took = elapsed do
      run do
        fibers = 10
        10.times { spawn { nap(100) and fibers -= 1 } }
        spawn { ticks += 1 while fibers.positive? && sleep(0.005) }
      end
    end
    assert_operator ticks, :>=, 10 * 100 / 2 / 5 / 4
    assert_operator took, :<, 5
  end

  def test_results_and_errors
    outcomes = []
    run do
      spawn { outcomes << Libextract.extract_file(PDF).mime_type }
      spawn { Libextract.extract_file("/no/such/file") rescue outcomes << $!.class }
      spawn { outcomes << Libextract.each_page(LONG_PDF).size }
      spawn { Libextract.each_page(file("three", "3"), mime_type: "mock:pages") { } and outcomes << :pages }
      spawn { outcomes << Libextract.batch_extract_files([PDF, PDF]).map(&:status) }
      spawn { outcomes << Libextract::Runtime.open(threads: 1) { |runtime| runtime.extract_file(PDF).status } }
    end
    assert_includes outcomes, "application/pdf"
    assert_includes outcomes, Libextract::NotFoundError
    assert_includes outcomes, %w[complete complete]
    assert_includes outcomes, "complete"
  end

  def test_a_hundred_at_once
    count = 0
    run { 100.times { spawn { nap(1) and count += 1 } } }
    assert_equal 100, count
  end

  def test_streams_let_others_run
    ticks = 0
    pages = 0
    run do
      done = false
      spawn do
        Libextract.each_page(file("pages", "100"), mime_type: "mock:pages") { pages += 1 }
        done = true
      end
      spawn { ticks += 1 while !done && sleep(0.005) }
    end
    assert_operator pages, :>=, 100
    assert_operator ticks, :>=, 3
  end

  def test_timeouts
    error = nil
    took = elapsed do
      run do
        spawn { timeout(0.05) { nap(60_000) } rescue error = $! }
        spawn { timeout(0.05) { Libextract.each_document([file("nap", "60000")], mime_type: "mock:sleep") { } } rescue nil }
      end
    end
    assert_kind_of Timeout::Error, error
    assert_operator took, :<, 1
    assert_equal "sleep\n", nap(1).content
  end

  def test_progress
    told = []
    run { spawn { Libextract.extract_bytes("200", mime_type: "mock:pages", on_progress: ->(progress) { told << progress }) } }
    assert_operator told.size, :>, 1
  end

  # Its fibers are never resumed: what they wait for ends with the runtime.
  def test_the_thread_is_killed
    runtime = Libextract::Runtime.new(threads: 1)
    thread = Thread.new { run { 5.times { spawn { runtime.extract_bytes("60000", mime_type: "mock:sleep") } } } }
    sleep 0.1
    assert_operator elapsed { thread.kill.join(5) }, :<, 2
    assert_operator elapsed { runtime.close(cancel: true) }, :<, 2
  end

  def test_several_threads
    results = Array.new(3) { Thread.new { [].tap { |all| run { 5.times { spawn { all << nap(2).content } } } } } }.map(&:value)
    assert_equal ["sleep\n"] * 15, results.flatten
  end
end

class OwnSchedulerTest < Case
  include FiberTests

  def run_in(&block)
    thread = Thread.new do
      Fiber.set_scheduler(Scheduler.new)
      block.call
    end
    thread.report_on_exception = false # join raises it
    thread.join
  end

  def run(*arguments, &block)
    block ? run_in(&block) : super
  end

  def spawn(&block)
    Fiber.schedule(&block)
  end

  def timeout(seconds, &block)
    Timeout.timeout(seconds, &block)
  end

  # Ruby keeps no scheduler in the child, and no dispatcher.
  def test_fork
    run { spawn { nap(1) } }
    child = fork do
      content = nil
      run { spawn { content = nap(1).content } }
      exit!(content == "sleep\n")
    end
    assert Process.wait2(child)[1].success?
  end
end

begin
  require "async"
rescue LoadError
  warn "no gem async: tested with our own scheduler alone"
else
  class AsyncTest < Case
    include FiberTests

    def run(*arguments, &block)
      block ? Async(&block).wait : super
    end

    def spawn(&block)
      Async(&block)
    end

    def timeout(seconds, &block)
      Async::Task.current.with_timeout(seconds, Timeout::Error, &block)
    end

    def test_with_timeout_of_async
      took = elapsed do
        Async do |task|
          assert_raises(Async::TimeoutError) { task.with_timeout(0.05) { nap(60_000) } }
          nil
        end.wait
      end
      assert_operator took, :<, 1
    end

    def test_a_task_is_stopped
      took = elapsed do
        Async do |task|
          child = task.async { nap(60_000) }
          sleep(0.05)
          child.stop
        end.wait
      end
      assert_operator took, :<, 1
    end
  end
end
