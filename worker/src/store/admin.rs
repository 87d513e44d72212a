//! Provides the names, date formats and statements of this database for the operator's
//! commands in `worker/admin`, which query the database through wrangler.

#![allow(
    unreachable_pub,
    reason = "wasm-bindgen exports only what is declared public"
)]

use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

use super::dates::Stored;
use super::passwords::select_credential;
use super::rows::{CredentialRow, Owner, Samples};
use super::schema::{Schema, is_ours_empty};
use super::sessions::END_SESSION;
use super::table::{COLUMNS, Column};
use super::users::{INSERT_USER, insert_account_sql};

/// Returns the query for the columns that [`Database::new`] needs.
#[wasm_bindgen(js_name = columnsQuery)]
pub fn columns_query() -> String {
    COLUMNS.to_owned()
}

/// Returns the query to run before [`Database::new`] if there are two pairs of tables.
#[wasm_bindgen(js_name = isOursEmptyQuery)]
pub fn is_ours_empty_query(columns: &str) -> Result<Option<String>, JsError> {
    let columns: Vec<Column> = rows(columns)?;
    Ok(is_ours_empty(&columns).map(str::to_owned))
}

/// The tables of a database.
#[wasm_bindgen]
pub struct Database {
    schema: Schema,
}

#[wasm_bindgen]
impl Database {
    /// Builds the database from the rows that the query from [`columns_query`] returned, as JSON.
    #[wasm_bindgen(constructor)]
    pub fn new(columns: &str, is_ours_empty: bool) -> Result<Self, JsError> {
        let columns: Vec<Column> = rows(columns)?;
        Ok(Self {
            schema: Schema::new(&columns, is_ours_empty),
        })
    }

    /// Returns why the Worker can't use this database, or an empty string if it can.
    pub fn missing(&self) -> String {
        self.schema.missing().join("; ")
    }

    /// Returns why users can't be added, or an empty string if they can.
    pub fn unfillable(&self) -> String {
        self.schema.unfillable().join("; ")
    }

    /// If the columns don't reveal how dates are stored, returns the query for the row
    /// that [`Self::settle`] needs.
    #[wasm_bindgen(js_name = samplesQuery)]
    pub fn samples_query(&self) -> Option<String> {
        self.schema.samples()
    }

    /// Determines the date formats from the row that the query from
    /// [`Self::samples_query`] returned, as JSON.
    pub fn settle(&mut self, samples: &str) -> Result<(), JsError> {
        let samples: Samples = rows(samples)?;
        self.schema.settle(&samples);
        Ok(())
    }

    /// Fills in the placeholders in a statement for this database: `{user}`,
    /// `{user.email}`, `{user:email}`, `{END_ALL}` and `{CREDENTIAL}`.
    pub fn sql(&self, statement: &str) -> String {
        self.schema.sql(statement)
    }

    /// Converts a time in milliseconds to the date format used in users' rows.
    #[wasm_bindgen(js_name = userDate)]
    pub fn user_date(&self, milliseconds: f64) -> JsValue {
        self.schema.user_dates.value(milliseconds as u64)
    }

    /// Converts a time in milliseconds to the date format used in accounts' rows.
    #[wasm_bindgen(js_name = accountDate)]
    pub fn account_date(&self, milliseconds: f64) -> JsValue {
        self.schema.account_dates.value(milliseconds as u64)
    }

    /// Returns the statement that inserts account ?1 for user ?2, with password hash ?3
    /// and creation time ?4. The caller may append a condition.
    #[wasm_bindgen(js_name = insertAccount)]
    pub fn insert_account(&self) -> String {
        insert_account_sql(&self.schema).to_owned()
    }

    /// Returns the statement that deletes Better Auth's own sessions of user ?1, if
    /// this database has a table for them.
    #[wasm_bindgen(js_name = deleteSessions)]
    pub fn delete_sessions(&self) -> Option<String> {
        self.schema
            .delete_sessions()
            .map(|sql| self.schema.sql(sql))
    }
}

/// Returns the statement that inserts user ?1 with name ?2, address ?3, image ?4 and
/// creation time ?5.
#[wasm_bindgen(js_name = insertUser)]
pub fn insert_user() -> String {
    INSERT_USER.to_owned()
}

/// Returns the statement that marks session ?2 of user ?1 as ended, unless ?4 of the
/// user's sessions are already marked. The mark is kept until ?3.
#[wasm_bindgen(js_name = endSession)]
pub fn end_session() -> String {
    END_SESSION.to_owned()
}

/// Returns the query that reads the user with address ?1, together with their password
/// account.
#[wasm_bindgen(js_name = ownerQuery)]
pub fn owner_query() -> String {
    select_credential!("{user.email}").to_owned()
}

/// Reads the user from a row that [`owner_query`] returned, as JSON. `now` is in
/// milliseconds.
pub(crate) fn owner_of_row(row: &str, now: u64) -> Result<Owner, JsError> {
    Ok(rows::<CredentialRow>(row)?.into_owner(now))
}

/// Returns a stored date as text: numbers in ISO 8601 format, text unchanged. Returns `None`
/// for anything else.
#[wasm_bindgen(js_name = isoDate)]
pub fn iso_date(stored: &JsValue) -> Option<String> {
    let text = stored.as_string().map(Stored::Text);
    let date = text.or_else(|| stored.as_f64().map(Stored::Number))?;
    Some(date.into_iso())
}

fn rows<T: DeserializeOwned>(json: &str) -> Result<T, JsError> {
    Ok(serde_json::from_str(json)?)
}
