//! What can be told from the items of a file: functions, public items, parts for tests only.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Fields, ImplItem, Item, Meta, Token, TraitItem, Type, Visibility};

/// A function outside tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Function {
    /// `name`, or `Type::name` for what stands in an `impl` or a trait.
    pub(crate) name: String,
    /// Where it begins, counted from 1.
    pub(crate) line: usize,
    /// The lines of its body that hold code, without the braces' own: what clippy's
    /// `too_many_lines` counts.
    pub(crate) lines: usize,
}

/// How many items are public without restriction, and how many of them are documented.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PublicItems {
    pub(crate) all: usize,
    pub(crate) documented: usize,
}

/// The items of one file.
pub(super) struct Items<'a> {
    pub(super) functions: Vec<Function>,
    pub(super) public: PublicItems,
    /// First and last lines of items that exist only for tests.
    pub(super) test_spans: Vec<(usize, usize)>,
    /// Modules in files of their own that exist only for tests.
    pub(super) test_modules: Vec<String>,
    code_lines: &'a BTreeSet<usize>,
    owner: Option<String>,
}

impl<'a> Items<'a> {
    /// Reads the items of a text whose lines with code are known.
    pub(super) fn read(text: &str, code_lines: &'a BTreeSet<usize>) -> syn::Result<Self> {
        let mut items = Self {
            functions: Vec::new(),
            public: PublicItems::default(),
            test_spans: Vec::new(),
            test_modules: Vec::new(),
            code_lines,
            owner: None,
        };
        items.visit_file(&syn::parse_file(text)?);
        Ok(items)
    }

    fn add_function(&mut self, name: &str, span: Span, body: &Block) {
        let open = body.brace_token.span.open().start().line;
        let close = body.brace_token.span.close().end().line;
        let lines = if open < close { self.code_lines.range(open + 1..close).count() } else { 0 };
        let name = self.owner.as_ref().map_or(name.to_owned(), |owner| format!("{owner}::{name}"));
        self.functions.push(Function { name, line: span.start().line, lines });
    }

    /// Notes an item for tests only; returns whether it is one.
    fn skips(&mut self, attributes: &[Attribute], span: Span) -> bool {
        let skips = attributes.iter().any(is_for_tests);
        if skips {
            self.test_spans.push((span.start().line, span.end().line));
        }
        skips
    }

    fn add_public(&mut self, visibility: &Visibility, attributes: &[Attribute]) {
        if matches!(visibility, Visibility::Public(_)) {
            self.add_documented(attributes);
        }
    }

    fn add_documented(&mut self, attributes: &[Attribute]) {
        self.public.all += 1;
        self.public.documented +=
            usize::from(attributes.iter().any(|attribute| attribute.path().is_ident("doc")));
    }

    fn add_fields(&mut self, fields: &Fields) {
        if let Fields::Named(fields) = fields {
            for field in &fields.named {
                self.add_public(&field.vis, &field.attrs);
            }
        }
    }

