// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";
include "./tree.circom";

// Scores are basis points, at most 10000.
function SCORE_BITS() { return 14; }

/// Shows that the used ones of some values differ from each other.
/// @param t        number of values
/// @input value    any field elements
/// @input used     t bits, a prefix (Prefix)
/// @constraints    2 for every pair, 1
/// @soundness      every pair contributes its difference when its later value is used (then both are, used is a prefix), else 1. The product of all has
///                 an inverse exactly when no factor is zero; the inverse is the one value that multiplies it to 1
template PairwiseDistinct(t) {
    signal input value[t];
    signal input used[t];

    var PAIRS = t * (t - 1) / 2;
    signal factor[PAIRS];
    signal product[PAIRS + 1];
    product[0] <== 1;
    var pair = 0;
    for (var j = 1; j < t; j++) {
        for (var i = 0; i < j; i++) {
            factor[pair] <== 1 + used[j] * (value[j] - value[i] - 1);
            product[pair + 1] <== product[pair] * factor[pair];
            pair += 1;
        }
    }
    signal inverse <-- product[PAIRS] == 0 ? 0 : 1 / product[PAIRS];
    inverse * product[PAIRS] === 1;
}

/// Somebody finished at least `tasks` tasks with at least `minScore` each, and uses that once for the scope.
/// @param t        most tasks of one proof
/// @param d        largest depth of the tree
/// @input secret   the worker's secret
/// @input blinding, score, depth, right, sibling  per position: opening of a leaf and its path; a legal score and any other values past `tasks`
/// @input root     public: root of the reputation tree
/// @input tasks    public: 1 to t
/// @input minScore public: basis points, 14 bits
/// @input scope    public: what the nullifier is for
/// @input message  public; not used by any relation, bound by a square
/// @output nullifier  public: H("veritask.reputation-nullifier.1", secret, scope)
/// @constraints    see test/circuits.test.ts
/// @soundness      ReputationLeaf, LeanRoot: each used position opens a leaf of the tree under the one secret; PairwiseDistinct: no leaf twice. Score
///                 and minScore are of 14 bits, so a difference that is negative is not. The nullifier is a function of secret and scope.
/// @assumes        the contract refuses a repeated leaf, computes scores itself, knows the root, and spends the nullifier
template Reputation(t, d) {
    signal input secret;
    signal input blinding[t];
    signal input score[t];
    signal input depth[t];
    signal input right[t][d];
    signal input sibling[t][d];
    signal input root;
    signal input tasks;
    signal input minScore;
    signal input scope;
    signal input message;
    signal output nullifier;

    signal messageSquare <== message * message;
    nullifier <== VectorHash(3)([DOMAIN_REPUTATION_NULLIFIER(), secret, scope]);

    var B = SCORE_BITS();
    _ <== Num2Bits(B)(minScore);
    signal used[t] <== Prefix(t, 1)(tasks);
    signal leaf[t];
    signal above[t];
    signal slack[t];
    for (var i = 0; i < t; i++) {
        leaf[i] <== ReputationLeaf()(secret, blinding[i], score[i]);
        above[i] <== LeanRoot(d)(leaf[i], depth[i], right[i], sibling[i]);
        used[i] * (above[i] - root) === 0;
        _ <== Num2Bits(B)(score[i]);
        slack[i] <== used[i] * (score[i] - minScore);
        _ <== Num2Bits(B)(slack[i]);
    }
    PairwiseDistinct(t)(leaf, used);
}
