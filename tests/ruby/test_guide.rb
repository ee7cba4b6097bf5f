# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "helper"

# The examples of docs/guide/ruby.md.
class GuideTest < Case
  MARK = /^(.*?)\s*# (=>|raises) (.*)$/

  # [line number, code, mark, what is expected] of each example. Code without a mark belongs to the next.
  def examples(text)
    inside = false
    code = +""
    text.each_line.with_index(1).filter_map do |line, number|
      inside = !inside && line == "```ruby\n" if line.start_with?("```")
      next if !inside || line.start_with?("```")

      code << (line[MARK, 1] || line) << "\n"
      next unless line =~ MARK

      [number, code, $2, $3].tap { code = +"" }
    end
  end

  def test_guide
    Dir.chdir(@folder) do
      File.symlink("#{ROOT}/fixtures", "fixtures")
      scope = Object.new.instance_eval { binding }
      found = examples(File.read("#{ROOT}/docs/guide/ruby.md"))
      found.each do |number, code, mark, expected|
        said = begin
          value = scope.eval(code, "ruby.md", number - code.count("\n") + 1)
          "=> #{value.inspect}"
        rescue Exception => e
          "raises #{e.class}: #{e.message}"
        end
        pattern = "#{mark} #{expected}".split("...", -1).map { |part| Regexp.escape(part) }.join(".*")
        assert_match(/\A#{pattern}\z/m, said, "line #{number}")
      end
      assert_operator found.size, :>, 20
    end
  end
end
