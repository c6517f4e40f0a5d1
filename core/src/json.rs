//! Reads and writes JSON with little code, because each module that a browser loads contains it: a text is parsed to a
//! [`Value`] once, and types are read from that.
//!
//! `serde_json` compiles a parser for each type, and serde for each type the fields' names, in any order and twice over.
//! Together they were two fifths of the extension's worker. Here an object is read as the sequence of its struct's fields.
//! So a field that may be missing needs `#[serde(default)]`, `Option`s too, and aliases aren't understood.

mod writer;

use core::cell::Cell;
use core::fmt;

use serde::de::value::{StrDeserializer, U64Deserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, IntoDeserializer as _,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde_json::map::Iter;
use serde_json::{Map, Value};

pub use writer::to_string;

/// Reads a value from JSON.
///
/// # Errors
///
/// If the text isn't JSON, or not that of such a value.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    from_value(&parse(text)?)
}

/// Reads a value from JSON.
///
/// # Errors
///
/// As [`from_str`]; also if the bytes aren't UTF-8.
pub fn from_slice<T: DeserializeOwned>(json: &[u8]) -> Result<T, serde_json::Error> {
    from_value(&parse_slice(json)?)
}

/// Parses JSON.
///
/// # Errors
///
/// If the text isn't JSON.
pub fn parse(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text)
}

/// Parses JSON.
///
/// # Errors
///
/// As [`parse`]; also if the bytes aren't UTF-8.
pub fn parse_slice(json: &[u8]) -> Result<Value, serde_json::Error> {
    parse(core::str::from_utf8(json).map_err(serde_json::Error::custom)?)
}

/// Reads a value from parsed JSON.
///
/// # Errors
///
/// If it isn't such a value. The error names the field.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, serde_json::Error> {
    let field = Cell::new("");
    T::deserialize(Reader { value, field: &field }).map_err(|Misfit| misfit(field.get()))
}

#[cold]
fn misfit(field: &str) -> serde_json::Error {
    serde_json::Error::custom(format_args!("`{field}` is missing or of another type"))
}

/// A value that doesn't fit the type. The place is in [`Reader::field`]; anything more would cost each type a text.
#[derive(Debug, thiserror::Error)]
#[error("the value doesn't fit")]
struct Misfit;

/// A value that's being read.
#[derive(Clone, Copy)]
struct Reader<'a> {
    value: &'a Value,
    /// The field that is being read, for the error.
    field: &'a Cell<&'static str>,
}

impl<'a> Reader<'a> {
    fn at(self, value: &'a Value) -> Self {
        Self { value, ..self }
    }

    fn text(self) -> Result<&'a str, Misfit> {
        self.value.as_str().ok_or(Misfit)
    }

    fn list(self) -> Result<Elements<'a>, Misfit> {
        Ok(Elements { list: self.value.as_array().ok_or(Misfit)?.iter(), reader: self })
    }

    fn object(self) -> Result<&'a Map<String, Value>, Misfit> {
        self.value.as_object().ok_or(Misfit)
    }

    /// The variant of an enum: its index among the names, and its content.
    fn variant(self, names: &[&str]) -> Result<Variant<'a>, Misfit> {
        let (name, content) = match self.value {
            Value::String(name) => (name, None),
            Value::Object(object) if object.len() == 1 => {
                object.iter().next().map(|(name, content)| (name, Some(self.at(content)))).ok_or(Misfit)?
            }
            _ => return Err(Misfit),
        };
        // An unknown name is the variant with `#[serde(other)]`, or an error.
        let index = names.iter().position(|known| known == name).and_then(|index| u64::try_from(index).ok());
        Ok(Variant { index: index.unwrap_or(u64::MAX), content })
    }

    fn fields(self, names: &'static [&'static str]) -> Result<Fields<'a>, Misfit> {
        Ok(Fields { names: names.iter(), object: self.object()?, reader: self })
    }
}

macro_rules! numbers {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            let Value::Number(number) = self.value else { return Err(Misfit) };
            if let Some(number) = number.as_u64() {
                visitor.visit_u64(number)
            } else if let Some(number) = number.as_i64() {
                visitor.visit_i64(number)
            } else {
                visitor.visit_f64(number.as_f64().ok_or(Misfit)?)
            }
        })+
    };
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Misfit;

    numbers!(
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    );

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(holds) => visitor.visit_bool(*holds),
            Value::Number(_) => self.deserialize_f64(visitor),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(_) => visitor.visit_seq(self.list()?),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_bool(self.value.as_bool().ok_or(Misfit)?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Misfit> {
        Err(Misfit) // JSON has none
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Misfit> {
        Err(Misfit)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.value.is_null() { visitor.visit_unit() } else { Err(Misfit) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_map(Entries { left: self.object()?.iter(), value: None, reader: self })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_seq(self.fields(fields)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_enum(self.variant(variants)?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }
}

/// The elements of a list.
struct Elements<'a> {
    list: core::slice::Iter<'a, Value>,
    reader: Reader<'a>,
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        self.list.next().map(|value| seed.deserialize(self.reader.at(value))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.list.len())
    }
}

/// The fields of a struct, in its order.
struct Fields<'a> {
    names: core::slice::Iter<'static, &'static str>,
    object: &'a Map<String, Value>,
    reader: Reader<'a>,
}

impl<'a> Fields<'a> {
    fn next(&mut self) -> Option<Reader<'a>> {
        let name = self.names.next()?;
        self.reader.field.set(name);
        self.object.get(*name).map(|value| self.reader.at(value))
    }
}

