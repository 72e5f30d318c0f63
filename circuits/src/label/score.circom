// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "./scored.circom";

/// The committed scalars agree with the committed, secret gold in exactly so many items.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 31
/// @input context, alpha  public
/// @input codes    n labels, from the requester's decryption
/// @output digest, evaluation  public; see SPEC 1.6
/// @soundness      as OpenGoldScalar without delivery and threshold, and with LegalScalarGold; the score is exact both ways because ScalarAgreement is
/// @assumes        the contract compares the score to the threshold (HiddenGoldSettlement)
template ScoreScalar(n, g) {
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
    (digest, evaluation) <== ScoreStatement(W, M, V)(
        context, alpha, commitmentContext, salt, rules, word, goldSalt, mask, values, pickedWord, Total(g)(hit));
}

/// The committed boxes agree with the committed, secret gold in exactly so many items.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 3
/// @input boxes    n boxes: class, x, y, w - 1, h - 1
/// @soundness      as ScoreScalar, with ScoredBox
template ScoreBox(n, g) {
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
    (digest, evaluation) <== ScoreStatement(W, M, V)(
        context, alpha, commitmentContext, salt, rules, word, goldSalt, mask, values, pickedWord, Total(g)(hit));
}
