# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

# cases_ruby.rb FIXTURES OUT: the cases through the Ruby binding.
require "json"
require "libextract"

def matches(want, have)
  case want
  when Hash
    !have.nil? && want.all? do |key, value|
      next holds(key, value, have) if key.start_with?("$")

      matches(value, have.is_a?(Hash) ? have[key] : nil)
    end
  when Array
    have.is_a?(Array) && want.size == have.size && want.zip(have).all? { |pair| matches(*pair) }
  else
    want == have
  end
end

def holds(operation, want, have)
  case operation
  when "$contains"
    have.is_a?(String) ? have.include?(want) : have.is_a?(Array) && have.any? { |item| matches(want, item) }
  when "$matches" then have.is_a?(String) && have.match?(Regexp.new(want))
  when "$length" then have.respond_to?(:size) && have.size == want
  else false
  end
end

def outcome
  result = yield
  raise "not frozen" unless Ractor.shareable?(result)

  read = Libextract::Record.instance_method(:to_h).bind_call(result) # by the values of its fields
  raise "#{read} is not #{result.to_h}" unless read == result.to_h

  JSON.parse(JSON.generate(Libextract::Record.encoded(read)))
rescue Libextract::Error => e
  { "error" => { "code" => e.code.to_s, "message" => e.message } }
end

def run(file, given)
  options = given.transform_keys(&:to_sym)
  waited = outcome { Libextract.extract_file(file, **options) }
  batched = outcome { Libextract.batch_extract_files([file], **options).first.then { |it| it.is_a?(Exception) ? raise(it) : it } }
  raise "#{file}: #{batched} is not #{waited}" unless batched == waited

  waited
end

def check(test, got)
  error = test["error"]
  if (failure = got["error"])
    said = error && failure["message"].include?(error["message_contains"] || "")
    return said && failure["code"] == error["code"] ? nil : "failed with #{failure}"
  end
  return "there was no error" if error

  key, = test["expect"].find { |name, want| !matches(want, got[name]) }
  key && "#{key} differs: #{got[key].inspect[0, 900]}"
end

out = File.expand_path(ARGV[1])
Dir.chdir(ARGV[0])
failed = 0
outcomes = Dir["cases/*.json"].sort.to_h do |path|
  test = JSON.parse(File.read(path, encoding: "UTF-8"))
  got = run(test["file"], test["options"] || {})
  if (said = check(test, got))
    failed += 1
    warn "#{path}: #{said}"
  end
  [path, got]
end
File.write(out, JSON.generate(outcomes))
puts "#{outcomes.size - failed} passed, #{failed} failed"
exit failed.zero? && outcomes.any?
