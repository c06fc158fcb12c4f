//! Reviews of a change, as a forge exports them.
//!
//! What GitHub and Gitea tell of a pull request, and GitLab of a merge request, in the JSON that comes from there.
//! Whether the file is what the forge wrote, and whose account it is, is left to the floors above.

use std::collections::HashSet;

use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value};

/// No export of one change is larger.
const SIZE_LIMIT: usize = 4 * 1024 * 1024;
/// No export tells of more merge requests; beyond, it would take long to find the right one.
const CHANGES_LIMIT: usize = 100;

/// What an account of a forge said of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The name of the account.
    pub account: String,
    /// The commit that it looked at, in lower-case hexadecimal; none if the export does not tell.
    pub commit: Option<String>,
    /// When.
    pub at: Option<DateTime<FixedOffset>>,
    /// Where it can be read on the forge.
    pub url: Option<String>,
    /// What it said.
    pub opinion: Opinion,
}

/// What is left of what an account said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// It approved, and that stands.
    Approved,
    /// It approved, and the same account has asked for changes since, or an approval of it was dismissed.
    Withdrawn,
    /// It asked for changes.
    ChangesRequested,
    /// What it said was dismissed.
    Dismissed,
    /// It only remarked something.
    Commented,
}

/// The reviews in a file, the oldest first; none if it is no export of reviews that is known here.
///
/// An approval on GitLab names no commit. It counts for the head of its merge request, if the file tells that: the
/// forge takes approvals back when the head moves, unless the project is set otherwise.
pub fn reviews(bytes: &[u8]) -> Option<Vec<Review>> {
    if bytes.len() > SIZE_LIMIT {
        return None;
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    // Several pages may stand one behind the other.
    let pages = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
    let pages: Vec<Value> = pages.collect::<Result<_, _>>().ok()?;
    let mut objects = Vec::new();
    for page in &pages {
        add_objects(page, &mut objects);
    }

    let mut heads: Vec<_> = objects.iter().copied().filter(|object| head(object).is_some()).collect();
    if heads.len() > CHANGES_LIMIT {
        heads.clear();
    }
    let (mut said, mut is_export) = (Vec::new(), false);
    for object in &objects {
        if let Some(approvals) = object.get("approved_by").and_then(Value::as_array) {
            let change = change_of(object, &heads);
            is_export = true;
            said.extend(approvals.iter().filter_map(|approval| on_gitlab(approval, change)));
        } else if let Some(listed) = listed(object) {
            is_export = true;
            said.extend(
                listed.iter().filter_map(|review| Said::of(review.as_object()?, text(object, "url"))),
            );
        } else if state(object).is_some() {
            is_export = true;
            said.extend(Said::of(object, None));
        }
    }
    is_export.then(|| settled(said))
}

/// The objects in a value, from lists in lists as well.
fn add_objects<'v>(value: &'v Value, objects: &mut Vec<&'v Map<String, Value>>) {
    match value {
        Value::Object(object) => objects.push(object),
        Value::Array(items) => items.iter().for_each(|item| add_objects(item, objects)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A review, and the change that it is of.
struct Said<'v> {
    review: Review,
    change: &'v str,
}

impl<'v> Said<'v> {
    /// As GitHub and Gitea tell it.
    fn of(object: &'v Map<String, Value>, change: Option<&'v str>) -> Option<Self> {
        let opinion = opinion(object)?;
        let account = object.get("user").or(object.get("author"))?.get("login")?.as_str()?;
        let oid = || object.get("commit")?.get("oid")?.as_str();
        let day = text(object, "submitted_at").or(text(object, "submittedAt"));
        let own = text(object, "html_url").or(text(object, "url"));
        let of_change = change.or(text(object, "pull_request_url"));
        let of_change = of_change.or_else(|| own.map(|url| url.split('#').next().unwrap_or(url)));
        Some(Self {
            review: Review {
                account: account.to_owned(),
                commit: text(object, "commit_id").or_else(oid).and_then(commit),
                at: day.and_then(instant),
                url: own.or(change).map(str::to_owned),
                opinion,
            },
            change: of_change.unwrap_or_default(),
        })
    }
}

/// The list of reviews in what is told of a pull request.
fn listed(object: &Map<String, Value>) -> Option<&Vec<Value>> {
    let list = object.get("reviews").or(object.get("latestReviews"))?.as_array()?;
    let is_review = |review: &Value| review.as_object().and_then(state).is_some();
    list.iter().all(is_review).then_some(list)
}

/// What stands under `state`, on GitHub and on Gitea; of a review that is not handed in, it says nothing yet.
const STATES: [(&str, Option<Opinion>); 8] = [
    ("APPROVED", Some(Opinion::Approved)),
    ("CHANGES_REQUESTED", Some(Opinion::ChangesRequested)),
    ("REQUEST_CHANGES", Some(Opinion::ChangesRequested)),
    ("DISMISSED", Some(Opinion::Dismissed)),
    ("COMMENTED", Some(Opinion::Commented)),
    ("COMMENT", Some(Opinion::Commented)),
    ("PENDING", None),
    ("REQUEST_REVIEW", None),
];

fn state(object: &Map<String, Value>) -> Option<&'static (&'static str, Option<Opinion>)> {
    let written = text(object, "state")?;
    let has_account = object.contains_key("user") || object.contains_key("author");
    STATES.iter().find(|(state, _)| has_account && *state == written)
}

fn opinion(object: &Map<String, Value>) -> Option<Opinion> {
    let (_, opinion) = state(object)?;
    // Gitea keeps the state of what was dismissed.
    let is_dismissed = object.get("dismissed").and_then(Value::as_bool) == Some(true);
    opinion.map(|opinion| if is_dismissed { Opinion::Dismissed } else { opinion })
}

/// What a file tells of a merge request of GitLab.
#[derive(Clone, Copy, Default)]
struct Change<'v> {
    head: Option<&'v str>,
    url: Option<&'v str>,
}

