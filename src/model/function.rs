//! The functions of the language of rules. `x.f(y)` is another way to write `f(x, y)`.

use std::ops::RangeInclusive;

macro_rules! functions {
    ($($(#[$meta:meta])* $variant:ident = $name:literal, $least:literal..=$most:literal;)+) => {
        /// A function of the language of rules.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Function { $($(#[$meta])* $variant),+ }

        impl Function {
            /// All of them, by name.
            pub const ALL: &'static [(&'static str, Function)] = &[$(($name, Function::$variant)),+];

            /// How many values it takes.
            pub fn arity(self) -> RangeInclusive<usize> {
                match self { $(Self::$variant => $least..=$most),+ }
            }
        }
    };
}

functions! {
    /// The document with an id: `ref(self.service)`.
    Ref = "ref", 1..=1;
    /// The documents with some ids: `refs(self.services)`.
    Refs = "refs", 1..=1;
    /// Whether a text is the id of a document, for evidence: `resolves(self.proof)`.
    Resolves = "resolves", 1..=1;
    /// All documents of a type: `all("incident")`.
    All = "all", 1..=1;
    /// The documents of a type that refer to this one, or to a given one, by a field:
    /// `referrers("incident", "problem")`, `item.referrers("change-request", "affected_items")`.
    Referrers = "referrers", 2..=3;
    /// The documents of a type by the value of a field: `group("incident", "service")`, each with `key`,
    /// `of` (the type), `items`, their `count`, and their `percent` of all.
    Group = "group", 2..=2;
    /// The whole months of the period that are over, each with `month`, the `items` of a type whose date
    /// lies in it, their `count`, and the `usual` count of a month: `months("incident", "opened_at")`; or of
    /// a list of records by the day on which each began: `months(it.items)`.
    Months = "months", 1..=2;
    /// The records that are counted, by type: groups as of `group`.
    Populations = "populations", 0..=0;
    /// The fields by which records are counted, each with those records of the period that are finished and
    /// leave it blank: groups as of `group`.
    Blanks = "blanks", 1..=1;
    /// The day on which a record began, if its type says which field tells: `begun(it)`.
    Begun = "begun", 1..=1;
    /// The day on which a record ended, if its type says which field tells: `finished(it)`.
    Finished = "finished", 1..=1;
    /// The organization's own value for an interval, limit or target, or else the default:
    /// `own("change.emergency_review", duration("P3D"))`.
    Own = "own", 2..=2;
    /// The day of an instant in the organization's time zone, or a day as text: `date("2026-01-31")`.
    Date = "date", 1..=1;
    /// A duration as text: `duration("P1M")`, or at the beginning of a text: `duration(it.actual)`; not testable
    /// if there is none.
    Duration = "duration", 1..=1;
    /// The documents that come next after this one among those of its type with the same value of a field, by
    /// a date: `next(self, "kpi", "period_end")`. None if it is the last; several if they have one date.
    Next = "next", 3..=3;
    /// Those that come before: `previous(self, "kpi", "period_end")`.
    Previous = "previous", 3..=3;
    /// Of some documents, those with the latest date: `latest(all("service-budget"), "period_end")`.
    Latest = "latest", 2..=2;
    /// Whether a document is in force, or a record finished.
    Settled = "settled", 1..=1;
    /// Whether a document is no longer in use.
    Ended = "ended", 1..=1;
    /// Whether a document only stands for something that is kept elsewhere.
    Stub = "stub", 1..=1;
    /// The type of a document.
    Type = "type", 1..=1;
    /// What people wrote in a document, in fields and behind front matter: each with its `text`.
    Texts = "texts", 1..=1;
    /// Those of the `texts` that hold what a template may have left: brackets, marks such as TODO, or a word that
    /// only holds a place. Whether it was left, `unfilled` tells.
    Marked = "marked", 1..=1;
    /// Whether a document is written in a language; not testable if it is in another:
    /// `written_in(self, "en")`.
    WrittenIn = "written_in", 2..=2;
    /// Whether a text only holds a place, or still has a prompt of its template.
    Unfilled = "unfilled", 1..=1;
    /// The organizations that one of the `texts` names, each with its `text`.
    Organizations = "organizations", 1..=1;
    /// The roles of service management that one of the `texts` names in a language: `roles(t, "en")`.
    Roles = "roles", 2..=2;
    /// Whether an organization is this one, or a customer, a supplier or another party of it.
    Known = "known", 1..=1;
    /// Whether somebody holds a role of this name on the day judged on.
    Held = "held", 1..=1;
    /// How many items, or characters.
    Size = "size", 1..=1;
    /// Whether a text holds another.
    Contains = "contains", 2..=2;
    /// Whether a text begins with another.
    StartsWith = "startsWith", 2..=2;
    /// Whether a text ends with another.
    EndsWith = "endsWith", 2..=2;
    /// A text in small letters.
    Lower = "lower", 1..=1;
    /// The sum of numbers.
    Sum = "sum", 1..=1;
    /// The least of some values.
    Min = "min", 1..=1;
    /// The greatest of some values.
    Max = "max", 1..=1;
    /// The items, each once.
    Distinct = "distinct", 1..=1;
    /// The items of lists, as one list.
    Flatten = "flatten", 1..=1;
}

impl Function {
    /// The function of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
    }
}
