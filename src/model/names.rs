//! Enumerations whose values have the names that files and people use.

macro_rules! names {
    ($($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)? })+) => {
        $(
            $(#[$meta])*
            #[derive(
                Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
            )]
            #[cfg_attr(test, derive(schemars::JsonSchema))]
            pub enum $name { $($(#[$variant_meta])* #[serde(rename = $text)] $variant),+ }

            impl std::fmt::Display for $name {
                fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    formatter.pad(match self { $(Self::$variant => $text),+ })
                }
            }
        )+
    };
}

pub(super) use names;
