//! SHA-1's compression function for wasm. There, `RustCrypto`'s version takes more than twice as long
//! and needs more code, because it imitates the instructions of a processor with SHA extensions.

/// FIPS 180-4, section 6.1.2.
#[expect(clippy::many_single_char_names, reason = "the standard's names")]
pub(super) fn compress(state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    for block in blocks {
        let mut words = [0; 16];
        for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
            *word = u32::from_be_bytes(*bytes);
        }
        let [mut a, mut b, mut c, mut d, mut e, ..] = *state;
        // Unrolled, so that the words are local variables.
        macro_rules! rounds {
            ($constant:expr, $mix:expr, $($t:literal)*) => { $(
                // Five rounds, after which the variables have their old roles again.
                rounds!(@one $t, $constant, $mix, a, b, c, d, e);
                rounds!(@one $t + 1, $constant, $mix, e, a, b, c, d);
                rounds!(@one $t + 2, $constant, $mix, d, e, a, b, c);
                rounds!(@one $t + 3, $constant, $mix, c, d, e, a, b);
                rounds!(@one $t + 4, $constant, $mix, b, c, d, e, a);
            )* };
            (@one $t:expr, $constant:expr, $mix:expr,
                $a:ident, $b:ident, $c:ident, $d:ident, $e:ident) => {
                let t: usize = $t;
                // The message schedule. `words` holds the 16 most recent words.
                if t >= 16 {
                    let word = words[(t + 13) % 16] ^ words[(t + 8) % 16];
                    words[t % 16] = (word ^ words[(t + 2) % 16] ^ words[t % 16]).rotate_left(1);
                }
                $e = $e
                    .wrapping_add($a.rotate_left(5))
                    .wrapping_add($mix($b, $c, $d))
                    .wrapping_add($constant)
                    .wrapping_add(words[t % 16]);
                $b = $b.rotate_left(30);
            };
        }
        rounds!(0x5a82_7999, |b: u32, c: u32, d: u32| d ^ (b & (c ^ d)), 0 5 10 15);
        rounds!(0x6ed9_eba1, |b: u32, c: u32, d: u32| b ^ c ^ d, 20 25 30 35);
        rounds!(0x8f1b_bcdc, |b: u32, c: u32, d: u32| (b & c) | (d & (b | c)), 40 45 50 55);
        rounds!(0xca62_c1d6, |b: u32, c: u32, d: u32| b ^ c ^ d, 60 65 70 75);
        for (state, word) in state.iter_mut().zip([a, b, c, d, e]) {
            *state = state.wrapping_add(word);
        }
    }
}
