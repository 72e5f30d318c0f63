// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "./scored.circom";

/// The committed scalars agree with the committed, secret gold in exactly these items: bit j stands for the j-th gold item.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 31, at most 248
/// @input context, alpha  public
/// @input codes    n labels, from the requester's decryption
/// @output digest, evaluation  public; see SPEC 1.6
/// @soundness      as ScoreScalar; the bits are the unique packing of ScoredScalar's hits, and zero from goldCount on
/// @assumes        the contract counts the bits and compares the count to the threshold
template AuditScalar(n, g) {
    var W = (n + SCALARS_PER_WORD() - 1) \ SCALARS_PER_WORD();
    var M = MASK_WORDS(n);
    var V = g \ SCALARS_PER_WORD();
    signal input context;
    signal input alpha;
    signal input commitmentContext;
    signal input salt;
    signal input rules;
    signal input codes[n];
    signal input goldSalt;
    signal input mask[M];
    signal input values[V];
    signal output digest;
    signal output evaluation;

    signal word[W];
    signal pickedWord[V];
    signal hit[g];
    (word, pickedWord, hit) <== ScoredScalar(n, g)(rules, codes, mask, values, alpha);
    signal bits[1] <== Pack(g, 1, g)(hit);
    (digest, evaluation) <== GoldStatement(W, M, V, DOMAIN_AUDIT())(
        context, alpha, commitmentContext, salt, rules, word, goldSalt, mask, values, pickedWord, bits[0]);
}

/// The committed boxes agree with the committed, secret gold in exactly these items.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 3, at most 248
/// @input boxes    n boxes: class, x, y, w - 1, h - 1
/// @soundness      as AuditScalar, with ScoredBox
template AuditBox(n, g) {
    var W = (n + BOXES_PER_WORD() - 1) \ BOXES_PER_WORD();
    var M = MASK_WORDS(n);
    var V = g \ BOXES_PER_WORD();
    signal input context;
    signal input alpha;
    signal input commitmentContext;
    signal input salt;
    signal input rules;
    signal input boxes[n][5];
    signal input goldSalt;
    signal input mask[M];
    signal input values[V];
    signal output digest;
    signal output evaluation;

    signal word[W];
    signal pickedWord[V];
    signal hit[g];
    (word, pickedWord, hit) <== ScoredBox(n, g)(rules, boxes, mask, values, alpha);
    signal bits[1] <== Pack(g, 1, g)(hit);
    (digest, evaluation) <== GoldStatement(W, M, V, DOMAIN_AUDIT())(
        context, alpha, commitmentContext, salt, rules, word, goldSalt, mask, values, pickedWord, bits[0]);
}
