//! Enums whose variants all have a name: the key of their words, and their name in JSON.

/// Declares an enum with `ALL` (every variant, in order), `id()` (its name), and `Display`, `FromStr` and serde by that
/// name.
#[doc(hidden)]
#[macro_export]
macro_rules! named {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $id:literal,)+ }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash,
            serde::Serialize, serde::Deserialize, strum::Display, strum::EnumString, strum::IntoStaticStr, strum::VariantArray,
        )]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $id)] #[strum(serialize = $id)] $variant,)+
        }

        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;

            /// Returns its name.
            #[must_use]
            pub fn id(self) -> &'static str {
                self.into()
            }
        }
    };
}

pub(crate) use named;