impl<'de> SeqAccess<'de> for Fields<'de> {
    type Error = Misfit;

    /// `None` also for a field in the middle that's missing; the next call returns the next field.
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        self.next().map(|reader| seed.deserialize(reader)).transpose()
    }
}

/// The entries of a map.
struct Entries<'a> {
    left: Iter<'a>,
    value: Option<&'a Value>,
    reader: Reader<'a>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        let Some((key, value)) = self.left.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(MapKey(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        seed.deserialize(self.reader.at(self.value.take().ok_or(Misfit)?))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

/// A key, which JSON writes as text even if it's a number.
struct MapKey<'a>(&'a str);

macro_rules! number_keys {
    ($($method:ident $visit:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            visitor.$visit(self.0.parse().map_err(|_| Misfit)?)
        })+
    };
}

impl<'de> Deserializer<'de> for MapKey<'de> {
    type Error = Misfit;

    number_keys!(deserialize_i32 visit_i32 deserialize_u16 visit_u16);

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        let key: StrDeserializer<'_, Misfit> = self.0.into_deserializer();
        key.deserialize_enum(name, variants, visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i64 u8 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// The variant of an enum: its name's index, and its content if it has any.
struct Variant<'a> {
    index: u64,
    content: Option<Reader<'a>>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Misfit;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Misfit> {
        Ok((seed.deserialize(U64Deserializer::new(self.index))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        if self.content.is_none() { Ok(()) } else { Err(Misfit) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(self.content.ok_or(Misfit)?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.content.ok_or(Misfit)?.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Misfit> {
        self.content.ok_or(Misfit)?.deserialize_struct("", fields, visitor)
    }
}

/// The messages are dropped, so that no code for formatting them is compiled.
impl serde::de::Error for Misfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Page {
        its_name: String,
        #[serde(default)]
        seen: Option<i64>,
        #[serde(default)]
        share: f64,
        parts: Vec<Part>,
        #[serde(default)]
        numbered: BTreeMap<i32, (bool, u8)>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Part {
        Head,
        Length(u16),
        Pair(u8, i8),
        MainText {
            text: String,
        },
        #[serde(other)]
        Unknown,
    }

    #[test]
    fn fields_may_come_in_any_order_and_be_missing_if_they_have_a_default() {
        let json = r#"{"other": [1], "parts": ["head", {"length": 7}, {"pair": [1, -1]}, {"main-text": {"text": "a"}}, "new"],
            "numbered": {"-5": [true, 2]}, "share": 1, "itsName": "n"}"#;
        let parts =
            vec![Part::Head, Part::Length(7), Part::Pair(1, -1), Part::MainText { text: "a".into() }, Part::Unknown];
        let page = Page {
            its_name: "n".into(),
            seen: None,
            share: 1.0,
            parts,
            numbered: [(-5, (true, 2))].into_iter().collect(),
        };
        assert_eq!(from_str::<Page>(json).unwrap(), page);
        assert_eq!(from_slice::<Page>(json.as_bytes()).unwrap(), page);
    }

    #[test]
    fn a_value_that_does_not_fit_is_an_error_that_names_the_field() {
        for (json, field) in [
            (r#"{"parts": []}"#, "itsName"),
            (r#"{"itsName": "n", "parts": [{"length": 70000}]}"#, "parts"),
            (r#"{"itsName": "n", "parts": [], "numbered": {"five": [true, 2]}}"#, "numbered"),
            (r#"{"itsName": "n", "parts": [], "seen": 0.5}"#, "seen"),
            (r#"{"itsName": "n", "parts": ["length"]}"#, "parts"),
            (r#"{"itsName": "n", "parts": [{"head": 1}]}"#, "parts"),
        ] {
            let error = from_str::<Page>(json).unwrap_err().to_string();
            assert!(error.contains(&format!("`{field}`")), "{json}: {error}");
        }
        assert!(from_str::<Page>("{").is_err());
        assert!(from_slice::<Page>(&[0xff]).is_err());
    }
}
