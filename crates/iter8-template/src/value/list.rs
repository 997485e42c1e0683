//! Go's slices.

use std::rc::Rc;

use super::{Value, dismantle};

/// An immutable slice, cheap to copy.
#[derive(Debug, Clone)]
pub struct List {
    items: Rc<[Value]>,
    element: Element,
    is_nil: bool,
}

/// The type of a slice's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// `interface {}`: anything.
    Any,
    /// `string`.
    Text,
    /// `int`.
    Int,
    /// `uint8`: the slice is bytes.
    Byte,
    /// `[]interface {}`, such as the chunks that Sprig's `chunk` makes.
    List,
    /// `map[string]interface {}`.
    Map,
}

impl List {
    /// A `[]interface {}`.
    pub fn new(items: impl Into<Rc<[Value]>>) -> Self {
        Self::of(Element::Any, items)
    }

    /// A slice whose elements are all of the type.
    pub fn of(element: Element, items: impl Into<Rc<[Value]>>) -> Self {
        Self { items: items.into(), element, is_nil: false }
    }

    /// A nil slice: without elements, and `null` in JSON. Some functions return it for nothing.
    pub fn nil(element: Element) -> Self {
        Self { items: Rc::default(), element, is_nil: true }
    }

    /// A `[]string`.
    pub fn of_texts<T: Into<Value>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::of(Element::Text, texts.into_iter().map(Into::into).collect::<Rc<[Value]>>())
    }

    /// The elements.
    pub fn items(&self) -> &[Value] {
        &self.items
    }

    /// Whether it is a nil slice.
    pub fn is_nil(&self) -> bool {
        self.is_nil
    }

    /// The type of the elements.
    pub fn element(&self) -> Element {
        self.element
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// The elements, if nobody else holds them.
    pub(super) fn own_items(&mut self) -> Option<&mut [Value]> {
        Rc::get_mut(&mut self.items)
    }

    /// Whether somebody else holds the same elements.
    pub(crate) fn is_shared(&self) -> bool {
        Rc::strong_count(&self.items) > 1
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Go's name of the type, such as `[]string`.
    pub fn type_name(&self) -> String {
        let element = match self.element {
            Element::Any => "interface {}",
            Element::Text => "string",
            Element::Int => "int",
            Element::Byte => "uint8",
            Element::List => "[]interface {}",
            Element::Map => "map[string]interface {}",
        };
        format!("[]{element}")
    }
}

impl Drop for List {
    fn drop(&mut self) {
        if let Some(items) = self.own_items() {
            dismantle(items.iter_mut());
        }
    }
}
