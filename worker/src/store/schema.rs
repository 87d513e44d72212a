//! Which spelling of Better Auth's tables this database has, read from its schema,
//! and statements in that spelling.
//!
//! Better Auth's generators write camelCase (Kysely, Prisma) or `snake_case`
//! (Drizzle), table names in the singular or, with `usePlural`, in the plural, and
//! three spellings of dates ([`Dates`]). A statement names tables and columns as
//! Better Auth's own models do: `{user}`, `{user.emailVerified}` (with its table)
//! or `{user:emailVerified}` (the bare column).

use serde::Deserialize;

use super::dates::Dates;
use super::rows::Samples;
use crate::user::MAX_IMAGE_LENGTH;

/// A column, as `pragma_table_xinfo` and `sqlite_master` describe it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Column {
    #[serde(rename = "tableName")]
    pub(super) table: String,
    #[serde(rename = "tableSql")]
    pub(super) table_sql: Option<String>,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) declared: String,
    #[serde(rename = "notNull")]
    not_null: f64,
    #[serde(rename = "defaultValue")]
    pub(super) default: Option<String>,
    /// Not 0 for a generated column.
    hidden: f64,
}

/// Reads every column of every table that may be Better Auth's or ours.
pub(super) const COLUMNS: &str = r#"SELECT "m"."name" AS "tableName", "m"."sql" AS "tableSql",
    "c"."name" AS "name", "c"."type" AS "type", "c"."notnull" AS "notNull",
    "c"."dflt_value" AS "defaultValue", "c"."hidden" AS "hidden"
    FROM "sqlite_master" AS "m" JOIN pragma_table_xinfo("m"."name") AS "c"
    WHERE "m"."type" = 'table' AND lower("m"."name") IN ('user', 'users', 'account', 'accounts',
     'edgeseal_user', 'edgeseal_ended_session')"#;

/// The columns that every statement may name.
const USER: &[&str] = &[
    "id",
    "name",
    "email",
    "emailVerified",
    "image",
    "createdAt",
    "updatedAt",
];
const ACCOUNT: &[&str] = &[
    "id",
    "accountId",
    "providerId",
    "userId",
    "password",
    "createdAt",
    "updatedAt",
];
/// Columns of Better Auth's plugins and of some of its versions.
const USER_OPTIONAL: &[&str] = &["banned", "banReason", "banExpires", "twoFactorEnabled"];
const ACCOUNT_OPTIONAL: &[&str] = &["issuer"];
/// Our own tables, as the migrations make them, up to the latest.
const OURS: &[(&str, &[&str])] = &[
    (
        "edgeseal_user",
        &["userId", "sessionsValidAfter", "disabledAt"],
    ),
    ("edgeseal_ended_session", &["userId", "sid", "endsAt"]),
];

/// What `CREATE TABLE "user"` of our first migration looks like in `sqlite_master`.
const FIRST_MIGRATION: &str = include_str!("../../migrations/0001_better_auth.sql");

/// One of Better Auth's tables.
#[derive(Debug, Clone)]
struct Table {
    /// The model's name in Better Auth.
    model: &'static str,
    name: String,
    /// Better Auth's name of each field, and the column's.
    fields: Vec<(&'static str, String)>,
    missing: Vec<&'static str>,
    /// Columns that must have a value, have no default, and are none of ours to fill.
    unfillable: Vec<String>,
    columns: Vec<Column>,
}

/// Better Auth's tables in this database.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    user: Table,
    account: Table,
    pub(super) user_dates: Dates,
    pub(super) account_dates: Dates,
    missing: Vec<String>,
}

