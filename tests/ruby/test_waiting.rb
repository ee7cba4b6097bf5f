# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "helper"

# Threads that wait for an extraction, and what interrupts them.
class WaitingTest < Case
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
    assert_in_delta 0.05, quickest { assert_raises(Timeout::Error) { Timeout.timeout(0.05) { nap(60_000) } } }, 0.02
    assert_equal "sleep\n", nap(1).content
  end

  # A document that never looks whether to stop: the call ends all the same.
  def test_timeout_of_what_does_not_stop
    hang = proc { Libextract.extract_bytes("300", mime_type: "mock:hang") }
    assert_in_delta 0.05, quickest { assert_raises(Timeout::Error) { Timeout.timeout(0.05, &hang) } }, 0.02
  end

  def test_thread_kill
    times = Array.new(5) do
      threads = Array.new(4) { Thread.new { nap(60_000) } }
      sleep 0.05
      elapsed { threads.each(&:kill).each(&:join) }
    end
    assert_operator times.min, :<, 0.02
    assert_operator quickest { nap(1) }, :<, 0.5
  end

  def test_thread_raise
    thread = Thread.new { nap(60_000) }
    thread.report_on_exception = false
    sleep 0.05
    assert_operator elapsed { thread.raise(KeyError) && assert_raises(KeyError) { thread.join } }, :<, 1
  end

  def test_interrupt
    2.times do |beside| # alone Ruby waits for signals in another way
      program = "#{"Thread.new { sleep };" * beside} $stdout.puts; Libextract.extract_bytes('60000', mime_type: 'mock:sleep')"
      Open3.popen2e(*command, "-e", "$stdout.sync = true; #{program}") do |_, out, child|
        out.gets
        sleep 0.1
        Process.kill(:INT, child.pid)
        assert_operator elapsed { child.join }, :<, 1
        assert_match(/Interrupt/, out.read)
      end
    end
  end

  def test_interrupt_of_a_batch
    program = "$stdout.sync = true; puts; " \
              "Libextract.batch_extract_bytes(['60000'] * 9, mime_types: ['mock:sleep'] * 9)"
    Open3.popen2e(*command, "-e", program) do |_, out, child|
      out.gets
      sleep 0.1
      Process.kill(:INT, child.pid)
      assert_operator elapsed { child.join }, :<, 1
      assert_match(/Interrupt/, out.read)
    end
  end

  def test_signal_that_raises_nothing
    trap("USR1") { nil }
    Thread.new { sleep 0.02 and Process.kill(:USR1, Process.pid) }
    assert_equal "sleep\n", nap(100).content
  end

  def test_signal_sent_to_oneself
    said, = ruby("Thread.new { sleep 0.1; Process.kill(:INT, $$) }; " \
                 "Libextract.extract_bytes('60000', mime_type: 'mock:sleep')")
    assert_match(/Interrupt/, said)
  end

  def test_durations_are_seconds
    error = assert_raises(Libextract::TimeoutError) { nap(60_000, timeout: 0.05) }
    assert_match(/50 ms/, error.message)
    assert_match(/1000 ms/, assert_raises(Timeout::Error) { nap(60_000, timeout: 1) }.message)
  end

  def test_the_shortest_duration_is_not_none
    assert_raises(Libextract::TimeoutError) { nap(60_000, timeout: 1e-10) }
    assert_raises(Libextract::ValidationError) { nap(1, timeout: -Float::INFINITY) }
  end

  def test_limits_are_not_negative
    %i[threads queue max_bytes jobs_per_second].each do |limit|
      assert_raises(Libextract::ValidationError, limit) { Libextract::Runtime.new(limit => -1) }
    end
    [nil, 5, :never].each { |it| assert_raises(ArgumentError) { Libextract::Runtime.new(when_full: it) } }
  end

  def test_progress
    told = []
    Libextract.extract_bytes("200", mime_type: "mock:pages", on_progress: ->(progress) { told << progress })
    assert_operator told.size, :>, 1
    assert_equal 200, told.last.pages_total
    assert_operator told.first.pages_done, :<, told.last.pages_done
  end

  def test_an_exception_of_on_progress_stops
    stop = ->(_) { raise KeyError }
    assert_operator elapsed { assert_raises(KeyError) { Libextract.extract_bytes("9999", mime_type: "mock:pages", on_progress: stop) } }, :<, 5
  end

  def test_runtimes
    Libextract::Runtime.open(threads: 2) { |runtime| assert_equal "sleep\n", runtime.extract_bytes("1", mime_type: "mock:sleep").content }
    runtime = Libextract::Runtime.new(threads: 1, queue: 100, max_bytes: 1000, jobs_per_second: 1000)
    assert_operator runtime.each_page(file("two", "2"), mime_type: "mock:pages").to_a.size, :>=, 2
    runtime.close
    runtime.close
    assert_raises(Libextract::ClosedError) { runtime.extract_bytes("1") }
    assert_raises(ArgumentError) { Libextract::Runtime.new(threads: 100_000) }
    assert_raises(NoMethodError) { Libextract.close }
  end

  def test_a_full_runtime_may_refuse
    Libextract::Runtime.open(threads: 1, queue: 1, when_full: :refuse) do |runtime|
      calls = Array.new(6) { Thread.new { runtime.extract_bytes("50", mime_type: "mock:sleep") rescue $! } }
      refused = calls.map(&:value).grep(Libextract::BusyError)
      assert_operator refused.size, :>=, 3
    end
    assert_raises(ArgumentError) { Libextract::Runtime.new(when_full: :panic) }
  end

  def test_a_runtime_is_closed_while_others_wait_for_it
    thread = nil
    took = elapsed do
      assert_raises(KeyError) do
        Libextract::Runtime.open(threads: 1) do |runtime|
          thread = Thread.new { assert_raises(Libextract::CancelledError) { runtime.extract_bytes("60000", mime_type: "mock:sleep") } }
          sleep 0.05
          raise KeyError
        end
      end
    end
    thread.join
    assert_operator took, :<, 5
  end

  def test_closing_can_be_interrupted
    runtime = Libextract::Runtime.new(threads: 1)
    thread = Thread.new { runtime.extract_bytes("300", mime_type: "mock:sleep") }
    sleep 0.05
    assert_raises(Timeout::Error) { Timeout.timeout(0.05) { runtime.close } }
    assert_equal "sleep\n", thread.value.content
  end

  def test_runtimes_that_nobody_closes_are_collected
    threads = -> { Dir.children("/proc/self/task").size }
    before = threads.call
    10.times { Libextract::Runtime.new(threads: 1).extract_bytes("1", mime_type: "mock:sleep") }
    100.times { GC.start || threads.call > before + 2 ? sleep(0.01) : break }
    assert_operator threads.call, :<=, before + 2
  end
end
