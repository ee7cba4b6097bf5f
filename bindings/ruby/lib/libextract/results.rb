# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "json"

module Libextract
  # Fields by object: [name, object that they are or nil] each.
  FIELDS = begin
    fields = Native.tables[:fields]
    objects = fields.map { |field| field[:object] }.uniq
    Ractor.make_shareable(fields.group_by { |field| field[:object].to_sym }.transform_values do |of_one|
      of_one.map do |field|
        item = field[:type].delete_suffix("[]")
        [field[:name].to_sym, objects.include?(item) ? item.to_sym : nil]
      end
    end)
  end

  # Part of a result: a page, a table, an element. It has a reader for each field, nil where there
  # is nothing to say. Frozen, all of it, so any Ractor may have it.
  class Record
    # @param name [Symbol, String]
    # @return [Object, nil] the value of a field
    def [](name)
      members[name.to_sym]
    end

    # @return [Hash] everything, as hashes and arrays: the same as in JSON
    def to_h
      Record.plain(members)
    end

    # @return [String] everything, as JSON
    def to_json(*state)
      as_json.to_json(*state)
    end

    # @return [Hash] what ActiveSupport writes as JSON: bytes are base64
    def as_json(*)
      Record.encoded(to_h)
    end

    # For pattern matching.
    #
    #   case result
    #   in { mime_type: "application/pdf", pages: [{ content: }, *] } then puts content
    #   end
    #
    # @return [Hash]
    def deconstruct_keys(names)
      names ? names.to_h { |name| [name, self[name]] }.compact : members
    end

    # @return [Boolean] whether the other one is of the same class and says the same
    def ==(other)
      other.class == self.class && other.to_h == to_h
    end
    alias eql? ==

    # @return [Integer]
    def hash
      [self.class, to_h].hash
    end

    # @return [String]
    def inspect
      shown = members.reject { |_, value| value.is_a?(Array) || value.is_a?(Hash) }
      "#<#{self.class} #{shown.map { |name, value| "#{name}=#{Record.short(value)}" }.join(" ")}>"
    end

    # @return [Hash] what Marshal writes
    def marshal_dump
      to_h
    end

    # @param values [Hash]
    def marshal_load(values)
      @data = Record.restore(values, self.class)
      freeze
    end

    class << self
      # @!visibility private
      def plain(value)
        case value
        when Array then value.map { |item| plain(item) }
        when Hash then value.transform_values { |item| plain(item) }
        when Record then value.to_h
        else value
        end
      end

      # @!visibility private
      def encoded(value)
        case value
        when Array then value.map { |item| encoded(item) }
        when Hash then value.transform_values { |item| encoded(item) }
        when String then value.encoding == Encoding::BINARY ? [value].pack("m0") : value
        else value
        end
      end

      # @!visibility private
      def short(value)
        text = (value.is_a?(String) ? value[0, 60] : value).inspect
        text.size <= 60 ? text : "#{text[0, 57]}..."
      end

      # Data of to_h with records in it.
      # @!visibility private
      def restore(values, record)
        kinds = FIELDS[RECORDS.key(record)].to_h
        Ractor.make_shareable(values.to_h do |name, value|
          [name, kinds[name] ? rebuild(kinds[name], value) : value]
        end)
      end

      private

      def rebuild(kind, value)
        return value.map { |item| rebuild(kind, item) } if value.is_a?(Array)

        RECORDS[kind].allocate.tap { |record| record.marshal_load(value) }
      end
    end

    private

    def members
      @data
    end
  end

  # What an extraction found: `content`, `mime_type`, `metadata`, `pages`, `tables`, `elements` and
  # more (docs/reference/result.md), each made when it is first asked for.
  class Result < Record
    # @param name [Symbol, String]
    # @return [Object, nil] the value of a field
    def [](name)
      index = FIELDS[:result].index { |field, _| field == name.to_sym }
      index && field(index)
    end

    # @return [Hash] everything, as hashes and arrays: the same as in JSON
    def to_h
      plain || super
    end

    # @return [String] everything, as JSON
    def to_json(*state)
      render(2) || super
    end

    # The text as Markdown, whatever format was asked for.
    #
    # @return [String]
    # @raise [RuntimeError] when the result was marshalled
    def to_markdown
      render(1) || raise("a result that was marshalled keeps the format it was extracted in")
    end

    # The text as an HTML document, whatever format was asked for.
    #
    # @return [String]
    # @raise [RuntimeError] when the result was marshalled
    def to_html
      render(3) || raise("a result that was marshalled keeps the format it was extracted in")
    end

    # @return [String] its content
    def to_s
      content
    end

    # @return [Boolean] whether a limit or damage cut it: the warnings say what
    def partial?
      status == "partial"
    end

    # @return [String]
    def inspect
      count = "#{pages.size} page#{"s" unless pages.size == 1}"
      "#<#{self.class} #{mime_type}, #{status}, #{count}: #{Record.short(content)}>"
    end

    # @return [Result] itself: it is frozen
    def dup
      self
    end

    # @return [Result] itself: it is frozen
    def clone(freeze: true)
      self
    end

    # @param values [Hash]
    def marshal_load(values)
      data = Record.restore(values, self.class)
      restore(FIELDS[:result].map { |name, _| data[name] })
    end

    private

    def members
      FIELDS[:result].to_h { |name, _| [name, self[name]] }.compact
    end

    private_class_method :new
  end

  # How far an extraction is. `pages_total` is 0 while it is unknown; bytes are those of the input.
  Progress = Struct.new(:pages_done, :pages_total, :bytes_done, :bytes_total)

  RECORDS = FIELDS.to_h do |object, fields|
    name = object.to_s.split("_").map(&:capitalize).join
    record = object == :result ? Result : const_set(name, Class.new(Record))
    fields.each_with_index do |(field, _), i|
      value = object == :result ? "field(#{i})" : "@data[:#{field}]"
      record.class_eval("def #{field} = #{value}", __FILE__, __LINE__)
    end
    [object, record]
  end.freeze
  private_constant :RECORDS
  Native.records = RECORDS

  # A table: `rows`, `columns`, `cells`, `markdown`, `html`, `csv`.
  class Table < Record
    # The texts of the cells as an array of rows. A cell that spans several stands in the first, the
    # others are empty.
    #
    # @return [Array<Array<String>>]
    def to_rows
      grid = Array.new(rows) { Array.new(columns) { +"" } }
      cells.each { |cell| grid[cell.row][cell.column] = cell.text }
      grid
    end
  end
end
