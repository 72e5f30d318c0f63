// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/escalarmulany.circom";
include "circomlib/circuits/escalarmulfix.circom";
include "../lib/hash.circom";

// The ephemeral scalar is below 2^250, hence below the subgroup order (about 2^250.6): one scalar per ephemeral key.
function EPHEMERAL_BITS() { return 250; }

/// Hiding, binding commitment to a label vector.
/// @param w        number of words
/// @input commitmentContext  chain, module, task, slot and payout the labels were committed for
/// @input salt     248 random bits (client)
/// @input word     packed labels, each below 2^248 (Pack)
/// @output out     the commitment
/// @constraints    VectorHash(w + 3)
/// @soundness      collision resistance of Poseidon; a copied commitment carries the copied context, which no other slot has
template LabelCommitment(w) {
    signal input commitmentContext;
    signal input salt;
    signal input word[w];
    signal output out;

    component h = VectorHash(w + 3);
    h.in[0] <== DOMAIN_LABELS();
    h.in[1] <== commitmentContext;
    h.in[2] <== salt;
    for (var i = 0; i < w; i++) h.in[3 + i] <== word[i];
    out <== h.out;
}

/// Encrypts words and salt to a public key: hashed ElGamal on BabyJubJub.
/// @param w            number of words
/// @input scalar       ephemeral scalar below 2^250 (Num2Bits)
/// @input publicKey    affine point on the curve, not of low order (contract: BabyJubJub.sol; client: subgroup check)
/// @output ephemeral   scalar * Base8
/// @output cipher      w + 1 words: word + pad, and last salt + pad
/// @constraints        250 (bits), fixed-base and any-base multiplication, Keystream(w + 1)
/// @soundness          scalar bits are unique; both points are functions of them; pad is a function of the shared point. The any-base ladder adds
///                     odd multiples below 2^149 of a point to its power-of-two multiples; these never coincide when the order of the point has the
///                     large prime factor l, so no incomplete addition is met. The fixed-base ladder adds table points to an accumulator: equal
///                     points cannot occur below l, and for opposite ones (two scalars of 2^250) there is no witness at all.
/// @assumes            publicKey is on the curve and 8 * publicKey is not the identity (contract); ephemeral is not the identity, that is
///                     scalar is not 0 (contract: LabelSettlement refuses x = 0), else the pad is public and clients refuse the key
template Encrypt(w) {
    signal input scalar;
    signal input publicKey[2];
    signal input word[w];
    signal input salt;
    signal output ephemeral[2];
    signal output cipher[w + 1];

    var BASE8[2] = [
        5299619240641551281634865583518297030282874472190772894086521144482721001553,
        16950150798460657717958625567821834550301663161624707787222815936182638968203
    ];
    var N = EPHEMERAL_BITS();
    component bits = Num2Bits(N);
    bits.in <== scalar;

    component fixed = EscalarMulFix(N, BASE8);
    fixed.e <== bits.out;
    ephemeral <== fixed.out;

    component shared = EscalarMulAny(N);
    shared.e <== bits.out;
    shared.p <== publicKey;

    component stream = Keystream(w + 1);
    stream.secret <== shared.out;
    for (var i = 0; i < w; i++) cipher[i] <== word[i] + stream.pad[i];
    cipher[w] <== salt + stream.pad[w];
}
