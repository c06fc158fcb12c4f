//! What a person types and sees: the README, the topics of `probity help`, and `tests/cmd/*.md`.

#[test]
fn transcripts_are_true() {
    trycmd::TestCases::new().case("README.md").case("src/cli/help/*.md").case("tests/cmd/*.md").run();
}
