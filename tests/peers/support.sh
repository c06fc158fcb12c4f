# What the checks in bash share; sourced, with the variables that `run` sets.
#
# `check WHAT COMMAND...` notes whether a command succeeds, and tells if it does not; `finish` ends
# the script.
set -uo pipefail

holding=0
failures=0
# What the last call of `probity` wrote.
out=$TMPDIR/out.$$
err=$TMPDIR/err.$$

check() {
    local what=$1
    shift
    if "$@"; then
        holding=$((holding + 1))
    else
        failures=$((failures + 1))
        echo "FAILED  $what"
        # What led here: the last output of the program.
        sed 's/^/        /' "$out" "$err" 2>/dev/null | head -40
    fi
}

finish() {
    echo "$holding checks hold, $failures do not"
    exit $((failures > 0))
}

# A new folder with a probity.toml; its path goes to the variable `tree`.
new_tree() {
    tree=$(mktemp -d)
    chmod 755 "$tree"
    printf '[audit]\nas_of = 2026-06-30\n' >"$tree/probity.toml"
}

# A file that is sound, and one that is not.
sound='type: procedure
id: PROC-001
title: Restore a server
status: draft
'
faulty='owner: a
owner: b
'

# Runs the program, with the exit code in `code`, and its words in the files $out and $err.
probity() {
    code=0
    "$PROBITY" "$@" >"$out" 2>"$err" || code=$?
}

# The same as a user who owns nothing and to whom the rights of files apply.
probity_as_nobody() {
    code=0
    as_nobody "$PROBITY" "$@" >"$out" 2>"$err" || code=$?
}

as_nobody() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}

exits_with() { [ "$code" = "$1" ]; }
says() { grep -qF -- "$1" "$out"; }
says_not() { ! grep -qF -- "$1" "$out"; }
complains() { grep -qF -- "$1" "$err"; }
is_silent() { [ ! -s "$err" ]; }
