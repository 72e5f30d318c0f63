// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "circomlib/circuits/poseidon.circom";

// Domain separators: ASCII bytes read as one big-endian integer.
function DOMAIN_LABELS() { return 0x766572697461736b2e6c6162656c732e31; } // "veritask.labels.1"
function DOMAIN_GOLD() { return 0x766572697461736b2e676f6c642e31; } // "veritask.gold.1"
function DOMAIN_KEYSTREAM() { return 0x766572697461736b2e6b657973747265616d2e31; } // "veritask.keystream.1"
function DOMAIN_OPEN_GOLD() { return 0x766572697461736b2e6f70656e2d676f6c642e31; } // "veritask.open-gold.1"
function DOMAIN_LEGALITY() { return 0x766572697461736b2e6c6567616c6974792e31; } // "veritask.legality.1"
function DOMAIN_SCORE() { return 0x766572697461736b2e73636f72652e31; } // "veritask.score.1"

// Number of inputs of the widest Poseidon permutation circomlib has constants for.
function POSEIDON_MAX_INPUTS() { return 16; }

/// Hashes a vector of fixed length to one field element.
/// @param n       length, 1 to 31
/// @input in      any field elements; the first is a domain separator (caller)
/// @output out    Poseidon(in) for n <= 16, else Poseidon(Poseidon16(in[0..15]), in[16..])
/// @constraints   n = 5: 297 less linear terms; see test/circuits.test.ts for every compiled circuit
/// @soundness     all assignments are `<==`; collision resistance is Poseidon's. Two lengths never meet: each n is used with its
///                own domain, and the second call starts with a hash output, not with a domain.
/// @assumes       n is fixed at compile time by capacity and domain
template VectorHash(n) {
    signal input in[n];
    signal output out;

    var MAX = POSEIDON_MAX_INPUTS();
    assert(n >= 1 && n < 2 * MAX);
    if (n <= MAX) {
        component h = Poseidon(n);
        h.inputs <== in;
        out <== h.out;
    } else {
        component first = Poseidon(MAX);
        for (var i = 0; i < MAX; i++) first.inputs[i] <== in[i];
        component second = Poseidon(n - MAX + 1);
        second.inputs[0] <== first.out;
        for (var i = MAX; i < n; i++) second.inputs[i - MAX + 1] <== in[i];
        out <== second.out;
    }
}

/// Expands a shared secret into n pad words.
/// @param n       number of words, 1 to 64
/// @input secret  affine coordinates of a BabyJubJub point, unknown to third parties (client)
/// @output pad    n field elements, pseudo-random to whoever does not know the secret
/// @constraints   n <= 4: one 4-input permutation; else ceil(n/16) 16-input permutations
/// @soundness     all assignments are `<==`, so pad is a function of secret
/// @assumes       one secret is used for one pad (fresh ephemeral scalar per delivery, client). At least one state element of every
///                permutation stays unpublished, so known plaintext does not let anyone run it backwards.
template Keystream(n) {
    signal input secret[2];
    signal output pad[n];

    var NARROW = 4;
    var BLOCK = 16;
    if (n <= NARROW) {
        component p = PoseidonEx(NARROW, n);
        p.initialState <== 0;
        p.inputs[0] <== DOMAIN_KEYSTREAM();
        p.inputs[1] <== secret[0];
        p.inputs[2] <== secret[1];
        p.inputs[3] <== 0;
        pad <== p.out;
    } else {
        var blocks = (n + BLOCK - 1) \ BLOCK;
        component p[blocks];
        for (var b = 0; b < blocks; b++) {
            var size = n - b * BLOCK < BLOCK ? n - b * BLOCK : BLOCK;
            p[b] = PoseidonEx(BLOCK, size);
            p[b].initialState <== 0;
            p[b].inputs[0] <== DOMAIN_KEYSTREAM();
            p[b].inputs[1] <== secret[0];
            p[b].inputs[2] <== secret[1];
            p[b].inputs[3] <== b;
            for (var i = 4; i < BLOCK; i++) p[b].inputs[i] <== 0;
            for (var i = 0; i < size; i++) pad[b * BLOCK + i] <== p[b].out[i];
        }
    }
}
