//! Writes JSON with little code, because each module that a browser loads contains it.
//!
//! `serde_json` can fail at each field of each type, because it writes to any output. This appends to a string, which
//! can't fail, so no code for errors is compiled for the types.

use core::convert::Infallible;
use core::fmt;

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant, Serializer,
};

/// Writes a value as JSON. The keys of its maps must be strings or numbers. NaN and infinities become `null`.
///
/// # Panics
///
/// If the type's own `Serialize` reports an error, which none of ours does.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> String {
    let mut text = String::new();
    let Ok(()) = value.serialize(Writer(&mut text));
    text
}

/// Appends a value to a text.
struct Writer<'a>(&'a mut String);

/// Appends members to a list or an object, and then its closing brackets.
struct Open<'a> {
    text: &'a mut String,
    end: &'static str,
}

/// An error that can't occur.
#[derive(Debug)]
struct Never(Infallible);

// Not inlined: each field of each type calls one of these.

#[inline(never)]
fn raw(text: &mut String, json: &str) {
    text.push_str(json);
}

#[inline(never)]
fn unsigned(text: &mut String, number: u64) {
    raw(text, &number.to_string());
}

#[inline(never)]
fn signed(text: &mut String, number: i64) {
    raw(text, &number.to_string());
}

#[inline(never)]
fn float(text: &mut String, number: f64) {
    raw(text, &serde_json::Number::from_f64(number).map_or_else(|| "null".to_owned(), |number| number.to_string()));
}

#[inline(never)]
fn string(text: &mut String, value: &str) {
    let is_special = |byte: &u8| matches!(byte, 0..b' ' | b'"' | b'\\');
    text.push('"');
    for part in value.split_inclusive(|letter| u8::try_from(letter).is_ok_and(|byte| is_special(&byte))) {
        match part.as_bytes().split_last() {
            Some((special, _)) if is_special(special) => {
                text.push_str(part.strip_suffix(char::from(*special)).unwrap_or_default());
                text.push('\\');
                match special {
                    b'"' | b'\\' => text.push(char::from(*special)),
                    b'\n' => text.push('n'),
                    b'\r' => text.push('r'),
                    b'\t' => text.push('t'),
                    control => {
                        text.push_str("u00");
                        let digit = |digit: u8| char::from_digit(u32::from(digit), 16).unwrap_or('0');
                        text.extend([digit(control >> 4), digit(control & 15)]);
                    }
                }
            }
            _ => text.push_str(part),
        }
    }
    text.push('"');
}

/// Appends the comma before each member but the first.
#[inline(never)]
fn separate(text: &mut String) {
    if !text.ends_with(['[', '{']) {
        text.push(',');
    }
}

#[inline(never)]
fn name(text: &mut String, name: &str) {
    separate(text);
    string(text, name);
    text.push(':');
}

/// Ends the key that begins at this length of the text, and quotes a number: in JSON, every key is a string.
#[inline(never)]
fn end_key(text: &mut String, begin: usize) {
    if text.as_bytes().get(begin) != Some(&b'"') {
        text.insert(begin, '"');
        text.push('"');
    }
    text.push(':');
}

/// Opens the object of a variant whose content comes next.
#[inline(never)]
fn variant(text: &mut String, name: &str) {
    text.push('{');
    string(text, name);
    text.push(':');
}

impl<'a> Writer<'a> {
    fn open(self, begin: &str, end: &'static str) -> Open<'a> {
        raw(self.0, begin);
        Open { text: self.0, end }
    }
}

macro_rules! numbers {
    ($($method:ident $type:ty: $write:ident)+) => {
        $(fn $method(self, number: $type) -> Result<(), Never> {
            $write(self.0, number.into());
            Ok(())
        })+
    };
}

impl<'a> Serializer for Writer<'a> {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Open<'a>;
    type SerializeTuple = Open<'a>;
    type SerializeTupleStruct = Open<'a>;
    type SerializeTupleVariant = Open<'a>;
    type SerializeMap = Open<'a>;
    type SerializeStruct = Open<'a>;
    type SerializeStructVariant = Open<'a>;