/// The merge request to which approvals belong: told with them, or the one of the same number beside them.
fn change_of<'v>(approvals: &'v Map<String, Value>, heads: &[&'v Map<String, Value>]) -> Change<'v> {
    let own = approvals.get("merge_request").and_then(Value::as_object);
    let told = [own, Some(approvals)].into_iter().flatten().find(|object| head(object).is_some());
    let same = |name: &str, other: &Map<String, Value>| match (approvals.get(name), other.get(name)) {
        (Some(own), Some(other)) => own == other,
        _ => true,
    };
    let mut beside = heads.iter().filter(|other| same("iid", other) && same("project_id", other));
    // Of two that fit, nobody could tell which one was approved.
    let beside = || beside.next().filter(|_| beside.next().is_none()).copied();
    told.or_else(beside)
        .map_or_else(Change::default, |object| Change { head: head(object), url: text(object, "web_url") })
}

fn head(object: &Map<String, Value>) -> Option<&str> {
    let of_diff = || object.get("diff_refs")?.get("head_sha")?.as_str();
    text(object, "sha").or_else(of_diff)
}

fn on_gitlab<'v>(approval: &Value, change: Change<'v>) -> Option<Said<'v>> {
    let account = approval.get("user")?.get("username")?.as_str()?;
    Some(Said {
        review: Review {
            account: account.to_owned(),
            commit: change.head.and_then(commit),
            at: approval.get("approved_at").and_then(Value::as_str).and_then(instant),
            url: change.url.map(str::to_owned),
            opinion: Opinion::Approved,
        },
        change: change.url.unwrap_or_default(),
    })
}

fn text<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v str> {
    object.get(name)?.as_str()
}

fn commit(text: &str) -> Option<String> {
    let is_id = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| text.to_ascii_lowercase())
}

fn instant(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).ok()
}

