# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "helper"
require "pathname"
require "stringio"
require "tempfile"
require "zlib"

# Results, errors, configurations, inputs.
class ObjectsTest < Case
  Config = Libextract::ExtractionConfig

  def result
    @result ||= Libextract.extract_file(PDF)
  end

  def test_results_are_lazy_and_frozen
    assert_equal "application/pdf", result.mime_type
    assert_equal [1, nil], [result.pages[0].number, result.pages[0].label]
    assert_same result.content, result.content
    assert_predicate result, :frozen?
    assert_raises(FrozenError) { result.metadata["title"] = "changed" }
    assert_raises(FrozenError) { result.content << "more" }
    assert_raises(NoMethodError) { result.page }
    assert_raises(NoMethodError) { Libextract::Result.new }
    assert_kind_of Libextract::Page, result.pages[0]
    assert_equal result.content, result[:content]
    assert_nil result[:nonsense]
    refute_predicate result, :partial?
    assert_match(/\A#<Libextract::Result application\/pdf, complete, 1 page: "Simple/, result.inspect)
    assert_match(/\A#<Libextract::Page number=1 /, result.pages[0].inspect)
    assert_equal result.content, "#{result}"
  end

  def test_strings_are_utf8_and_known_to_be_valid
    [PDF, "#{ROOT}/fixtures/pdf/right_to_left.pdf"].each do |path|
      content = Libextract.extract_file(path).content
      assert_equal [Encoding::UTF_8, true], [content.encoding, content.valid_encoding?]
      assert_equal content.bytes.all? { |byte| byte < 128 }, content.ascii_only?
      assert_equal content.b.force_encoding("UTF-8").ascii_only?, content.ascii_only?
    end
  end

  def test_results_are_compared_copied_and_marshalled
    again = Libextract.extract_file(PDF)
    assert_equal result, again
    refute_same result, again
    refute_equal result, 1
    assert_equal 1, { result => 1, again => 2 }.size
    assert_same result, result.dup
    restored = Marshal.load(Marshal.dump(result))
    assert_equal result, restored
    assert_equal result.content, restored.content
    assert_predicate restored, :frozen?
    assert_kind_of Libextract::Page, restored.pages[0]
    assert_equal result.pages[0], Marshal.load(Marshal.dump(result.pages[0]))
    assert_equal JSON.parse(result.to_json), JSON.parse(restored.to_json)
    assert_equal JSON.parse(result.to_json), JSON.parse(JSON.generate(result.to_h))
    assert_equal JSON.parse(result.to_json), JSON.parse(JSON.generate([result])).first
    assert_raises(RuntimeError) { restored.to_markdown }
  end

  def test_pictures
    pictures = Libextract.extract_file("#{ROOT}/fixtures/pdf/pictures.pdf", images: :extract)
    jpeg = pictures.images[0]
    assert_equal [Encoding::BINARY, "\xFF\xD8".b], [jpeg.data.encoding, jpeg.data[0, 2]]
    assert_equal [jpeg.data, nil], pictures.images.select { |image| image.name == jpeg.name }.map(&:data)
    restored = Marshal.load(Marshal.dump(pictures))
    assert_equal jpeg.data, restored.images[0].data
    assert_equal JSON.parse(pictures.to_json), JSON.parse(restored.to_json)
    assert_equal jpeg.data, JSON.parse(jpeg.to_json)["data"].unpack1("m0")
    assert_equal({ images: "extract" }, Config.new(images: { extract_images: true }).to_h)
  end

  def multipart(subject, *parts)
    ["Subject: #{subject}", "Content-Type: multipart/mixed; boundary=#{subject}", "",
     *parts.map { |part| "--#{subject}\n#{part}" }, "--#{subject}--", ""].join("\n")
  end

  def test_documents_inside_of_documents
    pdf = [File.binread("#{ROOT}/fixtures/pdf/pictures.pdf")].pack("m")
    inner = multipart("Inner", "\nText.",
                      "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n#{pdf}")
    outer = multipart("Outer", "Content-Type: text/csv; name=b.csv\n\na,b\n1,2\n",
                      "Content-Type: message/rfc822\n\n#{inner}")
    mail = Libextract.extract_bytes(outer, attachments: :extract, images: :extract)
    table, message = mail.children
    assert_kind_of Libextract::Child, table
    assert_equal ["b.csv", nil, [%w[a b], %w[1 2]]], [table.name, table.error, table.tables[0].to_rows]
    assert_equal ["Inner.eml", "Subject: Inner\nAttachments: a.pdf\n\nText.\n"], [message.name, message.content]
    document = message.children[0]
    jpeg = document.images[0].data
    assert_equal ["application/pdf", "\xFF\xD8".b], [document.mime_type, jpeg[0, 2]]
    assert_equal jpeg, mail.to_h[:children][1][:children][0][:images][0][:data]
    json = JSON.parse(mail.to_json)
    assert_equal jpeg, json["children"][1]["children"][0]["images"][0]["data"].unpack1("m0")
    restored = Marshal.load(Marshal.dump(mail))
    assert_equal mail, restored
    assert_kind_of Libextract::Child, restored.children[1].children[0]
    assert_equal jpeg, restored.children[1].children[0].images[0].data
    assert_equal json, JSON.parse(restored.to_json)
    assert_equal message, Marshal.load(Marshal.dump(message))
    assert_empty Libextract.extract_bytes(outer).children
  end

  def test_what_to_h_gives_may_be_changed
    hash = result.to_h
    hash[:pages][0][:number] = 2
    hash[:metadata]["title"] = "changed"
    assert_equal 1, result.to_h[:pages][0][:number]
    assert_equal hash, result.as_json.merge(pages: hash[:pages], metadata: hash[:metadata])
  end

  def test_pattern_matching
    case result
    in { mime_type: "application/pdf", pages: [{ number: 1, content: String => content }] }
      assert_match(/fox/, content)
    end
    case result.pages[0]
    in { number:, **rest } then assert_equal 595.0, rest[:width]
    end
    assert_raises(NoMatchingPatternKeyError) { result => { nonsense: 1 } }
  end

  def test_markdown
    assert_match(/\A# Simple document/, result.to_markdown)
    assert_equal result.to_markdown, Libextract.extract_file(PDF, format: :markdown).content
  end

  def test_html
    assert_equal result.to_html, Libextract.extract_file(PDF, format: :html).content
    assert_raises(RuntimeError) { Marshal.load(Marshal.dump(result)).to_html }
  end

  def test_tables
    cells = Array.new(4) { |i| { row: i / 2, column: i % 2, text: "#{i / 2}#{i % 2}", header: i < 2 } }
    table = Libextract::Table.allocate.tap { |t| t.marshal_load({ rows: 2, columns: 2, markdown: "| a | b |", cells: cells }) }
    assert_equal [%w[00 01], %w[10 11]], table.to_rows
  end

  def test_error_classes
    { "/no/such/file" => [Errno::ENOENT, :NOT_FOUND], "/" => [ArgumentError, :DIRECTORY] }.each do |path, (kind, code)|
      error = assert_raises(kind) { Libextract.extract_file(path) }
      assert_kind_of Libextract::Error, error
      assert_equal [code, path], [error.code, error.input]
      assert error.message.start_with?("#{path}: "), error.message
      again = Marshal.load(Marshal.dump(error))
      assert_equal [error.class, error.message, code, error.backtrace], [again.class, again.message, again.code, again.backtrace]
    end
  end

  def test_errors_are_rescued_as_those_of_ruby
    [Errno::ENOENT, SystemCallError, StandardError, Libextract::Error, Libextract::NotFoundError].each do |kind|
      assert_equal(:rescued, begin
        Libextract.extract_file("/no/such/file")
      rescue kind
        :rescued
      end)
    end
    assert_equal(:rescued, begin
      Libextract.extract_file("/")
    rescue Errno::EISDIR
      :rescued
    end)
    assert_operator Libextract::TimeoutError, :<, Timeout::Error
    assert_operator Libextract::TimeoutError, :<, Libextract::Error
    assert_operator Libextract::PermissionError, :<, Errno::EACCES
    assert_operator Libextract::IoError, :<, IOError
    assert_equal Errno::ENOENT::Errno, Libextract::NotFoundError.new("x").errno
    assert_equal [:password, :PASSWORD_REQUIRED, 10],
                 assert_raises(Libextract::PasswordError) { Libextract.extract_file("#{ROOT}/fixtures/pdf/aes-256.pdf") }
                   .then { |error| [error.kind, error.code, error.number] }
  end

  def test_each_kind_has_a_class
    kinds = File.read(ENV.fetch("ERRORS")).scan(/^XTR_ERROR\(\w+, \d+, (\w+)/).flatten.uniq
    classes = Libextract.constants.map { |name| Libextract.const_get(name) }
                        .select { |it| it.is_a?(Class) && it < Libextract::Error }
    assert_equal kinds.size, classes.size
  end

  def test_options_and_configurations
    markdown = result.to_markdown
    config = Config.new(format: "markdown", max_pages: 10)
    assert_equal markdown, Libextract.extract_file(PDF, config: config).content
    assert_equal markdown, Libextract.extract_file(PDF, config: { "output_format" => "markdown" }).content
    refute_equal markdown, Libextract.extract_file(PDF, config: config, format: :text).content
    assert_equal ["markdown", nil], [config.format, config.timeout]
    assert_equal config, Marshal.load(Marshal.dump(config))
    assert_equal({ ocr_languages: "deu", ocr: "force" }, Config.new(ocr: { language: "deu" }, force_ocr: true).to_h)
    assert_equal '#<Libextract::ExtractionConfig format: "markdown", max_pages: 10>', config.inspect
    assert_predicate config, :frozen?
  end

  def test_pages_as_ranges
    numbers = ->(pages) { Libextract.extract_file(LONG_PDF, pages: pages).pages.map(&:number) }
    assert_equal [2, 3], numbers[2..3]
    assert_equal [2], numbers[2...3]
    assert_equal [1, 2], numbers[..2]
    assert_equal [3], numbers[3]
    assert_equal numbers["3-"], numbers[3..]
  end

  def test_a_configuration_leaves_what_it_is_given_alone
    passwords = [+"one"]
    config = Config.new(password: passwords)
    passwords[0] << "!"
    passwords << "two"
    assert_equal ["one"], config.password
  end

  def test_the_input_of_an_error_is_marshalled_when_it_is_a_path
    restored = ->(&block) { Marshal.load(Marshal.dump(assert_raises(Libextract::Error, &block))).input }
    assert_equal "/no/such/file", restored.call { Libextract.extract_file("/no/such/file") }
    assert_equal "/no/such/file", restored.call { Libextract.extract_file(Pathname("/no/such/file")) }
    assert_nil(restored.call { Libextract.extract_bytes("x" * 100_000, mime_type: "no/type") })
  end

  def test_wrong_types
    { max_pagez: 3 }.each { |name, value| assert_raises(ArgumentError) { Libextract.extract_file(PDF, name => value) } }
    [{ timeout: {} }, { max_pages: true }, { max_pages: 1.5 }, { password: [1.5] }, { config: 5 }].each do |wrong|
      assert_raises(TypeError) { Libextract.extract_file(PDF, **wrong) }
    end
    { { max_pagez: 3 } => "max_pages", { output_format: "html" } => "format",
      { config: { ocr: { langage: "x" } } } => "ocr.language",
      { config: { "max_pagez" => 1 } } => "max_pages" }.each do |wrong, hint|
      error = assert_raises(Libextract::ValidationError) { Libextract.extract_file(PDF, **wrong) }
      assert_match(/did you mean '#{hint}'/, error.message)
    end
  end

  def test_wrong_values
    [{ max_pages: 10**30 }, { timeout: Float::NAN }, { timeout: -1 }, { charset: "a\0b" }, { format: "htm" }].each do |wrong|
      assert_raises(ArgumentError) { Libextract.extract_file(PDF, **wrong) }
    end
  end

  def test_right_values
    duration = Class.new { def is_a?(type) = type == Numeric || super
                           def to_f = 5.0 }.new
    [{ max_pages: nil }, { max_memory: "1GiB" }, { password: %w[a b] }, { priority: :high }, { timeout: 5r },
     { timeout: duration }].each { |right| assert_equal result, Libextract.extract_file(PDF, **right) }
  end

  def test_inputs
    data = File.binread(PDF)
    [data, data.dup.force_encoding("UTF-8"), StringIO.new(data), File.open(PDF), File.open(PDF, "rb")].each do |input|
      assert_equal "application/pdf", Libextract.extract_bytes(input).mime_type
    end
    [PDF, Pathname(PDF), StringIO.new(data), File.open(PDF)].each do |input|
      assert_equal "application/pdf", Libextract.extract_file(input).mime_type
    end
    Tempfile.create("x") do |file|
      FileUtils.cp(PDF, file.path)
      assert_equal "application/pdf", Libextract.extract_file(file).mime_type
    end
    IO.pipe do |read, write|
      writer = Thread.new { write << data and write.close }
      assert_equal "application/pdf", Libextract.extract_bytes(read).mime_type
      writer.join
    end
    assert_match(/extract_file/, assert_raises(TypeError) { Libextract.extract_bytes(Pathname(@folder).entries) }.message)
    assert_raises(TypeError) { Libextract.extract_file(5) }
    assert_raises(ArgumentError) { Libextract.extract_file("a\0b") }
  end

  def test_files_whose_descriptor_is_of_something_else
    path = file("simple.pdf.gz", "")
    Zlib::GzipWriter.open(path) { |gz| gz.write(File.binread(PDF)) }
    Zlib::GzipReader.open(path) { |gz| assert_equal "application/pdf", Libextract.extract_file(gz).mime_type }
  end

  def test_a_string_that_is_changed_meanwhile_is_read_as_it_was
    [10, 100_000].each do |size|
      data = +"before " * size
      content = nil
      Libextract::Runtime.open(threads: 1) do |runtime|
        busy = Thread.new { runtime.extract_bytes("50", mime_type: "mock:sleep") }
        sleep 0.01
        thread = Thread.new { content = runtime.extract_bytes(data, mime_type: "text/plain").content }
        sleep 0.01
        data.replace("after! ")
        data << "more"
        [busy, thread].each(&:join)
      end
      assert_equal size, content.scan("before").size
    end
  end

  # Its text is longer than what a String holds in itself.
  def test_the_name_of_an_input_that_is_changed_while_it_is_read
    file = Object.new
    name = +"#{"a" * 200}.txt"
    file.define_singleton_method(:path) { name }
    file.define_singleton_method(:read) { name.replace("b" * 10_000) && "" }
    error = assert_raises(Libextract::ParsingError) { Libextract.extract_bytes(file) }
    assert_match(/\A#{"a" * 200}\.txt: /, error.message)
  end

  def test_what_was_written_to_a_file_is_read
    File.open(File.join(@folder, "new"), "w+") do |file|
      file.write("written")
      assert_equal "written\n", Libextract.extract_file(file).content
    end
  end

  def test_detection_of_a_pipe_can_be_stopped
    pipe = File.join(@folder, "pipe")
    File.mkfifo(pipe)
    assert_raises(Timeout::Error) { Timeout.timeout(0.1) { Libextract.detect_mime_type_from_path(pipe) } }
    writer = Thread.new { File.write(pipe, "%PDF-1.7") }
    assert_equal "application/pdf", Libextract.detect_mime_type_from_path(pipe)
    writer.join
  end

  def test_detection
    assert_equal "application/pdf", Libextract.detect_mime_type(File.binread(PDF))
    assert_equal "application/pdf", Libextract.detect_mime_type_from_path(Pathname(PDF))
    assert_match(/officedocument/, Libextract.detect_mime_type_from_path("x.docx", check_exists: false))
    assert_nil Libextract.detect_mime_type_from_path("x", check_exists: false)
    assert_raises(Errno::ENOENT) { Libextract.detect_mime_type_from_path("/no/such/file") }
    assert_equal "application/pdf", Libextract.validate_mime_type("Application/PDF; x=1")
    assert_raises(Libextract::UnsupportedFormatError) { Libextract.validate_mime_type("application/x-unknown") }
    assert_equal "pdf", Libextract.get_extensions_for_mime("application/pdf").first
    assert_empty Libextract.get_extensions_for_mime("no/such")
    pdf = Libextract.list_supported_formats.find { |format| format.name == "pdf" }
    assert_includes pdf.yields, "tables"
    assert Libextract.doctor[:sandbox][:processes]
  end

  def test_sizes_for_the_garbage_collector
    require "objspace"
    assert_operator ObjectSpace.memsize_of(result), :>, 1000
  end
end
