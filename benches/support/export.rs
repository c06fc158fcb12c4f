//! A made-up export of incidents from ServiceNow: what its lists look like as CSV, one row an incident.

use std::fmt::Write as _;

use super::generated::GeneratedFile;

/// So many rows.
pub fn incidents(count: usize) -> Vec<GeneratedFile> {
    let mut text = String::from(
        "number,short_description,state,opened_at,opened_by,caller_id,contact_type,category,subcategory,business_service,\
         cmdb_ci,impact,urgency,priority,assignment_group,assigned_to,reassignment_count,reopen_count,made_sla,resolved_at,\
         resolved_by,close_code,close_notes,closed_at,sys_created_on,sys_updated_on,sys_id\r\n",
    );
    for number in 0..count {
        // A year of them, one every five minutes, from the first of January on.
        let minute = number * 5;
        let (day, hour) = (minute / 1440 % 28 + 1, minute / 60 % 24);
        let month = minute / 1440 / 28 % 12 + 1;
        let at = |later: usize| format!("2025-{month:02}-{day:02} {hour:02}:{:02}:{later:02}", minute % 60);
        let _ = write!(
            text,
            "INC{number:07},\"Order platform is slow, case {number}\",Closed,{},Desk {},Caller {},Phone,application,web,\
             Order platform,srv-{:04},2 - Medium,{} - Low,3 - Moderate,Group {},Resolver {},{},0,true,{},Resolver {},\
             Solved (Permanently),\"Restarted the service and told the caller, number {number}\",{},{},{},{:032x}\r\n",
            at(0),
            number % 20,
            number % 5000,
            number % 900,
            number % 3 + 1,
            number % 40,
            number % 300,
            number % 4,
            at(20),
            number % 300,
            at(40),
            at(1),
            at(50),
            number
        );
    }
    vec![GeneratedFile { path: "export.csv".to_owned(), text }]
}
