# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "helper"

# YARD has nothing to complain of.
class DocsTest < Case
  def test_yard
    yard = [RbConfig.ruby, "-S", "yard"]
    skip "no yard" unless system(*yard, "--version", out: File::NULL, err: File::NULL)

    made = ["--no-cache", "-b", "#{@folder}/db"]
    [["doc", "-o", "#{@folder}/html"], ["stats", "--list-undoc"]].each do |command|
      said, status = Open3.capture2e(*yard, *command, *made, chdir: "#{ROOT}/bindings/ruby")
      assert_predicate status, :success?, said
      refute_match(/\[(warn|error)\]/, said)
      assert_match(/^ 100\.00% documented$/, said)
    end
  end
end
