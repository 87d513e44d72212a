//! Inserts this database's names into statements.

use super::schema::Schema;
use super::table::{USER, USER_OPTIONAL};
use crate::user::MAX_IMAGE_LENGTH;

impl Schema {
    /// Replaces the placeholders in a statement.
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
            "VALID" => self.sql(VALID) + &self.and_not_banned("?1"),
            "END_ALL" => END_ALL.to_owned(),
            "CREDENTIAL" => self.sql(CREDENTIAL),
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

    /// Returns the columns of [`super::rows::UserRow`]. Pictures that are too large are
    /// not read, because the time it takes to read them at sign-in would reveal that
    /// the address has an account.
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

    /// Returns the columns of Better Auth's plugins.
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

    /// Returns the condition under which a user is not banned. Even an expired ban ends
    /// sessions, because the plugin deletes a banned user's sessions, and only a sign-in
    /// lifts the ban.
    fn and_not_banned(&self, user_id: &str) -> String {
        if !self.has("user", "banned") {
            return String::new();
        }
        let condition = r" AND NOT EXISTS (SELECT 1 FROM {user}
            WHERE {user.id} = ID AND coalesce({user.banned}, 0) <> 0)";
        self.sql(&condition.replace("ID", user_id))
    }
}

/// The condition for a valid session. ?1 is the user, ?2 is `sessionsValidAfter` as it
/// was when the session was opened, ?3 is the session id, and ?4 is the sign-in. If there
/// is no row for the user, `sessionsValidAfter` is 0, and the user is not disabled.
const VALID: &str = r#"coalesce((SELECT "sessionsValidAfter" = ?2 AND "disabledAt" IS NULL
     FROM "edgeseal_user" WHERE "userId" = ?1), ?2 = 0)
    AND NOT EXISTS (SELECT 1 FROM "edgeseal_ended_session"
     WHERE "userId" IN (?1, '') AND "sid" IN (?3, ?4))"#;

/// The condition that finds the account with a user's password, as in Better Auth.
const CREDENTIAL: &str = "{account.userId} = {user.id}
    AND {account.providerId} = 'credential' AND {account.accountId} = {user.id}";

/// Ends all sessions of a user. `sessionsValidAfter` always increases, even if clocks differ.
const END_ALL: &str = r#"ON CONFLICT ("userId") DO UPDATE SET
    "sessionsValidAfter" = max("sessionsValidAfter" + 1, excluded."sessionsValidAfter")
    RETURNING "sessionsValidAfter""#;
