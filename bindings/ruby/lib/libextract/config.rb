# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

module Libextract
  # Options to use more than once.
  #
  #   config = Libextract::ExtractionConfig.new(format: :markdown, max_pages: 10)
  #   result = Libextract.extract_file("report.pdf", config: config)
  #
  # Takes the names of the keyword arguments, and Kreuzberg's nested ones where those mean the same
  # (docs/reference/options.md). It has a reader for each option. Frozen.
  class ExtractionConfig
    options = Native.tables[:options]
    # Our name of each path of Kreuzberg's, and what its values are called here.
    NAMES = Ractor.make_shareable(options.to_h { |o| [o[:name], o[:name].to_sym] })
    NESTED = Ractor.make_shareable(options.reject { |o| o[:kreuzberg].empty? }
                                          .to_h { |o| [o[:kreuzberg], o[:name].to_sym] })
    WORDS = Ractor.make_shareable({ "output_format" => { "plain" => "text" },
                                    "force_ocr" => { true => "force", false => nil },
                                    "images.extract_images" => { true => "extract", false => nil } })
    private_constant :NAMES, :NESTED, :WORDS

    # @return [Hash] the options by our names
    attr_reader :to_h

    # @param options [Hash] options by our names or Kreuzberg's
    # @raise [ValidationError] when one is unknown
    def initialize(**options)
      @given = Ractor.make_shareable(options, copy: true)
      @to_h = self.class.flatten(@given).freeze
      freeze
    end

    NAMES.each_value { |name| class_eval("def #{name} = @to_h[:#{name}]", __FILE__, __LINE__) }

    # @return [Boolean] whether the other one has the same options
    def ==(other)
      other.is_a?(ExtractionConfig) && other.to_h == to_h
    end
    alias eql? ==

    # @return [Integer]
    def hash
      to_h.hash
    end

    # @return [String]
    def inspect
      "#<#{self.class} #{@given.map { |name, value| "#{name}: #{value.inspect}" }.join(", ")}>"
    end

    class << self
      # Options by our names, of an ExtractionConfig, a Hash or nil.
      #
      # @!visibility private
      def options_of(config)
        case config
        when nil then nil
        when ExtractionConfig then config.to_h
        when Hash then flatten(config)
        else raise TypeError, "config must be an ExtractionConfig or a Hash, not #{config.class}"
        end
      end

      # @!visibility private
      def flatten(given, prefix = "", into = {})
        given.each do |name, value|
          path = "#{prefix}#{name}"
          value = value.to_h if value.is_a?(ExtractionConfig)
          if value.is_a?(Hash) && NESTED.each_key.any? { |key| key.start_with?("#{path}.") }
            flatten(value, "#{path}.", into)
          elsif NAMES.key?(path) && !value.is_a?(Hash)
            into[NAMES[path]] = value
          else
            known = NESTED.fetch(path) { unknown(path) }
            word = value.is_a?(Symbol) ? value.to_s : value
            into[known] = WORDS.fetch(path, {}).fetch(word, value)
          end
        end
        into
      end

      private

      def unknown(path)
        close = DidYouMean::SpellChecker.new(dictionary: NAMES.keys + NESTED.keys).correct(path) if defined?(DidYouMean)
        hint = close && close.first ? ": did you mean '#{close.first}'?" : ""
        raise ValidationError.new("unknown option '#{path}'#{hint}", code: :ARGUMENT, number: 2, kind: :argument)
      end
    end
  end
end
