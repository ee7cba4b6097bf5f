# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "helper"
require "json"

# Batches over folders, with a journal.
class BatchesTest < Case
  # Three texts, two of the same content, and an empty file.
  def folder
    root = File.join(Dir.mktmpdir("batch", @folder), "in")
    FileUtils.mkdir_p(File.join(root, "deep"))
    { "one.txt" => "One.\n", "deep/two.txt" => "Two.\n", "deep/again.txt" => "One.\n", "empty.txt" => "" }
      .each { |name, text| File.write(File.join(root, name), text) }
    @journal = "#{root}.jsonl"
    root
  end

  def states
    File.readlines(@journal).map { |line| JSON.parse(line) }
        .to_h { |found| [File.basename(found["path"]), found["status"]] }
  end

  def test_a_folder_stands_for_its_files
    root = folder
    items = Libextract.each_document([root, File.join(root, "one.txt")]).to_a
    assert_equal %w[again.txt empty.txt one.txt one.txt two.txt], items.map { |item| File.basename(item.input) }.sort
    assert_equal(["One.\n"], items.select { |item| item.index == 1 }.map { |item| item.get.content })
    some = Libextract.each_document([root], include: ["t*.txt"]).map(&:input)
    assert_equal [File.join(root, "deep/two.txt")], some
  end

  def test_a_list_takes_no_folders_and_no_journal
    root = folder
    assert_match(/is a directory/, Libextract.batch_extract_files([root])[0].message)
    assert_raises(Libextract::Error) { Libextract.batch_extract_files([root], journal: @journal) }
  end

  def test_a_journal_goes_on
    root = folder
    assert_equal 4, Libextract.each_document([root], journal: @journal).count
    assert_equal %w[complete failed], states.values.uniq.sort
    assert_raises(Libextract::Error) { Libextract.each_document([root], journal: @journal).to_a }
    said = Libextract.each_document([root], journal: @journal, resume: true) { |item| flunk item.input }
    assert_equal 4, said[:unchanged]
    File.write(File.join(root, "one.txt"), "Changed.\n")
    changed = Libextract.each_document([root], journal: @journal, resume: true).map { |item| item.get.content }
    assert_equal ["Changed.\n"], changed
    retried = Libextract.each_document([root], journal: @journal, retry_failed: true).map(&:input)
    assert_equal [File.join(root, "empty.txt")], retried
  end

  def test_who_leaves_early_loses_nothing
    root = folder
    seen = Libextract.each_document([root], journal: @journal).first(2).map(&:input)
    assert_equal 1, states.size
    rest = Libextract.each_document([root], journal: @journal, resume: true).map(&:input)
    assert_equal 3, rest.size
    assert_includes rest, seen[1]
  end

  def test_the_same_content_once
    root = folder
    same, *others = Libextract.each_document([root], journal: @journal, same_content: :once).select(&:same_as)
    assert_empty others
    assert_nil same.result
    assert_equal %w[again.txt one.txt], [same.input, same.same_as].map { |path| File.basename(path) }.sort
  end
end