/// In the order of time, with approvals that were taken back marked as such.
fn settled(mut said: Vec<Said<'_>>) -> Vec<Review> {
    // Exports are in the order of time; they are sorted only if each tells its instant.
    if said.iter().all(|said| said.review.at.is_some()) {
        said.sort_by_key(|said| said.review.at);
    }
    let mut reviews: Vec<Review> = Vec::new();
    let mut objected = HashSet::new();
    for Said { mut review, change } in said.into_iter().rev() {
        // Accounts are the same whatever the case of their letters.
        let who = (review.account.to_lowercase(), change);
        match review.opinion {
            Opinion::ChangesRequested | Opinion::Dismissed => {
                objected.insert(who);
            }
            Opinion::Approved if objected.contains(&who) => review.opinion = Opinion::Withdrawn,
            Opinion::Approved | Opinion::Withdrawn | Opinion::Commented => {}
        }
        reviews.push(review);
    }
    reviews.reverse();
    reviews
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
    const EARLIER: &str = "ecdd80bb57125d7ba9641ffaa4d7d2c19d3f3091";

    /// What is told of each review, in short: account, opinion, the first signs of the commit, the day.
    fn told(text: &str) -> Option<Vec<String>> {
        let short = |review: Review| {
            let commit = review.commit.as_deref().map_or("-", |commit| &commit[..6]);
            let day = review.at.map_or("-".to_owned(), |at| at.date_naive().to_string());
            format!("{} {:?} {commit} {day}", review.account, review.opinion)
        };
        Some(reviews(text.as_bytes())?.into_iter().map(short).collect())
    }

    /// As `gh api repos/O/R/pulls/N/reviews` tells one.
    fn on_github(account: &str, state: &str, commit: &str, at: &str) -> String {
        format!(
            r#"{{"id": 80, "node_id": "MDE3OlB1bGxSZXF1ZXN0UmV2aWV3ODA=",
              "user": {{"login": "{account}", "id": 1, "type": "User", "site_admin": false}},
              "body": "Here is the body for the review.", "state": "{state}",
              "html_url": "https://github.com/northwind/sms/pull/12#pullrequestreview-80",
              "pull_request_url": "https://api.github.com/repos/northwind/sms/pulls/12",
              "author_association": "MEMBER",
              "_links": {{"html": {{"href": "https://github.com/northwind/sms/pull/12#pullrequestreview-80"}}}},
              "submitted_at": "{at}", "commit_id": "{commit}"}}"#
        )
    }

    #[test]
    fn github_tells_reviews_one_by_one() {
        let text = format!(
            "[{}, {}, {}]",
            on_github("a-vogel", "COMMENTED", EARLIER, "2026-03-01T08:00:00Z"),
            on_github("m-devries", "APPROVED", HEAD, "2026-03-02T08:00:00Z"),
            on_github("a-vogel", "PENDING", HEAD, "2026-03-02T08:00:00Z"),
        );
        let expected = ["a-vogel Commented ecdd80 2026-03-01", "m-devries Approved 6dcb09 2026-03-02"];
        assert_eq!(told(&text).unwrap(), expected);
        let first = reviews(text.as_bytes()).unwrap().remove(1);
        assert_eq!(first.url.unwrap(), "https://github.com/northwind/sms/pull/12#pullrequestreview-80");
        assert_eq!(first.commit.unwrap(), HEAD);
    }

    #[test]
    fn what_an_account_says_later_withdraws_its_approval() {
        let of = |states: &[(&str, &str)]| {
            let reviews = states.iter().enumerate().map(|(day, (account, state))| {
                on_github(account, state, HEAD, &format!("2026-03-{:02}T08:00:00Z", day + 1))
            });
            let told = told(&format!("[{}]", reviews.collect::<Vec<_>>().join(","))).unwrap();
            told.iter().map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect::<Vec<_>>()
        };
        for later in ["CHANGES_REQUESTED", "DISMISSED"] {
            assert_eq!(of(&[("a", "APPROVED"), ("A", later)])[0], "Withdrawn");
            assert_eq!(of(&[("a", "APPROVED"), ("b", later)])[0], "Approved");
            assert_eq!(of(&[("a", later), ("a", "APPROVED")])[1], "Approved");
        }
        assert_eq!(of(&[("a", "APPROVED"), ("a", "COMMENTED")])[0], "Approved");
        let of_another =
            on_github("a", "CHANGES_REQUESTED", HEAD, "2026-03-04T08:00:00Z").replace("pulls/12", "pulls/13");
        let text = format!("[{}, {of_another}]", on_github("a", "APPROVED", HEAD, "2026-03-02T08:00:00Z"));
        assert_eq!(told(&text).unwrap()[0], "a Approved 6dcb09 2026-03-02");
    }

    #[test]
    fn time_counts_and_not_the_order_in_the_file() {
        let later = on_github("a", "CHANGES_REQUESTED", HEAD, "2026-03-04T00:30:00+02:00");
        let text = format!("[{later}, {}]", on_github("a", "APPROVED", HEAD, "2026-03-03T22:00:00Z"));
        let expected = ["a Withdrawn 6dcb09 2026-03-03", "a ChangesRequested 6dcb09 2026-03-04"];
        assert_eq!(told(&text).unwrap(), expected);
    }

    #[test]
    fn several_pages_are_one_export() {
        let page = |account| format!("[{}]", on_github(account, "APPROVED", HEAD, "2026-03-02T08:00:00Z"));
        for text in
            [format!("{}{}", page("a"), page("b")), format!("\u{feff}[{}, {}]\n", page("a"), page("b"))]
        {
            assert_eq!(told(&text).unwrap().len(), 2);
        }
    }

    #[test]
    fn gh_pr_view_tells_the_reviews_with_the_pull_request() {
        let text = format!(
            r#"{{"headRefOid": "{HEAD}", "number": 12, "url": "https://github.com/northwind/sms/pull/12", "reviews": [
              {{"id": "PRR_kwDOAA", "author": {{"login": "a-vogel"}}, "authorAssociation": "MEMBER", "body": "",
                "submittedAt": "2026-03-02T08:00:00Z", "includesCreatedEdit": false, "reactionGroups": [],
                "state": "APPROVED", "commit": {{"oid": "{EARLIER}"}}}},
              {{"id": "PRR_kwDOAB", "author": {{"login": "m-devries"}}, "state": "APPROVED",
                "submittedAt": "2026-03-03T08:00:00Z"}}]}}"#
        );
        let expected = ["a-vogel Approved ecdd80 2026-03-02", "m-devries Approved - 2026-03-03"];
        assert_eq!(told(&text).unwrap(), expected, "no commit is made up");
        let url = reviews(text.as_bytes()).unwrap().remove(0).url;
        assert_eq!(url.as_deref(), Some("https://github.com/northwind/sms/pull/12"));
        assert_eq!(told(r#"{"reviews": [], "headRefOid": "x"}"#).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn gitea_keeps_the_state_of_what_was_dismissed() {
        let text = on_github("a", "APPROVED", HEAD, "2026-03-02T08:00:00Z");
        let text =
            text.replace(r#""id": 80"#, r#""id": 80, "stale": false, "official": true, "dismissed": true"#);
        assert_eq!(told(&format!("[{text}]")).unwrap(), ["a Dismissed 6dcb09 2026-03-02"]);
        let text = on_github("a", "REQUEST_CHANGES", HEAD, "2026-03-02T08:00:00Z");
        assert_eq!(told(&format!("[{text}]")).unwrap(), ["a ChangesRequested 6dcb09 2026-03-02"]);
    }

    /// As GitLab tells approvals, of the merge request of a number.
    fn approvals(iid: u32) -> String {
        format!(
            r#"{{"id": 5, "iid": {iid}, "project_id": 1, "title": "Approve POL-001", "state": "merged",
              "merge_status": "can_be_merged", "approved": true, "approvals_required": 1, "approvals_left": 0,
              "approved_by": [
                {{"user": {{"id": 1, "username": "a.vogel", "name": "A. Vogel", "state": "active",
                  "web_url": "https://gitlab.example.com/a.vogel"}}, "approved_at": "2026-03-02T08:00:00.000Z"}},
                {{"user": {{"id": 2, "username": "m.devries", "name": "M. de Vries"}}}}]}}"#
        )
    }

    fn merge_request(iid: u32, commit: &str) -> String {
        format!(
            r#"{{"id": 5, "iid": {iid}, "project_id": 1, "sha": "{commit}", "merge_commit_sha": null,
              "web_url": "https://gitlab.example.com/northwind/sms/-/merge_requests/{iid}"}}"#
        )
    }

    #[test]
    fn an_approval_on_gitlab_is_of_the_head_of_its_merge_request() {
        let alone = ["a.vogel Approved - 2026-03-02", "m.devries Approved - -"];
        assert_eq!(told(&approvals(7)).unwrap(), alone);
        let with_head = ["a.vogel Approved 6dcb09 2026-03-02", "m.devries Approved 6dcb09 -"];
        let joined = format!("[{}, {}]", merge_request(7, HEAD), approvals(7));
        assert_eq!(told(&joined).unwrap(), with_head);
        let url = reviews(joined.as_bytes()).unwrap().remove(0).url;
        assert_eq!(url.as_deref(), Some("https://gitlab.example.com/northwind/sms/-/merge_requests/7"));
        for part in [
            format!(r#""merge_request": {{"sha": "{HEAD}"}}"#),
            format!(r#""diff_refs": {{"base_sha": "{EARLIER}", "head_sha": "{HEAD}"}}"#),
            format!(r#""sha": "{}""#, HEAD.to_uppercase()),
        ] {
            let text = approvals(7).replacen('{', &format!("{{{part}, "), 1);
            assert_eq!(told(&text).unwrap(), with_head);
        }
        let several =
            format!("[{}, {}, {}]", merge_request(6, EARLIER), merge_request(7, HEAD), approvals(7));
        assert_eq!(told(&several).unwrap(), with_head);
        let other = format!("[{}, {}]", merge_request(6, EARLIER), approvals(7));
        assert_eq!(told(&other).unwrap(), alone);
        let twice = format!("[{}, {}, {}]", merge_request(7, EARLIER), merge_request(7, HEAD), approvals(7));
        assert_eq!(told(&twice).unwrap(), alone, "nobody could tell which");
    }

    #[test]
    fn whatever_else_a_file_holds_is_no_export() {
        for text in [
            "",
            "null",
            "[]",
            "{}",
            "[1, \"APPROVED\", null]",
            "# Minutes\n",
            "{\"state\": \"APPROVED\"}",
            "[{\"user\": {\"login\": \"a\"}, \"state\": \"open\"}]",
            "{\"author\": {\"login\": \"a\"}, \"state\": \"MERGED\"}",
            "{\"reviews\": [{\"stars\": 5}]}",
            "{\"reviews\": \"none\", \"approved_by\": \"PER-001\"}",
            "[{\"user\": {\"login\": \"a\"}, \"state\": \"APPROVED\"}",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
        assert_eq!(reviews(&[0xff, 0xfe, 0]), None);
        assert_eq!(reviews(&vec![b' '; SIZE_LIMIT + 1]), None);
    }

    #[test]
    fn what_is_not_of_its_kind_counts_for_nothing() {
        for (text, count) in [
            (r#"[{"user": null, "state": "APPROVED"}]"#, 0),
            (r#"[{"user": {"login": 7}, "state": "APPROVED"}]"#, 0),
            (r#"[{"user": "a", "state": "APPROVED", "commit_id": {}}]"#, 0),
            (r#"{"approved_by": [1, {}, {"user": {"username": []}}], "sha": 5, "merge_request": 6}"#, 0),
            (
                r#"[{"user": {"login": "a"}, "state": "APPROVED", "commit_id": "HEAD", "submitted_at": 1e999999}]"#,
                0,
            ),
            (
                r#"[{"user": {"login": "a"}, "state": "APPROVED", "commit_id": "HEAD", "submitted_at": "soon"}]"#,
                1,
            ),
        ] {
            let told = told(text);
            assert_eq!(told.as_ref().map_or(0, Vec::len), count, "{text}");
            assert!(told.is_none_or(|told| told.iter().all(|line| line == "a Approved - -")), "{text}");
        }
    }

    #[test]
    fn a_deep_file_is_none() {
        let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(told(&deep("")), None);
        let objects = "{\"reviews\":".repeat(100_000);
        assert_eq!(told(&objects), None);
    }

    #[test]
    fn many_reviews_take_no_longer_each() {
        let one = |number: u32| {
            format!(
                r#"{{"user":{{"login":"a{number}"}},"state":"DISMISSED"}},{{"user":{{"login":"a{number}"}},"state":"APPROVED"}}"#
            )
        };
        let text = format!("[{}]", (0..30_000).map(one).collect::<Vec<_>>().join(","));
        assert_eq!(reviews(text.as_bytes()).unwrap().len(), 60_000);
        let text = vec![r#"{"approved_by":[{"user":{"username":"a"}}]},{"sha":"b"}"#; 60_000].join(",");
        assert_eq!(reviews(format!("[{text}]").as_bytes()).unwrap().len(), 60_000);
    }
}
