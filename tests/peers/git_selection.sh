# Which files are read in a git repository, made and changed by git itself.
. "$(dirname "$0")/support.sh"

# The user's own excludes, in each of the places where git looks for them. None of them counts.
mkdir -p "$HOME/.config/git" "$TMPDIR/xdg/git"
echo 'excluded-*' | tee "$HOME/.config/git/ignore" "$TMPDIR/xdg/git/ignore" "$HOME/excludes" >/dev/null
git config --global core.excludesFile "$HOME/excludes"
git config --global init.defaultBranch main
git config --global user.name Nobody
git config --global user.email nobody@example.org

new_tree
git init --quiet "$tree"
cd "$tree" || exit 1
mkdir -p ignored-folder own/inner nested
echo 'ignored*' >.gitignore
echo 'locally-*' >.git/info/exclude
for file in ignored-tracked ignored-untracked untracked excluded-by-user locally-excluded ignored-folder/tracked \
    ignored-folder/untracked own/inner/tracked .hidden; do
    printf '%s' "$faulty" >"$file.yaml"
done
printf '%s' "$faulty" >line$'\n'feed.yaml
git add --force ignored-tracked.yaml ignored-folder/tracked.yaml own
git commit --quiet --message "Add documents"
git init --quiet nested
printf '%s' "$faulty" >nested/a.yaml
git -C nested add a.yaml
git -C nested commit --quiet --message "Add a document"

probity check --verbose
check "a tracked file that is ignored is read" says "ignored-tracked.yaml:2:1"
check "also in a folder that is ignored" says "ignored-folder/tracked.yaml:2:1"
check "an untracked file that is ignored is not" says_not "ignored-untracked"
check "nor one in a folder that is ignored" says_not "ignored-folder/untracked"
check "an untracked file is read" says "untracked.yaml:2:1"
check "the user's own excludes do not count" says "excluded-by-user.yaml:2:1"
check "those of the repository do" says_not "locally-excluded"
check "a dot-file is not read" says_not ".hidden"
check "a repository inside is told" says "FILE-09 nested"
check "and not read" says_not "nested/a.yaml"
listed=$(git -c core.excludesFile= ls-files --cached --others --exclude-standard '*.yaml' -z |
    grep -zcv -e '^nested/' -e '^\.')
probity check --format json
check "as many files as git lists ($listed)" says "\"files\": $listed,"

probity check
cp "$out" "$TMPDIR/before"
export XDG_CONFIG_HOME=$TMPDIR/xdg GIT_CONFIG_GLOBAL=$HOME/.gitconfig
probity check
check "wherever the user keeps them" cmp -s "$out" "$TMPDIR/before"
unset XDG_CONFIG_HOME GIT_CONFIG_GLOBAL

# The same below the top of the work tree, and from there.
cp probity.toml own/
probity -C own/inner check
check "a management system below the top knows its tracked files" says "inner/tracked.yaml:2:1"
probity -C own/inner check --format json
check "and no others" says '"files": 1,'
rm own/probity.toml

git rm --quiet --cached ignored-tracked.yaml
probity check --verbose
check "what is no longer tracked is no longer read" says_not "ignored-tracked"

git -c protocol.file.allow=always submodule --quiet add "$tree/nested" module 2>"$err"
check "git makes a submodule" [ -f module/a.yaml ]
probity check --verbose
check "a submodule is told" says "FILE-09 module"
check "and not read" says_not "module/a.yaml"
git worktree add --quiet "$TMPDIR/worktree" 2>"$err"
probity -C "$TMPDIR/worktree" check --verbose
check "a linked work tree knows its own index" says "ignored-folder/tracked.yaml:2:1"

# Somebody else's repository: git asks to be told that it is trusted, and so do we.
new_tree
cd "$tree" || exit 1
git init --quiet .
printf '%s' "$sound" >a.yaml
printf 'b.yaml\n' >.gitignore
printf '%s' "$faulty" >b.yaml
git add --force a.yaml b.yaml
if [ "$(id -u)" = 0 ]; then
    chown -R 65534:65534 "$tree"
    probity check
    check "in somebody else's repository, FILE-08 is found" says "FILE-08"
    check "with the cure" says "git config --global --add safe.directory"
    check "and the rest is checked" exits_with 0
    cure=$(grep -o 'git config --global --add safe.directory "$PWD"' "$out")
    check "the cure can be copied from the report" [ -n "$cure" ]
    eval "$cure"
    probity check
    check "the cure cures" says_not "FILE-08"
    check "and what is tracked although ignored is read" says "b.yaml:2:1"
    git config --global --unset-all safe.directory
    probity log 8.6.1
    check "its history is not looked at" exits_with 3
else
    echo "not run: somebody else's repository, which needs root to make one"
fi

# A repository that cannot be read is told as well; the files on disk are checked.
new_tree
cd "$tree" || exit 1
git init --quiet .
printf '%s' "$sound" >a.yaml
git add a.yaml
head -c 40 /dev/urandom >.git/index
probity check
check "a broken index is told" says "FILE-08"
check "and the rest is checked" exits_with 0
new_tree
cd "$tree" || exit 1
git init --quiet --object-format=sha256 .
printf '%s' "$sound" >a.yaml
git add a.yaml
probity check
check "a repository of SHA-256 objects is told" says "FILE-08"
check "and the rest is checked" exits_with 0
finish
