//! What a record type is: the documents, registers and records of a service management system, each
//! with a shape and a completeness.

use super::{names::names, rule::Basis};

/// A kind of document, register entry or record.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordType {
    /// Its id, which is also the name of its file: `incident`.
    pub id: String,
    /// Its name: `Incident`.
    pub title: String,
    /// Whether it is a document, an entry of a register or a record.
    pub category: Category,
    /// What it is in the life of a service provider.
    pub describes: String,
    /// Clauses that it helps to evidence.
    pub clauses: Vec<String>,
    /// Where teams usually keep it.
    pub home: Home,
    /// The certification stage at which an auditor expects it.
    pub needed_by: NeededBy,
    /// Whether its absence means anything.
    pub expected: Expected,
    /// What it may hold, identity included: an object.
    pub shape: Schema,
    /// The fields and values that mean it is in force or finished; none if it has no such state.
    /// All must hold.
    pub settled: Vec<Condition>,
    /// The fields and values that mean it is no longer in use. One is enough.
    pub ended: Vec<Condition>,
    /// What must be filled once it is settled.
    pub complete: Vec<Complete>,
    /// How its records are counted, if there are so many that one looks at them together.
    pub counted: Option<Counted>,
    /// What a person does that no rule can do.
    pub auditor_test: String,
    /// The least worth writing, as YAML.
    pub smallest: String,
    /// Every field once, as YAML.
    pub full: String,
    /// The file of the organization's own that made the type, or added fields to it.
    pub own: Option<String>,
}

/// Fields that must be filled, and what that rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Complete {
    /// What it rests on.
    pub basis: Basis,
    /// The fields, nested ones with a dot: `approval.by`.
    pub fields: Vec<String>,
    /// All must hold for the fields to be asked for.
    pub when: Vec<Condition>,
    /// None may hold for the fields to be asked for.
    pub unless: Vec<Condition>,
    /// Whether the text of the document may say it instead.
    pub or_in_text: bool,
}

/// The fields by which records are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// The date that tells when a record began.
    pub begins: String,
    /// The date that tells when it ended.
    pub ends: Option<String>,
    /// What reports count them by.
    pub by: Vec<String>,
}

/// A field that has one of some values.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// The values, as written.
    pub values: Vec<String>,
}

/// What a value may be: a closed subset of JSON Schema 2020-12, with keywords of our own.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a keyword of its own")]
pub struct Schema {
    /// Its name.
    pub title: String,
    /// What it means.
    pub description: String,
    /// Text, number, list and so on.
    pub kind: Kind,
    /// The only values there are; all, if empty.
    pub values: Vec<String>,
    /// Of a list, what its items may be.
    pub items: Option<Box<Schema>>,
    /// Of an object, its fields in order. It has no others.
    pub fields: Vec<(String, Schema)>,
    /// Of an object, the fields that it cannot be without.
    pub required: Vec<String>,
    /// Of a text, what it must be.
    pub format: Option<Format>,
    /// Of a number, the least.
    pub minimum: Option<f64>,
    /// Of a number, the most.
    pub maximum: Option<f64>,
    /// Of a text, the least characters.
    pub min_length: Option<u64>,
    /// Of a list, the least items.
    pub min_items: Option<u64>,
    /// The types that it refers to by id; `any` alone if any.
    pub refers_to: Vec<String>,
    /// Whether it can tell who somebody is.
    pub personal: bool,
    /// Of a date, what the day is.
    pub date: Option<DateRole>,
    /// Whether it belongs to the control of the document and not to what was approved.
    pub control: bool,
    /// Whether it points to proof: an id, a path, an address or a sentence.
    pub evidence: bool,
    /// Whether it tells of the past, so that what it names may have ended since.
    pub history: bool,
}

names! {
    /// How a type is kept.
    Category {
        /// Controlled, versioned and approved as a whole.
        Document = "document",
        /// An entry of a living list.
        Register = "register",
        /// Proof that something happened; sealed after the event.
        Record = "record",
    }
    /// Where teams usually keep a type.
    Home {
        /// In the repository.
        Repository = "repo",
        /// In the tool for tickets.
        ItsmTool = "itsm-tool",
        /// With human resources.
        HrSystem = "hr-system",
        /// With the accounts.
        FinanceSystem = "finance-system",
        /// In the monitoring.
        Monitoring = "monitoring",
        /// In a spreadsheet.
        Spreadsheet = "spreadsheet",
    }
    /// The certification stage at which an auditor expects a type.
    NeededBy {
        /// The look at the documents.
        Stage1 = "stage-1",
        /// The look at the work.
        Stage2 = "stage-2",
        /// None in particular.
        Neither = "none",
    }
    /// Whether the absence of a type means anything.
    Expected {
        /// It is missing if there is none.
        Always = "always",
        /// There is none if nothing happened.
        IfEvent = "if-event",
        /// Some keep it.
        Optional = "optional",
        /// Made by assessors, not part of the management system.
        WorkingPaper = "working-paper",
    }
    /// What a value is.
    Kind {
        /// Text.
        Text = "string",
        /// A number.
        Number = "number",
        /// A whole number.
        Integer = "integer",
        /// True or false.
        Truth = "boolean",
        /// A list.
        List = "array",
        /// Fields with values.
        Object = "object",
    }
    /// What a text must be.
    Format {
        /// A day: `2026-01-31`.
        Date = "date",
        /// An instant with its offset: `2026-01-31T14:00:00+01:00`.
        DateTime = "date-time",
        /// A time of day: `14:00`.
        Time = "time",
        /// A duration of ISO 8601: `P1Y`, `PT4H`.
        Duration = "duration",
        /// An id: letters, digits, `.`, `_` and `-`.
        Id = "id",
        /// A SHA-256 digest in hexadecimal.
        Sha256 = "sha256",
        /// A month: `2026-03`.
        Month = "month",
        /// A currency by its code of ISO 4217: `EUR`.
        Currency = "currency",
        /// The id of a record type: `incident`.
        RecordType = "record-type",
    }
    /// What a day is.
    DateRole {
        /// Something happened on it, so that it cannot lie ahead.
        Event = "event",
        /// Something has to be done by it.
        Due = "due",
        /// Something is meant to happen on it.
        Planned = "planned",
    }
}

#[expect(clippy::derivable_impls, reason = "the macro that makes the enum cannot mark a default")]
impl Default for Kind {
    fn default() -> Self {
        Self::Object
    }
}

impl Format {
    /// What a text of this format is.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Date => "a day of the calendar",
            Self::DateTime => "an instant with its offset",
            Self::Time => "a time of day",
            Self::Duration => "a duration",
            Self::Id => "an id",
            Self::Sha256 => "a SHA-256 digest",
            Self::Month => "a month",
            Self::Currency => "a currency",
            Self::RecordType => "a record type",
        }
    }
}

impl Schema {
    /// The field at a path such as `approval.by`, through lists as if they were their items.
    pub fn at(&self, path: &str) -> Option<&Schema> {
        path.split('.').try_fold(self, |schema, name| {
            let holder = schema.items.as_deref().unwrap_or(schema);
            holder.fields.iter().find(|(field, _)| field == name).map(|(_, schema)| schema)
        })
    }
}
