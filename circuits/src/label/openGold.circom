// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "./delivery.circom";
include "./gold.circom";
include "./labels.circom";
include "./statement.circom";

/// Commits, encrypts and states: the part of the open-gold proof that no label kind changes.
/// @param w, m, v  label words, mask words, gold words
/// @input picked   packed worker codes at the gold items
/// @soundness      digest covers salt, C, rules, the encryption key, the ephemeral key, mask, values and picked. C binds commitmentContext and the
///                 words, the ephemeral key its scalar, so every word of the vector is fixed before alpha. Salt in the digest keeps `picked` hidden
///                 from whoever would guess it.
template OpenGoldStatement(w, m, v) {
    signal input context;
    signal input alpha;
    signal input commitmentContext;
    signal input salt;
    signal input rules;
    signal input word[w];
    signal input ephemeralScalar;
    signal input encryptionKey[2];
    signal input mask[m];
    signal input values[v];
    signal input picked[v];
    signal output digest;
    signal output evaluation;

    signal commitment <== LabelCommitment(w)(commitmentContext, salt, word);
    signal ephemeral[2];
    signal cipher[w + 1];
    (ephemeral, cipher) <== Encrypt(w)(ephemeralScalar, encryptionKey, word, salt);

    var D = 8 + m + 2 * v;
    var V = 7 + m + v + w + 1;
    component statement = Statement(D, V);
    statement.context <== context;
    statement.alpha <== alpha;

    var head[8] = [DOMAIN_OPEN_GOLD(), salt, commitment, rules, encryptionKey[0], encryptionKey[1], ephemeral[0], ephemeral[1]];
    for (var i = 0; i < 8; i++) statement.preimage[i] <== head[i];
    for (var i = 0; i < m; i++) statement.preimage[8 + i] <== mask[i];
    for (var i = 0; i < v; i++) statement.preimage[8 + m + i] <== values[i];
    for (var i = 0; i < v; i++) statement.preimage[8 + m + v + i] <== picked[i];

    var front[7] = [commitmentContext, commitment, rules, encryptionKey[0], encryptionKey[1], ephemeral[0], ephemeral[1]];
    for (var i = 0; i < 7; i++) statement.vector[i] <== front[i];
    for (var i = 0; i < m; i++) statement.vector[7 + i] <== mask[i];
    for (var i = 0; i < v; i++) statement.vector[7 + m + i] <== values[i];
    for (var i = 0; i <= w; i++) statement.vector[7 + m + v + i] <== cipher[i];

    digest <== statement.digest;
    evaluation <== statement.evaluation;
}

/// The committed scalars are legal, agree with the opened gold as often as the rules demand, and are what the ciphertext opens to.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 31
/// @input context, alpha  public
/// @input codes    n labels
/// @output digest, evaluation  public; see SPEC 1.6
/// @constraints    64: see test/circuits.test.ts
/// @soundness      ScalarLegality, GoldMask, PickGold (challenge alpha; picked words are in the digest), ScalarScore, ReachThreshold
/// @assumes        mask and values open the task's gold commitment (OpenGoldSettlement), encryptionKey is the task's (vector)
template OpenGoldScalar(n, g) {
    var W = (n + SCALARS_PER_WORD() - 1) \ SCALARS_PER_WORD();
    var M = MASK_WORDS(n);
    var V = g \ SCALARS_PER_WORD();
    signal input context;
    signal input alpha;
    signal input commitmentContext;
    signal input salt;
    signal input rules;
    signal input codes[n];
    signal input ephemeralScalar;
    signal input encryptionKey[2];
    signal input mask[M];
    signal input values[V];
    signal output digest;
    signal output evaluation;

    component labels = ScalarLabels(n);
    labels.rules <== rules;
    labels.codes <== codes;
    signal pickedWord[V];
    signal hit[g];
    (pickedWord, hit) <== ScalarGold(n, g)(
        codes, labels.active, labels.goldCount, labels.isSet, labels.tolerance, mask, values, alpha);
    ReachThreshold()(Total(g)(hit), labels.goldCount, labels.thresholdBps);
    (digest, evaluation) <== OpenGoldStatement(W, M, V)(
        context, alpha, commitmentContext, salt, rules, labels.word, ephemeralScalar, encryptionKey, mask, values, pickedWord);
}

/// The committed boxes are legal, agree with the opened gold as often as the rules demand, and are what the ciphertext opens to.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 3
/// @input boxes    n boxes: class, x, y, w - 1, h - 1
/// @soundness      as OpenGoldScalar, with BoxesLegality and BoxScore
template OpenGoldBox(n, g) {
    var W = (n + BOXES_PER_WORD() - 1) \ BOXES_PER_WORD();
    var M = MASK_WORDS(n);
    var V = g \ BOXES_PER_WORD();
    signal input context;
    signal input alpha;
    signal input commitmentContext;
    signal input salt;
    signal input rules;
    signal input boxes[n][5];
    signal input ephemeralScalar;
    signal input encryptionKey[2];
    signal input mask[M];
    signal input values[V];
    signal output digest;
    signal output evaluation;

    component labels = BoxLabels(n);
    labels.rules <== rules;
    labels.boxes <== boxes;
    signal pickedWord[V];
    signal hit[g];
    (pickedWord, hit) <== BoxGold(n, g)(
        labels.code, labels.active, labels.goldCount, labels.iouBps, mask, values, alpha);
    ReachThreshold()(Total(g)(hit), labels.goldCount, labels.thresholdBps);
    (digest, evaluation) <== OpenGoldStatement(W, M, V)(
        context, alpha, commitmentContext, salt, rules, labels.word, ephemeralScalar, encryptionKey, mask, values, pickedWord);
}
