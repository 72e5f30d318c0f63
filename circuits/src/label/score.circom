// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "./delivery.circom";
include "./gold.circom";
include "./labels.circom";
include "./statement.circom";

/// Opens both commitments and states the score: the part of the score proof that no label kind changes.
/// @param w, m, v  label words, mask words, gold words
/// @input picked   packed worker codes at the gold items
/// @soundness      digest covers goldSalt, C, rules, the gold commitment, the score and picked; C binds commitmentContext, salt and the words, the
///                 gold commitment binds mask and values, so every word of the vector is fixed before alpha. The blinding has to be goldSalt: the
///                 worker knows its own salt and labels, and with those alone could try masks until the public digest matches.
template ScoreStatement(w, m, v) {
    signal input context;
    signal input alpha;
    signal input commitmentContext;
    signal input salt;
    signal input rules;
    signal input word[w];
    signal input goldSalt;
    signal input mask[m];
    signal input values[v];
    signal input picked[v];
    signal input agreements;
    signal output digest;
    signal output evaluation;

    signal commitment <== LabelCommitment(w)(commitmentContext, salt, word);
    signal gold <== GoldCommitment(m, v)(goldSalt, mask, values);

    component statement = Statement(6 + v, 5);
    statement.context <== context;
    statement.alpha <== alpha;
    var head[6] = [DOMAIN_SCORE(), goldSalt, commitment, rules, gold, agreements];
    for (var i = 0; i < 6; i++) statement.preimage[i] <== head[i];
    for (var i = 0; i < v; i++) statement.preimage[6 + i] <== picked[i];
    statement.vector <== [commitmentContext, commitment, rules, gold, agreements];
    digest <== statement.digest;
    evaluation <== statement.evaluation;
}

/// The committed scalars agree with the committed, secret gold in exactly `agreements` items.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 31
/// @input context, alpha  public
/// @input codes    n labels, from the requester's decryption
/// @output digest, evaluation  public; see SPEC 1.6
/// @soundness      as OpenGoldScalar without delivery and threshold; the score is exact both ways because ScalarAgreement is
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

    component labels = ScalarLabels(n);
    labels.rules <== rules;
    labels.codes <== codes;
    signal pickedWord[V];
    signal agreements;
    (pickedWord, agreements) <== ScalarGold(n, g)(
        codes, labels.active, labels.goldCount, labels.isSet, labels.tolerance, mask, values, alpha);
    (digest, evaluation) <== ScoreStatement(W, M, V)(
        context, alpha, commitmentContext, salt, rules, labels.word, goldSalt, mask, values, pickedWord, agreements);
}

/// The committed boxes agree with the committed, secret gold in exactly `agreements` items.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 3
/// @input boxes    n boxes: class, x, y, w - 1, h - 1
/// @soundness      as ScoreScalar, with BoxesLegality and BoxScore
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

    component labels = BoxLabels(n);
    labels.rules <== rules;
    labels.boxes <== boxes;
    signal pickedWord[V];
    signal agreements;
    (pickedWord, agreements) <== BoxGold(n, g)(
        labels.code, labels.active, labels.goldCount, labels.iouBps, mask, values, alpha);
    (digest, evaluation) <== ScoreStatement(W, M, V)(
        context, alpha, commitmentContext, salt, rules, labels.word, goldSalt, mask, values, pickedWord, agreements);
}
