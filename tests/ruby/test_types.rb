# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "helper"
begin
  require "rbs" # before ActiveSupport, with which it does not load
rescue LoadError
  warn "no gem rbs: types are not checked"
end

# sig/libextract.rbs: it is sound, names what there is and is what calls take and give.
class TypesTest < Case
  SIGNATURES = "#{ROOT}/bindings/ruby/sig"
  UNTYPED = %i[initialize dup clone message].freeze # as Ruby declares them

  def setup
    super
    skip "no gem rbs" unless defined?(RBS)
  end

  def environment
    loader = RBS::EnvironmentLoader.new
    %w[timeout json].each { |library| loader.add(library: library) }
    loader.add(path: Pathname(SIGNATURES))
    RBS::Environment.from_loader(loader).resolve_type_names
  end

  def test_all_that_is_public_has_a_type_and_the_other_way_round
    builder = RBS::DefinitionBuilder.new(env: environment)
    names = Libextract.constants.map { |name| Libextract.const_get(name) }.grep(Module)
    names -= [Libextract::Error] # a part of each of the classes
    names.each do |given|
      next if given < Struct

      type = RBS::TypeName.new(name: given.name.split("::").last.to_sym, namespace: RBS::Namespace.parse("::Libextract"))
      declared = builder.build_instance(type).methods.select do |_, method|
        method.public? && method.defs.any? { |d| d.implemented_in.to_s.start_with?("::Libextract") }
      end
      ours = given.public_instance_methods.select { |name| given.instance_method(name).owner.to_s.start_with?("Libextract") }
      assert_equal ours.sort - UNTYPED, declared.keys.sort - UNTYPED, given.to_s
    end
  end

  # Each call is checked by RBS while it runs.
  def test_calls_are_what_the_types_say
    said, status = ruby(<<~RUBY, PDF, LONG_PDF)
      config = Libextract::ExtractionConfig.new(format: :markdown, max_pages: 10, ocr: { language: "deu" })
      result = Libextract.extract_file(ARGV[0], config: config, timeout: 5.5, password: ["a"], pages: 1..2)
      result.to_markdown; result.pages.each { |page| page.number; page.label; page.width }
      result.elements.each { |element| element.type; element.bounding_box; element.spans }
      result.metadata; result.tables; result.warnings; result.to_h; result.to_json; result.partial?
      Libextract.extract_bytes(File.binread(ARGV[0]), on_progress: ->(progress) {})
      Libextract.batch_extract_files([ARGV[0], "missing"]).map(&:class)
      Libextract.batch_extract_bytes(["one"], mime_types: ["text/plain"])
      Libextract.each_document([ARGV[0]]) { |item| item.get.status }
      Libextract.each_page(ARGV[1]) { |page| page.content }
      Libextract.each_page(ARGV[1]).first
      Libextract::Runtime.open(threads: 1) { |runtime| runtime.extract_file(ARGV[0]) }
      Libextract.detect_mime_type("%PDF-1.7"); Libextract.list_supported_formats; Libextract.doctor
      Libextract.detect_mime_type_from_path("x", check_exists: false)
      begin
        Libextract.extract_file("missing")
      rescue Libextract::Error => error
        error.code; error.errno; error.number; error.kind
      end
      puts "checked"
    RUBY
    assert_predicate status, :success?, said
    assert_equal "checked", said.lines.last.chomp
    refute_match(/TypeError|ArgumentTypeError/, said)
  end

  def command
    checks = { "RBS_TEST_TARGET" => "Libextract,Libextract::*", "RBS_TEST_RAISE" => "true", "RBS_TEST_LOGLEVEL" => "error",
               "RBS_TEST_OPT" => "-rtimeout -rjson -I#{SIGNATURES}" }
    [checks, RbConfig.ruby, "-r", "rbs/test/setup", "-r", "libextract"]
  end
end
