// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "./delivery.circom";
include "./labels.circom";
include "./statement.circom";

/// Commits, encrypts and states: the part of the legality proof that no label kind changes.
/// @param w        label words
/// @soundness      digest covers C, rules, the encryption key and the ephemeral key; C binds commitmentContext, salt and words, the ephemeral
///                 key its scalar, so every word of the vector is fixed before alpha
template LegalStatement(w) {
    signal input context;
    signal input alpha;
    signal input commitmentContext;
    signal input salt;
    signal input rules;
    signal input word[w];
    signal input ephemeralScalar;
    signal input encryptionKey[2];
    signal output digest;
    signal output evaluation;

    signal commitment <== LabelCommitment(w)(commitmentContext, salt, word);
    signal ephemeral[2];
    signal cipher[w + 1];
    (ephemeral, cipher) <== Encrypt(w)(ephemeralScalar, encryptionKey, word, salt);

    component statement = Statement(7, 7 + w + 1);
    statement.context <== context;
    statement.alpha <== alpha;
    statement.preimage <== [DOMAIN_LEGALITY(), commitment, rules, encryptionKey[0], encryptionKey[1], ephemeral[0], ephemeral[1]];
    var front[7] = [commitmentContext, commitment, rules, encryptionKey[0], encryptionKey[1], ephemeral[0], ephemeral[1]];
    for (var i = 0; i < 7; i++) statement.vector[i] <== front[i];
    for (var i = 0; i <= w; i++) statement.vector[7 + i] <== cipher[i];
    digest <== statement.digest;
    evaluation <== statement.evaluation;
}

/// The committed scalars are legal and are what the ciphertext opens to.
/// @param n        capacity
/// @input context, alpha  public
/// @input codes    n labels
/// @output digest, evaluation  public; see SPEC 1.6
/// @soundness      ScalarLegality, LegalStatement
template LegalScalar(n) {
    var W = (n + SCALARS_PER_WORD() - 1) \ SCALARS_PER_WORD();
    signal input context;
    signal input alpha;
    signal input commitmentContext;
    signal input salt;
    signal input rules;
    signal input codes[n];
    signal input ephemeralScalar;
    signal input encryptionKey[2];
    signal output digest;
    signal output evaluation;

    component labels = ScalarLabels(n);
    labels.rules <== rules;
    labels.codes <== codes;
    (digest, evaluation) <== LegalStatement(W)(
        context, alpha, commitmentContext, salt, rules, labels.word, ephemeralScalar, encryptionKey);
}

/// The committed boxes are legal and are what the ciphertext opens to.
/// @param n        capacity
/// @input boxes    n boxes: class, x, y, w - 1, h - 1
/// @soundness      BoxesLegality, LegalStatement
template LegalBox(n) {
    var W = (n + BOXES_PER_WORD() - 1) \ BOXES_PER_WORD();
    signal input context;
    signal input alpha;
    signal input commitmentContext;
    signal input salt;
    signal input rules;
    signal input boxes[n][5];
    signal input ephemeralScalar;
    signal input encryptionKey[2];
    signal output digest;
    signal output evaluation;

    component labels = BoxLabels(n);
    labels.rules <== rules;
    labels.boxes <== boxes;
    (digest, evaluation) <== LegalStatement(W)(
        context, alpha, commitmentContext, salt, rules, labels.word, ephemeralScalar, encryptionKey);
}
