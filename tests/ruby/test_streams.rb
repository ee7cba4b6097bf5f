# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "helper"
require "set"

# Batches and pages.
class StreamsTest < Case
  def naps(*milliseconds)
    milliseconds.each_with_index.map { |ms, i| file("nap-#{i}-#{ms}", ms.to_s) }
  end

  def test_batch_in_order
    outcomes = Libextract.batch_extract_files(naps(30, 1) + ["/no/such/file"], mime_type: "mock:sleep")
    assert_equal [Libextract::Result, Libextract::Result, Libextract::NotFoundError], outcomes.map(&:class)
    assert_equal [], Libextract.batch_extract_files([])
    assert_equal Libextract.method(:batch_extract_files).unbind, Libextract.method(:batch_extract_files_sync).unbind
  end

  def test_batch_with_a_block
    paths = naps(200, 1)
    items = []
    said = Libextract.batch_extract_files(paths, mime_type: "mock:sleep") { |item| items << item }
    assert_equal [1, 0], items.map(&:index)
    assert_equal paths.reverse, items.map(&:input)
    assert_equal [2, 2, 0], said.values_at(:documents, :complete, :failed)
    assert_equal "sleep\n", items[0].get.content
    assert_predicate items[0], :frozen?
  end

  def test_batch_of_bytes
    types = ["mock:sleep", nil, "mock:sleep", "mock:crash"]
    outcomes = Libextract.batch_extract_bytes(["1", "plain text", "2", "1"], mime_types: types, isolation: :process)
    assert_equal ["sleep\n", "plain text\n", "sleep\n"], outcomes.first(3).map(&:content)
    assert_kind_of Libextract::CrashedError, outcomes[3]
    places = []
    Libextract.batch_extract_bytes(%w[one two], mime_types: ["text/plain", nil]) { |item| places << [item.index, item.input] }
    assert_equal [[0, "one"], [1, "two"]], places.sort
    assert_raises(ArgumentError) { Libextract.batch_extract_bytes(["1"], mime_types: []) }
  end

  def test_enumerators_are_lazy
    asked = 0
    paths = Enumerator.new { |y| loop { y << file("endless", "1") && asked += 1 } }
    first = Libextract.each_document(paths, mime_type: "mock:sleep", in_order: true).first(2)
    assert_equal [0, 1], first.map(&:index)
    assert_operator asked, :<, 2000
    contents = Libextract.each_document(naps(1, 1, 1), mime_type: "mock:sleep").lazy.map { |item| item.get.content }
    assert_equal "sleep\n", contents.first
    stream = Libextract.each_document(naps(1), mime_type: "mock:sleep")
    assert_kind_of Libextract::Item, stream.next
    assert_raises(StopIteration) { stream.next }
  end

  def test_any_enumerable_is_a_batch
    paths = naps(1, 2)
    [paths, paths.to_enum, paths.lazy, paths.each_slice(1).lazy.map(&:first), Set.new(paths)].each do |given|
      assert_equal paths, Libextract.each_document(given, mime_type: "mock:sleep", in_order: true).map(&:input)
    end
    [PDF, 5, File.open(PDF)].each { |one| assert_raises(TypeError) { Libextract.batch_extract_files(one) } }
  end

  # Whatever else reads on it.
  def test_an_enumerator_is_read_from_its_start
    paths = naps(1, 2).to_enum
    paths.next
    2.times { assert_equal 2, Libextract.batch_extract_files(paths, mime_type: "mock:sleep").size }
    assert_equal paths.to_a[1], paths.next
    each_alone = Object.new.tap { |object| object.define_singleton_method(:each) { |&block| paths.each(&block) } }
    assert_equal 2, Libextract.batch_extract_files(each_alone, mime_type: "mock:sleep").size
  end

  def test_an_array_that_is_changed_meanwhile_is_read_as_it_was
    paths = naps(1, 1, 1)
    given = paths.dup
    inputs = []
    Libextract.each_document(given, mime_type: "mock:sleep", in_order: true) { |item| given.shift && inputs << item.input }
    assert_equal paths, inputs
  end

  def test_many_documents_of_several_types
    types = ["mock:empty", "mock:sleep"] * 100_000
    outcomes = Libextract.batch_extract_bytes(["0"] * types.size, mime_types: types)
    assert_equal types, outcomes.map(&:mime_type)
  end

  def test_what_inputs_raise_comes_out
    broken = Enumerator.new { |y| y << PDF and raise KeyError }
    assert_raises(KeyError) { Libextract.batch_extract_files(broken) }
    assert_raises(TypeError) { Libextract.batch_extract_files([PDF, nil]) }
  end

  def test_leaving_a_batch_stops_it
    runtime = Libextract::Runtime.new(threads: 1)
    took = elapsed do
      runtime.each_document(naps(1, 60_000, 60_000), mime_type: "mock:sleep", in_order: true) { break }
      runtime.extract_bytes("1", mime_type: "mock:sleep")
      runtime.close
    end
    assert_operator took, :<, 2
  end

  # Nobody resumes the enumerator's fiber any more; its document must not hold the thread for ever.
  def test_an_enumerator_that_is_left_behind_is_collected
    runtime = Libextract::Runtime.new(threads: 1)
    path = file("many", "100000")
    Thread.new { runtime.each_page(path, mime_type: "mock:pages").next }.join
    3.times { GC.start }
    assert_equal "sleep\n", runtime.extract_bytes("1", mime_type: "mock:sleep", timeout: 20).content
    runtime.close(cancel: true)
  end

  def test_pages
    pages = Libextract.each_page(LONG_PDF).to_a
    whole = Libextract.extract_file(LONG_PDF)
    assert_equal whole.pages.map(&:number), pages.flat_map { |page| page.pages.map(&:number) }
    assert_equal "no such file", assert_raises(Errno::ENOENT) { Libextract.each_page("/x").first }.message.split(": ").last
    assert_raises(Libextract::TimeoutError) { Libextract.each_page(naps(60_000)[0], mime_type: "mock:sleep", timeout: 0.05) { } }
    assert_operator Libextract.each_page(LONG_PDF) { }[:pages], :>=, whole.pages.size
  end

  def test_the_first_page_comes_before_the_last_is_read
    took = elapsed { assert_equal 1, Libextract.each_page(file("many", "100000"), mime_type: "mock:pages").first.pages.size }
    assert_operator took, :<, 5
  end

  def test_a_batch_inside_a_batch
    inner = proc { Libextract.batch_extract_files([PDF]).map(&:status) }
    assert_equal [["complete"]] * 2, Libextract.each_document([PDF, PDF]).map { inner.call }
  end
end
