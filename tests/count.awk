# SPDX-License-Identifier: AGPL-3.0-or-later
# Counts single tests in the log of ctest, or in the output of one program: prints PASSED FAILED.
# A program that says "N passed, N failed", or libcheck's summary, is counted as it says; another
# test of ctest is one.
function close_test() {
    if (said) {
        passed += p
        failed += f
        if (outcome == "fail" && !f)
            failed++
    } else if (outcome == "pass")
        passed++
    else if (outcome == "fail")
        failed++
    said = p = f = 0
    outcome = ""
}
/^[0-9]+\/[0-9]+ Test(ing)?: / { close_test() }
/^[0-9]+% ?: Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/ {
    gsub(/[^0-9 ]/, "")
    said = 1
    f += $3 + $4
    p += $2 - $3 - $4
}
/^[0-9]+ passed, [0-9]+ failed$/ {
    said = 1
    p += $1
    f += $3
}
/^Test Passed\.$/ { outcome = "pass" }
/^Test Failed\.$/ || /^Test timed out/ || /^(Exception|SEGFAULT|Child aborted)/ { outcome = "fail" }
END {
    close_test()
    print passed + 0, failed + 0
}
