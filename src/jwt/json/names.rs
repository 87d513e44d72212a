//! The names of an object's members, of which none may stand twice.

use std::collections::BinaryHeap;

/// Member names of the objects that are open while reading; of the outermost
/// one afterwards. Kept between readings so that none allocates.
#[derive(Debug, Default)]
pub(in crate::jwt) struct Names {
    pub(super) spans: Vec<Span>,
    /// Names that had escapes, one after the other.
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

    /// Whether the object read last, out of `text`, has a member of this name.
    pub(in crate::jwt) fn contain(&self, text: &[u8], name: &str) -> bool {
        self.spans
            .iter()
            .any(|span| span.bytes(text, self.unescaped.as_bytes()) == name.as_bytes())
    }

    /// Ends the object whose names begin at `first`; false where one stands twice.
    pub(super) fn are_unique(&self, first: usize, text: &[u8]) -> bool {
        /// Up to here every pair is compared; above, names are sorted first, so
        /// that no token costs more than n log n.
        const FEW: usize = 16;
        let Self { spans, unescaped } = self;
        let of = |span: &Span| span.bytes(text, unescaped.as_bytes());
        let names = &spans[first..];
        if names.len() <= FEW {
            let mut rest = names;
            while let [one, others @ ..] = rest {
                if others.iter().any(|other| of(one) == of(other)) {
                    return false;
                }
                rest = others;
            }
            return true;
        }
        // Out of a heap they come in order; sorting in place costs 7 KB of wasm.
        // By hash first, so that names with a long common start cost no more;
        // where hashes collide the names decide.
        let mut heap: BinaryHeap<_> = names
            .iter()
            .map(of)
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

/// FNV-1a.
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