    numbers!(
        serialize_i8 i8: signed serialize_i16 i16: signed serialize_i32 i32: signed serialize_i64 i64: signed
        serialize_u8 u8: unsigned serialize_u16 u16: unsigned serialize_u32 u32: unsigned serialize_u64 u64: unsigned
        serialize_f32 f32: float serialize_f64 f64: float
    );

    fn serialize_bool(self, holds: bool) -> Result<(), Never> {
        raw(self.0, if holds { "true" } else { "false" });
        Ok(())
    }

    fn serialize_char(self, letter: char) -> Result<(), Never> {
        self.serialize_str(letter.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Never> {
        string(self.0, value);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Never> {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result<(), Never> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Never> {
        raw(self.0, "null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Never> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Never> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        variant(self.0, name);
        value.serialize(Writer(&mut *self.0))?;
        raw(self.0, "}");
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'a>, Never> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Open<'a>, Never> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'a>, Never> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, name: &'static str, _: usize) -> Result<Open<'a>, Never> {
        variant(self.0, name);
        Ok(self.open("[", "]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'a>, Never> {
        Ok(self.open("{", "}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'a>, Never> {
        Ok(self.open("{", "}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Open<'a>, Never> {
        variant(self.0, name);
        Ok(self.open("{", "}}"))
    }
}

impl Open<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        separate(self.text);
        value.serialize(Writer(self.text))
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Never> {
        name(self.text, key);
        value.serialize(Writer(self.text))
    }

    fn close(self) {
        raw(self.text, self.end);
    }
}

macro_rules! lists {
    ($($list:ident::$method:ident)+) => {
        $(impl $list for Open<'_> {
            type Ok = ();
            type Error = Never;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
                self.element(value)
            }

            fn end(self) -> Result<(), Never> {
                self.close();
                Ok(())
            }
        })+
    };
}

lists!(
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
);

macro_rules! objects {
    ($($object:ident)+) => {
        $(impl $object for Open<'_> {
            type Ok = ();
            type Error = Never;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Never> {
                self.field(key, value)
            }

            fn end(self) -> Result<(), Never> {
                self.close();
                Ok(())
            }
        })+
    };
}

objects!(SerializeStruct SerializeStructVariant);

impl SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        separate(self.text);
        let begin = self.text.len();
        key.serialize(Writer(self.text))?;
        end_key(self.text, begin);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(Writer(self.text))
    }

    fn end(self) -> Result<(), Never> {
        self.close();
        Ok(())
    }
}

impl fmt::Display for Never {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for Never {}

impl serde::ser::Error for Never {
    #[cold]
    fn custom<T: fmt::Display>(_: T) -> Self {
        unreachable!("a type that can't be written as JSON")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Page<'a> {
        its_name: &'a str,
        share: f64,
        seen: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        left_out: Option<bool>,
        parts: Vec<Part>,
        numbered: BTreeMap<i32, (bool, u8)>,
        named: BTreeMap<String, Option<u8>>,
        #[serde(flatten)]
        more: More,
    }

    #[derive(Serialize)]
    struct More {
        letter: char,
        empty: [u8; 0],
    }

    #[derive(Serialize)]
    #[serde(rename_all = "kebab-case")]
    enum Part {
        Head,
        Length(u16),
        Pair(u8, i8),
        MainText { text: String },
    }

    #[test]
    fn it_is_what_serde_json_writes() {
        let texts = ["", "a \"quoted\" \\ text", "lines\r\n\tand \u{0} \u{1f} \u{7f} é \u{2028} 🦀\n\n\"\"", "[{"];
        for text in texts {
            let page = Page {
                its_name: text,
                share: 0.1,
                seen: Some(i64::MIN),
                left_out: None,
                parts: vec![Part::Head, Part::Length(7), Part::Pair(1, -1), Part::MainText { text: text.into() }],
                numbered: [(-5, (true, 2)), (7, (false, 0))].into(),
                named: [("{".into(), None), (text.into(), Some(1))].into(),
                more: More { letter: '"', empty: [] },
            };
            assert_eq!(to_string(&page), serde_json::to_string(&page).unwrap());
        }
        for number in [0.0, -0.5, 1.0, 1e300, 0.1 + 0.2, f64::NAN] {
            assert_eq!(to_string(&number), serde_json::to_string(&number).unwrap());
        }
        assert_eq!(to_string(&[u64::MAX]), "[18446744073709551615]");
    }
}
