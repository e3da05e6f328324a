//! One column <-> one value, the same on both databases.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Result, StoreError};

/// A text as both databases take it: PostgreSQL refuses NUL, which no mail needs.
pub(super) fn text(value: &str) -> String {
    if value.contains('\0') { value.replace('\0', "\u{fffd}") } else { value.to_owned() }
}

/// The same for a text that may be absent.
pub(super) fn opt_text(value: Option<&str>) -> Option<String> {
    value.map(text)
}

/// A time as stored: whole milliseconds since the epoch.
pub(super) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The same for a time that may be absent.
pub(super) fn opt_ms(at: Option<Timestamp>) -> Option<i64> {
    at.map(ms)
}

/// A value as JSON text.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| StoreError::Other(format!("a value cannot be stored: {e}")))
}

/// JSON text back to a value.
pub(super) fn of_json<T: DeserializeOwned>(what: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| StoreError::damaged(what, e))
}

/// An integer column that is never NULL.
pub(super) fn int(row: &AnyRow, column: usize) -> Result<i64> {
    Ok(row.try_get(column)?)
}

/// An integer column.
pub(super) fn opt_int(row: &AnyRow, column: usize) -> Result<Option<i64>> {
    Ok(row.try_get(column)?)
}

/// A text column that is never NULL.
pub(super) fn string(row: &AnyRow, column: usize) -> Result<String> {
    Ok(row.try_get(column)?)
}

/// A text column.
pub(super) fn opt_string(row: &AnyRow, column: usize) -> Result<Option<String>> {
    Ok(row.try_get(column)?)
}

/// A column of bytes.
pub(super) fn bytes(row: &AnyRow, column: usize) -> Result<Vec<u8>> {
    Ok(row.try_get(column)?)
}

/// A time that is never NULL.
pub(super) fn time(row: &AnyRow, column: usize) -> Result<Timestamp> {
    of_ms(int(row, column)?)
}

/// A time.
pub(super) fn opt_time(row: &AnyRow, column: usize) -> Result<Option<Timestamp>> {
    opt_int(row, column)?.map(of_ms).transpose()
}

/// A number that is not negative and small enough.
pub(super) fn number<T: TryFrom<i64>>(row: &AnyRow, column: usize) -> Result<T>
where
    T::Error: std::fmt::Display,
{
    T::try_from(int(row, column)?).map_err(|e| StoreError::damaged("a number", e))
}

/// A flag.
pub(super) fn flag(row: &AnyRow, column: usize) -> Result<bool> {
    Ok(int(row, column)? != 0)
}

/// A text that has a type of its own (an address, a name of a state).
pub(super) fn parsed<T: std::str::FromStr>(what: &str, text: &str) -> Result<T>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|e| StoreError::damaged(what, e))
}

/// An address.
pub(super) fn address(text: &str) -> Result<crate::address::Address> {
    crate::address::Address::parse(text).map_err(|e| StoreError::damaged("an address", e))
}

fn of_ms(value: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(value).map_err(|e| StoreError::damaged("a time", e))
}
