//! The names of an object's members, which must be unique.

use std::collections::BinaryHeap;

/// While a text is being read, this holds the member names of all objects that are still open;
/// afterwards, it holds those of the outermost object. Reusing this value for the next text
/// saves allocations.
#[derive(Debug, Default)]
pub(in crate::jwt) struct Names {
    pub(super) spans: Vec<Span>,
    /// The names that contained escapes, concatenated, with the escapes resolved.
    pub(super) unescaped: String,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) escaped: bool,
}

impl Names {
    pub(super) fn clear(&mut self) {
        self.spans.clear();
        self.unescaped.clear();
    }

    /// Returns whether the most recently read object has a member with this name. `text` is the
    /// text that contained the object.
    pub(in crate::jwt) fn contain(&self, text: &[u8], name: &str) -> bool {
        self.spans
            .iter()
            .any(|span| span.bytes(text, self.unescaped.as_bytes()) == name.as_bytes())
    }

    /// Returns whether the names from index `first` onwards are unique.
    pub(super) fn are_unique(&self, first: usize, text: &[u8]) -> bool {
        /// Up to this many names are compared pair by pair. Longer lists are sorted
        /// first, so that no token costs more than n log n comparisons.
        const FEW: usize = 16;
        let Self { spans, unescaped } = self;
        let bytes_of = |span: &Span| span.bytes(text, unescaped.as_bytes());
        let names = &spans[first..];
        if names.len() <= FEW {
            let mut rest = names;
            while let [one, others @ ..] = rest {
                if others.iter().any(|other| bytes_of(one) == bytes_of(other)) {
                    return false;
                }
                rest = others;
            }
            return true;
        }
        // Sorts with a heap, because `sort` would add 7 KB to the wasm module. Names are
        // ordered by hash, so that long common prefixes cost nothing extra; if hashes collide,
        // the names themselves are compared.
        let mut heap: BinaryHeap<_> = names
            .iter()
            .map(bytes_of)
            .map(|name| (hash(name), name))
            .collect();
        let mut last = heap.pop();
        while let Some(name) = heap.pop() {
            if last.replace(name) == Some(name) {
                return false;
            }
        }
        true
    }
}

/// The FNV-1a hash of a name.
fn hash(name: &[u8]) -> u64 {
    name.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

impl Span {
    fn bytes<'a>(self, text: &'a [u8], unescaped: &'a [u8]) -> &'a [u8] {
        &(if self.escaped { unescaped } else { text })[self.start..self.end]
    }
}
