# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "helper"

# examples/ruby, executed.
class ExamplesTest < Case
  EXAMPLES = "#{ROOT}/examples/ruby"

  def test_workers
    said, status = Open3.capture2e(RbConfig.ruby, "#{EXAMPLES}/workers.rb", PDF, LONG_PDF, "missing.pdf", *[PDF] * 20)
    assert_predicate status, :success?, said
    assert_equal 23, said.lines.size, said
    assert_includes said, "missing.pdf: no such file\n"
    assert_match(/long.pdf: [1-9]\d+ pages, \d{4,} characters/, said)
  end

  def test_workers_that_are_terminated
    command = [RbConfig.ruby, "#{EXAMPLES}/workers.rb", *[LONG_PDF] * 5000]
    Open3.popen2e(*command, pgroup: true) do |_, out, child|
      out.gets
      Process.kill(:TERM, -child.pid)
      assert_operator elapsed { child.join(10) }, :<, 2
    end
  end

  def load_example(name, *libraries)
    libraries.each { |library| require library }
    require "#{EXAMPLES}/#{name}"
  rescue LoadError => e
    skip e.message
  end

  def test_job_of_active_job
    load_example("extract_job", "active_job")
    ActiveJob::Base.logger = Logger.new(nil)
    ActiveJob::Base.queue_adapter = :async
    path = File.join(@folder, "a.pdf").tap { |copy| FileUtils.cp(PDF, copy) }
    ExtractJob.perform_later(path)
    sleep 0.01 until File.exist?("#{path}.md") && File.size("#{path}.md").positive?
    assert_match(/\A# Simple document/, File.read("#{path}.md"))
    assert_kind_of Errno::ENOENT, ExtractJob.perform_now("#{@folder}/missing")
    ExtractJob.perform_now(file("damaged.pdf", "%PDF-1.7"))
  ensure
    ActiveJob::Base.queue_adapter.shutdown if defined?(ActiveJob) && ActiveJob::Base.queue_adapter.respond_to?(:shutdown)
  end

  # What ActiveStorage gives an analyzer.
  Blob = Struct.new(:path, :content_type) do
    def open(tmpdir: nil)
      File.open(path) { |file| yield file }
    end
  end

  def test_analyzer_of_active_storage
    load_example("document_analyzer", "active_storage")
    analyze = ->(path, type) { DocumentAnalyzer.new(Blob.new(path, type)).metadata }
    assert_equal({ title: "A simple document", pages: 1 }, analyze[PDF, "application/pdf"].slice(:title, :pages))
    assert_equal({ unreadable: "PASSWORD_REQUIRED" }, analyze["#{ROOT}/fixtures/pdf/aes-256.pdf", "application/pdf"])
    assert DocumentAnalyzer.accept?(Blob.new("", "application/pdf"))
    refute DocumentAnalyzer.accept?(Blob.new("", "image/png"))
    refute DocumentAnalyzer.accept?(Blob.new("", nil))
  end
end
