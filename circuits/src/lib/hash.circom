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
function DOMAIN_AUDIT() { return 0x766572697461736b2e61756469742e32; } // "veritask.audit.2"
function DOMAIN_COUNTS() { return 0x766572697461736b2e636f756e74732e31; } // "veritask.counts.1"
function DOMAIN_CONSENSUS() { return 0x766572697461736b2e636f6e73656e7375732e31; } // "veritask.consensus.1"
function DOMAIN_TALLY() { return 0x766572697461736b2e74616c6c792e31; } // "veritask.tally.1"
function DOMAIN_DECIDE() { return 0x766572697461736b2e6465636964652e31; } // "veritask.decide.1"
function DOMAIN_AGREE() { return 0x766572697461736b2e61677265652e31; } // "veritask.agree.1"
function DOMAIN_REPUTATION() { return 0x766572697461736b2e72657075746174696f6e2e31; } // "veritask.reputation.1"
function DOMAIN_REPUTATION_LEAF() { return 0x766572697461736b2e72657075746174696f6e2d6c6561662e31; } // "veritask.reputation-leaf.1"
function DOMAIN_REPUTATION_NULLIFIER() { return 0x766572697461736b2e72657075746174696f6e2d6e756c6c69666965722e31; } // "veritask.reputation-nullifier.1"
function DOMAIN_VALUES() { return 0x766572697461736b2e76616c7565732e31; } // "veritask.values.1"

// Number of inputs of the widest Poseidon permutation circomlib has constants for.
function POSEIDON_MAX_INPUTS() { return 16; }

/// Hashes a vector of fixed length to one field element.
/// @param n       length, at least 1
/// @input in      any field elements; the first is a domain separator (caller)
/// @output out    Poseidon(in) for n <= 16; beyond, the hash of the first 16 takes their place, until 16 or fewer are left
/// @constraints   n = 5: 297 less linear terms; see test/circuits.test.ts for every compiled circuit
/// @soundness     all assignments are `<==`; collision resistance is Poseidon's. Two lengths never meet: each n is used with its
///                own domain, and every later call starts with a hash output, not with a domain.
/// @assumes       n is fixed at compile time by capacity and domain
template VectorHash(n) {
    signal input in[n];
    signal output out;

    var MAX = POSEIDON_MAX_INPUTS();
    assert(n >= 1);
    if (n <= MAX) {
        component h = Poseidon(n);
        h.inputs <== in;
        out <== h.out;
    } else {
        // Each call after the first takes the hash so far and at most MAX - 1 elements.
        var later = (n - MAX + MAX - 2) \ (MAX - 1);
        component first = Poseidon(MAX);
        for (var i = 0; i < MAX; i++) first.inputs[i] <== in[i];
        component next[later];
        for (var b = 0; b < later; b++) {
            var from = MAX + b * (MAX - 1);
            var size = n - from < MAX - 1 ? n - from : MAX - 1;
            next[b] = Poseidon(size + 1);
            if (b == 0) next[b].inputs[0] <== first.out;
            else next[b].inputs[0] <== next[b - 1].out;
            for (var i = 0; i < size; i++) next[b].inputs[1 + i] <== in[from + i];
        }
        out <== next[later - 1].out;
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
