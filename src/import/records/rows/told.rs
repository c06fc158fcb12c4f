//! What there is to know of exports once their records are made: totals, limits, and what is odd about columns.

use super::{Maker, Table};
use crate::{
    import::records::{
        Import, Wish,
        columns::{self, Target, Use},
        coverage::cannot_prove,
    },
    model::GoesTo,
};

pub(super) fn finish(maker: Maker<'_, '_>, tables: &[Table<'_>], mut import: Import) -> Import {
    let Maker {
        wish,
        targets,
        refused,
        mut counts,
        mut records,
        profile,
        folded,
        same,
        twice,
        unresolved,
        tables: beside,
        ..
    } = maker;
    for table in tables {
        let more = |position: usize| notes(table, position, wish, &targets);
        import.columns.extend(columns::told(table.export, &table.columns, &targets, more));
    }
    records.sort_by(|one, other| one.id.cmp(&other.id));
    import.refused = refused.into_groups();
    import.period = counts.period(wish);
    import.without = counts.without(wish);
    let rows = tables.iter().map(|table| table.rows).sum();
    import.indicators = counts.indicators(records.len(), rows, wish);

    let mut cannot: Vec<String> = tables.iter().flat_map(|table| limits(table, wish)).collect();
    cannot.extend(wish.profile.cannot.iter().chain(&profile.cannot).cloned());
    let used = tables.iter().flat_map(|table| &table.columns.uses).filter_map(|of| match of {
        Use::Taken(target) => Some(*target),
        Use::Left(_) | Use::Unmapped => None,
    });
    let mut used: Vec<usize> = used.collect();
    used.sort_unstable();
    used.dedup();
    let present = used.clone();
    let has_tables = beside.ids().next().is_some();
    for target in used {
        let column = &targets[target].column;
        let is_made_up_for = has_tables && column.goes_to == GoesTo::Says("made_sla".to_owned());
        cannot.extend(column.cannot.clone().filter(|_| !is_made_up_for));
    }
    if twice > 0 {
        cannot.push(format!(
            "Which of two hours is meant in {twice} times at which the clock was put back: the first is taken"
        ));
    }
    cannot.extend(cannot_prove(&import.without, &targets, &present, wish));
    import.cannot = cannot;

    let mut told = Vec::new();
    let of = |count: u64, one: &str, several: &str| {
        if count == 1 { format!("1 {one}") } else { format!("{count} {several}") }
    };
    if folded > 0 {
        let what = of(folded, "record stands in several rows", "records stand in several rows each");
        told.push(format!("{what}, folded into one with its history"));
    }
    if same > 0 {
        let what = of(
            same,
            "row says what the row before it says, and is",
            "rows say what the row before them says, and are",
        );
        told.push(format!("{what} taken once"));
    }
    for (field, count) in unresolved {
        let what = of(count, "row names no id", "rows name no id");
        told.push(format!(
            "`{field}`: {what} of this repository; what stands there is carried as the source says"
        ));
    }
    if counts.outside() > 0 {
        let what = of(counts.outside(), "record", "records");
        told.push(format!("{what} began outside of the days that `--covers` names"));
    }
    let strays = beside
        .ids()
        .filter(|id| records.binary_search_by(|record| record.id.as_str().cmp(id)).is_err())
        .count();
    if strays > 0 {
        let what = of(strays as u64, "record is", "records are");
        told.push(format!("{what} spoken of in a table beside the export, and not in it"));
    }
    import.told = told;
    import.records = records;
    import
}

/// What there is to know of a column.
fn notes(table: &Table<'_>, position: usize, wish: &Wish<'_>, targets: &[Target<'_>]) -> (u64, Vec<String>) {
    let shown = &table.shown[position];
    let mut notes = Vec::new();
    if shown.java_objects > 0 {
        notes.push("holds names of Java objects, which say nothing".to_owned());
    }
    let target = match &table.columns.uses[position] {
        Use::Taken(target) => Some(&targets[*target]),
        Use::Left(_) | Use::Unmapped => None,
    };
    if shown.raw_keys > 0 && target.is_some_and(|target| target.name() != "id") {
        notes.push("holds keys of the tool and not names; export it with displayed values".to_owned());
    }
    let dated = target.is_some_and(Target::is_dated) || table.columns.order == Some(position);
    if dated && wish.order.is_none() {
        let order = table.clocks.get(position).and_then(|clock| clock.order);
        let own = [&shown.shows[0], &shown.shows[1]].into_iter().flatten().next();
        match (order, own, &shown.ambiguous) {
            (Some(order), Some((_, value, _)), _) => notes.push(format!("{order}, as {value} shows")),
            (Some(order), None, Some(_)) => notes.push(format!("{order}, as the other columns show")),
            _ => {}
        }
    }
    (shown.filled, notes)
}

/// The limits that an export has just reached.
fn limits(table: &Table<'_>, wish: &Wish<'_>) -> Vec<String> {
    let at = wish.profile.limits.iter().filter(|limit| limit.rows == table.rows);
    at.map(|limit| {
        format!(
            "Whether `{}` holds all there was: it has exactly {} rows, and {}",
            table.export.name, limit.rows, limit.says
        )
    })
    .collect()
}
