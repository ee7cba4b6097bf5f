# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

module Libextract
  # One document of a batch: `result`, or `error` when it failed. `input` is what was given and
  # `index` its place; a file in a folder that was given is named by its path. With `same_content:
  # :once`, `same_as` is the path of a file that has the same content, and there is no result.
  Item = Struct.new(:index, :input, :result, :error, :same_as) do
    # @return [Result]
    # @raise [Error] when it failed
    def get
      error ? raise(error) : result
    end
  end

  # What extracts: functions of {Libextract}, and methods of each {Runtime}.
  module Extraction
    # Extracts a file.
    #
    #   Libextract.extract_file("report.pdf").content
    #   Libextract.extract_file("report.pdf", format: :markdown, pages: 1..3, timeout: 10)
    #
    # @param path [String, Pathname, IO, #to_path, #read] a regular file that is open is read from
    #   its start where it is; anything else is asked for its bytes
    # @param mime_type [String, nil] skips detection
    # @param config [ExtractionConfig, Hash, nil] options under the keyword arguments
    # @param on_progress [#call, nil] called with a {Progress} while this thread waits; what it
    #   raises stops the extraction
    # @param options [Hash] docs/reference/options.md; durations are seconds
    # @return [Result]
    # @raise [Error]
    def extract_file(path, mime_type: nil, config: nil, on_progress: nil, **options)
      Native.run(self, path, true, mime_type, ExtractionConfig.options_of(config), options, on_progress)
    end
    alias extract_file_sync extract_file

    # Extracts data in memory.
    #
    #   Libextract.extract_bytes(response.body, mime_type: "application/pdf").content
    #
    # @param data [String, IO, StringIO] a long String is used where it is, not copied; changing it
    #   meanwhile changes nothing for the extraction
    # @param mime_type [String, nil] skips detection
    # @param config [ExtractionConfig, Hash, nil] options under the keyword arguments
    # @param on_progress [#call, nil] as for {#extract_file}
    # @param options [Hash] docs/reference/options.md; durations are seconds
    # @return [Result]
    # @raise [Error]
    def extract_bytes(data, mime_type: nil, config: nil, on_progress: nil, **options)
      Native.run(self, data, false, mime_type, ExtractionConfig.options_of(config), options, on_progress)
    end
    alias extract_bytes_sync extract_bytes

    # Extracts many files: all of them in their order or, with a block, each as it is done.
    #
    #   Libextract.batch_extract_files(["a.pdf", "b.docx"]) # => [Result, NotFoundError]
    #   Libextract.batch_extract_files(Dir["*.pdf"]) { |item| puts item.input, item.get.content }
    #
    # @param paths [Enumerable] read as far as needed
    # @param config [ExtractionConfig, Hash, nil] options under the keyword arguments
    # @param options [Hash] docs/reference/options.md
    # @yieldparam item [Item]
    # @return [Array<Result, Error>, Hash] with a block the statistics of {#each_document}
    def batch_extract_files(paths, config: nil, **options, &block)
      return each_document(paths, config: config, **options, &block) if block

      batch(paths, true, nil, config, options, true)
    end
    alias batch_extract_files_sync batch_extract_files

    # Extracts many documents in memory, as {#batch_extract_files} does.
    #
    #   Libextract.batch_extract_bytes([one, two], mime_types: ["application/pdf", nil])
    #
    # @param data [Enumerable]
    # @param mime_types [Array<String, nil>, nil] documents of one type are extracted together
    # @param config [ExtractionConfig, Hash, nil] options under the keyword arguments
    # @param options [Hash] docs/reference/options.md
    # @yieldparam item [Item]
    # @return [Array<Result, Error>, nil]
    def batch_extract_bytes(data, mime_types: nil, config: nil, **options)
      groups = by_type(data, mime_types)
      if block_given?
        groups.each do |mime_type, documents, places|
          batch(documents, false, mime_type, config, options, false) do |index, input, result, error|
            yield Item.new(places ? places[index] : index, input, result, error).freeze
          end
        end
        return
      end
      outcomes = groups.map { |mime_type, documents, _| batch(documents, false, mime_type, config, options, true) }
      groups.size == 1 ? outcomes[0] : in_places(outcomes, groups)
    end
    alias batch_extract_bytes_sync batch_extract_bytes

    # Extracts many files, and gives an {Item} for each: as it is done or, with in_order, in their
    # order. One bad document touches no other.
    #
    #   Libextract.each_document(Dir["*.pdf"]) { |item| puts item.input, item.error || item.result }
    #   Libextract.each_document(paths).lazy.filter_map(&:result).first(3)
    #
    # @param paths [Enumerable] read as far as needed
    # @param mime_type [String, nil] of all; skips detection
    # @param config [ExtractionConfig, Hash, nil] options under the keyword arguments
    # @param in_order [Boolean]
    # @param options [Hash] docs/reference/options.md
    # @yieldparam item [Item]
    # @return [Hash, Enumerator] how many documents, pages and bytes there were, and how many were
    #   complete, partial or failed, in how many seconds
    def each_document(paths, mime_type: nil, config: nil, in_order: false, **options)
      unless block_given?
        return enum_for(:each_document, paths, mime_type: mime_type, config: config, in_order: in_order,
                                               **options)
      end
      batch(paths, true, mime_type, config, options, in_order) { |*item| yield Item.new(*item).freeze }
    end

    # Extracts a document page by page: a {Result} for each page as soon as it is done. The first
    # one holds what belongs to no page: metadata, outline. A slow block holds the extraction back.
    #
    #   Libextract.each_page("long.pdf") { |page| puts page.content }
    #
    # @param input [String, Pathname, IO, #to_path, #read]
    # @param mime_type [String, nil] skips detection
    # @param config [ExtractionConfig, Hash, nil] options under the keyword arguments
    # @param options [Hash] docs/reference/options.md
    # @yieldparam page [Result]
    # @return [Hash, Enumerator] statistics, as of {#each_document}
    # @raise [Error]
    def each_page(input, mime_type: nil, config: nil, **options)
      return enum_for(:each_page, input, mime_type: mime_type, config: config, **options) unless block_given?

      flat = ExtractionConfig.options_of(config)
      Native.each(self, input, false, true, mime_type, flat, options, true) do |_, _, result, error|
        yield result || raise(error)
      end
    end

    private

    def batch(inputs, is_path, mime_type, config, options, in_order, &block)
      unless inputs.respond_to?(:each) && !inputs.respond_to?(:read)
        raise TypeError, "one #{inputs.class} is no batch: give an array"
      end
      # Of its own: reading on an Enumerator that was given would go on where it stands, and move it.
      inputs = inputs.respond_to?(:each_entry) ? inputs.each_entry : inputs.to_enum unless inputs.is_a?(Array)
      Native.each(self, inputs, true, is_path, mime_type, ExtractionConfig.options_of(config), options,
                  in_order, &block)
    end

    # [MIME type, documents, their places in `data` or nil for all of them]
    def by_type(data, mime_types)
      return [[nil, data, nil]] unless mime_types

      data = data.to_a
      unless data.size == mime_types.size
        raise ArgumentError, "#{data.size} documents and #{mime_types.size} MIME types"
      end
      first = mime_types[0]
      return [[first, data, nil]] if mime_types.count(first) == mime_types.size

      data.each_index.group_by { |place| mime_types[place] }.map do |mime_type, places|
        [mime_type, places.map { |place| data[place] }, places]
      end
    end

    # The outcomes of each group, where their documents stood.
    def in_places(outcomes, groups)
      groups.each_with_index.with_object([]) do |((_, _, places), i), all|
        places.each_with_index { |place, index| all[place] = outcomes[i][index] }
      end
    end
  end
end
