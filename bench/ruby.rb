# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

# What bench/ruby.py measures in one process of Ruby: ruby.rb NAME PAIRS [FILE...] prints JSON.
# A measurement is a method of Bench; a ratio is the median of alternating pairs.
require "json"
require "libextract"

module Bench
  module_function

  EMPTY = { mime_type: "mock:empty" }.freeze
  SPIN = { mime_type: "mock:spin" }.freeze

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def time
    start = now
    yield
    now - start
  end

  def median(values)
    sorted = values.sort
    (sorted[(sorted.size - 1) / 2] + sorted[sorted.size / 2]) / 2.0
  end

  # Median of ours / theirs, each per job; and our median in microseconds.
  def ratio(pairs, ours, our_jobs, theirs, their_jobs)
    [ours, theirs].each(&:call)
    mine = []
    ratios = Array.new(pairs) do
      mine << time(&ours) / our_jobs
      mine.last / (time(&theirs) / their_jobs)
    end
    { ratio: median(ratios), us: median(mine) * 1e6 }
  end

  def call(count)
    -> { count.times { Libextract.extract_bytes("1", **EMPTY) } }
  end

  # An empty call, against a hand-off to a thread of Ruby and back.
  def call_vs_thread_queue(pairs)
    to, from = Queue.new, Queue.new
    Thread.new { from << to.pop while true }
    hand_off = -> { 1000.times { to << 1 and from.pop } }
    ratio(pairs, call(1000), 1000, hand_off, 1000)
  end

  # An empty job of a batch of 10 000, against an empty call.
  def batch_vs_call(pairs)
    data, types = ["1"] * 10_000, ["mock:empty"] * 10_000
    batch = -> { Libextract.batch_extract_bytes(data, mime_types: types) }
    ratio(pairs, batch, 10_000, call(2000), 2000)
  end

  def in_threads(runtime, threads, jobs)
    queue = Queue.new
    jobs.each { |job| queue << job }
    queue.close
    Array.new(threads) do
      Thread.new do
        while (job = queue.pop)
          job.call(runtime)
        end
      end
    end.each(&:join)
  end

  # The same jobs by two threads, and by one: the best of the pairs, for it is about the machine's best.
  def scaling(pairs, jobs)
    one, two = [1, 2].map { |threads| Libextract::Runtime.new(threads: threads) }
    in_threads(two, 2, jobs)
    Array.new(pairs) { time { in_threads(one, 1, jobs) } / time { in_threads(two, 2, jobs) } }.max
  end

  def two_threads(pairs)
    { ratio: scaling(pairs, [->(runtime) { runtime.extract_bytes("1", **SPIN) }] * 500) }
  end

  def two_threads_pdf(pairs, *files)
    { ratio: scaling(pairs, files.map { |file| ->(runtime) { runtime.extract_file(file) rescue nil } }) }
  end

  # Milliseconds after its time that a call ends, the worst of many; the document runs on a thread that
  # does not look whether to stop for half a second.
  def late(count)
    runtime = Libextract::Runtime.new(threads: 2)
    Array.new(count) { yield runtime }.max * 1000
  end

  def kill_ms(_pairs)
    worst = late(10) do |runtime|
      thread = Thread.new { runtime.extract_bytes("500", mime_type: "mock:hang") }
      sleep 0.05
      time { thread.kill.join }
    end
    { ms: worst }
  end

  def timeout_ms(_pairs)
    worst = late(10) do |runtime|
      took = time do
        Timeout.timeout(0.05) { runtime.extract_bytes("500", mime_type: "mock:hang") }
      rescue Timeout::Error
        nil
      end
      took - 0.05
    end
    { ms: worst }
  end

  # 100 fibers under async against the same batch, and how often another task came to its turn
  # against how often it should have.
  def fibers(pairs)
    require "async"
    files = Array.new(100) { |i| "/tmp/libextract-bench-#{$$}-#{i}".tap { |path| File.write(path, "5") } }
    turns = []
    tasks = lambda do
      Async do |task|
        left = files.size
        files.each { |file| task.async { Libextract.extract_file(file, **SPIN) and left -= 1 } }
        task.async do
          start, count = now, 0
          while left.positive?
            sleep 0.005
            count += 1
          end
          turns << count / ((now - start) / 0.005)
        end
      end.wait
    end
    batch = -> { Libextract.batch_extract_files(files, **SPIN) }
    ratio(pairs, tasks, 1, batch, 1).merge(turns: median(turns))
  ensure
    files&.each { |file| File.delete(file) }
  end

  # The text of 20 PDFs, by pdf-reader and here.
  def pdf_reader(pairs, *files)
    require "pdf-reader"
    ours = -> { Libextract.batch_extract_files(files) }
    theirs = -> { files.each { |file| PDF::Reader.new(file).pages.each(&:text) rescue nil } }
    { ratio: 1 / ratio(pairs, ours, 1, theirs, 1)[:ratio] }
  end

  # The same by a process of pdftotext for each file.
  def pdftotext(pairs, *files)
    ours = -> { files.each { |file| Libextract.extract_file(file).content rescue nil } }
    theirs = -> { files.each { |file| IO.popen(["pdftotext", file, "-"], err: File::NULL, &:read) } }
    { ratio: 1 / ratio(pairs, ours, 1, theirs, 1)[:ratio] }
  end
end

name, pairs, *files = ARGV
puts JSON.generate(Bench.public_send(name, pairs.to_i, *files))