    fn add_public_item(&mut self, item: &Item) {
        match item {
            Item::Const(item) => self.add_public(&item.vis, &item.attrs),
            Item::Fn(item) => self.add_public(&item.vis, &item.attrs),
            Item::Static(item) => self.add_public(&item.vis, &item.attrs),
            Item::Type(item) => self.add_public(&item.vis, &item.attrs),
            // A module in a file of its own is documented there, which another rule sees to.
            Item::Mod(item) if item.content.is_some() => self.add_public(&item.vis, &item.attrs),
            Item::Struct(item) => {
                self.add_public(&item.vis, &item.attrs);
                self.add_fields(&item.fields);
            }
            Item::Enum(item) => {
                self.add_public(&item.vis, &item.attrs);
                if matches!(item.vis, Visibility::Public(_)) {
                    for variant in &item.variants {
                        self.add_documented(&variant.attrs);
                    }
                }
            }
            Item::Trait(item) => {
                self.add_public(&item.vis, &item.attrs);
                if matches!(item.vis, Visibility::Public(_)) {
                    for item in &item.items {
                        if let TraitItem::Fn(function) = item {
                            self.add_documented(&function.attrs);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// Runs `visit` with the name that functions inside are given.
    fn within(&mut self, owner: Option<String>, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.owner, owner);
        visit(self);
        self.owner = outer;
    }
}

impl<'ast> Visit<'ast> for Items<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if self.skips(attributes(item), item.span()) {
            if let Item::Mod(module) = item
                && module.content.is_none()
            {
                self.test_modules.push(module.ident.to_string());
            }
            return;
        }
        self.add_public_item(item);
        match item {
            Item::Fn(function) => {
                let name = function.sig.ident.to_string();
                self.add_function(&name, function.sig.span(), &function.block);
                // What stands inside a function is part of it.
            }
            Item::Impl(block) => {
                let owner = type_name(&block.self_ty);
                self.within(owner, |items| visit::visit_item(items, item));
            }
            Item::Trait(block) => {
                let owner = Some(block.ident.to_string());
                self.within(owner, |items| visit::visit_item(items, item));
            }
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let ImplItem::Fn(function) = item else { return };
        if !self.skips(&function.attrs, function.span()) {
            self.add_public(&function.vis, &function.attrs);
            let name = function.sig.ident.to_string();
            self.add_function(&name, function.sig.span(), &function.block);
        }
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        if let TraitItem::Fn(function) = item
            && let Some(body) = &function.default
        {
            self.add_function(&function.sig.ident.to_string(), function.sig.span(), body);
        }
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether an attribute makes its item exist in tests only: `test` under any path, or a `cfg` that
/// cannot hold outside tests.
fn is_for_tests(attribute: &Attribute) -> bool {
    let path = attribute.path();
    if path.is_ident("cfg") {
        return attribute.parse_args::<Meta>().is_ok_and(|condition| needs_test(&condition));
    }
    path.segments.last().is_some_and(|segment| segment.ident == "test")
}

fn needs_test(condition: &Meta) -> bool {
    let nested = |list: &syn::MetaList| -> Vec<Meta> {
        list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .map(|list| list.into_iter().collect())
            .unwrap_or_default()
    };
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => nested(list).iter().any(needs_test),
        Meta::List(list) if list.path.is_ident("any") => {
            let nested = nested(list);
            !nested.is_empty() && nested.iter().all(needs_test)
        }
        Meta::List(_) | Meta::NameValue(_) => false,
    }
}

fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Reference(reference) => type_name(&reference.elem),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::Tokens;
    use super::*;

    fn read<T>(text: &str, get: impl FnOnce(Items<'_>) -> T) -> T {
        let tokens = Tokens::scan(text).unwrap();
        get(Items::read(text, tokens.code_lines()).unwrap())
    }

    #[test]
    fn functions_are_named_with_their_type() {
        let text = "fn a() {}\nimpl B { pub fn c() {} }\nimpl<T> D for &'a e::F<T> { fn g() {} }\n\
                    trait H { fn i(); fn j() {} }\nmod k { fn l() { fn inside() {} } }\n";
        let names = read(text, |items| {
            items
                .functions
                .into_iter()
                .map(|f| format!("{}:{}", f.line, f.name))
                .collect::<Vec<_>>()
        });
        assert_eq!(names, ["1:a", "2:B::c", "3:F::g", "4:H::j", "5:l"]);
    }

    #[test]
    fn a_body_is_its_lines_of_code() {
        let cases = [
            ("fn f() {}", 0),
            ("fn f() { 1 }", 0),
            ("fn f(\n    a: u8,\n) {\n    a;\n}", 1),
            ("fn f() {\n    // Why.\n\n    a(\n        b,\n    );\n}", 3),
            ("/// Doc.\n#[inline]\nfn f() {\n    a;\n    fn g() {\n        b;\n    }\n}", 4),
        ];
        for (text, lines) in cases {
            assert_eq!(read(text, |items| items.functions[0].lines), lines, "{text}");
        }
    }

    #[test]
    fn items_for_tests_are_told_by_their_attributes() {
        let cases = [
            ("#[cfg(test)]", true),
            ("#[cfg(all(unix, test))]", true),
            ("#[cfg(any(test))]", true),
            ("#[test]", true),
            ("#[tokio::test(start_paused = true)]", true),
            ("#[cfg(any(test, feature = \"x\"))]", false),
            ("#[cfg(not(test))]", false),
            ("#[cfg(unix)]", false),
            ("#[cfg(feature = \"test\")]", false),
            ("#[cfg_attr(test, derive(Debug))]", false),
        ];
        for (attribute, is_test) in cases {
            let text = format!("fn a() {{}}\n{attribute}\nfn b() {{\n}}\n");
            let spans = read(&text, |items| items.test_spans);
            assert_eq!(spans, if is_test { vec![(2, 4)] } else { vec![] }, "{attribute}");
        }
    }

    #[test]
    fn parts_of_an_impl_may_be_for_tests() {
        let text = "impl A {\n    fn a() {}\n    #[cfg(test)]\n    fn b() {}\n}\n";
        read(text, |items| {
            assert_eq!(items.test_spans, [(3, 4)]);
            assert_eq!(items.functions.len(), 1);
        });
    }

    #[test]
    fn only_modules_in_files_of_their_own_are_declared() {
        let text = "#[cfg(test)]\nmod a;\n#[cfg(test)]\nmod b { fn c() {} }\nmod d;\n";
        read(text, |items| {
            assert_eq!(items.test_modules, ["a"]);
            assert!(items.functions.is_empty());
        });
    }

    #[test]
    fn public_items_are_counted_with_their_parts() {
        let cases = [
            ("/// D.\npub fn a() {}", 1, 1),
            ("pub fn a() {}\nfn b() {}\npub(crate) fn c() {}", 1, 0),
            ("/// D.\npub struct A { /// D.\n pub b: u8, pub c: u8, d: u8 }", 3, 2),
            ("pub enum A { /// D.\n B, C }\nenum D { E }", 3, 1),
            ("/// D.\npub trait A { /// D.\n fn b(); fn c() {} }", 3, 2),
            ("impl A { /// D.\n pub fn b() {} fn c() {} }", 1, 1),
            ("pub mod a;\n/// D.\npub mod b { pub const C: u8 = 1; }", 2, 1),
            ("#[cfg(test)]\npub fn a() {}", 0, 0),
        ];
        for (text, all, documented) in cases {
            let public = read(text, |items| items.public);
            assert_eq!(public, PublicItems { all, documented }, "{text}");
        }
    }
}
