# SPDX-License-Identifier: AGPL-3.0-or-later
# Ctrl-C, SIGTERM and a deadline end the program at once, even when a decoder does not listen.
echo 60000 >long
for how in sleep spin hang; do
    for signal in INT TERM; do
        "$EXTRACT" --mime-type mock:$how long & pid=$!
        sleep .2
        kill -$signal $pid
        code wait $pid
    done
    code extract --mime-type mock:$how --timeout 200ms long
done
echo '-- a stuck document costs its own thread only'
echo 0 >short
cp long stuck
code extract --mime-type mock:hang --timeout 300ms --threads 2 stuck short short
# Nobody reads any more: quiet, and not a failure.
yes 'a line of text' | head -c 3000000 >big.txt
{ extract big.txt big.txt big.txt; echo "exit code $?" >code; } 2>err | head -1
cat code err