impl Schema {
    /// Finds the tables among the columns of a database. `is_ours_empty` is what
    /// [`is_ours_empty`] asks.
    pub(super) fn of(columns: &[Column], is_ours_empty: bool) -> Self {
        let Pairs { singular, plural } = Pairs::of(columns);
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
            missing,
        }
    }

    /// What keeps this database from being served; nothing where it can be.
    pub(super) fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Why nobody can sign up: columns that only the application can fill.
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

    /// The tables' names and spelling, for people.
    pub(crate) fn describe(&self) -> String {
        let case = match self.user.field("emailVerified") {
            Some(name) if name.contains('_') => "snake_case",
            _ => "camelCase",
        };
        let (user, account, dates) = (&self.user.name, &self.account.name, self.user_dates);
        format!("{user}, {account}; {case}; {dates}")
    }

    /// Whether a plugin's column is there.
    pub(super) fn has(&self, model: &str, field: &str) -> bool {
        self.table(model)
            .is_some_and(|table| table.field(field).is_some())
    }

    /// Reads a stored date of either table, where its declaration does not tell how
    /// numbers count.
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

    /// With what [`Self::samples`] read. A table without rows is as the other one.
    pub(super) fn settle(&mut self, samples: &Samples) {
        let (user, account) = (samples.user.as_ref(), samples.account.as_ref());
        self.user_dates = self.user_dates.settled(user.or(account));
        self.account_dates = self.account_dates.settled(account.or(user));
    }

    /// A statement in this database's spelling.
    pub(super) fn sql(&self, statement: &str) -> String {
        let mut sql = String::with_capacity(statement.len() * 2);
        let mut rest = statement;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').expect("a placeholder is closed");
            sql.push_str(before);
            self.put(name, &mut sql);
            rest = after;
        }
        sql.push_str(rest);
        sql
    }

    fn put(&self, name: &str, sql: &mut String) {
        let put = match name {
            "HOLDS" => self.sql(HOLDS) + &self.and_not_banned("?1"),
            "END_ALL" => END_ALL.to_owned(),
            "USER" => self.user_columns(),
            "STANDING" => self.standing(),
            _ => match (name.split_once('.'), name.split_once(':')) {
                (Some((model, field)), _) => {
                    let table = self.known(model);
                    format!(r#""{}"."{}""#, table.name, table.spelled(field))
                }
                (_, Some((model, field))) => format!(r#""{}""#, self.known(model).spelled(field)),
                _ => format!(r#""{}""#, self.known(name).name),
            },
        };
        sql.push_str(&put);
    }

    /// What [`super::rows::UserRow`] reads. A picture that is not shown stays where it
    /// is: read for a sign-in, it would show by time that the address has an account.
    fn user_columns(&self) -> String {
        let table = &self.user.name;
        let columns = USER.iter().map(|field| {
            let column = format!(r#""{table}"."{}""#, self.user.spelled(field));
            if *field == "image" {
                format!(
                    r#"CASE WHEN length({column}) <= {MAX_IMAGE_LENGTH} THEN {column} END AS "image""#
                )
            } else {
                format!(r#"{column} AS "{field}""#)
            }
        });
        columns.collect::<Vec<_>>().join(", ")
    }

    /// What plugins say of a user.
    fn standing(&self) -> String {
        let table = &self.user.name;
        let columns = USER_OPTIONAL
            .iter()
            .map(|field| match self.user.field(field) {
                Some(column) => format!(r#""{table}"."{column}" AS "{field}""#),
                None => format!(r#"NULL AS "{field}""#),
            });
        columns.collect::<Vec<_>>().join(", ")
    }

    /// A ban ends sessions, also one that has expired: the plugin deletes them, and
    /// only a sign-in lifts the ban.
    fn and_not_banned(&self, user_id: &str) -> String {
        if !self.has("user", "banned") {
            return String::new();
        }
        let condition = r" AND NOT EXISTS (SELECT 1 FROM {user}
            WHERE {user.id} = ID AND coalesce({user.banned}, 0) <> 0)";
        self.sql(&condition.replace("ID", user_id))
    }

    fn table(&self, model: &str) -> Option<&Table> {
        [&self.user, &self.account]
            .into_iter()
            .find(|table| table.model == model)
    }

    fn known(&self, model: &str) -> &Table {
        self.table(model).expect("a statement names a model")
    }
}

/// Whether a session is still valid: of the user ?1, opened under ?2, with the id
/// ?3, from the sign-in ?4. No row is 0 and not disabled.
const HOLDS: &str = r#"coalesce((SELECT "sessionsValidAfter" = ?2 AND "disabledAt" IS NULL
     FROM "edgeseal_user" WHERE "userId" = ?1), ?2 = 0)
    AND NOT EXISTS (SELECT 1 FROM "edgeseal_ended_session"
     WHERE "userId" IN (?1, '') AND "sid" IN (?3, ?4))"#;

/// Ends every session of a user: never the same value twice, whatever the clocks say.
const END_ALL: &str = r#"ON CONFLICT ("userId") DO UPDATE SET
    "sessionsValidAfter" = max("sessionsValidAfter" + 1, excluded."sessionsValidAfter")
    RETURNING "sessionsValidAfter""#;

impl Table {
    fn of(
        columns: &[Column],
        model: &'static str,
        name: &str,
        wanted: &[&'static str],
        optional: &[&'static str],
    ) -> Self {
        let columns: Vec<Column> = columns
            .iter()
            .filter(|column| column.table.eq_ignore_ascii_case(name))
            .cloned()
            .collect();
        let mut fields = Vec::new();
        let mut missing = Vec::new();
        for field in wanted.iter().chain(optional) {
            // The exact name first, as a table may have both.
            let exact = columns.iter().find(|column| column.name == *field);
            let like = || columns.iter().find(|column| is_like(&column.name, field));
            match exact.or_else(like) {
                Some(column) => fields.push((*field, column.name.clone())),
                None if wanted.contains(field) => missing.push(*field),
                None => {}
            }
        }
        // A field that is missing may be there under a name of the application's own.
        let is_filled = |column: &Column| {
            !missing.is_empty() || fields.iter().any(|(_, name)| *name == column.name)
        };
        let unfillable = columns
            .iter()
            .filter(|column| column.not_null != 0.0 && column.hidden == 0.0)
            .filter(|column| column.default.is_none() && !is_filled(column))
            .map(|column| column.name.clone())
            .collect();
        Self {
            model,
            name: columns
                .first()
                .map_or_else(|| name.to_owned(), |column| column.table.clone()),
            fields,
            missing,
            unfillable,
            columns,
        }
    }

    /// Whether our own first migration made it: its text is.
    fn is_first_migration(&self) -> bool {
        let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let sql = self
            .columns
            .first()
            .and_then(|column| column.table_sql.as_deref());
        sql.is_some_and(|sql| {
            let made = squeeze(sql).replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ");
            squeeze(FIRST_MIGRATION).contains(&made)
        })
    }

    fn problems(&self) -> Vec<String> {
        let name = &self.name;
        if self.columns.is_empty() {
            return vec![format!("table {name} is missing")];
        }
        let missing = self.missing.iter();
        let mut problems: Vec<_> = missing
            .map(|field| format!("column {name}.{field} is missing"))
            .collect();
        if let Some(id) = self.column("id")
            && id.declared.to_ascii_lowercase().contains("int")
        {
            problems.push(format!(
                "column {name}.id is an integer: ids must be text (not generateId \"serial\")"
            ));
        }
        problems
    }

    fn field(&self, field: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(name, _)| *name == field);
        found.map(|(_, column)| column.as_str())
    }

    fn spelled(&self, field: &str) -> &str {
        self.field(field).expect("a statement names a known field")
    }

    fn column(&self, field: &str) -> Option<&Column> {
        let name = self.field(field)?;
        self.columns.iter().find(|column| column.name == name)
    }
}

/// The two tables, under either spelling of their names.
struct Pairs {
    singular: (Table, Table),
    /// Only where it is whole: an application may call anything `users`.
    plural: Option<(Table, Table)>,
}

impl Pairs {
    fn of(columns: &[Column]) -> Self {
        let pair = |user: &str, account: &str| {
            (
                Table::of(columns, "user", user, USER, USER_OPTIONAL),
                Table::of(columns, "account", account, ACCOUNT, ACCOUNT_OPTIONAL),
            )
        };
        Self {
            singular: pair("user", "account"),
            plural: Some(pair("users", "accounts")).filter(is_whole),
        }
    }
}

fn is_whole((user, account): &(Table, Table)) -> bool {
    user.missing.is_empty() && account.missing.is_empty()
}

/// What to ask a database that has both pairs of tables, the singular one made by our
/// own first migration: while nobody is in it, the other one counts.
pub(super) fn is_ours_empty(columns: &[Column]) -> Option<&'static str> {
    let Pairs { singular, plural } = Pairs::of(columns);
    let is_asked = plural.is_some() && is_whole(&singular) && singular.0.is_first_migration();
    is_asked.then_some(r#"SELECT NOT EXISTS (SELECT 1 FROM "user" WHERE "id" >= '') AS "isEmpty""#)
}

/// Whether a column's name is a field's in another case: `email_verified`.
fn is_like(column: &str, field: &str) -> bool {
    let letters = column.bytes().filter(|byte| *byte != b'_');
    letters
        .map(|byte| byte.to_ascii_lowercase())
        .eq(field.bytes().map(|byte| byte.to_ascii_lowercase()))
}
