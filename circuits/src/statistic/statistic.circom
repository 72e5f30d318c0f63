// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";
include "../label/legality.circom";
include "../lib/hash.circom";

/// The sum of committed, secret values.
/// @param n        number of values
/// @input values   n numbers of 8 bits; a wider one has no witness
/// @input salt     248 random bits (client)
/// @input context  public; not used by any relation, bound by a square
/// @output commitment  public: H("veritask.values.1", salt, words)
/// @output sum     public
/// @constraints    8n, VectorHash, 1
/// @soundness      Num2Bits(8) bounds every value, so Pack is injective, the commitment binds each of them and the sum cannot wrap
/// @assumes        the contract knows the commitment and makes the context
template CommittedSum(n) {
    var W = (n + SCALARS_PER_WORD() - 1) \ SCALARS_PER_WORD();
    signal input values[n];
    signal input salt;
    signal input context;
    signal output commitment;
    signal output sum;

    signal contextSquare <== context * context;
    var total = 0;
    for (var i = 0; i < n; i++) {
        _ <== Num2Bits(SCALAR_BITS())(values[i]);
        total += values[i];
    }
    sum <== total;
    signal word[W] <== Pack(n, SCALAR_BITS(), SCALARS_PER_WORD())(values);
    component h = VectorHash(W + 2);
    h.in[0] <== DOMAIN_VALUES();
    h.in[1] <== salt;
    for (var i = 0; i < W; i++) h.in[2 + i] <== word[i];
    commitment <== h.out;
}
