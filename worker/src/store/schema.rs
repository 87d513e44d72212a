//! Detects what Better Auth's tables and columns are called in this database.
//!
//! Better Auth's generators write names in camelCase (Kysely, Prisma) or `snake_case`
//! (Drizzle), and dates in one of three formats ([`Dates`]). Table names are singular
//! or, with `usePlural`, plural. Statements use the names of Better Auth's models:
//! `{user}`, `{user.emailVerified}` (with its table) or `{user:emailVerified}` (only
//! the column).

use super::dates::Dates;
use super::rows::Samples;
use super::table::{Column, Pairs, Table, is_whole, optional_tables};

/// Our own tables, as they are after all migrations.
const OURS: &[(&str, &[&str])] = &[
    (
        "edgeseal_user",
        &["userId", "sessionsValidAfter", "disabledAt"],
    ),
    ("edgeseal_ended_session", &["userId", "sid", "endsAt"]),
    (
        "edgeseal_event",
        &["seq", "id", "type", "userId", "time", "leasedUntil"],
    ),
];

/// Better Auth's tables, as found in this database.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(super) user: Table,
    pub(super) account: Table,
    /// Better Auth's other tables in this database.
    others: Vec<Table>,
    pub(super) user_dates: Dates,
    pub(super) account_dates: Dates,
    missing: Vec<String>,
}

impl Schema {
    /// Finds the tables in a list of the database's columns. `is_ours_empty` is the
    /// result of the query that the [`is_ours_empty`] function returns.
    pub(super) fn new(columns: &[Column], is_ours_empty: bool) -> Self {
        let Pairs { singular, plural } = Pairs::new(columns);
        let (user, account) = match plural {
            Some(plural) if !is_whole(&singular) || is_ours_empty => plural,
            _ => singular,
        };
        let mut missing = Vec::new();
        for table in [&user, &account] {
            missing.extend(table.problems());
        }
        for (table, wanted) in OURS {
            let has = |name: &str| {
                let mut own = columns.iter().filter(|column| column.table == *table);
                own.any(|column| column.name == name)
            };
            if !columns.iter().any(|column| column.table == *table) {
                missing.push(format!("table {table} is missing"));
                continue;
            }
            let absent = wanted.iter().filter(|name| !has(name));
            missing.extend(absent.map(|name| format!("column {table}.{name} is missing")));
        }
        let dates = |table: &Table| {
            let column = table.column("createdAt");
            column.map_or(Dates::Text, |column| {
                Dates::declared(&column.declared, column.default.as_deref())
            })
        };
        Self {
            user_dates: dates(&user),
            account_dates: dates(&account),
            user,
            account,
            others: optional_tables(columns),
            missing,
        }
    }

    /// Returns statements that remove every way to sign in as user ?1 except the
    /// password. The caller may append a condition.
    pub(super) fn other_credentials(&self) -> Vec<&'static str> {
        let mut statements = vec![
            "DELETE FROM {account} WHERE {account.userId} = ?1 AND {account.providerId} <> 'credential'",
        ];
        if self.has("user", "twoFactorEnabled") {
            statements.push("UPDATE {user} SET {user:twoFactorEnabled} = 0 WHERE {user.id} = ?1");
        }
        if self.table("twoFactor").is_some() {
            statements.push("DELETE FROM {twoFactor} WHERE {twoFactor.userId} = ?1");
        }
        // This statement deletes the devices that Better Auth's twoFactor plugin trusts.
        if self.table("verification").is_some() {
            statements.push(
                "DELETE FROM {verification} WHERE {verification.value} = ?1
                  AND {verification.identifier} LIKE 'trust-device-%'",
            );
        }
        statements
    }

    /// Returns the statement that deletes user ?1's sessions at a Better Auth server
    /// that runs beside this Worker. The caller may append a condition.
    pub(super) fn delete_sessions(&self) -> Option<&'static str> {
        let sql = "DELETE FROM {session} WHERE {session.userId} = ?1";
        self.table("session").map(|_| sql)
    }

    /// Returns the reasons why this database is unusable, or an empty list if it is usable.
    pub(super) fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Returns what prevents sign-up: columns that only the application can fill.
    pub(super) fn unfillable(&self) -> Vec<String> {
        [&self.user, &self.account]
            .into_iter()
            .flat_map(|table| {
                let columns = table.unfillable.iter();
                columns.map(|name| {
                    let table = &table.name;
                    format!("column {table}.{name} must have a value and has no default")
                })
            })
            .collect()
    }

    /// Returns a readable description of the table names, the case of column names, and
    /// the date format.
    pub(crate) fn describe(&self) -> String {
        let case = match self.user.field("emailVerified") {
            Some(name) if name.contains('_') => "snake_case",
            _ => "camelCase",
        };
        let (user, account, dates) = (&self.user.name, &self.account.name, self.user_dates);
        format!("{user}, {account}; {case}; {dates}")
    }

    /// Returns whether an optional column exists.
    pub(super) fn has(&self, model: &str, field: &str) -> bool {
        self.table(model)
            .is_some_and(|table| table.field(field).is_some())
    }

    /// Returns a query that reads one stored date from each table whose column types
    /// don't reveal the date format.
    pub(super) fn samples(&self) -> Option<String> {
        let sample = |table: &Table, dates: Dates| {
            let column = table.field("createdAt")?;
            let only = dates.numbers_only(column)?;
            let name = &table.name;
            Some(format!(
                r#"(SELECT "{column}" FROM "{name}"{only} LIMIT 1) AS "{}""#,
                table.model
            ))
        };
        let asked: Vec<_> = [
            sample(&self.user, self.user_dates),
            sample(&self.account, self.account_dates),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!asked.is_empty()).then(|| format!("SELECT {}", asked.join(", ")))
    }

    /// Determines the date formats from the dates that the query from [`Self::samples`]
    /// returned. A table without rows gets the other table's format.
    pub(super) fn settle(&mut self, samples: &Samples) {
        let (user, account) = (samples.user.as_ref(), samples.account.as_ref());
        self.user_dates = self.user_dates.settled(user.or(account));
        self.account_dates = self.account_dates.settled(account.or(user));
    }

    pub(super) fn table(&self, model: &str) -> Option<&Table> {
        [&self.user, &self.account]
            .into_iter()
            .chain(&self.others)
            .find(|table| table.model == model)
    }

    pub(super) fn known(&self, model: &str) -> &Table {
        self.table(model).expect("a statement names a model")
    }
}

/// Returns a query if the database has both a singular and a plural pair of tables, and
/// our own first migration created the singular pair. The query checks whether that
/// pair is empty; if it is, the plural pair is used.
pub(super) fn is_ours_empty(columns: &[Column]) -> Option<&'static str> {
    let Pairs { singular, plural } = Pairs::new(columns);
    let is_asked = plural.is_some() && is_whole(&singular) && singular.0.is_first_migration();
    is_asked.then_some(r#"SELECT NOT EXISTS (SELECT 1 FROM "user" WHERE "id" >= '') AS "isEmpty""#)
}
