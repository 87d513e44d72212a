//! Better Auth's tables and columns, as declared in a database.

use serde::Deserialize;

/// A column, as described by `pragma_table_xinfo` and `sqlite_master`.
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
    /// Not 0 if the column is generated.
    hidden: f64,
}

/// The query for all columns of the tables that may belong to Better Auth or to us.
pub(super) const COLUMNS: &str = r#"SELECT "m"."name" AS "tableName", "m"."sql" AS "tableSql",
    "c"."name" AS "name", "c"."type" AS "type", "c"."notnull" AS "notNull",
    "c"."dflt_value" AS "defaultValue", "c"."hidden" AS "hidden"
    FROM "sqlite_master" AS "m" JOIN pragma_table_xinfo("m"."name") AS "c"
    WHERE "m"."type" = 'table' AND lower("m"."name") IN ('user', 'users', 'account', 'accounts',
     'session', 'sessions', 'twofactor', 'twofactors', 'two_factor', 'two_factors', 'verification', 'verifications',
     'edgeseal_user', 'edgeseal_ended_session', 'edgeseal_event')"#;

/// The columns that every database must have, so that any statement can use them.
pub(super) const USER: &[&str] = &[
    "id",
    "name",
    "email",
    "emailVerified",
    "image",
    "createdAt",
    "updatedAt",
];
pub(super) const ACCOUNT: &[&str] = &[
    "id",
    "accountId",
    "providerId",
    "userId",
    "password",
    "createdAt",
    "updatedAt",
];
/// Columns that belong to Better Auth's plugins, or exist only in some of its versions.
pub(super) const USER_OPTIONAL: &[&str] =
    &["banned", "banReason", "banExpires", "twoFactorEnabled"];
pub(super) const ACCOUNT_OPTIONAL: &[&str] = &["issuer"];
/// Tables that only some databases have. Each row consists of the model, the table's
/// possible names in lowercase, and the columns that statements use.
const OPTIONAL: &[(&str, &[&str], &[&str])] = &[
    ("session", &["session", "sessions"], &["userId"]),
    (
        "twoFactor",
        &["twofactor", "two_factor", "twofactors", "two_factors"],
        &["userId"],
    ),
    (
        "verification",
        &["verification", "verifications"],
        &["identifier", "value"],
    ),
];
/// Our first migration. It contains the SQL that `sqlite_master` shows for the tables
/// that the migration created.
const FIRST_MIGRATION: &str = include_str!("../../migrations/0001_better_auth.sql");

/// One of Better Auth's tables, as found in this database.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// The model's name in Better Auth.
    pub(super) model: &'static str,
    pub(super) name: String,
    /// Each field's name in Better Auth, paired with its column name.
    fields: Vec<(&'static str, String)>,
    pub(super) missing: Vec<&'static str>,
    /// Columns that the Worker doesn't fill, although they require a value and don't
    /// have a default.
    pub(super) unfillable: Vec<String>,
    columns: Vec<Column>,
}

impl Table {
    pub(super) fn new(
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
            // Look for the exact name first, because a table may also have a column
            // whose name differs only in case.
            let exact = columns.iter().find(|column| column.name == *field);
            let like = || columns.iter().find(|column| is_like(&column.name, field));
            match exact.or_else(like) {
                Some(column) => fields.push((*field, column.name.clone())),
                None if wanted.contains(field) => missing.push(*field),
                None => {}
            }
        }
        // A field that seems to be missing may exist under a name that the application chose.
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

    /// Returns whether our first migration created the table, judging by the table's SQL.
    pub(super) fn is_first_migration(&self) -> bool {
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

    pub(super) fn problems(&self) -> Vec<String> {
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

    pub(super) fn field(&self, field: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(name, _)| *name == field);
        found.map(|(_, column)| column.as_str())
    }

    pub(super) fn spelled(&self, field: &str) -> &str {
        self.field(field).expect("a statement names a known field")
    }

    pub(super) fn column(&self, field: &str) -> Option<&Column> {
        let name = self.field(field)?;
        self.columns.iter().find(|column| column.name == name)
    }
}

/// The user and account tables, under their singular and plural names.
pub(super) struct Pairs {
    pub(super) singular: (Table, Table),
    /// Present only if both tables are complete, because an application may use the
    /// name `users` for something else.
    pub(super) plural: Option<(Table, Table)>,
}

impl Pairs {
    pub(super) fn new(columns: &[Column]) -> Self {
        let pair = |user: &str, account: &str| {
            (
                Table::new(columns, "user", user, USER, USER_OPTIONAL),
                Table::new(columns, "account", account, ACCOUNT, ACCOUNT_OPTIONAL),
            )
        };
        Self {
            singular: pair("user", "account"),
            plural: Some(pair("users", "accounts")).filter(is_whole),
        }
    }
}

/// Returns the optional tables that contain all of the columns that statements use.
pub(super) fn optional_tables(columns: &[Column]) -> Vec<Table> {
    OPTIONAL
        .iter()
        .filter_map(|(model, names, wanted)| {
            let mut tables = names
                .iter()
                .map(|name| Table::new(columns, model, name, wanted, &[]));
            tables.find(|table| table.missing.is_empty())
        })
        .collect()
}

pub(super) fn is_whole((user, account): &(Table, Table)) -> bool {
    user.missing.is_empty() && account.missing.is_empty()
}

/// Returns whether a column and a field have the same name except for case and
/// underscores, as `email_verified` and `emailVerified` do.
fn is_like(column: &str, field: &str) -> bool {
    let letters = column.bytes().filter(|byte| *byte != b'_');
    letters
        .map(|byte| byte.to_ascii_lowercase())
        .eq(field.bytes().map(|byte| byte.to_ascii_lowercase()))
}
