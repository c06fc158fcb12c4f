# Exit codes, pipes and full disks as a shell sees them.
. "$(dirname "$0")/support.sh"

new_tree
clean=$tree
printf '%s' "$sound" >"$clean/a.yaml"
new_tree
bad=$tree
printf '%s' "$sound" >"$bad/a.yaml"
printf '%s' "$faulty" >"$bad/b.yaml"

probity -C "$clean" check
check "0 for a clean folder" exits_with 0
check "and nothing on standard error" is_silent
probity -C "$bad" check
check "1 for a faulty folder" exits_with 1
check "and nothing on standard error" is_silent

new_tree
printf '%s' "$sound" >"$tree/a.yaml"
printf '[gate]\nfail_om = "error"\n' >"$tree/probity.toml"
probity -C "$tree" check
check "2 for a probity.toml with a misspelt key" exits_with 2
check "which names the key and the right one" complains "did you mean \`fail_on\`?"
new_tree
probity -C "$tree" check
check "2 for a folder with nothing to check" exits_with 2
probity -C "$tree/nowhere" check
check "2 for a folder that is not there" exits_with 2
probity --no-such-flag
check "2 for an unknown flag" exits_with 2
probity --help
check "0 for --help" exits_with 0
check "which goes to standard output" says "Usage:"
probity --version
check "0 for --version" exits_with 0

# Rights do not bind root, so these run as somebody else.
new_tree
printf '%s' "$sound" >"$tree/a.yaml"
chmod 711 "$tree"
[ "$(id -u)" = 0 ] || chmod 311 "$tree"
probity_as_nobody -C "$tree" check
check "3 for a root that may not be listed" exits_with 3
check "which says why" complains "denied"
new_tree
printf '%s' "$sound" >"$tree/a.yaml"
printf '%s' "$sound" >"$tree/b.yaml"
chmod 000 "$tree/b.yaml"
mkdir -m 000 "$tree/closed"
probity_as_nobody -C "$tree" check
check "1 for a file and a folder that may not be read" exits_with 1
check "with a finding for the file" says "FILE-01 b.yaml"
check "and one for the folder" says "FILE-01 closed"
check "and a summary that does not hide them" says "2 of 3 files"
new_tree
printf '%s' "$sound" >"$tree/a.yaml"
chmod 000 "$tree/probity.toml"
probity_as_nobody -C "$tree" check
check "3 for a probity.toml that may not be read" exits_with 3

# A report that is longer than a pipe holds, and a reader that has seen enough after one line.
new_tree
mkdir "$tree/many"
for number in $(seq 600); do printf '%s' "$faulty" >"$tree/many/$number.yaml"; done
for format in "terminal -v" "json" "junit"; do
    # shellcheck disable=SC2086
    line=$("$PROBITY" -C "$tree" check --format $format 2>"$err" | head -1; echo "${PIPESTATUS[*]}")
    check "a reader that goes away ($format): the outcome stays its own" [ "${line##*$'\n'}" = "1 0" ]
    check "a reader that goes away ($format): nothing on standard error" is_silent
done
"$PROBITY" -C "$clean" check 2>"$err" >&-
check "a closed standard output is no panic" [ $? -ne 101 ]

if [ -w /dev/full ]; then
    for arguments in "check" "check --format json" "check --format sarif" "config" "explain"; do
        code=0
        # shellcheck disable=SC2086
        "$PROBITY" -C "$clean" $arguments >/dev/full 2>"$err" || code=$?
        check "3 on a full disk: $arguments" exits_with 3
        check "which is told: $arguments" complains "cannot write the report"
    done
else
    check "there is a /dev/full to write to" false
fi

# Files of reports: whole or not there, and nothing else is touched.
new_tree
mkdir "$tree/out"
printf 'before' >"$tree/out/a.json"
probity -C "$bad" check --output "json=$tree/out/a.json" --output "sarif=/dev/full"
check "2 where a device would be replaced" exits_with 2
check "and no report is written" grep -qx before "$tree/out/a.json"
probity -C "$bad" check --output "json=$tree/out/a.json" --output "junit=$tree/out/b.xml"
check "1 where findings are written to files" exits_with 1
check "which are there" grep -q testsuites "$tree/out/b.xml"
check "and nothing beside them" [ "$(ls -A "$tree/out" | tr '\n' ' ')" = "a.json b.xml " ]
mkdir -m 755 "$tree/closed"
probity_as_nobody -C "$bad" check --output "json=$tree/closed/a.json"
check "3 for a folder that may not be written to" exits_with 3
check "which says why" complains "denied"
check "and nothing is in it" [ -z "$(ls -A "$tree/closed")" ]
finish
