//! What a person types and sees: the README and `tests/cmd/*.md`.

#[test]
fn transcripts_are_true() {
    trycmd::TestCases::new().case("README.md").case("tests/cmd/*.md").run();
}
