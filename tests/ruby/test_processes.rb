# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "helper"

# Forks, other processes, the end of one's own, Ractors, the garbage collector.
class ProcessesTest < Case
  def in_child(&block)
    child = fork do
      Thread.new { sleep(20) && exit!(2) }
      exit!(block.call ? 0 : 1)
    end
    Process.wait2(child)[1].success?
  end

  def test_fork_with_jobs_at_work
    background = Thread.new { nap(60_000) }
    sleep 0.05
    assert(in_child do
      GC.start
      nap(1).content == "sleep\n" && Libextract.batch_extract_files([PDF] * 3).all?(Libextract::Result)
    end)
    background.kill.join
  end

  # As Puma and Unicorn do it: the parent has loaded and used it, each worker has threads.
  def test_preloaded_workers
    nap(1)
    workers = Array.new(3) do
      fork { exit!(Array.new(4) { Thread.new { nap(5).content } }.map(&:value) == ["sleep\n"] * 4) }
    end
    assert(workers.all? { |worker| Process.wait2(worker)[1].success? })
  end

  def test_runtimes_belong_to_their_process
    runtime = Libextract::Runtime.new(threads: 1)
    runtime.extract_bytes("1", mime_type: "mock:sleep")
    assert(in_child do
      begin
        runtime.extract_bytes("1")
      rescue Libextract::ClosedError
        runtime.close
        true
      end
    end)
    runtime.close
  end

  def test_fork_inside_a_batch
    statuses = Libextract.each_document([PDF, PDF]).map { in_child { nap(1) } }
    assert_equal [true, true], statuses
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
    error = assert_raises(Libextract::CrashedError) { Libextract.extract_bytes("1", mime_type: "mock:crash", isolation: "process") }
    assert_match(/SIGABRT/, error.message)
  end

  def test_the_end_with_jobs_in_flight
    ["", "exit", "exit!(0)", "Thread.main.kill"].each do |ending|
      said, status = ruby(<<~RUBY)
        20.times { Thread.new { Libextract.extract_bytes("60000", mime_type: "mock:sleep") } }
        stream = Libextract::Runtime.new(threads: 1).each_page("#{LONG_PDF}")
        stream.next
        sleep 0.05
        #{ending}
      RUBY
      assert_equal ["", true], [said, status.success?], ending
    end
  end

  def test_ractors
    said, status = ruby(<<~RUBY, LONG_PDF, file("nap", "60000"))
      require "timeout"
      ractors = Array.new(3) do
        Ractor.new(*ARGV) do |path, nap|
          result = Libextract.extract_file(path, format: :markdown, pages: 1..2)
          begin
            Libextract.extract_file("/no/such/file")
          rescue Errno::ENOENT
            pages = Libextract.each_page(path).map { |page| page.pages.map(&:number) }.flatten
          end
          begin
            Libextract.extract_file(nap, mime_type: "mock:sleep", timeout: 0.05)
          rescue Libextract::TimeoutError
            batch = Libextract.batch_extract_files([path, "/no/such/file"]).map(&:class)
          end
          config = Libextract::ExtractionConfig.new(ocr: { language: "deu" })
          runtime = Libextract::Runtime.open(threads: 1) { |it| it.extract_bytes("text").content }
          [result, pages.size, batch, config, runtime, Libextract.detect_mime_type("%PDF-1.7"),
           Marshal.load(Marshal.dump(result)) == result]
        end
      end
      puts ractors.map(&:take).map { |it| [it[0].pages.size, it[0].content.size, *it[1..2], it[3].ocr_languages, *it[4..]] }.uniq.inspect
      shared = Ractor.make_shareable(Libextract.extract_file(ARGV[0]))
      readers = Array.new(3) { Ractor.new(shared) { |it| [it.pages.size, it.elements.map(&:text).sum(&:size), it.hash] } }
      puts readers.map(&:take).uniq.size
    RUBY
    lines = said.lines.reject { |line| line.include?("experimental") }
    assert_predicate status, :success?, said
    assert_match(/\A\[\[2, \d+, \d+, \[Libextract::Result, Libextract::NotFoundError\], "deu", "text\\n", "application\/pdf", true\]\]\n\z/, lines[0])
    assert_equal "1\n", lines[1]
  end

  def test_fibers_in_ractors
    said, status = ruby(<<~RUBY)
      require "#{__dir__}/scheduler"
      made = Ractor.new do
        contents = []
        Thread.new do
          Fiber.set_scheduler(Scheduler.new)
          3.times { Fiber.schedule { contents << Libextract.extract_bytes("2", mime_type: "mock:sleep").content } }
        end.join
        contents
      end
      p made.take
    RUBY
    assert_predicate status, :success?, said
    assert_equal ["sleep\n"] * 3, eval(said.lines.last)
  end

  def test_results_are_shareable
    result = Libextract.extract_file(PDF)
    assert Ractor.shareable?(result)
    Libextract::Record.instance_method(:members).bind_call(result)
    assert Ractor.shareable?(result)
    assert_same result, Ractor.make_shareable(result)
    assert(result.pages.all? { |page| Ractor.shareable?(page) })
    assert Ractor.shareable?(Marshal.load(Marshal.dump(result)))
  end

  # In a process of its own: what Ruby 3.1 leaves on the stacks of dead fibers does not survive being moved.
  def collected(program)
    said, status = ruby(program, PDF, LONG_PDF, file("two", "2"))
    assert_predicate status, :success?, said
    assert_equal "fine\n", said
  end

  # Each allocation collects, and each collection moves what may be moved.
  def test_collected_and_moved_while_extracting
    collected(<<~RUBY)
      GC.auto_compact = true
      GC.stress = true
      result = Libextract.extract_file(ARGV[0], password: %w[a b])
      pages = Libextract.each_page(ARGV[1], pages: 1..2).map(&:content)
      items = Libextract.batch_extract_files([ARGV[0], ARGV[2]].to_enum)
      data = Libextract.extract_bytes("short")
      error = Libextract.extract_file("/no/such/file") rescue $!
      GC.stress = GC.auto_compact = false
      GC.verify_compaction_references(double_heap: true, toward: :empty)
      same = result.to_h == Libextract.extract_file(ARGV[0]).to_h && pages.first.start_with?("Page 1")
      puts "fine" if same && items.size == 2 && data.content == "short\n" && error.is_a?(Errno::ENOENT)
    RUBY
  end

  def test_strings_stay_where_they_are_while_they_are_read
    collected(<<~RUBY)
      threads = Array.new(20) do |i|
        Thread.new { Libextract.extract_bytes("\#{i}" * 20, mime_type: "text/plain").content.strip == "\#{i}" * 20 }
      end
      20.times { GC.compact }
      puts "fine" if threads.map(&:value).all?
    RUBY
  end

  def test_the_garbage_collector_keeps_what_is_in_use
    collected(<<~RUBY)
      result = Libextract.extract_file(ARGV[1])
      kept = [result.pages, result.metadata, result.content]
      hashes = kept.map(&:hash)
      GC.compact
      GC.start
      puts "fine" if hashes == [result.pages, result.metadata, result.content].map(&:hash) && result.pages.equal?(kept[0])
    RUBY
  end
end
